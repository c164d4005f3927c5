"""The string that must arrive as plain characters in every field, and a reading that finds what it could have made."""

from tests.reading import Node, read

HOSTILE = (
    '<script>alert(1)</script> <!channel> @everyone **bold** [x](javascript:alert(1)) {"a":1} {{ 7 * 7 }} '
    "'\"><img src=x onerror=alert(1)>"
)


def root_of(html: str) -> Node:
    """The HTML as a tree, with no element in it that only a stranger's words could have made."""
    root = read(html)
    names = {node.tag for node in root.all()}
    assert not names & {"script", "img", "iframe"} or "html" in names
    assert not [node for node in root.all() for name in node.attrs if name.startswith("on") or name == "style"]
    assert not [node for node in root.all("a") if node.attrs["href"].startswith("javascript")]
    return root
