"""What a secondary role must trust and may do, as plain data: no CDK, no input or output."""
