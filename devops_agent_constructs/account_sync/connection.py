"""Reads what an association connects: one AWS account, those of a unit, or something that cannot be told."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from devops_agent_constructs.account_sync.account_association import PENDING, AccountAssociation, association_of
from devops_agent_constructs.account_sync.unit_association import (
    UNIT_KIND,
    UnitAssociation,
    UnreadAssociation,
    unit_association,
    unread_kind,
)

Connection = AccountAssociation | UnitAssociation
"""What connects one AWS account, or those of a unit."""


def connection_of(entry: Mapping[str, Any]) -> Connection | UnreadAssociation | None:
    """Read one association of an answer of ListAssociations; None: it is of another service, like a chat."""
    if (association := association_of(entry)) is not None:
        return association
    if UNIT_KIND in entry["configuration"]:
        return unit_association(entry, status=entry.get("status", PENDING))
    kind = unread_kind(entry)
    return None if kind is None else UnreadAssociation(association_id=entry["associationId"], kind=kind)
