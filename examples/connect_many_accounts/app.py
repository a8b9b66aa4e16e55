"""Connect many accounts: the accounts file beside this app says which, as for the ready-made app."""

from pathlib import Path

from aws_cdk import App

from devops_agent_constructs import config

app = App()
config.from_file(Path(__file__).with_name("devops-agent.yaml")).connect(app)
app.synth()
