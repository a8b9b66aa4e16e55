"""What differs between a role as it stands and the role that this library would make, in words: no CDK, no calls."""
