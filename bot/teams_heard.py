"""An activity of Teams as the rest of these files read it: plain values, with nothing of botbuilder in them."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from bot.teams_directory import Conversation, channel_of

_TAG = re.compile(r"</?at\b[^>]*>", re.IGNORECASE)
_HTML = ("text/html", "application/vnd.microsoft.card.")


@dataclass(frozen=True)
class Heard:
    """One activity. ``user`` and ``bot`` are Teams' own ids; ``kind`` is ``personal``, ``groupChat`` or ``channel``.

    ``directory`` is the person's id in the college's directory, or ''.
    """

    id: str
    name: str
    user: str
    user_name: str
    bot: str
    conversation: str
    kind: str
    service: str
    tenant: str
    text: str = ""
    files: bool = False
    value: Mapping[str, Any] = field(default_factory=dict)
    data: Mapping[str, Any] = field(default_factory=dict)
    directory: str = ""

    @property
    def public(self) -> bool:
        """Whether others can read the place."""
        return self.kind != "personal"

    @property
    def elsewhere(self) -> bool:
        """Whether it came by a message action: its place may be a chat of two others', where Lodge must never write."""
        return self.name.startswith("composeExtension/")

    @property
    def place(self) -> str:
        """The place as events carry it."""
        return f"teams:{self.conversation}"

    @property
    def home(self) -> Conversation:
        """The chat or the channel; a thread is part of its channel."""
        return Conversation(channel_of(self.conversation), self.service, self.kind, self.bot, self.tenant)

    @property
    def team(self) -> str:
        """The team's id, or ''."""
        team = self.data.get("team")
        return str(team.get("id") or "") if isinstance(team, dict) else ""


def heard(activity: Any) -> Heard:
    """The plain values of a botbuilder ``Activity``."""
    place, sender, bot = activity.conversation, activity.from_property, activity.recipient
    kind = place.conversation_type or ("groupChat" if place.is_group else "personal")
    data = _table(activity.channel_data)
    return Heard(
        id=activity.id or "",
        name=activity.name or "",
        user=sender.id,
        user_name=sender.name or "",
        bot=bot.id if bot else "",
        conversation=place.id,
        kind=kind,
        service=activity.service_url,
        tenant=str(_table(data.get("tenant")).get("id") or place.tenant_id or ""),
        text=_said(activity),
        files=any(_is_file(each.content_type or "") for each in activity.attachments or ()),
        value=_table(activity.value),
        data=data,
        directory=sender.aad_object_id or "",
    )


def _said(activity: Any) -> str:
    """What was typed, without the mention of Lodge; the names of others who are mentioned stay, as they read."""
    text = activity.text or ""
    for entity in activity.entities or ():
        more = entity.additional_properties or {}
        if entity.type == "mention" and _table(more.get("mentioned")).get("id") == activity.recipient.id:
            text = text.replace(str(more.get("text") or ""), " ")
    return _TAG.sub("", text).replace("&nbsp;", " ").replace("\xa0", " ").strip()


def _is_file(content_type: str) -> bool:
    """Teams attaches the HTML of a message to it; anything else but a card is a file or a picture."""
    return bool(content_type) and not content_type.startswith(_HTML)


def _table(value: object) -> dict[str, Any]:
    return value if isinstance(value, dict) else {}
