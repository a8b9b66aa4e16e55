"""Says in a line what was found about an account: its status, the likely cause, and what to do."""

from __future__ import annotations

from dataclasses import dataclass

from devops_agent_constructs.account_sync.account_association import INVALID, VALID, AccountAssociation

NOT_ASSOCIATED = "not associated"


@dataclass(frozen=True, kw_only=True, slots=True)
class AccountStatus:
    """What was found about an account.

    Attributes:
        account_id: 12 digits.
        role_arn: The role that the stack connects it through.
        association: What the Agent Space has. None: nothing.
    """

    account_id: str
    role_arn: str
    association: AccountAssociation | None

    @property
    def status(self) -> str:
        """The association's status, or that there is none."""
        return NOT_ASSOCIATED if self.association is None else self.association.status

    @property
    def word(self) -> str:
        """`valid`, `invalid`, `pending` or `not associated`."""
        return NOT_ASSOCIATED if self.association is None else self.association.short_status

    @property
    def is_valid(self) -> bool:
        """Whether AWS DevOps Agent can assume the role."""
        return self.status == VALID

    def line(self, agent_space_arn: str) -> str:
        """Return the line: id, status, likely cause, fix.

        No fix changes a permission: whoever looks after the account decides that, with what doctor says.
        """
        found = self.association
        if found is None:
            return (
                f"{self.account_id} {self.word}: the Agent Space has no association of it: somebody has removed the "
                "one that the stack made. Fix: take the account out of the stack and deploy, then add it and deploy, "
                "as CloudFormation cannot update what is gone"
            )
        if found.role_arn != self.role_arn and not self.is_valid:
            return (
                f"{self.account_id} {self.word}: the association names {found.role_arn}, and the stack "
                f"{self.role_arn}: somebody has changed it. Fix: see who needs that role; "
                f"devops-agent-accounts list {agent_space_arn} shows all associations"
            )
        if self.word == INVALID:
            return (
                f"{self.account_id} {self.word}: AWS DevOps Agent cannot assume {found.role_arn}: it is missing, is "
                "too new to be known everywhere, or its trust policy or a control policy of the organization keeps "
                "this Agent Space out; the status does not tell which. Fix: what this says, with credentials of the "
                f"account: devops-agent-accounts doctor {agent_space_arn} --account {self.account_id}"
                f"{found.role_options}"
            )
        if self.is_valid:
            return f"{self.account_id} {self.word}{self._about_elevated_role()}"
        return (
            f"{self.account_id} {self.word}: AWS has not validated {found.role_arn} yet; why, the status does not "
            "tell, and nothing need be wrong. Fix: wait, and deploy again once it is valid: "
            f"devops-agent-accounts verify {agent_space_arn} --account {self.account_id} --wait 15"
        )

    def _about_elevated_role(self) -> str:
        found = self.association
        if found is None or found.elevated_role_status != INVALID:
            return ""
        return f", but its role for directed actions is not: {found.elevated_role_arn}"
