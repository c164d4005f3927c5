"""Every setting from the environment or `.env`, read once and checked. README holds the table; a test compares the two."""

import os
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import Field, SecretStr, ValidationError
from pydantic_settings import BaseSettings, SettingsConfigDict
from rapidfuzz import process

PREFIX = "LODGE_"
SECRETS_ELSEWHERE = ("SLACK_BOT_TOKEN", "SLACK_APP_TOKEN", "SLACK_SIGNING_SECRET", "TEAMS_APP_ID", "TEAMS_APP_PASSWORD")
OF_TESTS = ("LODGE_CONTRACTS", "LODGE_SHARED")


class SettingsError(Exception):
    """What is set wrongly, and how to mend it: one line each."""

    def __init__(self, lines: list[str]) -> None:
        super().__init__("\n".join(lines))
        self.lines = lines


def _elsewhere(name: str, description: str) -> Any:
    """A secret whose variable the platform's own documents name."""
    return Field(SecretStr(""), validation_alias=name, description=description)


class Settings(BaseSettings):
    """Lodge's settings. A field's variable is ``LODGE_`` and its name in capitals; Slack's and Teams' have no ``LODGE_``."""

    model_config = SettingsConfigDict(env_prefix=PREFIX, env_file=".env", extra="ignore", frozen=True)

    database_url: str = Field("sqlite:///data/lodge.db", description="Where cases are kept: `sqlite:///path` or `postgresql://…`")
    secret_keys: SecretStr = Field(
        SecretStr(""),
        description="Keys that seal stories, base64, comma-separated: the first writes, all read. `lodge keys` makes one",
    )
    config: Path | None = Field(None, description="The college's `lodge.toml`; without it the playground uses the example")
    semantic: Path = Field(Path("data/semantic"), description="Where `lodge semantic install` puts an encoder")
    host: str = Field("127.0.0.1", description="Address to listen on; the playground accepts only this computer")
    port: Annotated[int, Field(ge=0, le=65535)] = Field(3978, description="Port to listen on")
    metrics_port: Annotated[int, Field(ge=0, le=65535)] = Field(
        0, description="Port for Prometheus metrics, on this computer only; 0 is off"
    )
    log_level: Literal["debug", "info", "warning", "error"] = Field(
        "info", description="How much is logged; never anybody's words"
    )
    slack_bot_token: SecretStr = _elsewhere("SLACK_BOT_TOKEN", "Slack's bot token, `xoxb-…`")
    slack_signing_secret: SecretStr = _elsewhere("SLACK_SIGNING_SECRET", "Slack's signing secret, for HTTP")
    slack_app_token: SecretStr = _elsewhere("SLACK_APP_TOKEN", "Slack's app token, `xapp-…`, for Socket Mode")
    slack_api_url: str = Field("https://slack.com/api/", validation_alias="SLACK_API_URL", description="Slack's Web API")
    teams_app_id: str = Field("", validation_alias="TEAMS_APP_ID", description="The bot's app id in Microsoft Entra")
    teams_app_password: SecretStr = _elsewhere("TEAMS_APP_PASSWORD", "The bot's client secret")
    teams_tenant_id: str = Field("", validation_alias="TEAMS_TENANT_ID", description="The college's tenant")
    teams_login_url: str = Field("", validation_alias="TEAMS_LOGIN_URL", description="Where tokens come from")
    teams_openid_url: str = Field("", validation_alias="TEAMS_OPENID_URL", description="Where keys are published")


def load() -> Settings:
    """The settings, or `SettingsError` naming every mistake with its mend."""
    lines = _unknown()
    try:
        settings = Settings()
    except ValidationError as error:
        lines += [f"{_name(each['loc'])}: {each['msg']}." for each in error.errors()]
    if lines:
        raise SettingsError(lines)
    return settings


def names() -> list[str]:
    """Every variable that is read."""
    return [str(field.validation_alias or PREFIX + name.upper()) for name, field in Settings.model_fields.items()]


def foreign() -> list[str]:
    """Slack's or Teams' credentials in the environment or `.env`: the playground does not start beside them."""
    return [name for name in SECRETS_ELSEWHERE if _set().get(name)]


def _name(loc: tuple[int | str, ...]) -> str:
    name = str(loc[0])
    return name if name.isupper() else PREFIX + name.upper()


def _set() -> dict[str, str | None]:
    from dotenv import dotenv_values

    return {**dotenv_values(".env"), **os.environ}


def _unknown() -> list[str]:
    known = names()
    return [
        f"{name} is no setting of Lodge. {nearest(name, known)}"
        for name in _set()
        if name.startswith(PREFIX) and name not in (*known, *OF_TESTS)
    ]


def nearest(name: str, known: list[str]) -> str:
    """'Did you mean …?', for whatever was spelt nearly right."""
    found = process.extractOne(name, known, score_cutoff=60)
    return f"Did you mean {found[0]}?" if found else f"Known are: {', '.join(sorted(known))}."
