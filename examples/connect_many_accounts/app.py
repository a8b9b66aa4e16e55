"""Connect many accounts: the accounts file beside this app says which, as for the ready-made app."""

from pathlib import Path

from aws_cdk import App

from devops_agent_constructs import config, connect_accounts

app = App()
connect_accounts(app, config.from_file(Path(__file__).with_name("devops-agent.yaml")))
app.synth()
