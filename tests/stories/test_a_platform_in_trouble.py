"""Slack answers 429, 5xx, with a cut line or after the fact: every notice arrives, each once, and shows how its case stands."""

import random

import pytest

from tests.slack_world import running_in_slack

FAULTS = (500, 503, (429, 3), "cut", "after", None, None)
METHODS = ("chat.postMessage", "chat.update", "conversations.history", "conversations.open")


async def _storm(world, cases, seed):
    """So many questions are sent, and every second one taken, while Slack fails at random."""
    chance = random.Random(seed)
    for number in range(cases):
        await world.amira.asks(f"how many days of annual leave do I get, {number}?")
        await world.amira.presses("Put this question to Marketing")
        await world.amira.fills(question=f"marker {number}.")
        for method in METHODS:
            world.driver.fake.faults[method] = [chance.choice(FAULTS) for _ in range(3)]
        await world.amira.fills()
        world.clock.passes(seconds=chance.uniform(0, 40))
        await world.settle()
    for method in METHODS:
        world.driver.fake.faults[method] = []


async def _calms(world):
    """Slack is itself again, and time passes until nothing is owed."""
    for _ in range(40):
        world.clock.passes(minutes=1)
        await world.settle()
    async with world.app.database.read() as work:
        assert await work.owed() == {}


async def _every_notice_stands_once(world, cases):
    notices = await world.ben.reads("marketing")
    for number in range(cases):
        assert sum(f"marker {number}." in notice for notice in notices) == 1, number


@pytest.mark.parametrize("seed", [1, 2, 3, 4])
async def test_nothing_is_lost_or_told_twice_while_slack_fails(tmp_path, answers, college, seed):
    """Eight questions, each in Marketing's channel once when Slack is itself again."""
    async with running_in_slack(tmp_path, answers, college) as world:
        await _storm(world, 8, seed)
        await _calms(world)
        await _every_notice_stands_once(world, 8)


@pytest.mark.soak
async def test_hundreds_are_carried_through_a_slack_that_fails(tmp_path, answers, college):
    """The same, three hundred times over."""
    async with running_in_slack(tmp_path, answers, college) as world:
        await _storm(world, 300, random.randrange(10**6))
        await _calms(world)
        await _every_notice_stands_once(world, 300)
