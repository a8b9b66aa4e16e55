"""Runs the checks on an app of the CDK when it is synthesized."""
