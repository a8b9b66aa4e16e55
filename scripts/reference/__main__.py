"""Writes the reference pages."""

from scripts.reference import pages

for path, text in pages().items():
    path.write_text(text, encoding="utf-8")
