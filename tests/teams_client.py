"""Teams as its users hold it: activities as the platform words them, signed as the platform signs them."""

import io
import uuid
from typing import Any

import aiohttp

from tests.teams_fake import BOT, TEAM, TENANT, Microsoft, stamp


class Client:
    """Posts activities to Lodge's address."""

    def __init__(self, microsoft: Microsoft, port: int) -> None:
        self.microsoft = microsoft
        self.url = f"http://127.0.0.1:{port}/api/messages"
        self.session = aiohttp.ClientSession()

    async def stop(self) -> None:
        await self.session.close()

    async def post(self, activity: Any, bearer: str | None = None) -> tuple[int, Any]:
        """Status, and the body as JSON or text."""
        header = self.microsoft.bearer() if bearer is None else bearer
        headers = {"Authorization": header} if header else {}
        data = io.BytesIO(activity) if isinstance(activity, bytes) else None
        json = None if data is not None else activity
        async with self.session.post(self.url, json=json, data=data, headers=headers) as response:
            if response.content_type == "application/json":
                return response.status, await response.json()
            return response.status, await response.text()

    async def say(self, email: str, text: str, place: str = "", **more: Any) -> int:
        """Type something, in the personal chat or in a place; the status."""
        status, _ = await self.post(self.activity("message", email, place, text=text, **more))
        return status

    async def press(self, email: str, data: dict[str, Any], place: str = "", **more: Any) -> int:
        """Press a plain button of a card."""
        status, _ = await self.post(self.activity("message", email, place, value=data, **more))
        return status

    async def invoke(self, email: str, name: str, value: Any, place: str = "", **more: Any) -> Any:
        """An invoke that must be answered with 200; its body."""
        status, body = await self.post(self.activity("invoke", email, place, name=name, value=value, **more))
        assert status == 200, (status, body)
        return body

    async def install(self, email: str, place: str = "", **more: Any) -> None:
        """Add Lodge to a personal chat, or to the team."""
        activity = self.activity("conversationUpdate", email, place, membersAdded=[BOT], **more)
        status, body = await self.post(activity)
        assert status == 200, body

    def activity(self, kind: str, email: str, place: str = "", **more: Any) -> dict[str, Any]:
        """An activity as Teams words it."""
        user = f"29:{email.partition('@')[0]}"
        place = place or f"a:{user}"
        channel = place.startswith("19:")
        data: dict[str, Any] = {"tenant": {"id": TENANT}}
        if channel:
            data |= {"team": {"id": TEAM}, "channel": {"id": place.partition(";")[0]}}
        else:
            self.microsoft.places.setdefault(place, [user])
        return {
            "type": kind,
            "id": str(uuid.uuid4()),
            "timestamp": stamp(),
            "channelId": "msteams",
            "serviceUrl": self.microsoft.root,
            "from": {"id": user, "name": email, "aadObjectId": self.microsoft.people.get(user, {}).get("aadObjectId", "")},
            "recipient": BOT,
            "conversation": {
                "id": place,
                "conversationType": "channel" if channel else "personal",
                "tenantId": TENANT,
                **({"isGroup": True} if channel else {}),
            },
            "channelData": data,
            "entities": [{"type": "clientInfo", "locale": "en-GB", "country": "GB", "platform": "Web"}],
            **more,
        }


def mentioned(text: str) -> dict[str, Any]:
    """A text that mentions Lodge, and the entity that says so."""
    return {"text": f"<at>Lodge</at> {text}", "entities": [{"type": "mention", "mentioned": BOT, "text": "<at>Lodge</at>"}]}
