"""HTML as a tree, read strictly, for tests of what is written as HTML."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from html.parser import HTMLParser

VOID = {"meta", "input", "wbr"}


@dataclass
class Node:
    """An element."""

    name: str
    attributes: dict[str, str]
    children: list["Node | str"] = field(default_factory=list)

    @property
    def text(self) -> str:
        """All text in it."""
        return "".join(each if isinstance(each, str) else each.text for each in self.children)

    def walk(self) -> Iterator["Node"]:
        """Yield it and every element in it."""
        yield self
        for each in self.children:
            if isinstance(each, Node):
                yield from each.walk()

    def all(self, name: str, **attributes: str) -> list["Node"]:
        """Return the elements of a name in it, with these attributes; `class_` is one of its classes."""
        return [each for each in self.walk() if each.name == name and each.has(attributes)]

    def one(self, name: str, **attributes: str) -> "Node":
        """Return the only such element."""
        (found,) = self.all(name, **attributes)
        return found

    def has(self, attributes: dict[str, str]) -> bool:
        """Return whether it has attributes."""
        wanted = dict(attributes)
        classes = wanted.pop("class_", None)
        if classes is not None and classes not in self.attributes.get("class", "").split():
            return False
        return all(self.attributes.get(name.replace("_", "-")) == value for name, value in wanted.items())


def parse(text: str) -> Node:
    """Return a page as a tree; an element that is not ended where it must be is an error."""
    reader = _Reader()
    reader.feed(text)
    reader.close()
    assert [each.name for each in reader.open] == ["page"], "elements that are not ended"
    return reader.open[0]


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.open = [Node("page", {})]

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        assert len({name for name, _ in attrs}) == len(attrs), f"an attribute twice: {tag} {attrs}"
        node = Node(tag, {name: value or "" for name, value in attrs})
        self.open[-1].children.append(node)
        if tag not in VOID:
            self.open.append(node)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop().name == tag

    def handle_data(self, data: str) -> None:
        self.open[-1].children.append(data)


def check(page: Node) -> None:
    """Check what holds for every page of ours: nothing acts or reaches out, every name is there, once."""
    ids = [each.attributes["id"] for each in page.walk() if "id" in each.attributes]
    assert len(ids) == len(set(ids))
    for each in page.walk():
        for name, value in each.attributes.items():
            assert not name.startswith("on"), each
            assert name not in ("style", "src", "action", "formaction"), each
            if name == "href":
                assert value.startswith("#"), each
            if name in ("aria-labelledby", "for"):
                assert value in ids, each
        assert each.name not in ("img", "iframe", "link", "object", "embed", "base", "form", "foreignobject"), each
    assert len(page.all("script")) == 1
    assert len(page.all("style")) == 1
    for table in page.all("table"):
        assert table.one("caption").text
        heads = table.all("th")
        assert heads
        assert {each.attributes.get("scope") for each in heads} == {"col"}
        assert {len(row.all("td")) for row in table.one("tbody").all("tr")} == {len(heads)}
