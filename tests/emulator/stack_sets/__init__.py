"""StackSets over AWS Organizations: which accounts, what stands in each, who comes and goes."""
