"""The primary account: the Agent Space, associations, and the permission to assume."""
