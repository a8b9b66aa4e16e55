"""What the service must be let in for: the check that the rules of several kinds of roles share."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from devops_agent_constructs.checks.finding import Problem
from devops_agent_constructs.checks.resources import Resources
from devops_agent_constructs.checks.role import Purpose


def lacks_actions(purpose: Purpose, *actions: str, needs: str) -> Callable[[Resources], Iterator[Problem]]:
    """Return a check that finds roles of a purpose whose trust policy lets the service do only some of the actions.

    Args:
        purpose: Of the roles to look at.
        actions: All of them are needed.
        needs: Who needs them, as a clause like `the operator app needs both`.
    """

    def check(resources: Resources) -> Iterator[Problem]:
        for role in resources.roles:
            if role.purpose is purpose and (missing := role.trust.lacks(*actions)):
                message = f"the service is not let in for {', '.join(missing)}; {needs}"
                yield Problem(place=role.trust.place, message=message)

    return check
