"""AWS's guardrail: its lists, and what it leaves of a permission."""
