"""Assertions for the tests of your own CDK app, by pytest or any other runner.

```python
from devops_agent_constructs.testing import assert_admits_only, assert_connects

assert_admits_only(app, agent_space=ARN)
assert_connects(app, agent_space=ARN, accounts=["222222222222"])
```
"""

from __future__ import annotations

from devops_agent_constructs.testing.assertions import assert_admits_only, assert_connects

__all__ = ["assert_admits_only", "assert_connects"]
