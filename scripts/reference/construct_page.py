"""Writes the page of a construct: hand-written words and an example, and everything that code, template and schema say.

The words and the example are in `constructs/<page>.md`. A heading of it is a section of the page; two are read
otherwise: below `## Changes` each line is a call with another argument, whose effect on the template the page tells,
and a comment above it says what is another, where changes of one argument do different things; `## Removed` is the
page's end. Below other headings a block that is such a call is followed by what it changes.
"""

from __future__ import annotations

import difflib
import functools
import inspect
import json
import re
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import yaml

import devops_agent_constructs as package
from scripts.reference import construct_members as members
from scripts.reference.construct_changes import effects
from scripts.reference.construct_runs import Call, MadeStack, Template, calls, run, shown
from scripts.reference.docstrings import Docstring
from scripts.reference.tables import prose, table

SOURCES = Path(__file__).parent / "constructs"
_BLOCK = re.compile(r"```python\n(.*?)```\n", re.DOTALL)
_CALL = re.compile(r"\w+\(\s*\.\.\.")
# Names in hand-written words, unless they are in a block or a link of their own.
_CODE = re.compile(r"^```.*?^```$|\[[^\]]*\]\([^)]*\)|`(\w+)`", re.DOTALL | re.MULTILINE)
# A page that a docstring names, with the marks that keep Markdown from reading its name.
_PAGE = re.compile(r"docs/([\w\\]+\.md)")
# Where these things are is told by the stack: no change of theirs can be shown.
_PLACES = {"scope", "construct_id"}
_KEPT = {"Retain": "stays", "RetainExceptOnCreate": "stays, unless its creation is rolled back"}


