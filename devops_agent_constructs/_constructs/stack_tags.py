"""Adds tags to a stack and to all that it has."""

from __future__ import annotations

from collections.abc import Mapping

from aws_cdk import Stack, Tags


def add(stack: Stack, tags: Mapping[str, str]) -> None:
    """Tag the stack and each of its resources that takes tags, a StackSet among them; they win over the app's.

    CloudFormation hands the tags of a StackSet on to the stacks in the accounts, and to what is in them:
    https://docs.aws.amazon.com/AWSCloudFormation/latest/APIReference/API_CreateStackSet.html (read 2026-11-26).
    """
    for key, value in sorted(tags.items()):
        # The flag @aws-cdk/core:explicitStackTags, which `cdk init` sets, has `Tags.of` leave out the stack itself:
        # https://unpkg.com/aws-cdk-lib@2.247.0/cx-api/FEATURE_FLAGS.md (read 2026-11-26).
        stack.tags.set_tag(key, value)
        Tags.of(stack).add(key, value)
