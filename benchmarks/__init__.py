"""Time and memory, compared with hand-written CDK."""
