"""Nobody's words lie open in the database, and none can be moved or changed unnoticed."""

import base64
import logging

import pytest
from sqlalchemy import select, text, update
from sqlalchemy.exc import IntegrityError

from storage import models
from storage.addresses import AddressBook
from storage.database import Database
from storage.questions import QuestionLog
from storage.sealing import KeyMissing, SealBroken, Sealer, new_key
from tests.storage.conftest import MARKER, opened, opens, opens_in

AMIRA = "amira@college.example"


async def _says_everywhere(database, clock):
    """The marker, through every verb that takes people's words."""
    await AddressBook(database).put("person:amira", MARKER)
    async with database.begin() as work:
        case, _ = await opens(work)
        await work.say(case, author=AMIRA, kind="answer", body=MARKER)
        await work.add_items(case, kind="copy", texts=[MARKER], actor=AMIRA)
        (held,) = await work.items(case)
        await work.move_item(case, held, actor=AMIRA, verb="hid", sources=("asked",), to="hidden", note=MARKER)
        await work.amend(case, actor=AMIRA, verb="amended", details={"more": MARKER})
        await work.put_draft(id="d1", person=AMIRA, flow="f", step="s", subject="", answers={"question": MARKER})
        await work.put_post("web:#marketing", "k1", MARKER)
        await work.put_missed(MARKER)
    log = QuestionLog(database)
    log.add("q1", AMIRA, "web", "web:@amira", MARKER, clock())
    await log.close()
    return case


def _contents(folder):
    return [path.read_bytes() for path in folder.glob("lodge.db*")]


async def test_no_word_of_a_story_is_in_the_database(database, url, clock, tmp_path):
    """A planted marker is in no column of any table, and in no byte of a SQLite file or its log."""
    await _says_everywhere(database, clock)
    needle = MARKER.split()[0].encode()
    async with database.turn() as turn:
        for table in models.Row.metadata.sorted_tables:
            assert needle not in repr([tuple(row) for row in await turn.all(select(table))]).encode(), table.name
        for table, column in models.SEALED:
            assert (await turn.run(select(models.Row.metadata.tables[table].c[column]))).scalar_one()
    assert bool(_contents(tmp_path)) is url.startswith("sqlite")
    assert not any(needle in content for content in _contents(tmp_path))


async def test_no_word_of_a_story_is_in_an_error_or_a_log(database, clock, caplog):
    """Where the database refuses a row, neither the error nor anything logged holds what was in it."""
    caplog.set_level(logging.DEBUG)
    case = await _says_everywhere(database, clock)
    row = {"id": case.id, "case_id": "nothing", "at": clock(), "author": MARKER, "kind": MARKER, "body": MARKER.encode()}
    with pytest.raises(IntegrityError) as refused:
        async with database.turn() as turn:
            await turn.run(models.entry.insert().values(row))
    for shown in (str(refused.value), repr(refused.value), caplog.text, repr(case)):
        assert "Quokka" not in shown


async def test_a_sealed_value_belongs_to_its_row(database):
    """Two cases' words swapped in the database are refused, not shown under the wrong name."""
    first, second = await opens_in(database), await opens_in(database, key="form-2")
    async with database.turn() as turn:
        other = (await turn.run(select(models.case.c.details).where(models.case.c.id == second.id))).scalar_one()
        await turn.run(update(models.case).where(models.case.c.id == first.id).values(details=other))
    with pytest.raises(SealBroken, match=first.id):
        async with database.begin() as work:
            await work.case(first.id, actor=AMIRA, purpose="act")


@pytest.mark.parametrize("place", [("entry", "r", "c"), ("case", "r2", "c"), ("case", "r", "d")])
def test_a_sealed_value_opens_only_where_it_was_sealed(sealer, place):
    """Another table, row or column does not open it."""
    sealed = sealer.seal("case", "r", "c", MARKER)
    assert sealer.open("case", "r", "c", sealed) == MARKER
    with pytest.raises(SealBroken):
        sealer.open(*place, sealed)


def test_every_changed_byte_is_noticed(sealer):
    """A sealed value with any one byte changed, or cut short, does not open."""
    sealed = sealer.seal("case", "r", "c", "words")
    for at in range(len(sealed)):
        broken = bytes([*sealed[:at], sealed[at] ^ 1, *sealed[at + 1 :]])
        with pytest.raises((SealBroken, KeyMissing)):
            sealer.open("case", "r", "c", broken)
        with pytest.raises(SealBroken):
            sealer.open("case", "r", "c", sealed[:at])


def test_equal_words_are_sealed_differently(sealer):
    """Nobody can tell from the database that two people wrote the same."""
    assert sealer.seal("case", "r", "c", "same") != sealer.seal("case", "r", "c", "same")


async def test_a_new_key_writes_and_the_old_one_still_reads(url, clock):
    """After a change of keys what was sealed before opens, and what is sealed now needs the new key."""
    old, new = new_key(), new_key()
    async with opened(url, Sealer.parse(old), clock) as (before,):
        first = await opens_in(before)
    async with opened(url, Sealer.parse(f"{new}, {old}"), clock) as (after,):
        second = await opens_in(after, key="form-2")
        async with after.begin() as work:
            assert (await work.case(first.id, actor=AMIRA, purpose="act")).details == {"question": MARKER}
    async with opened(url, Sealer.parse(new), clock) as (later,), later.begin() as work:
        assert (await work.case(second.id, actor=AMIRA, purpose="act")).details == {"question": MARKER}
        with pytest.raises(KeyMissing) as missing:
            await work.case(first.id, actor=AMIRA, purpose="act")
    assert missing.value.key_id == Sealer.parse(old).key_id


@pytest.mark.parametrize(
    "given",
    ["", " , ", "not base64!", base64.b64encode(b"short").decode(), pytest.param(new_key()[:-4], id="cut short")],
)
def test_a_bad_key_says_what_to_do(given):
    """A key that cannot be one is refused with the way to make one, and is not repeated in the message."""
    with pytest.raises(ValueError, match="lodge keys") as refused:
        Sealer.parse(given)
    assert len(given) < 6 or given not in str(refused.value)


def test_keys_are_never_printed():
    """What a sealer prints of itself holds none of its keys."""
    key = new_key()
    shown = repr(Sealer.parse(key))
    assert key not in shown
    assert repr(base64.b64decode(key)) not in shown


def test_blind_values_find_and_do_not_tell(sealer):
    """The same identifier gives the same value in one column only, with one key only, whatever its case."""
    assert sealer.blind("email", " Ben@College.example") == sealer.blind("email", "ben@college.example")
    assert sealer.blind("email", "ben") != sealer.blind("name", "ben")
    assert sealer.blind("email", "ben") != Sealer.parse(new_key()).blind("email", "ben")


async def test_secrets_in_an_address_are_not_repeated(sealer):
    """A password in the database's address is in no message about it."""
    with pytest.raises(Exception, match="cannot be reached") as refused:
        await Database.open("postgresql://lodge:hunter22@127.0.0.1:9/lodge", sealer)
    assert "hunter22" not in str(refused.value)


async def test_the_marker_scan_would_find_words_that_lie_open(database, url, tmp_path):
    """The scan of the file is not blind: the same marker stored openly is found in its bytes."""
    async with database.turn() as turn:
        await turn.run(text("INSERT INTO seen (id, at) VALUES ('Quokka-7f3a', '2026-01-01 00:00:00+00:00')"))
    if url.startswith("sqlite"):
        assert any(b"Quokka-7f3a" in content for content in _contents(tmp_path))
