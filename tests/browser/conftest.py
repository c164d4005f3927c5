"""A real Chromium in front of a real playground. Skipped, with the reason, where there is no Chromium; never in CI."""

import os
import shutil

import pytest
from playwright.async_api import async_playwright

from tests.conftest import running

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser")
FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
]


@pytest.fixture
async def browser():
    """Chromium, headless."""
    if not CHROMIUM:
        assert not os.environ.get("CI"), "CI has to install Chromium"
        pytest.skip("no Chromium here: apt install chromium")
    async with async_playwright() as playwright:
        opened = await playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        yield opened
        await opened.close()


@pytest.fixture
async def lodge(tmp_path, answers, college):
    """A playground with its worker running, on the system's own clock."""
    async with running(tmp_path, answers, college) as world:
        world.app.worker.start()
        yield world
