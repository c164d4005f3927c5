"""One driver a surface: the real surface, driven over its real wire."""

from collections.abc import Mapping

import aiohttp

from tests.reading import Node, read
from tests.world import Button, Seen


class WebDriver:
    """The playground, over HTTP, as its script drives it."""

    def __init__(self, port: int) -> None:
        self.root = f"http://127.0.0.1:{port}"
        self.session = aiohttp.ClientSession(headers={"Origin": self.root})

    async def stop(self) -> None:
        await self.session.close()

    async def say(self, person: str, text: str, event_id: str) -> Seen:
        return await self._post("/say", person, {"text": text, "id": event_id}, f"web:@{person}")

    async def press(self, person: str, place: str, button: Button, event_id: str, status: int = 200) -> Seen:
        place = place or f"web:@{person}"
        posted = {"action": button.action, "subject": button.subject, "place": place, "id": event_id}
        return await self._post("/press", person, posted, place, status)

    async def submit(self, person: str, page: Seen, values: Mapping[str, str | list[str]], event_id: str) -> Seen:
        posted = {"draft": page.draft, "flow": page.flow, "step": page.step, "values": dict(values), "id": event_id}
        return await self._post("/submit", person, posted, f"web:@{person}")

    async def home(self, person: str) -> Seen:
        async with self.session.get(f"{self.root}/home", params={"as": person}) as response:
            return message(read(await response.text()).all("article")[0], f"web:@{person}")

    async def posts(self, person: str, place: str) -> list[Seen]:
        place = f"web:#{place}" if place else f"web:@{person}"
        async with self.session.get(self.root, params={"as": person}) as response:
            page = read(await response.text())
        return [message(found, place) for found in page.all("article") if found.attrs.get("data-place") == place]

    async def _post(self, path: str, person: str, posted: dict, place: str, status: int = 200) -> Seen:
        async with self.session.post(self.root + path, json={"as": person, **posted}) as response:
            assert response.status == status, (response.status, await response.text())
            reply = await response.json()
        if reply["kind"] == "nothing":
            return Seen("nothing")
        root = read(reply["html"])
        return form(root.all("form")[0], place) if reply["kind"] == "page" else message(root.all("article")[0], place)


def message(article: Node, place: str) -> Seen:
    """A drawn message as a person reads it."""
    title = article.all("h3")[0].text()
    quotes = tuple(quote.raw().strip() for figure in article.all("figure", class_="clause") for quote in figure.all("blockquote"))
    return Seen("message", title, article.text(), article.attrs["data-tone"], quotes, _buttons(article), place)


def form(root: Node, place: str) -> Seen:
    """A drawn form as a person reads it: what is filled in, and what is wrong."""
    errors = {found.attrs["id"].removesuffix("-error"): found.text() for found in root.all("p", class_="error")}
    attrs = root.attrs
    title = root.all("h2")[0].text()
    return Seen(
        "page",
        title,
        root.text(),
        attrs["data-tone"],
        (),
        _buttons(root),
        place,
        _filled(root),
        errors,
        attrs["data-flow"],
        attrs["data-step"],
        attrs["data-draft"],
    )


def _filled(root: Node) -> dict[str, str]:
    filled = {area.attrs["name"]: area.raw().removeprefix("\n") for area in root.all("textarea")}
    for box in root.all("input"):
        ticked = box.attrs.get("type") not in ("checkbox", "radio") or "checked" in box.attrs
        filled.setdefault(box.attrs["name"], "")
        if ticked:
            filled[box.attrs["name"]] = box.attrs.get("value", "")
    return filled


def _buttons(root: Node) -> tuple[Button, ...]:
    return tuple(
        Button(found.text(), found.attrs["data-action"], found.attrs["data-subject"], found.attrs["data-opens-form"] == "true")
        for found in root.all("button")
        if "data-action" in found.attrs
    )
