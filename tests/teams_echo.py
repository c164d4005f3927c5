"""The CloudAdapter echo of Microsoft's samples (02.echo-bot), which Lodge is measured beside.

``CloudAdapter`` comes in a package that is not installed here: what its ``process`` does with a message is written out. Tokens
of activities are checked as it checks them; its own login, which it does anew for each activity, is left out in its favour.
It imports nothing of Lodge's, since its memory is measured too.
"""

import os

from aiohttp import web
from botbuilder.core import ActivityHandler, CloudAdapterBase, MessageFactory, TurnContext
from botbuilder.schema import Activity
from botframework.connector.auth import (
    BotFrameworkAuthenticationFactory,
    MicrosoftAppCredentials,
    PasswordServiceClientCredentialFactory,
)


class LoggedIn(MicrosoftAppCredentials):
    """Credentials that hold their token already."""

    def get_access_token(self, force_refresh: bool = False) -> str:
        """The token that the connector wants."""
        return "ours"


class Credentials(PasswordServiceClientCredentialFactory):
    """Makes credentials for each activity, as the sample's do."""

    async def create_credentials(self, app_id, oauth_scope, login_endpoint, validate_authority):
        """New ones."""
        return LoggedIn(app_id, self.password, self.tenant_id, oauth_scope)


class EchoBot(ActivityHandler):
    """The sample's bot."""

    async def on_message_activity(self, turn_context: TurnContext) -> None:
        """Whatever is typed comes back."""
        await turn_context.send_activity(MessageFactory.text(f"Echo: {turn_context.activity.text}"))


told = os.environ
authentication = BotFrameworkAuthenticationFactory.create(
    to_channel_from_bot_login_url=told["TEAMS_LOGIN_URL"],
    to_channel_from_bot_oauth_scope=told["ECHO_ISSUER"],
    to_bot_from_channel_token_issuer=told["ECHO_ISSUER"],
    to_bot_from_channel_open_id_metadata_url=told["TEAMS_OPENID_URL"],
    to_bot_from_emulator_open_id_metadata_url=told["TEAMS_OPENID_URL"],
    oauth_url=told["TEAMS_LOGIN_URL"],
    credential_factory=Credentials(told["TEAMS_APP_ID"], told["TEAMS_APP_PASSWORD"], told["TEAMS_TENANT_ID"]),
)
adapter, bot = CloudAdapterBase(authentication), EchoBot()


async def messages(request: web.Request) -> web.Response:
    """What CloudAdapter.process does with a message."""
    activity = Activity().deserialize(await request.json())
    await adapter.process_activity(request.headers.get("Authorization", ""), activity, bot.on_turn)
    return web.Response(status=201)


if __name__ == "__main__":
    app = web.Application()
    app.router.add_post("/api/messages", messages)
    web.run_app(app, host="127.0.0.1", port=int(told["ECHO_PORT"]), print=None)
