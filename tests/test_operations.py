"""What operators rely on: health, figures, a new index while serving, and a stop that finishes what is in hand."""

import asyncio
import contextlib
import shutil
import sqlite3
from dataclasses import replace
from pathlib import Path

import aiohttp
import pytest
from prometheus_client import generate_latest
from prometheus_client.parser import text_string_to_metric_families

from bot.process import ASKING, _metrics
from bot.settings import Settings
from bot.slack_words import PROMPTS
from handlers.event import Event
from knowledge.cards import RULINGS
from tests.conftest import running


@pytest.fixture
async def lodge(tmp_path, answers, college):
    """A playground with its worker running."""
    async with running(tmp_path, answers, college) as world:
        world.app.worker.start()
        yield world


async def got(lodge, path):
    """Status and JSON of a page."""
    async with lodge.driver.session.get(lodge.driver.root + path) as response:
        return response.status, await response.json()


async def test_health_and_readiness_are_told_apart(lodge):
    """The process lives; and it can work, or it says which part cannot."""
    parts = {"database": "ok", "index": "ok", "worker": "ok", "web": "ok"}
    assert await got(lodge, "/healthz") == (200, {"status": "ok"})
    status, said = await got(lodge, "/readyz")
    assert (status, said) == (200, {"ready": True, **parts, "roles": said["roles"]})
    await lodge.app.worker.stop()
    status, said = await got(lodge, "/readyz")
    assert (status, said) == (503, {"ready": False, **parts, "worker": "stopped", "roles": said["roles"]})


async def roles_told(lodge):
    """Readiness once the platforms have been asked, which no request waits for."""
    _, first = await got(lodge, "/readyz")
    assert set(first["roles"].values()) == {ASKING}
    await asyncio.gather(*(task for task in asyncio.all_tasks() if task.get_name() == "reach"))
    return await got(lodge, "/readyz")


async def test_every_role_is_named_as_reached(lodge):
    """Readiness names every role; the platforms are asked beside the request."""
    status, said = await roles_told(lodge)
    assert (status, said["roles"]) == (200, dict.fromkeys(lodge.app.college.roles, "ok"))


async def test_a_role_that_cannot_be_reached_is_named_and_counted(lodge):
    """A channel on a platform that is not configured is named with its mend and counted, and Lodge stays ready."""
    roles = lodge.app.college.roles
    away = replace(roles["marketing"], channel="slack:C0123456")
    lodge.app.college = replace(lodge.app.college, roles={**roles, "marketing": away})
    status, said = await roles_told(lodge)
    assert (status, said["ready"]) == (200, True)
    assert "Name a channel in lodge.toml" in said["roles"].pop("marketing")
    assert set(said["roles"].values()) == {"ok"}
    assert lodge.app.metrics.registry.get_sample_value("lodge_unreachable_roles") == 1


async def test_figures_count_rulings_and_surfaces_and_name_nobody(lodge):
    """Questions by ruling and surface, latency, events and deliveries; no address, no text."""
    await lodge.amira.asks("can I friend a former student?")
    await lodge.amira.puts_to_marketing("how many days of annual leave do I get?")
    runner = await _metrics(lodge.app, Settings(metrics_port=_free_port()))
    async with aiohttp.ClientSession() as session, session.get(f"http://127.0.0.1:{runner.addresses[0][1]}/metrics") as response:
        page = await response.text()
    await runner.cleanup()
    counted = {
        (sample.name, sample.labels.get("ruling") or sample.labels.get("outcome")): sample.value
        for family in text_string_to_metric_families(page)
        for sample in family.samples
    }
    assert counted["lodge_questions_total", "not_allowed"] == 1
    assert counted["lodge_questions_total", "not_covered"] == 1
    assert counted["lodge_answer_seconds_count", None] == 2
    assert "amira" not in page
    assert "annual" not in page


def only_students(room: Path) -> Path:
    """A copy of the knowledge with the cards on students alone, which are learnt in seconds."""
    shutil.copytree(RULINGS.parent, room, ignore=shutil.ignore_patterns("__pycache__"))
    for cards in (room / "rulings").glob("*.yml"):
        if cards.name != "students.yml":
            cards.unlink()
    return room


