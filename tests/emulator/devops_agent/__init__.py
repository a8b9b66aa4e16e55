"""The service AWS DevOps Agent: Agent Spaces, their associations, and what their validation finds."""
