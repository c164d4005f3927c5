"""Nobody's story leaks: a planted marker is looked for in every sink (promise 9)."""

import asyncio
import json
import logging

import pytest
from prometheus_client import generate_latest

from bot import desk, logs
from bot.process import readiness
from storage.sealing import Sealer, new_key
from tests.stories.reporting import opens, says_who
from tests.test_command_line import lodge

MARKER = "Quokka-4711"
PEOPLE = ("amira", "ben", "bea", "hana", "hugo", "sol", "sue", "pat", "gwen")
CHANNELS = {"ben": "marketing", "hana": "hr", "sol": "safeguarding", "pat": "principal", "gwen": "governors"}


def stored(tmp_path) -> bytes:
    """Every byte of the database, its write-ahead log included."""
    return b"".join(path.read_bytes() for path in tmp_path.glob("lodge.db*"))


async def test_what_people_write_is_sealed_wherever_it_rests(world, tmp_path):
    """Question, draft, case, answer and notice are in the database only as ciphertext; who asked and its state are not."""
    await world.amira.asks(f"what is the {MARKER} allowance?")
    await world.amira.presses("Put this question to Marketing")
    await world.amira.fills()
    await world.app.questions.flush()
    assert MARKER.encode() not in stored(tmp_path)
    await world.amira.fills()
    await world.ben.presses("Answer", (await world.ben.reads("marketing"))[0])
    await world.ben.fills(answer=f"There is no {MARKER}.")
    assert any(MARKER in seen for seen in await world.amira.reads())
    assert MARKER.encode() not in stored(tmp_path)
    assert b"MKT-0001" in stored(tmp_path)


async def test_nothing_written_reaches_logs_or_metrics(world, capsys):
    """Logs and figures count; they do not quote."""
    logs.configure("debug", readable=False)
    await world.amira.puts_to_marketing(f"what is the {MARKER} allowance?")
    await world.amira.asks(f"my student {MARKER} wants to end it all")
    out, err = capsys.readouterr()
    assert MARKER not in out + err
    assert MARKER.encode() not in generate_latest(world.app.metrics.registry)


async def test_a_failure_is_logged_without_its_words(capsys):
    """An exception's text may hold a story: its class and where it happened are logged, and no more."""
    logs.configure("info", readable=False)
    try:
        raise ValueError(MARKER)
    except ValueError:
        logging.getLogger("aiohttp.server").exception("Error handling request %s", MARKER)
    written = capsys.readouterr().err
    assert MARKER not in written
    assert "ValueError" in written


async def test_a_failure_inside_tells_the_person_and_nobody_else(world, capsys):
    """When Lodge itself fails, the person is told that nothing was sent, and the log has no word of theirs."""
    logs.configure("info", readable=False)
    asked = await world.amira.asks(f"what is the {MARKER} allowance?")
    await world.app.questions.flush()
    world.app.database._sealer = Sealer.parse(new_key())  # a key was lost: what is stored cannot be read
    seen = await world.driver.press(
        world.amira.email, "", asked.button("Put this question"), "0b5ad2f0-3c6e-4a0e-8f0e-2f6f4f0a9d11", status=500
    )
    assert "went wrong" in seen
    assert MARKER not in capsys.readouterr().err


async def a_whole_concern(world):
    """A contractor is reported by a name typed; asked about, answered, added to, somebody else named; withdrawn and closed."""
    await says_who(world.amira, "third", named=MARKER)
    receipt = await world.amira.fills(what=f"{MARKER} said so", where=f"https://{MARKER}.example", when=MARKER, kept="no")
    shown = await opens(world.hana, "hr")
    assert MARKER in shown, "nothing is looked for below, if it was never there"
    await world.hana.presses("Ask the reporter", shown)
    await world.hana.fills(words=f"Who is {MARKER}?")
    await world.amira.presses("Answer privately", (await world.amira.reads())[-1])
    await world.amira.fills(words=f"{MARKER} answers")
    for label, words in (("Add information", {"words": f"{MARKER} again"}), ("Say who it is about", {"named": f"{MARKER} too"})):
        await world.amira.presses(label, receipt)
        await world.amira.fills(**words)
    await world.amira.presses("Withdraw it", receipt)
    await world.hana.presses("Close", await opens(world.hana, "hr"))
    await world.hana.fills(outcome="elsewhere")


async def a_note(world):
    """MyConcern cannot be reached: a note, and the hour in which nothing more is heard."""
    await says_who(world.amira, "student", adult="no", named=MARKER)
    await world.amira.fills(reach="cannot")
    await world.amira.fills(note=f"{MARKER} is not safe")
    assert MARKER in await opens(world.sol, "safeguarding")
    world.clock.passes(minutes=95)
    await world.settle()


@pytest.mark.parametrize("lives", [a_whole_concern, a_note])
async def test_a_concern_is_in_no_sink(world, tmp_path, capsys, lives):
    """Story, names, question, answer and note are in no row, log, figure, health page, list, notice or home page (promise 9)."""
    logs.configure("debug", readable=False)
    await lives(world)
    out, err = capsys.readouterr()
    said = [each for name in PEOPLE for each in (*await getattr(world, name).reads(), await getattr(world, name).home())]
    said += [each for name, channel in CHANNELS.items() for each in await getattr(world, name).reads(channel)]
    assert len([each for each in said if "CON-0001" in each]) > 1
    assert not [each for each in said if MARKER in each]
    figures = generate_latest(world.app.metrics.registry).decode()
    assert MARKER not in out + err + figures + json.dumps(await readiness(world.app))
    assert MARKER.encode() not in stored(tmp_path)


async def test_the_terminal_lists_no_concern(world, tmp_path):
    """Neither `lodge cases`, whatever it is asked for, nor `lodge check` says that there is a concern, or who reported it."""
    await a_whole_concern(world)
    env = {"LODGE_DATABASE_URL": f"sqlite:///{tmp_path}/lodge.db", "LODGE_SECRET_KEYS": new_key()}
    asked = (("cases", "--all", "--csv"), ("cases", "--kind", "breach", "--all"), ("cases", "--role", "hr", "--all"), ("check",))
    for words in asked:
        done = await asyncio.to_thread(lodge, *words, cwd=tmp_path, **env)
        assert not [each for each in ("CON-", MARKER, "amira") if each in done.stdout + done.stderr], words
    async with world.app.database.begin(college=world.app.college, answers=world.app.answers) as work:
        assert await desk.listed(work, every=True) == []


async def test_a_failure_within_a_concern_tells_no_story(world, capsys):
    """When a concern cannot be opened, its words are in no log, and whoever pressed is told."""
    await says_who(world.amira, "third", named=MARKER)
    await world.amira.fills(what=MARKER, kept="no")
    (notice,) = await world.hana.reads("hr")
    logs.configure("debug", readable=False)
    world.app.database._sealer = Sealer.parse(new_key())  # a key was lost: what is stored cannot be read
    press = notice.button("Open privately")
    seen = await world.driver.press(world.hana.email, "", press, "0b5ad2f0-3c6e-4a0e-8f0e-2f6f4f0a9d12", status=500)
    assert "went wrong" in seen
    assert not [each for each in (MARKER, "CON-0001", "amira") if each in capsys.readouterr().err]
