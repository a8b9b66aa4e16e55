"""The ready-made app, `python3 -m devops_agent_constructs`: an accounts file in, one stack per account out.

The CDK CLI runs it: `cdk deploy --app "python3 -m devops_agent_constructs"`, or `"app"` in `cdk.json`. A mistake in the
file is one line on standard error and exit code 1, and nothing is synthesized.
"""

import sys

from devops_agent_constructs import config
from devops_agent_constructs._extras import CORE, install_command, missing
from devops_agent_constructs.errors import OnboardingInputError

if __name__ == "__main__":
    if {"-h", "--help"} & {*sys.argv[1:]}:
        sys.stdout.write(f"{__doc__}")
        sys.exit()
    if packages := missing(CORE):
        sys.exit(f"error: the app takes {packages}; {install_command('app', is_light=False)}")
    # Not at the top, as without the CDK there would be a traceback instead of the line above.
    from aws_cdk import App

    from devops_agent_constructs.onboarding.connect import connect_accounts

    app = App()
    try:
        connect_accounts(app, config.from_context(app))
    except OnboardingInputError as error:
        sys.exit(f"error: {error}")
    app.synth()
