"""Somebody who holds a role is away, and their deputy stands in."""

QUESTION = "how many days of annual leave do I get?"


async def test_a_deputy_acts_while_a_member_is_away(world):
    """Ben says when he is away: Bea may take what comes in those days, and no longer once he is back."""
    await world.amira.puts_to_marketing(QUESTION)
    (notice,) = await world.bea.reads("marketing")
    assert "not yours" in await world.bea.presses("Take it", notice)
    await world.ben.home()
    await world.ben.presses("I shall be away")
    assert "Recorded" in await world.ben.fills(first="2026-11-24", until="2026-11-26")
    assert "Thu 26 Nov 2026" in await world.ben.home()
    assert "Yours now" in await world.bea.presses("Take it", notice)
    world.clock.passes(days=3)
    await world.settle()
    assert "recorded as away" not in await world.ben.home()


async def test_an_absence_is_taken_back(world):
    """Back early, one press ends it: the deputy may no longer act."""
    await world.ben.home()
    await world.ben.presses("I shall be away")
    await world.ben.fills(first="2026-11-24", until="2026-11-26")
    await world.ben.home()
    assert "Welcome back" in await world.ben.presses("I am not away")
    await world.amira.puts_to_marketing(QUESTION)
    assert "not yours" in await world.bea.presses("Take it", (await world.bea.reads("marketing"))[0])


async def test_days_that_do_not_fit_are_refused(world):
    """The last day before the first, or days that are over, are refused with the reason; nobody without a role is asked."""
    home = await world.ben.home()
    await world.ben.presses("I shall be away")
    assert "before the first day" in (await world.ben.fills(first="2026-11-26", until="2026-11-24")).errors["until"]
    assert "do not fit" in await world.ben.fills(first="2026-11-02", until="2026-11-03")
    assert not (await world.amira.home()).has("I shall be away")
    assert "hold a role" in await world.amira.reaches("I shall be away", home)


async def test_where_everybody_is_away_the_next_role_has_it(world):
    """Nobody in Marketing is here: the Principal gets it, and the case says why."""
    for person in (world.ben, world.bea):
        await person.home()
        await person.presses("I shall be away")
        await person.fills(first="2026-11-24", until="2026-11-26")
    receipt = await world.amira.puts_to_marketing(QUESTION)
    assert "The Principal" in receipt
    assert "nobody in Marketing could act" in await world.amira.presses("Show MKT-0001", receipt)
    assert "Yours now" in await world.pat.presses("Take it", (await world.pat.reads("principal"))[0])
