"""The ready-made app: an accounts file in, one stack per account out."""

import sys

from aws_cdk import App

from devops_agent_constructs import OnboardingInputError, config, connect_accounts

app = App()
try:
    connect_accounts(app, config.from_context(app))
except OnboardingInputError as error:
    sys.exit(f"error: {error}")
app.synth()
