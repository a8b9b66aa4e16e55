"""A whole organization: the role by a StackSet."""
