"""An organization of AWS Organizations, for the demo and the tests."""

from __future__ import annotations

from unittest.mock import patch

from tests.emulator.server import Emulator

STACK_SETS = "member.org.stacksets.cloudformation.amazonaws.com"


class Organization:
    """An organization, made over the API by its management account; StackSets have trusted access to it."""

    def __init__(self, emulator: Emulator, *, management_account_id: str) -> None:
        self._api = emulator.client("organizations", management_account_id)
        self._emulator, self._management_account_id = emulator, management_account_id
        self.organization_id: str = self._api.create_organization(FeatureSet="ALL")["Organization"]["Id"]
        self.root_id: str = self._api.list_roots()["Roots"][0]["Id"]
        self._api.enable_aws_service_access(ServicePrincipal=STACK_SETS)

    def create_trail(self) -> None:
        """Let CloudTrail record, and so EventBridge know, what happens in the management account."""
        bucket = f"trail-{self._management_account_id}"
        self._emulator.client("s3", self._management_account_id).create_bucket(Bucket=bucket)
        cloudtrail = self._emulator.client("cloudtrail", self._management_account_id)
        cloudtrail.create_trail(Name="Trail", S3BucketName=bucket)
        cloudtrail.start_logging(Name="Trail")

    def add_unit(self, name: str, *, unit_id: str, parent: str | None = None) -> str:
        """Add an organizational unit below another one, or below the root, with an id that AWS would make up."""
        # Not at the top, as moto takes seconds to import.
        from moto.organizations import utils  # noqa: PLC0415

        with patch.object(utils, "make_random_ou_id", lambda _: unit_id):
            self._api.create_organizational_unit(ParentId=parent or self.root_id, Name=name)
        return unit_id

    def add_account(self, unit: str, *, account_id: str) -> None:
        """Let an account join the organization, with an id that AWS would make up, and move to a unit."""
        # Not at the top, as moto takes seconds to import.
        from moto.organizations import utils  # noqa: PLC0415

        with patch.object(utils, "make_random_account_id", lambda: account_id):
            self._api.create_account(AccountName=account_id, Email=f"{account_id}@example.com")
        if unit != self.root_id:
            self._api.move_account(AccountId=account_id, SourceParentId=self.root_id, DestinationParentId=unit)

    def move(self, account_id: str, unit: str) -> None:
        """Move an account from where it is to a unit."""
        [parent] = self._api.list_parents(ChildId=account_id)["Parents"]
        self._api.move_account(AccountId=account_id, SourceParentId=parent["Id"], DestinationParentId=unit)

    def rename(self, account_id: str, name: str) -> None:
        """Give an account a name, which AWS lets its owner do."""
        # Not at the top, as moto takes seconds to import.
        from moto.organizations.models import organizations_backends  # noqa: PLC0415

        organizations_backends[self._management_account_id]["aws"].get_account_by_id(account_id).name = name

    def close(self, account_id: str) -> None:
        """Close an account, which suspends it."""
        self._api.close_account(AccountId=account_id)

    def remove(self, account_id: str) -> None:
        """Remove an account from the organization."""
        self._api.remove_account_from_organization(AccountId=account_id)

    def register_delegated_administrator(self, account_id: str) -> None:
        """Let a member account manage StackSets."""
        self._api.register_delegated_administrator(AccountId=account_id, ServicePrincipal=STACK_SETS)

    def attach_service_control_policy(self, target: str, name: str, document: str) -> None:
        """Limit what the accounts of a unit may do."""
        kind = "SERVICE_CONTROL_POLICY"
        made = self._api.create_policy(Name=name, Type=kind, Content=document, Description=name)
        self._api.attach_policy(PolicyId=made["Policy"]["PolicySummary"]["Id"], TargetId=target)
