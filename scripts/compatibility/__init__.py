"""Tries the package on the lowest and the highest versions that pyproject.toml allows, and on each Python.

    python -m scripts.compatibility                # every combination whose Python is on this machine
    python -m scripts.compatibility lowest 3.13    # these two

What passed is kept in record.json, of which docs/compatibility.md has the tables.
"""
