"""What Slack is told of Lodge: `manifest.yml` as it stands for Socket Mode, and the same app for HTTP."""

from pathlib import Path
from typing import Any

import yaml

from bot.slack import PATH

FILE = Path(__file__).parent.parent / "manifest.yml"


def http_manifest(url: str) -> str:
    """The manifest for an address that Slack can reach, as YAML. Raises ``ValueError`` for one that is not https."""
    if not url.startswith("https://"):
        raise ValueError(f"Slack posts only to https addresses: give one such as https://lodge.college.example, not {url}.")
    address = url.rstrip("/").removesuffix(PATH) + PATH
    manifest = yaml.safe_load(FILE.read_text(encoding="utf-8"))
    settings: dict[str, Any] = manifest["settings"]
    settings["socket_mode_enabled"] = False
    settings["event_subscriptions"] = {"request_url": address, **settings["event_subscriptions"]}
    settings["interactivity"]["request_url"] = address
    for command in manifest["features"]["slash_commands"]:
        command["url"] = address
    return yaml.safe_dump(manifest, sort_keys=False, allow_unicode=True, width=120)
