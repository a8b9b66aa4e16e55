"""The ready-made app: an accounts file in, one stack per account out."""

import sys

from aws_cdk import App

from devops_agent_constructs import OnboardingInputError, config, connect_accounts

app = App()
try:
    onboarding = config.from_context(app)
    connect_accounts(
        app,
        agent_space=onboarding.agent_space,
        accounts=onboarding.accounts,
        generation=onboarding.generation,
        agent_role_arn=onboarding.agent_role_arn,
        primary=onboarding.primary,
        organization=onboarding.organization,
        bootstrap_qualifier=onboarding.bootstrap_qualifier,
    )
except OnboardingInputError as error:
    sys.exit(f"error: {error}")
app.synth()
