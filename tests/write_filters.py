"""Writes the tables of docs/filters.md anew from the fields of filters: write_filters.py."""

import sys
from collections.abc import Iterator
from pathlib import Path

from jnlpspy.export.jsonl import TYPES
from jnlpspy.filters.names import FAMILIES, GROUPS, PRINTED, Named, fields

PAGE = Path(__file__).parent.parent / "docs" / "filters.md"
MARK = "Made from the events by `make docs`.\n\n"


def with_tables(page: str) -> str:
    """Return the page with its tables as they should be."""
    return "\n".join([page.partition(MARK)[0] + MARK.rstrip("\n"), "", *_groups(), "", *_fields(), ""])


def _groups() -> Iterator[str]:
    yield "| group | the events of type |"
    yield "| --- | --- |"
    for groups in (FAMILIES, PRINTED):
        for name, types in groups.items():
            yield f"| `{name}` | {_listed(types)} |"


def _fields() -> Iterator[str]:
    yield "| field | kind | in the events of type |"
    yield "| --- | --- | --- |"
    commands = [name for name in fields() if name.startswith("fields.")]
    for name, field in fields().items():
        if name not in commands:
            yield f"| `{name}` | {_kind(field)} | {_where(field)} |"
    yield "| `headers.NAME` | a text | `discovery_asked`, `discovery_answered`, `headers_sent` |"
    for name in commands:
        yield f"| `{name}` | {_kind(fields()[name])} | `command_sent` |"


def _kind(field: Named) -> str:
    several = any(each.many for each in field.fields.values())
    kind = f"list: {field.kind.value}" if several else field.kind.value
    return f"{kind}: {_listed(field.choices)}" if 0 < len(field.choices) < len(TYPES) else kind


def _where(field: Named) -> str:
    return "all" if len(field.fields) == len(TYPES) else _listed(tuple(TYPES[fact] for fact in field.fields))


def _listed(words: tuple[str, ...]) -> str:
    return ", ".join(f"`{word}`" for word in words)


def main() -> int:
    PAGE.write_text(with_tables(PAGE.read_text("utf-8")), "utf-8")
    sys.stdout.write(f"{PAGE}: {len(GROUPS)} groups, {len(fields())} fields\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
