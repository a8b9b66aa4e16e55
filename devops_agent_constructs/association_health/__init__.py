"""Tells whether the connections work: at deployment, and as long as they stand."""
