"""Accounts and images in a real browser, from both sides, and read by axe."""

from playwright.async_api import expect

from tests.browser.test_walk import clean, opened

MARKETING = '[data-place="web:#marketing"] article.message'


async def start(page, name):
    """Begin a flow from the person's own page."""
    await page.locator("#home").get_by_role("button", name=name).click()
    await expect(page.get_by_role("dialog")).to_be_visible()


async def fill(page, submit="Next", choices=(), **texts):
    """Fill in the open form by its labels, and send it."""
    dialog = page.get_by_role("dialog")
    for label in choices:
        await dialog.get_by_label(label, exact=True).check()
    for label, text in texts.items():
        await dialog.get_by_label(label.replace("_", " ")).fill(text)
    await dialog.get_by_role("button", name=submit).click()


async def test_an_image_comes_down_copy_by_copy(browser, lodge):
    """Amira asks, Ben hears at once and takes each copy down, and Amira sees each step."""
    amira, ben = await opened(browser, lodge, "amira"), await opened(browser, lodge, "ben")
    await start(amira, "Have an image removed")
    await clean(amira)
    await fill(amira, choices=["No"])
    await amira.get_by_role("dialog").locator("textarea").first.fill("https://www.instagram.com/p/1\nthe poster in reception")
    await fill(amira)
    await fill(amira, choices=["Not known", "These images only", "Somebody else, or not known"])
    await clean(amira)
    await fill(amira, submit="Have it removed")
    await expect(amira.locator("#log")).to_contain_text("IMG-0001")
    notice = ben.locator(MARKETING).first
    for copy in ("Copy 1", "Copy 2"):
        await notice.get_by_role("button", name=copy).click()
        await fill(ben, submit="Save it", choices=["Removed: it is gone"])
    await expect(notice).to_contain_text("Every copy")
    await expect(amira.locator("#log")).to_contain_text("Every copy")
    await clean(ben)
    assert not amira.errors + ben.errors
