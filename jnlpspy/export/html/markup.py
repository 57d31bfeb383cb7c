"""HTML as values: what is not `Markup` is foreign text, and becomes harmless wherever it is put."""

from collections.abc import Iterable
from html import escape

_VOID = frozenset(("input", "meta"))
"""Elements that have no end."""


class Markup(str):
    """HTML that was made here."""

    __slots__ = ()


NOTHING = Markup()

Attribute = str | float | None


def element(name: str, /, *content: str | None, **attributes: Attribute) -> Markup:
    """Return an element; `class_` is its class, `data_x` its `data-x`, and an attribute that is None is left out.

    Raises:
        ValueError: an attribute is one through which text could act: a handler, a style, or a link out of the page.
    """
    written = "".join(_attribute(key, value) for key, value in attributes.items() if value is not None)
    if name in _VOID:
        return Markup(f"<{name}{written}>")
    return Markup(f"<{name}{written}>{''.join(map(text, filter(None, content)))}</{name}>")


def text(value: str) -> Markup:
    """Return text as HTML that shows it as it is."""
    return value if isinstance(value, Markup) else Markup(escape(visible(value)))


def join(parts: Iterable[str]) -> Markup:
    """Return parts one after the other."""
    return Markup("".join(map(text, parts)))


def visible(value: str) -> str:
    """Return text in which a mark stands for each character that cannot be seen, or turns the direction of reading."""
    if value.isprintable():
        return value
    return "".join(each if each.isprintable() else " " if each in "\t\r\n" else "\ufffd" for each in value)


def number(value: float) -> str:
    """Return a number as attributes have it: short, and never in powers of ten."""
    return f"{value:.2f}".rstrip("0").rstrip(".")


def _attribute(key: str, value: str | float) -> str:
    name = key.rstrip("_").replace("_", "-")
    told = number(value) if isinstance(value, float) else str(value)
    if name.startswith("on") or name in ("style", "src", "action") or (name == "href" and not told.startswith("#")):
        raise ValueError(f"expected an attribute that cannot act, got {name}")
    return f' {name}="{escape(visible(told))}"'
