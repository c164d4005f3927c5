"""Nothing accepted is lost, and no notice comes twice, whenever the process is killed (promise 6)."""

import re

import pytest

from tests.killing import storm

MARKER = re.compile(r"marker \d+ [0-9a-f-]{36}")


def check(sent, notices):
    """Every case that somebody was told of has its notice, with the words they sent; no notice stands twice."""
    assert len(sent.received) > 10, "too few were told anything for this to say much"
    assert len(set(sent.received.values())) == len(sent.received)
    told = [MARKER.search(notice)[0] for notice in notices]
    assert len(told) == len(set(told)), "a notice stands twice"
    lost = {MARKER.search(text)[0] for text in sent.received} - set(told)
    assert not lost, f"{len(lost)} of {len(sent.received)} lost"


async def test_three_kills_lose_nothing_on_sqlite(tmp_path):
    """Killed three times while six people send: every 'received' is true, every notice is there once."""
    check(*await storm(f"sqlite:///{tmp_path}/lodge.db", tmp_path, kills=3, replicas=1))


async def test_three_kills_lose_nothing_on_postgresql_with_two_replicas(tmp_path, postgres_url):
    """The same with two replicas that share one PostgreSQL and are killed in turn."""
    check(*await storm(postgres_url, tmp_path, kills=3, replicas=2))


@pytest.mark.soak
async def test_two_hundred_kills_on_sqlite(tmp_path):
    """The long form."""
    sent, notices = await storm(f"sqlite:///{tmp_path}/lodge.db", tmp_path, kills=200, replicas=1)
    print(f"\nSQLite: 200 kills, {len(sent.received)} told received, {len(notices)} notices")
    check(sent, notices)


@pytest.mark.soak
async def test_two_hundred_kills_on_postgresql(tmp_path, postgres_url):
    """The long form, with three replicas."""
    sent, notices = await storm(postgres_url, tmp_path, kills=200, replicas=3)
    print(f"\nPostgreSQL: 200 kills, {len(sent.received)} told received, {len(notices)} notices")
    check(sent, notices)
