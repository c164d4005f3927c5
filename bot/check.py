"""`lodge check`: every line says what is set or works, or what does not and how to mend it."""

import asyncio
import socket
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Literal

from bot.college import EXAMPLE, CollegeError
from bot.college import load as load_college
from bot.semantic import answers as answers_of
from bot.settings import Settings, SettingsError, foreign
from bot.settings import load as load_settings
from bot.surface import SendRefused, Surface
from handlers.roles import College
from knowledge.answer import UNUSABLE, Answers
from storage.database import Database, StorageError
from storage.sealing import Sealer


@dataclass(frozen=True)
class Line:
    """One finding. FAIL: Lodge cannot work so. NOTE: it can, but somebody should know."""

    mark: Literal["ok", "NOTE", "FAIL"]
    text: str


async def examine() -> list[Line]:
    """Everything, in the order in which one would mend it."""
    try:
        settings = load_settings()
    except SettingsError as error:
        return [Line("FAIL", each) for each in error.lines]
    lines = [*_settings(settings), *_college(settings), *_knowledge(settings), await _database(settings), _port(settings)]
    return [*lines, *await _reach(settings)]


def _settings(settings: Settings) -> Iterator[Line]:
    yield Line("ok", "settings: every LODGE_ setting is known")
    keys = settings.secret_keys.get_secret_value()
    if not keys:
        yield Line(
            "NOTE",
            "LODGE_SECRET_KEYS is not set: the playground makes its own; `serve` will not start. Make one with `lodge keys`.",
        )
    else:
        try:
            Sealer.parse(keys)
            yield Line("ok", f"LODGE_SECRET_KEYS: {keys.count(',') + 1} set; the first one writes")
        except ValueError as error:
            yield Line("FAIL", f"LODGE_SECRET_KEYS: {error}")
    for name in foreign():
        yield Line("NOTE", f"{name} is set: the playground will not start beside it, because it has no sign-in.")


def _college(settings: Settings) -> Iterator[Line]:
    try:
        college = load_college(settings.config or EXAMPLE)
    except CollegeError as error:
        yield from (Line("FAIL", each) for each in error.lines)
        return
    if settings.config is None:
        yield Line(
            "NOTE", "LODGE_CONFIG is not set: using the example college. `serve` will not start without the college's own file."
        )
    if college.example:
        yield Line("NOTE", "lodge.toml says example = true: every emergency page says that its numbers are examples.")
    yield Line("ok", f"lodge.toml: {college.name}, {len(college.people)} people, {len(college.documents)} documents")
    yield from (_role(college, name) for name in college.roles)


def _role(college: College, name: str) -> Line:
    role = college.roles[name]
    members = ", ".join(college.name_of(email) for email in role.members)
    deputies = ", ".join(college.name_of(email) for email in role.deputies) or "nobody"
    return Line("ok", f"{role.title}: {members}; deputy {deputies}; notices go to {role.channel}")


def _knowledge(settings: Settings) -> Iterator[Line]:
    unused: list[str] = []
    started = time.perf_counter()
    try:
        answers = answers_of(settings, unused.append)
    except UNUSABLE as error:
        yield Line("FAIL", str(error))
        return
    policy, took = answers.policy, time.perf_counter() - started
    yield Line(
        "ok", f"policy: {policy.name}, version {policy.version}, {len(policy.clauses)} clauses, sha256 {policy.sha256[:12]}"
    )
    yield Line("ok", f"cards: {len(answers.cards)}, ready in {took:.1f} s")
    yield from (Line("NOTE", f"semantic: {why}") for why in unused)
    if not unused:
        yield Line("ok", f"semantic: {_read_with(answers, settings)}")
    for card in answers.suspended:
        clauses = ", ".join(each.clause for each in card.clauses)
        yield Line(
            "NOTE",
            f"card {card.id} is suspended: clause {clauses} changed since approval. Read both, then `lodge cards approve`.",
        )


def _read_with(answers: Answers, settings: Settings) -> str:
    if answers.encoder is None:
        return "no encoder is installed; answers come from words alone (`lodge semantic install` adds one)"
    return f"the encoder in {settings.semantic} reads beside the words, sha256 {answers.encoder.key[:12]}"


async def _database(settings: Settings) -> Line:
    from bot.process import key_file

    keys = settings.secret_keys.get_secret_value()
    if not keys and key_file(settings).exists():
        keys = key_file(settings).read_text().strip()
    if not keys:
        return Line("NOTE", f"database: {_shown(settings)} is made at the first start")
    try:
        database = await Database.open(settings.database_url, Sealer.parse(keys))
    except (StorageError, ValueError) as error:
        return Line("FAIL", f"database: {error}")
    try:
        await asyncio.wait_for(database.ping(), 5)
    finally:
        await database.close()
    return Line("ok", f"database: {_shown(settings)} answers")


def _shown(settings: Settings) -> str:
    """The address without its password."""
    scheme, _, rest = settings.database_url.partition("://")
    return f"{scheme}://{rest.rpartition('@')[2]}"


def _port(settings: Settings) -> Line:
    with socket.socket() as tried:
        try:
            tried.bind((settings.host, settings.port))
        except OSError as error:
            return Line(
                "NOTE",
                f"port {settings.port} on {settings.host}: {error.strerror}. Lodge may be running already; else set LODGE_PORT.",
            )
    return Line("ok", f"port {settings.port} on {settings.host} is free")


async def _reach(settings: Settings) -> list[Line]:
    """Whether each platform lets Lodge in, and whether every role's channel and everyone who holds a role can be reached."""
    from bot.process import StartError, checked_surfaces

    try:
        college = load_college(settings.config or EXAMPLE)
        async with checked_surfaces(settings, college) as surfaces:
            roles = college.roles.values() if surfaces else [role for role in college.roles.values() if role.channel != "web"]
            found = [await _place(surfaces, role.channel, role.title) for role in roles]
            for email in sorted({each for role in college.roles.values() for each in role.members + role.deputies}):
                found += [await _place([each], f"{each.name}:@{email}", college.name_of(email)) for each in surfaces]
            return found
    except CollegeError:
        return []  # named above
    except (StartError, SendRefused) as error:
        return [Line("FAIL", str(error))]


async def _place(surfaces: Sequence[Surface], place: str, title: str) -> Line:
    surface = next((each for each in surfaces if each.name == place.partition(":")[0]), None)
    if surface is None:
        return Line("FAIL", f"{title}: {place} is not on a platform that is configured. Name a channel in lodge.toml")
    trouble = await surface.trouble(place)
    return Line("NOTE", f"{title}, {place}: {trouble}") if trouble else Line("ok", f"{title}: reached at {place}")
