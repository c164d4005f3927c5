"""The app package that a technician uploads to Teams: a manifest and two icons in a zip."""

import json
import re
import zipfile
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit
from uuid import UUID

from bot.teams_icons import GROUND, colour_icon, outline_icon

SCHEMA = "1.29"
VERSION = "1.0.0"
SCOPES = ["personal", "team", "groupChat"]
COMMANDS = [
    {"title": "menu", "description": "What Lodge can do for you"},
    {"title": "my cases", "description": "What you have sent, and how it stands"},
    {"title": "report a concern", "description": "Whom to ring, and a report"},
    {"title": "request account", "description": "Ask Marketing to authorise an account"},
    {"title": "image removal", "description": "Have an image taken down, at once"},
    {"title": "ask marketing", "description": "Put a question to Marketing"},
]
ACTIONS = [
    {
        "id": "ask",
        "type": "action",
        "title": "Ask Lodge about this",
        "description": "Put a question to Marketing",
        "context": ["message"],
        "fetchTask": True,
    },
    {
        "id": "report",
        "type": "action",
        "title": "Report this message",
        "description": "Report a concern: its link is filled in, its words are not copied",
        "context": ["message"],
        "fetchTask": True,
    },
]
SHORT = "Ask what the college's Social Media Policy allows"
FULL = (
    "Lodge is the college's porter in chat. Ask it what the Social Media Policy allows, and it answers with the clause. "
    "It takes questions and concerns to the people who must act and tells you how they stand, and it says whom to ring when "
    "somebody may be at risk."
)
_SAME_DAY = (2026, 1, 1, 0, 0, 0)  # the same package from the same arguments, byte for byte


def package(app_id: str, url: str, out: Path, website: str = "", privacy: str = "", terms: str = "") -> None:
    """Write the zip. ``url`` is where Lodge is served, with https; the college's own pages stand there unless they are named.

    Raises ``ValueError`` saying what to put right.
    """
    shown = json.dumps(manifest(app_id, url, website, privacy, terms), indent=2, ensure_ascii=False).encode()
    files = {"manifest.json": shown, "color.png": colour_icon(), "outline.png": outline_icon()}
    with zipfile.ZipFile(out, "w") as packed:
        for name, content in files.items():
            packed.writestr(zipfile.ZipInfo(name, _SAME_DAY), content, zipfile.ZIP_DEFLATED)


def manifest(app_id: str, url: str, website: str = "", privacy: str = "", terms: str = "") -> dict[str, Any]:
    """The manifest. Raises ``ValueError`` as `package` does."""
    app_id, url = _checked_id(app_id), _checked_url(url)
    website, privacy, terms = (_checked_url(each or url) for each in (website, privacy, terms))
    lists = [{"scopes": SCOPES, "commands": COMMANDS}]
    return {
        "$schema": f"https://developer.microsoft.com/json-schemas/teams/v{SCHEMA}/MicrosoftTeams.schema.json",
        "manifestVersion": SCHEMA,
        "version": VERSION,
        "id": app_id,
        "developer": {"name": "Lodge", "websiteUrl": website, "privacyUrl": privacy, "termsOfUseUrl": terms},
        "name": {"short": "Lodge", "full": "Lodge, the college's porter in chat"},
        "description": {"short": SHORT, "full": FULL},
        "icons": {"color": "color.png", "outline": "outline.png"},
        "accentColor": "#{:02x}{:02x}{:02x}".format(*GROUND),
        "bots": [{"botId": app_id, "scopes": SCOPES, "supportsFiles": False, "commandLists": lists}],
        "composeExtensions": [{"botId": app_id, "commands": ACTIONS}],
        "permissions": ["identity", "messageTeamMembers"],
        "validDomains": [str(urlsplit(url).hostname)],
    }


def _checked_id(app_id: str) -> str:
    try:
        return str(UUID(app_id))
    except ValueError:
        raise ValueError(f"{app_id!r} is no app id. Copy the Application (client) ID of the bot's registration.") from None


def _checked_url(url: str) -> str:
    if not re.fullmatch(r"https://[^\s/]+\.[^\s/]+(/\S*)?", url):
        raise ValueError(
            f"{url!r} is no address that Teams can reach. Give it in full, for example https://lodge.college.example"
        )
    return url.rstrip("/")