class ConstructPage:
    """The page of one public name.

    Attributes:
        name: The public name.
        beside: Further public names that have their place on this page.
        links: What makes a link of a public name.
    """

    def __init__(self, name: str, beside: tuple[str, ...], *, links: members.Links) -> None:
        self.name, self.beside = name, beside
        self.links: members.Links = lambda other: f"`{other}`" if other in {name, *beside} else links(other)
        self._subject: Any = getattr(package, name)
        source = (SOURCES / file_name(name)).read_text("utf-8")
        self._words, *sections = re.split(r"^## ", self._with_links(source), flags=re.MULTILINE)
        self._sections = dict(section.split("\n", 1) for section in sections)
        # What a section shows may be a change that is told of, too.
        self._run = functools.cache(functools.partial(run, self.example))

    @property
    def example(self) -> str:
        """The code."""
        return str(_BLOCK.findall(self._words)[0])

    @property
    def made(self) -> dict[str, MadeStack]:
        """What the example makes."""
        return self._run()

    def text(self) -> str:
        """Return the page."""
        said = Docstring.of(self._subject)
        summary, *paragraphs = map(self._linked, said.paragraphs)
        parts = [f"# {self.name}", summary, self._words.strip(), *paragraphs, *self._deployed()]
        own = {"Changes", "Removed"}
        parts += [f"## {title}\n\n{self._section(text)}" for title, text in self._sections.items() if title not in own]
        parts += ["## Arguments", members.arguments_table(self._subject, self.links)]
        if inspect.isclass(self._subject) and (rows := members.members_table(self._subject, self.links)):
            parts += ["## Attributes and methods", rows]
        for name in self.beside:
            parts += self._beside(name)
        parts += ["## What a change does", self._changes(), *self._warnings(said)]
        parts += ["## When it is removed", self._sections["Removed"].strip()]
        return "\n\n".join(parts) + "\n"

    def _linked(self, text: str) -> str:
        text = _PAGE.sub(lambda match: f"[{match[0]}](../{match[1]})".replace("\\", ""), prose(text))
        return members.linked(text, self.links)

    def _with_links(self, words: str) -> str:
        return _CODE.sub(lambda match: self.links(match[1]) if match[1] else match[0], words)

    def _deployed(self) -> Iterator[str]:
        yield "## What it deploys"
        for name, stack in self.made.items():
            if len(self.made) > 1:
                yield f"The stack `{name}`, in `{stack.environment}`:"
            yield _resources(stack.template)
            yield _folded("The template", _yaml(stack.template))
            for body in _bodies(stack.template):
                yield _folded("The template of the stacks in the accounts", _yaml(body))

    def _section(self, text: str) -> str:
        def with_difference(match: re.Match[str]) -> str:
            if _CALL.match(match[1]) is None:
                return match[0]
            [call] = calls(match[1])
            return f"{match[0]}\n{_folded('What it changes in the template', self._difference(call), 'diff')}\n"

        return _BLOCK.sub(with_difference, text.strip() + "\n").strip()

    def _difference(self, call: Call) -> str:
        after = self._run(call)
        lines: list[str] = []
        for name, stack in self.made.items():
            old, new = (_yaml(made.template).splitlines() for made in (stack, after[name]))
            lines += list(difflib.unified_diff(old, new, lineterm="", n=2))[2:]
        return "\n".join(line for line in lines if not line.startswith("@@")) + "\n"

    def _beside(self, name: str) -> Iterator[str]:
        documented = getattr(package, name)
        said = Docstring.of(documented)
        yield f"## {name}"
        yield from (self._linked(paragraph) for paragraph in said.paragraphs)
        errors = said["Raises"] or Docstring.of(members.called(documented))["Raises"]
        if errors and said["Attributes"]:  # A value that checks itself is one that apps make.
            yield members.arguments_table(documented, self.links)
        elif rows := members.members_table(documented, self.links):
            yield rows
        yield from (f"Raises {self.links(error)}: {self._linked(text)}" for error, text in errors.items())

    def _changes(self) -> str:
        done: dict[str, list[str]] = {}
        told = set[str]()
        [block] = _BLOCK.findall(self._sections["Changes"])
        for call in calls(block):
            told |= {name for name, _ in call.arguments}
            names = " with ".join(f"`{name}`" for name, _ in call.arguments) + (
                f" ({call.words})" if call.words else ""
            )
            done.setdefault(effects(self.made, self._run(call)), []).append(names)
        # A function takes one value, whose arguments are those that change.
        subject = self._subject if inspect.isclass(self._subject) else getattr(package, self.beside[0])
        told |= {*_PLACES, *re.findall(r"`(\w+)`", self._sections["Changes"] + self._sections["Removed"])}
        if missing := members.arguments_of(subject).keys() - told:
            raise ValueError(f"{self.name}: no change of {sorted(missing)} is told below ## Changes, nor a word on it")
        rows = [(", ".join(names), effect) for effect, names in done.items()]
        words = _BLOCK.sub("", self._sections["Changes"]).strip()
        return "\n\n".join(filter(None, [table(["a change of", "does"], rows), words]))

    def _warnings(self, said: Docstring) -> Iterator[str]:
        yield "## Warnings and errors"
        if rows := [(f"`{name}`", self._linked(text)) for name, text in said["Warnings"].items()]:
            yield table(["warning", "when"], rows)
        errors = Docstring.of(members.called(self._subject))["Raises"]
        yield from (f"Raises {self.links(error)}: {self._linked(text)}" for error, text in errors.items())


def file_name(name: str) -> str:
    """Return the file of a name's page, as its module is called: `agent_space.md`."""
    return re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "_", name).lower() + ".md"


def _resources(template: Template) -> str:
    counted = Counter(
        (resource["Type"], _KEPT.get(resource.get("DeletionPolicy", ""), "goes"))
        for resource in template["Resources"].values()
    )
    rows = [
        (f"`{kind}`" + (f", {number} of them" if number > 1 else ""), kept) for (kind, kept), number in counted.items()
    ]
    return table(["resource", "when the stack is deleted"], rows)


def _bodies(template: Template) -> Iterator[Template]:
    """Yield the templates that StackSets of a template have as text."""
    for resource in template["Resources"].values():
        if resource["Type"] == "AWS::CloudFormation::StackSet":
            yield json.loads(resource["Properties"]["TemplateBody"])


def _yaml(template: Template) -> str:
    document = shown(template)
    for resource in document["Resources"].values():
        if resource["Type"] == "AWS::CloudFormation::StackSet":
            resource["Properties"]["TemplateBody"] = "(the template below, as text)"
    # The writer of libyaml, which is ten times as fast.
    return str(yaml.dump(document, Dumper=yaml.CSafeDumper, sort_keys=False, width=100, allow_unicode=True))


def _folded(title: str, text: str, language: str = "yaml") -> str:
    """Return a block that is folded, on GitHub and on the site."""
    return f'<details markdown="1">\n<summary>{title}</summary>\n\n```{language}\n{text}```\n\n</details>'
