"""The echo bot of bolt's documentation, which Lodge is measured beside; only the address of the Web API is not Slack's.

It imports nothing of Lodge's, since its memory is measured too. Usage: ``python slack_echo.py http|socket``.
"""

import asyncio
import os
import sys

from slack_bolt.adapter.socket_mode.async_handler import AsyncSocketModeHandler
from slack_bolt.async_app import AsyncApp
from slack_sdk.web.async_client import AsyncWebClient

client = AsyncWebClient(token=os.environ.pop("SLACK_BOT_TOKEN"), base_url=os.environ["SLACK_API_URL"])
app = AsyncApp(client=client, signing_secret=os.environ.get("SLACK_SIGNING_SECRET"))


@app.event("message")
async def said(event, say):
    """Whatever is typed comes back."""
    await say(event["text"])


@app.command("/policy")
async def called(ack, respond, command):
    """So does what is typed after a command."""
    await ack()
    await respond(command["text"])


@app.action("0:clause.show")
async def pressed(body, ack, say):
    """A press is answered with who pressed."""
    await ack()
    await say(f"<@{body['user']['id']}> clicked the button")


async def connect() -> None:
    """Over Socket Mode."""
    await AsyncSocketModeHandler(app, os.environ["SLACK_APP_TOKEN"]).start_async()


if __name__ == "__main__":
    if sys.argv[1] == "http":
        app.start(port=int(os.environ["ECHO_PORT"]), path="/slack/events")
    else:
        asyncio.run(connect())
