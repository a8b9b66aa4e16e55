"""Keeps the associations of an Agent Space in step with an organization: plan, readers, writer."""