async def test_the_index_is_rebuilt_while_lodge_serves(lodge, tmp_path):
    """New cards are answered from at once; malformed ones are refused, and the old index goes on."""
    room = only_students(tmp_path / "knowledge")
    cards = room / "rulings" / "students.yml"
    cards.write_text(cards.read_text().replace("Please don't. Once somebody", "No, sorry. Once somebody"))
    lodge.app.knowledge = room
    rebuilt = asyncio.create_task(lodge.app.rebuild())
    assert "Please don't. Once somebody" in await lodge.amira.asks("can I friend a former student?")
    await rebuilt
    assert "No, sorry. Once somebody" in await lodge.amira.asks("can I friend a former student?")
    cards.write_text("- id: broken\n")
    await lodge.app.rebuild()
    assert "No, sorry. Once somebody" in await lodge.amira.asks("can I friend a former student?")


async def test_a_card_whose_clause_changed_gives_no_ruling(lodge, tmp_path):
    """When the policy's text changes, the ruling is withheld, the clause is shown, and the change is said (promise 2)."""
    room = only_students(tmp_path / "knowledge")
    policy = room / "policies" / "social-media.md"
    policy.write_text(policy.read_text().replace("as their professional relationship has ceased", "for two years"))
    lodge.app.knowledge = room
    await lodge.app.rebuild()
    assert any(
        card.id == "friend-former-student" or "4.6" in [each.clause for each in card.clauses]
        for card in lodge.app.answers.suspended
    )
    seen = await lodge.amira.asks("can I friend a former student?")
    assert "no ruling" in seen
    assert "for two years" in seen.quotes[0]


async def test_what_was_taken_in_is_written_before_lodge_stops(tmp_path, answers, college):
    """A question asked in the last instant is kept for its button over a restart."""
    async with running(tmp_path, answers, college) as world:
        keys = world.app.database._sealer
        asked = await world.amira.asks("how many days of annual leave do I get?")
    async with running(tmp_path, answers, college, keys) as world:
        page = await world.amira.presses("Put this question to Marketing", asked)
        assert page.fields["question"] == "how many days of annual leave do I get?"


def _free_port() -> int:
    import socket

    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return free.getsockname()[1]


async def test_whether_an_answer_helped_is_counted_and_leads_on(tmp_path, answers, college):
    """A kind word is counted; "not what I asked" is too, and offers Marketing. Neither is kept with a name."""
    async with running(tmp_path, answers, college) as world:
        for verdict, title in (("yes", ""), ("no", "Not what you asked")):
            event = Event("pressed", "web", world.amira.email, "web:@amira", verdict, world.clock(), action="feedback")
            reply = await world.app.receive(replace(event, subject=f"{verdict} q1"))
            assert (reply.title if reply else "") == title
        shown = generate_latest(world.app.metrics.registry).decode()
        for verdict in ("helpful", "not helpful"):
            assert f'lodge_feedback_total{{surface="web",verdict="{verdict}"}} 1.0' in shown


@pytest.mark.parametrize("question", PROMPTS)
def test_the_questions_to_start_from_are_answered(answers, question):
    """What Lodge itself suggests asking gets a ruling with its clause, and no alarm."""
    answer = answers.answer(question)
    assert (answer.kind, answer.danger_page) == ("ruling", False)
    assert answer.citations


def renamed(path, table, name):
    """Give a table of a database file another name."""
    with contextlib.closing(sqlite3.connect(path)) as database:
        database.execute(f"ALTER TABLE {table} RENAME TO {name}")


async def test_a_question_is_answered_though_the_one_before_cannot_be_read(lodge, tmp_path):
    """What looks back finds nothing in memory and no table in the database: it is answered by itself, at once."""
    await asyncio.to_thread(renamed, tmp_path / "lodge.db", "question", "elsewhere")
    answer = await lodge.amira.asks("and can I friend a former student?")
    await asyncio.to_thread(renamed, tmp_path / "lodge.db", "elsewhere", "question")
    assert answer.title == "Not allowed"
