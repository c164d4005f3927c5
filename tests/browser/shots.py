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
        await browser.close()
    shutil.copy(SHOTS / "wide-light-ruling.png", HOUSE / "tests" / "browser" / "playground.png")
    print(f"{len(list(SHOTS.glob('*.png')))} pictures in {SHOTS.relative_to(HOUSE)}")


async def _walk(browser, lodge, look, options) -> None:
    async def shot(page, name):
        await page.wait_for_timeout(350)
        await page.screenshot(path=SHOTS / f"{look}-{name}.png")

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


if __name__ == "__main__":
    asyncio.run(main())
