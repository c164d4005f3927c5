"""`make shots`: pictures of every page into data/shots, and the one in the README. Look at them before a customer does."""

import asyncio
import shutil
import tempfile
from pathlib import Path

from playwright.async_api import async_playwright

from bot.college import EXAMPLE
from bot.college import load as load_college
from knowledge.answer import Answers
from tests.browser.conftest import CHROMIUM, FLAGS
from tests.browser.test_walk import QUESTION, ask, opened
from tests.browser.test_walk_cases import fill, start
from tests.browser.test_walk_concern import STORY, channel
from tests.conftest import running

HOUSE = Path(__file__).parent.parent.parent
SHOTS = HOUSE / "data" / "shots"
LOOKS = {
    "wide-light": {"viewport": {"width": 1280, "height": 860}, "color_scheme": "light"},
    "wide-dark": {"viewport": {"width": 1280, "height": 860}, "color_scheme": "dark"},
    "phone-light": {"viewport": {"width": 375, "height": 740}, "color_scheme": "light", "device_scale_factor": 2},
    "phone-dark": {"viewport": {"width": 375, "height": 740}, "color_scheme": "dark", "device_scale_factor": 2},
}


async def main() -> None:
    """Every look, from the first page to the answered question."""
    SHOTS.mkdir(parents=True, exist_ok=True)
    answers, college = Answers.load(), load_college(EXAMPLE)
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        for look, options in LOOKS.items():
            with tempfile.TemporaryDirectory() as folder:
                async with running(Path(folder), answers, college) as lodge:
                    lodge.app.worker.start()
                    await _walk(browser, lodge, look, options)
                    await _report(browser, lodge, look, options)
        await browser.close()
    shutil.copy(SHOTS / "wide-light-ruling.png", HOUSE / "tests" / "browser" / "playground.png")
    print(f"{len(list(SHOTS.glob('*.png')))} pictures in {SHOTS.relative_to(HOUSE)}")


def _camera(look):
    async def shot(page, name):
        await page.wait_for_timeout(350)
        await page.locator("[aria-disabled='true']").wait_for(state="detached")  # what was pressed is answered
        await page.screenshot(path=SHOTS / f"{look}-{name}.png")

    async def both(page, name):
        """The open form from its top and from its end."""
        await shot(page, name)
        await page.locator(".form-body").evaluate("each => { each.scrollTop = each.scrollHeight }")
        await shot(page, f"{name}-end")

    return shot, both


async def _walk(browser, lodge, look, options) -> None:
    shot, _ = _camera(look)
    amira, ben = await opened(browser, lodge, "amira", **options), await opened(browser, lodge, "ben", **options)
    await shot(amira, "start")
    await ask(amira, "can I friend a former student?")
    await shot(amira, "ruling")
    await ask(amira, "a student has told me she wants to end it all")
    await shot(amira, "emergency")
    await ask(amira, QUESTION)
    await shot(amira, "not-covered")
    await amira.get_by_role("button", name="Put this question to Marketing").click()
    await shot(amira, "form")
    await amira.get_by_role("dialog").get_by_label("Your question").fill("The insta password is Sunny2Day! who should have it?")
    await amira.get_by_role("button", name="Next").click()
    await shot(amira, "error")
    await amira.get_by_role("dialog").get_by_label("Your question").fill("How many days off do support staff get?")
    await amira.get_by_role("button", name="Next").click()
    await shot(amira, "check")
    await amira.get_by_role("button", name="Send to Marketing").click()
    await shot(amira, "receipt")
    await shot(ben, "marketing")


async def _report(browser, lodge, look, options) -> None:
    """A concern, from the emergency page to the dialog of the Safeguarding lead; and a student's, on its way to MyConcern."""
    shot, both = _camera(look)
    amira, sol = await opened(browser, lodge, "amira", **options), await opened(browser, lodge, "sol", **options)
    await start(amira, "Report a concern")
    await both(amira, "concern-about")
    await fill(amira, choices=["The conduct of an adult who works for the College"])
    await both(amira, "concern-who")
    await fill(amira, Other_names="A cover tutor")
    await both(amira, "concern-tell")
    await fill(amira, submit="Send it", choices=["Safeguarding", "No"], What_did_you_see=STORY)
    await shot(amira, "concern-receipt")
    notice = channel(sol, "safeguarding").first
    await notice.scroll_into_view_if_needed()
    await shot(sol, "concern-notice")
    await notice.get_by_role("button", name="Open privately").click()
    await both(sol, "concern-private")
    await start(amira, "Report a concern")
    await fill(amira, choices=["A student’s welfare or safety"])
    await fill(amira, choices=["No"])
    await shot(amira, "concern-myconcern")


if __name__ == "__main__":
    asyncio.run(main())
