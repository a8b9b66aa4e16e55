"""Shows whether the connections work: a validation within the deployment."""
