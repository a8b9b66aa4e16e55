"""What the command line asks AWS."""
