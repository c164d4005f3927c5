"""What a page shows, read back from its HTML as a person would: titles, words, buttons, fields, errors."""

from dataclasses import dataclass, field
from html.parser import HTMLParser

VOID = {"area", "br", "hr", "img", "input", "link", "meta", "path", "rect", "circle"}


@dataclass
class Node:
    """One element."""

    tag: str
    attrs: dict[str, str]
    children: list["Node | str"] = field(default_factory=list)

    def all(self, tag: str = "", **attrs: str) -> list["Node"]:
        """Every element below with this tag and these attributes (``class_`` looks for one class)."""
        found = [self] if self._is(tag, attrs) else []
        return found + [hit for child in self.children if isinstance(child, Node) for hit in child.all(tag, **attrs)]

    def _is(self, tag: str, attrs: dict[str, str]) -> bool:
        wanted = {name.rstrip("_").replace("_", "-"): value for name, value in attrs.items()}
        held = self.attrs.get("class", "").split()
        return (not tag or tag == self.tag) and all(
            value in held if name == "class" else self.attrs.get(name) == value for name, value in wanted.items()
        )

    def text(self) -> str:
        """The words, with white space folded."""
        return " ".join(self.raw().split())

    def raw(self) -> str:
        """The words exactly as they stand."""
        return "".join(child if isinstance(child, str) else child.raw() for child in self.children)


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.root = Node("", {})
        self._open = [self.root]

    def handle_starttag(self, tag, attrs):
        node = Node(tag, {name: value or "" for name, value in attrs})
        self._open[-1].children.append(node)
        if tag not in VOID:
            self._open.append(node)

    def handle_startendtag(self, tag, attrs):
        self._open[-1].children.append(Node(tag, {name: value or "" for name, value in attrs}))

    def handle_endtag(self, tag):
        if tag in [node.tag for node in self._open]:
            while self._open.pop().tag != tag:
                pass

    def handle_data(self, data):
        self._open[-1].children.append(data)


def read(html: str) -> Node:
    """A document, or a piece of one."""
    reader = _Reader()
    reader.feed(html)
    return reader.root
