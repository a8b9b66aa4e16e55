"""Connect many accounts: the accounts file beside this app says which, as for the ready-made app."""

from pathlib import Path

from aws_cdk import App

from devops_agent_constructs import config, connect_accounts

app = App()
onboarding = config.from_file(Path(__file__).with_name("devops-agent.yaml"))
connect_accounts(
    app,
    agent_space=onboarding.agent_space,
    accounts=onboarding.accounts,
    generation=onboarding.generation,
    agent_role_arn=onboarding.agent_role_arn,
    primary=onboarding.primary,
)
app.synth()
