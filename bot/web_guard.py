"""What the playground refuses before anything of a request is read, and the headers that every answer carries.

There is no sign-in, so only pages that this process served on this computer may talk to it: the checks of Host and
Origin keep out other sites that the same browser has open.
"""

from collections.abc import Iterator

import structlog
from aiohttp import web
from aiohttp.typedefs import Handler

from bot.web_page import message_html
from handlers.message import Message, Text

LARGEST = 256 * 1024
"""Bytes that a request's body may have."""

HEADERS = {
    "Content-Security-Policy": (
        "default-src 'self'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'; object-src 'none'"
    ),
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Resource-Policy": "same-origin",
}
FAILED = Message(
    "Something went wrong on our side",
    (Text("Something went wrong on our side; nothing was sent. Try again, or ring the person you need."),),
    tone="no",
)
_WORDS = {
    404: "There is no such page here. Go back to the start page of this playground.",
    405: "This address does not take that kind of request. Go back to the start page of this playground.",
    413: "That is too much at once: the limit is 256 kB. Please shorten it and send it again.",
}
_NAMES = ("localhost", "127.0.0.1", "[::1]")

_log = structlog.get_logger("lodge.web")


@web.middleware
async def guard(request: web.Request, handler: Handler) -> web.StreamResponse:
    """Refuse what did not come from our own page; turn every failure into words, and log no more than its class."""
    try:
        _check(request)
        return await handler(request)
    except web.HTTPException as refusal:
        return _worded(refusal)
    except Exception as error:
        _log.error("web.failed", path=request.path, error=type(error).__name__)
        return _failure(request)


async def add_headers(request: web.Request, response: web.StreamResponse) -> None:
    """Give an answer the headers that keep a browser strict; what people read is never cached."""
    response.headers.update(HEADERS)
    response.headers.setdefault("Cache-Control", "no-cache" if request.path.startswith("/static/") else "no-store")


def _check(request: web.Request) -> None:
    ours = set(_addresses(request))
    if request.headers.get("Host", "").lower() not in ours:
        raise web.HTTPForbidden(text="This playground answers only on this computer: open it at localhost.")
    origin = request.headers.get("Origin")
    if origin is not None and origin.lower() not in {f"http://{address}" for address in ours}:
        raise web.HTTPForbidden(text="Another site sent this, so it was refused. Please use the playground's own page.")
    if request.method == "POST" and request.content_type != "application/json":
        raise web.HTTPUnsupportedMediaType(text="Please send JSON, with the content type application/json.")


def _addresses(request: web.Request) -> Iterator[str]:
    """Every Host that means this process: the local names, each with the port that took the request in."""
    port = request.transport.get_extra_info("sockname")[1] if request.transport else 0
    for name in _NAMES:
        yield f"{name}:{port}"
        if port == 80:
            yield name


def _worded(refusal: web.HTTPException) -> web.Response:
    """The refusal in words; our own stand as they are."""
    bare = refusal.text == f"{refusal.status}: {refusal.reason}" or refusal.status == 413
    words = _WORDS.get(refusal.status, refusal.text or "") if bare else refusal.text or ""
    return web.Response(status=refusal.status, text=words)


def _failure(request: web.Request) -> web.Response:
    if request.method == "POST":
        return web.json_response({"kind": "message", "html": message_html(FAILED)}, status=500)
    return web.Response(status=500, text="Something went wrong on our side. Please reload the page.")
