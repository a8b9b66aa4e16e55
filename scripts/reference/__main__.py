"""Writes the reference pages."""

from pathlib import Path
from tempfile import TemporaryDirectory

from scripts.deployer_policies.catalogue import synthesize
from scripts.reference import DOCS, deployer_policies, pages

for path, text in pages().items():
    path.parent.mkdir(exist_ok=True)
    path.write_text(text, encoding="utf-8")
with TemporaryDirectory() as folder:
    # Beside the others, as it takes a synthesis of every stack.
    text = deployer_policies.page(synthesize(Path(folder)))
(DOCS / deployer_policies.PAGE).write_text(text, encoding="utf-8")
