"""Teams, driven over its real wire: signed activities in, the connector's calls out."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import aiohttp
from aiohttp import web

from bot.teams import Teams
from bot.teams_auth import TeamsSettings
from bot.teams_fields import TYPED
from handlers.roles import College
from tests.teams_client import Client
from tests.teams_contract import LARGEST, size
from tests.teams_fake import APP, PASSWORD, TEAM, TENANT, Microsoft
from tests.teams_reading import seen
from tests.world import Button, Clock, Seen

DIALOG, POINTED = "dialog:", "pointed:"
STAFFROOM = "19:staffroom@thread.tacv2"
SENT = {"dialog": "task/submit", "pointed": "composeExtension/submitAction"}


class Kept:
    """References in memory."""

    def __init__(self) -> None:
        self.values: dict[str, str] = {}

    async def get(self, key: str) -> str | None:
        return self.values.get(key)

    async def put(self, key: str, value: str) -> None:
        self.values[key] = value

    async def drop(self, key: str) -> None:
        self.values.pop(key, None)


class Office:
    """A Lodge in Teams with a Microsoft around it. Stop it last."""

    def __init__(self, now: Clock) -> None:
        self.now, self.microsoft, self.kept = now, Microsoft(now), Kept()

    async def open(self, receive: Any, typing_after: float = 60.0) -> None:
        """Start Microsoft, then the surface and a server for its address."""
        await self.microsoft.start()
        self.session = aiohttp.ClientSession()
        root = self.microsoft.root
        settings = TeamsSettings(APP, PASSWORD, TENANT, login_url=root, openid_url=f"{root}/openid")
        self.surface = Teams(settings, self.kept, now=self.now, session=self.session, typing_after=typing_after)
        await self.surface.start(receive)
        await self.serve()
        self.client = Client(self.microsoft, self.port)

    async def serve(self) -> None:
        """Serve the surface's address on a free port."""
        app = web.Application()
        app.add_routes(self.surface.routes())
        self.runner = web.AppRunner(app, access_log=None)
        await self.runner.setup()
        await web.TCPSite(self.runner, "127.0.0.1", 0).start()

    @property
    def port(self) -> int:
        """Where it is served."""
        return int(self.runner.addresses[0][1])

    async def close(self) -> None:
        """Stop everything that was started."""
        await self.client.stop()
        await self.runner.cleanup()
        await self.surface.stop()
        await self.session.close()
        await self.microsoft.stop()


class TeamsDriver:
    """Staff with Lodge in their personal chats and in a team that has a channel for each role."""

    def __init__(self, office: Office) -> None:
        self.office, self.client, self.microsoft = office, office.client, office.microsoft

    @staticmethod
    def college(college: College) -> College:
        """The college with every role's channel in Teams."""
        roles = {name: replace(role, channel=f"teams:{channel(name)}") for name, role in college.roles.items()}
        return replace(college, roles=roles)

    async def move_in(self, college: College) -> None:
        """Everybody adds Lodge, and so does the team."""
        users = [self.microsoft.hire(person.email, person.name) for person in college.people.values()]
        self.microsoft.places |= {TEAM: users} | {channel(name): users for name in college.roles}
        for email in college.people:
            await self.client.install(email)
        await self.client.install(next(iter(college.people)), TEAM)

    async def stop(self) -> None:
        await self.office.close()

    async def say(self, person: str, text: str, event_id: str) -> Seen:
        return await self._chat(person, {"text": text, "id": event_id})

    async def press(self, person: str, place: str, button: Button, event_id: str, status: int = 200) -> Seen:
        """A failure comes back in words, with status 200: Teams would show its own words for anything else."""
        where = place.removeprefix(DIALOG).removeprefix(POINTED).removeprefix("teams:")
        data: dict[str, Any] = {"lodge": {"action": button.action, "subject": button.subject}}
        if place.startswith((DIALOG, POINTED)):
            return await self._dialog(person, SENT[place.partition(":")[0]], data, where, event_id)
        if button.opens_form:
            return await self._dialog(person, "task/fetch", data | {"msteams": {"type": "task/fetch"}}, where, event_id)
        return await self._chat(person, {"value": data, "id": event_id}, where)

    async def submit(self, person: str, page: Seen, values: Mapping[str, str | list[str]], event_id: str) -> Seen:
        filled = {name: value if isinstance(value, str) else ",".join(value) for name, value in values.items()}
        people = [name for name in filled if name + TYPED in filled]
        typed = {name + TYPED: filled[name] or filled[name + TYPED] for name in people}
        lodge = {"draft": page.draft, "flow": page.flow, "step": page.step, "people": people}
        data = {"lodge": lodge, **filled, **{name: "" for name in people}, **typed}
        kind, _, where = page.place.partition(":teams:")
        return await self._dialog(person, SENT[kind], data, where, event_id)

    async def point(self, person: str, author: str, text: str) -> Seen:
        """Use "Report this message" on what somebody wrote, in a team that Lodge is not in."""
        user = {"id": self.microsoft.people[f"29:{author.partition('@')[0]}"]["aadObjectId"], "userIdentityType": "aadUser"}
        link = f"https://teams.microsoft.com/l/message/{STAFFROOM}/1764000000000"
        body = {"contentType": "html", "content": f"<p>{text}</p>"}
        payload = {"id": "1764000000000", "linkToMessage": link, "from": {"user": user}, "body": body}
        value = {"commandId": "report", "messagePayload": payload}
        body = await self.client.invoke(person, "composeExtension/fetchTask", value, STAFFROOM)
        return _shown(body, f"{POINTED}teams:{STAFFROOM}")

    def out(self) -> list[Any]:
        """Everything that Lodge has sent to Teams; what dialogs show comes back to whoever asked."""
        return [each.activity for each in self.microsoft.sent]

    async def home(self, person: str) -> Seen:
        return await self._chat(person, {"text": "menu"})

    async def posts(self, person: str, place: str) -> list[Seen]:
        wanted = channel(place) if place else f"a:29:{person.partition('@')[0]}"
        found = [each for each in self.microsoft.sent if each.conversation.partition(";")[0] == wanted]
        return [seen(each.card, place=f"teams:{each.conversation}") for each in found]

    async def _chat(self, person: str, more: dict[str, Any], place: str = "") -> Seen:
        before = len(self.microsoft.sent)
        status, _ = await self.client.post(self.client.activity("message", person, place, **more))
        assert status == 200
        new = self.microsoft.sent[before:]
        return seen(new[0].card, place=f"teams:{new[0].conversation}") if new else Seen("nothing")

    async def _dialog(self, person: str, name: str, data: dict[str, Any], where: str, event_id: str) -> Seen:
        body = await self.client.invoke(person, name, {"data": data, "context": {"theme": "default"}}, where, id=event_id)
        kind = POINTED if name.startswith("composeExtension") else DIALOG
        return _shown(body, f"{kind}teams:{where or 'a:29:' + person.partition('@')[0]}")


def _shown(body: dict[str, Any], place: str) -> Seen:
    """What a dialog shows, as a card that Teams must accept."""
    if body["task"]["type"] != "continue":
        return Seen("nothing")
    card = body["task"]["value"]["card"]["content"]
    assert size(card) <= LARGEST
    return seen(card, "page" if "actions" in card else "message", place)


def channel(role: str) -> str:
    """The id of a role's channel."""
    return f"19:{role}@thread.tacv2"
