"""A stack as its deployer sees it: a name, a place, and a template whose references it can follow."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any

_HASH = re.compile("[0-9A-F]{8}$")
_SHORTEST = 10


@dataclass(frozen=True, kw_only=True)
class Stack:
    """A stack.

    Attributes:
        name: Its name.
        account_id: Its account.
        region: Its Region.
        template: The template.
    """

    name: str
    account_id: str
    region: str
    template: dict[str, Any]

    @property
    def resources(self) -> dict[str, dict[str, Any]]:
        """The template's resources."""
        return dict(self.template["Resources"])

    def arn(self, service: str, resource: str, *, region: str | None = None, account_id: str | None = None) -> str:
        """Return an ARN in the stack's account and Region, if nothing else is said."""
        owner = self.account_id if account_id is None else account_id
        return f"arn:aws:{service}:{self.region if region is None else region}:{owner}:{resource}"

    def text(self, value: object) -> str:
        """Return a value of the template as text."""
        if isinstance(value, str):
            return value
        if not isinstance(value, dict):
            raise TypeError(f"{value!r} is no text")
        if join := value.get("Fn::Join"):
            separator, parts = join
            return str(separator).join(self.text(part) for part in parts)
        pseudo = {"AWS::AccountId": self.account_id, "AWS::Partition": "aws", "AWS::Region": self.region}
        name = value.get("Ref", "")
        return pseudo[name] if name in pseudo else str(self.template["Parameters"][name]["Default"])

    def referred(self, value: object) -> str | None:
        """Return the logical id that a value is a reference to; None if it is none."""
        if not isinstance(value, dict):
            return None
        found = str(value["Fn::GetAtt"][0]) if "Fn::GetAtt" in value else str(value.get("Ref"))
        return found if found in self.resources else None

    def name_of(self, logical_id: str, given: object, *, max_length: int) -> str:
        """Return the name of a resource, or a pattern of the one that CloudFormation makes up.

        It is the stack's name, the logical id and at most 13 letters more; of what is longer, the logical id is cut,
        as `CdkWorkshopStack-HelloHitCounterHitCounterHandlerS-11LDF...` of AWS's workshop shows.
        See https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-properties-name.html

        Args:
            logical_id: Of the resource.
            given: The property that names it, or None.
            max_length: Of such a name.
        """
        if given is not None:
            return self.text(given)
        # Without the hash: it says nothing that a reader could check.
        stem = _HASH.sub("", logical_id)[: max_length - len(f"{self.name}--1234567890123")]
        if len(stem) < _SHORTEST:
            raise ValueError(f"CloudFormation cuts the name of {logical_id} in {self.name}: write a pattern by hand")
        return f"{self.name}-{stem}*"
