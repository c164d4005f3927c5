"""Somebody whom a platform knows by another address than the college: the id in `lodge.toml` decides who they are."""

from bot.slack import Slack, SlackSettings
from tests.slack_fake import TOKEN, SlackFake
from tests.world import Clock

BEA = "bea@college.example"


async def test_an_id_in_the_colleges_file_is_who_somebody_is_in_slack():
    """With no address in Slack, or another one, they are found both ways; everybody else is as Slack says."""
    clock = Clock()
    fake = SlackFake(clock)
    await fake.start()
    nameless, other = fake.add_user("", "Bea Lindqvist"), fake.add_user("ben@college.example", "Ben Carter")
    surface = Slack(SlackSettings(TOKEN, "s", api_url=f"{fake.root}/api/"), "C", "Ring 999.", clock, known={nameless: BEA})

    async def nothing(event):
        return None

    await surface.start(nothing)
    try:
        assert (await surface.person(nameless)).email == BEA
        assert (await surface.person(BEA)).name == "Bea Lindqvist"
        assert (await surface.person(other)).email == "ben@college.example"
    finally:
        await surface.stop()
        await fake.stop()
