"""A concern, reported and heard: the same few steps for every story about one."""

from datetime import date

STORY = "Kestrel-2209 wrote that I should watch my back"
PLACE = "https://social.example/kestrel-2209"


async def begins(staff):
    """The first page, from the home page."""
    await staff.home()
    return await staff.presses("Report a concern")


async def says_who(staff, about="conduct", who="", **more):
    """The first two pages: what it is about, and who; without a name, that nobody can be named."""
    await begins(staff)
    await staff.fills(about=about.split("+"))
    named = {"who": who} if who else {"unknown": ["yes"]}
    return await staff.fills(**{**named, **more})


async def tells(staff, to="", **more):
    """The page that asks what happened, sent."""
    chosen = {"to": to} if to else {}
    return await staff.fills(**{"what": STORY, "where": PLACE, "kept": "no", **chosen, **more})


async def reports(staff, about="conduct", who="", to="", **more):
    """A whole report, sent: the receipt."""
    await says_who(staff, about, who, **more)
    return await tells(staff, to)


async def points(staff, reach="now"):
    """A student's welfare: the receipt, or the page for a note."""
    await says_who(staff, "student", adult="no")
    return await staff.fills(reach=reach)


async def answers(staff, *emails, **more):
    """ "Is it about one of these people?": those it is, or none of them."""
    name = next(each for each in (*staff.shown.errors, *staff.shown.fields) if each.startswith("meant_"))
    return await staff.fills(**{name: list(emails) or ["none"], **more})


async def notices(staff, role):
    """What somebody of a role has of concerns: in its channel, or, where somebody who may not know reads there, themselves."""
    found = [*await staff.reads(role), *await staff.reads()]
    return [each for each in found if each.has("Open privately")]


async def heard_by(world, *names):
    """Which of these people, or of everybody with a role, can open what they were sent."""
    everybody = {"ben": "marketing", "hana": "hr", "sol": "safeguarding", "pat": "principal", "gwen": "governors"}
    return {name for name in names or everybody if await notices(getattr(world, name), everybody[name])}


async def opens(staff, role):
    """The newest notice, opened privately."""
    return await staff.presses("Open privately", (await notices(staff, role))[-1])


async def is_away(world, *people):
    """They are recorded as away today."""
    day = date(2026, 11, 24)
    async with world.app.database.begin() as work:
        for each in people:
            await work.set_absence(person=each.email, first=day, until=day, recorded_by=each.email)
