"""The rules of the house, read from the code itself."""

import ast
import re
from pathlib import Path

import pytest

from bot.settings import names
from handlers import router

HOUSE = Path(__file__).parent.parent
ROOMS = {
    "bot": {"bot", "handlers", "knowledge", "storage"},
    "handlers": {"handlers", "knowledge", "storage"},
    "knowledge": {"knowledge"},
    "storage": {"storage"},
}
PLATFORM = {"slack_bolt", "slack_sdk", "botbuilder", "botframework", "aiohttp", "requests", "httpx"}
OUTSIDE_WORDS = re.compile(r"\b(slack|teams|botbuilder|bolt)\b", re.IGNORECASE)
SURFACES = ("slack", "teams", "web")


def _files(*rooms: str) -> list[Path]:
    return [path for room in rooms for path in sorted((HOUSE / room).rglob("*.py"))]


def _imports(path: Path) -> set[str]:
    found = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            found |= {name.name for name in node.names}
        elif isinstance(node, ast.ImportFrom):
            found.add(node.module or "")
            found |= {f"{node.module}.{name.name}" for name in node.names}
    return found


@pytest.mark.parametrize("room", ROOMS)
def test_imports_run_one_way(room):
    """bot may use handlers, handlers may use knowledge and storage, and nothing runs the other way."""
    for path in _files(room):
        rooms = {name.split(".")[0] for name in _imports(path)} & set(ROOMS)
        assert rooms <= ROOMS[room], f"{path.name} imports {rooms - ROOMS[room]}"


@pytest.mark.parametrize("room", ["handlers", "knowledge", "storage"])
def test_the_inside_knows_no_platform_and_no_network(room):
    """No file inside imports a platform's library or a network client."""
    for path in _files(room):
        assert not {name.split(".")[0] for name in _imports(path)} & PLATFORM, path.name


def test_handlers_read_no_clock_and_no_environment():
    """Time is work.now and settings are arguments: a handler can be run again and gives the same."""
    for path in _files("handlers"):
        source = path.read_text(encoding="utf-8")
        assert not _imports(path) & {"os", "time", "asyncio", "random", "socket"}, path.name
        assert "datetime.now" not in source, path.name
        assert "date.today" not in source, path.name


def test_handlers_name_no_platform_in_code():
    """Platform words may stand in a comment that says why, never in a name or a text that handlers act on."""
    for path in _files("handlers"):
        tree = ast.parse(path.read_text(encoding="utf-8"))
        names = {node.id for node in ast.walk(tree) if isinstance(node, ast.Name)} | {
            node.attr for node in ast.walk(tree) if isinstance(node, ast.Attribute)
        }
        assert not {name for name in names if OUTSIDE_WORDS.search(name)}, path.name


def test_surfaces_never_import_one_another():
    """Each surface can be taken out, or swapped, without touching another."""
    for path in _files("bot"):
        own = next((name for name in SURFACES if path.stem.split("_")[0] == name), None)
        if own:
            others = {name.split(".")[1].split("_")[0] for name in _imports(path) if name.startswith("bot.")} & set(SURFACES)
            assert others <= {own}, f"{path.name} imports {others}"


def test_no_room_for_odds_and_ends():
    """Every file is named after what it is about."""
    rude = {"utils", "util", "helpers", "helper", "common", "base", "misc", "manager", "managers"}
    assert not [path for path in _files(*ROOMS, "tests") if path.stem in rude]


def test_every_setting_stands_in_the_readme():
    """The README's table names every setting, and no setting that does not exist."""
    table = set(re.findall(r"^\| `([A-Z]+_[A-Z_]+)` \|", (HOUSE / "README.md").read_text(encoding="utf-8"), re.MULTILINE))
    assert table == set(names())


def test_the_readme_draws_the_tree_that_is_there():
    """Every file of the four rooms stands in the README's tree."""
    readme = (HOUSE / "README.md").read_text(encoding="utf-8")
    for path in _files(*ROOMS):
        if path.stem != "__init__" and "migrations" not in path.parts:
            assert re.search(rf"\b{path.stem}\b", readme), f"{path.relative_to(HOUSE)} is not in the README"


def test_every_word_of_the_design_stands_in_the_glossary():
    """One word a thing: the README's glossary defines each."""
    readme = (HOUSE / "README.md").read_text(encoding="utf-8").lower()
    for word in (
        "clause",
        "ruling",
        "card",
        "citation",
        "flow",
        "step",
        "form",
        "field",
        "case",
        "role",
        "route",
        "delivery",
        "timer",
        "surface",
    ):
        assert re.search(rf"^\| \*\*{word}\b", readme, re.MULTILINE), word


def test_every_step_of_every_flow_can_be_reached_and_every_press_is_answered():
    """No flow has a step that leads nowhere, and every button that handlers draw has a handler."""
    drawn = set(re.findall(r'^[A-Z_, ]*= *"([a-z_]+\.[a-z_]+)"', _sources(), re.MULTILINE))
    assert drawn <= set(router.PRESSES) | set(router.OPENS) | set(router.TIMERS) | set(router.DRAWINGS) | set(router._FORMS)
    for flow in router.FLOWS.values():
        assert len({step.name for step in flow.steps}) == len(flow.steps)


def _sources() -> str:
    return "\n".join(path.read_text(encoding="utf-8") for path in _files("handlers"))
