"""For maintainers; not part of the package."""
