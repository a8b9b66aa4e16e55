"""What a snapshot cannot say: nobody but the Agent Space gets in. Run it with pytest, in this folder."""

from app import AGENT_SPACE, orders

from devops_agent_constructs.testing import assert_admits_only


def test_the_role_admits_the_agent_space_alone() -> None:
    assert_admits_only(orders(), agent_space=AGENT_SPACE)
