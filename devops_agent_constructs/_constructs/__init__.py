"""What all constructs share."""
