"""The secondary account: its role, as a value, a construct, a stack."""
