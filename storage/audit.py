"""Who did what to a case, when: a chain per case that shows when a line was changed, added or taken out.

Whoever can write the table still lacks the key, so they cannot make the chain fit again. Lines cut from the end show
only against `heads` kept somewhere else.
"""

import hashlib
import hmac
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import Select, func, select

from storage import models
from storage.sealing import Sealer
from storage.turn import Turn

Fact = str | int | bool | None
READ = "read"


class AuditBroken(Exception):
    """The chain of a case does not fit from line ``seq`` on."""

    def __init__(self, case_id: str, seq: int) -> None:
        super().__init__(f"the audit chain of case {case_id} does not fit at line {seq}: it was changed outside Lodge")
        self.case_id, self.seq = case_id, seq


@dataclass(frozen=True)
class AuditLine:
    """One thing done to a case. ``seq`` counts from 1 within the case."""

    case_id: str
    seq: int
    at: datetime
    actor: str
    verb: str
    facts: Mapping[str, Fact]
    key_id: str
    prev: str
    hash: str


async def add(turn: Turn, case_id: str, actor: str, verb: str, facts: Mapping[str, Fact]) -> int:
    """Add the next line and give its number. The caller holds the case's row, so that no two lines take one number."""
    last = await turn.first(_lines(case_id).order_by(models.audit.c.seq.desc()).limit(1))
    seq, prev = (last.seq + 1, last.hash) if last else (1, "")
    key_id = turn.sealer.key_id
    line = AuditLine(case_id, seq, turn.now, actor, verb, dict(facts), key_id, prev, "")
    await turn.run(models.audit.insert().values(**{**vars(line), "hash": _hash(turn.sealer, line)}))
    return seq


async def lines(turn: Turn, case_id: str) -> list[AuditLine]:
    """Every line of a case, oldest first."""
    return [AuditLine(**row._mapping) for row in await turn.all(_lines(case_id).order_by(models.audit.c.seq))]


async def last_move(turn: Turn, case_id: str) -> AuditLine | None:
    """The last thing done to a case; reading it is not a move."""
    statement = _lines(case_id).where(models.audit.c.verb != READ).order_by(models.audit.c.seq.desc()).limit(1)
    row = await turn.first(statement)
    return AuditLine(**row._mapping) if row else None


def verify(lines: Iterable[AuditLine], sealer: Sealer) -> None:
    """Check the whole chain of one case, oldest line first. Raises `AuditBroken`, or `KeyMissing`."""
    prev = ""
    for expected, line in enumerate(lines, start=1):
        if line.prev != prev or not hmac.compare_digest(line.hash, _hash(sealer, line)):
            raise AuditBroken(line.case_id, expected)
        prev = line.hash


async def heads(turn: Turn) -> dict[str, str]:
    """The last hash of every chain, by case, for a digest to keep outside the database."""
    chain = models.audit
    last = select(chain.c.case_id, func.max(chain.c.seq).label("seq")).group_by(chain.c.case_id).subquery()
    joined = select(chain.c.case_id, chain.c.hash).join(last, (chain.c.case_id == last.c.case_id) & (chain.c.seq == last.c.seq))
    return {row.case_id: row.hash for row in await turn.all(joined.order_by(chain.c.case_id))}


def digest(heads: Mapping[str, str]) -> str:
    """One line that stands for all chains: it changes when a case is removed or the end of a chain is cut."""
    return hashlib.sha256(json.dumps(sorted(heads.items())).encode()).hexdigest()


def _lines(case_id: str) -> Select[Any]:
    return select(models.audit).where(models.audit.c.case_id == case_id)


def _hash(sealer: Sealer, line: AuditLine) -> str:
    at = line.at.astimezone(UTC).isoformat(timespec="microseconds")
    said = [line.prev, line.case_id, line.seq, at, line.actor, line.verb, line.facts]
    return hmac.new(sealer.audit_key(line.key_id), json.dumps(said, sort_keys=True).encode(), "sha256").hexdigest()
