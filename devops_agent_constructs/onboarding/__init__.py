"""An onboarding as one checked value, and the stacks that it becomes."""
