"""Parses the ARN of an IAM role, and of whom else a policy names: users, sessions of roles, whole accounts.

Parts may be patterns, or texts that only deployment knows (`${Token[...]}`): neither has a colon or a slash. See
https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_principal.html
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache

ROLE_ARN_FORM = r"arn:(aws[a-z-]*):iam::([0-9]{12}):role/([A-Za-z0-9_+=,.@/-]+)"
"""What DevOps Agent takes as the ARN of a role, as a pattern of the whole text."""

_ARN = re.compile(r"arn:([^:]*):(?:iam|sts)::([^:]*):(?:(root)|(role|user|assumed-role)(/(?:.*/)?)([^/]*))", re.DOTALL)
_ACCOUNT_ID = re.compile(r"[0-9]{12}")
_ONE = re.compile(
    r"arn:aws[a-z-]*:(iam::[0-9]{12}:(root|(role|user)/[!-)+->@-~]+)|sts::[0-9]{12}:assumed-role/[^/*?:]+/[^/*?:]+)"
)


@dataclass(frozen=True, kw_only=True, slots=True)
class PrincipalArn:
    """Whom an ARN of IAM names.

    Attributes:
        partition: e.g. `aws`; empty for an account that is named by its id alone.
        account_id: Its account.
        kind: `role`, `user`, `assumed-role` for a session of a role, or `root` for a whole account.
        path: Begins and ends with `/`; of a session `/<role>/`; empty for an account.
        name: Of the role, the user or the session; empty for an account.
        is_one: Whether it is all written out, as IAM writes it.
    """

    partition: str
    account_id: str
    kind: str
    path: str = ""
    name: str = ""
    is_one: bool

    @property
    def is_caller(self) -> bool:
        """Whether it is one role, user or session: IAM knows no pattern in a principal."""
        return self.kind != "root" and self.path + self.name != "/" and not set("*?") & set(self.path + self.name)

    @property
    def role_name(self) -> str:
        """The name of the role, also of a session's; empty for others."""
        return {"role": self.name, "assumed-role": self.path.strip("/")}.get(self.kind, "")


@lru_cache(maxsize=1024)  # The same few are asked for again and again, of each caller.
def parse_principal_arn(text: str) -> PrincipalArn | None:
    """Parse an ARN of IAM, or the id of an account, which stands for the account; None: it is neither."""
    if _ACCOUNT_ID.fullmatch(text):
        return PrincipalArn(partition="", account_id=text, kind="root", is_one=True)
    if (match := _ARN.fullmatch(text)) is None:
        return None
    partition, account_id, root, kind, path, name = match.groups(default="")
    is_one = _ONE.fullmatch(text) is not None
    return PrincipalArn(
        partition=partition, account_id=account_id, kind=root or kind, path=path, name=name, is_one=is_one
    )


def parse_role_arn(text: str) -> PrincipalArn | None:
    """Parse the ARN of a role; None: it is none."""
    arn = parse_principal_arn(text)
    return arn if arn is not None and arn.kind == "role" and arn.name else None
