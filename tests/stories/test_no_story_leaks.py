"""Nobody's story leaks: a planted marker is looked for in every sink (promise 9)."""

import logging

from prometheus_client import generate_latest

from bot import logs
from storage.sealing import Sealer, new_key

MARKER = "Quokka-4711"


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
