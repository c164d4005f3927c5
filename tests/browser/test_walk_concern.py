"""A concern in a real browser: reported by keyboard on a phone, opened by those who may hear it, and read by axe."""

from playwright.async_api import expect

from tests.browser.test_walk import clean, opened
from tests.browser.test_walk_cases import fill, start

PHONE = {"viewport": {"width": 375, "height": 740}, "has_touch": True}
STORY = "He messages a girl in my class at night."


def channel(page, role):
    """The notices in a role's channel, newest last."""
    return page.locator(f'[data-place="web:#{role}"] article.message')


async def keys(page, *pressed):
    """Press one key after another."""
    for key in pressed:
        await page.keyboard.press(key)


async def fits(page):
    """Nothing is cut off sideways, in the page or in the dialog."""
    assert await page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")
    inside = page.get_by_role("dialog").locator(".form-body")
    if await inside.count():
        assert await inside.evaluate("each => each.scrollWidth <= each.clientWidth")


async def test_a_concern_is_reported_by_keyboard_on_a_phone(browser, lodge):
    """Amira reads the numbers first, says what and whom with the keyboard alone, and is told whom to ring; Sol hears nothing."""
    amira, sol = await opened(browser, lodge, "amira", **PHONE), await opened(browser, lodge, "sol")
    await amira.locator("#home").get_by_role("button", name="Report a concern").focus()
    await keys(amira, "Enter")
    dialog = amira.get_by_role("dialog")
    await expect(dialog.get_by_text("ring 999 now")).to_be_in_viewport()
    await expect(dialog.get_by_role("button", name="Next")).to_be_in_viewport()
    await fits(amira)
    await clean(amira)
    await keys(amira, "Tab", "Space", "Enter")
    await expect(dialog.get_by_label("Who is it about?")).to_be_focused()
    await amira.keyboard.type("Sol")
    await keys(amira, "Enter")
    await expect(dialog.get_by_role("checkbox", name="Sol Okafor")).to_be_focused()
    await fits(amira)
    await clean(amira)
    await keys(amira, "Space", "Enter")
    await expect(dialog.get_by_role("heading", name="What happened?")).to_be_visible()
    assert "Safeguarding" not in await dialog.get_by_role("radiogroup", name="Who should hear it?").inner_text()
    await fits(amira)
    await keys(amira, "Space", "Tab")
    await amira.keyboard.type(STORY)
    await keys(amira, "Tab", "Tab", "Tab", "Space", "Enter")
    await expect(amira.locator("#log")).to_contain_text("CON-0001")
    await expect(amira.locator("#log").get_by_role("link", name="01632 960 013")).to_have_attribute("href", "tel:01632960013")
    await fits(amira)
    await clean(amira)
    assert "CON-0001" not in await sol.content()
    assert not amira.errors + sol.errors


async def test_the_safeguarding_lead_opens_it_privately(browser, lodge):
    """Sol sees a reference in the channel, the words in a dialog, acknowledges, and Amira hears that it was opened."""
    amira, sol = await opened(browser, lodge, "amira"), await opened(browser, lodge, "sol", **PHONE)
    await start(amira, "Report a concern")
    await fill(amira, choices=["The conduct of an adult who works for the College"])
    await fill(amira, Other_names="A cover tutor")
    await fill(amira, submit="Send it", choices=["Safeguarding", "No"], What_did_you_see=STORY)
    await expect(amira.locator("#log")).to_contain_text("CON-0001")
    await clean(amira)
    notice = channel(sol, "safeguarding").first
    await expect(notice).to_contain_text("CON-0001: urgent")
    assert STORY not in await sol.content()
    await notice.get_by_role("button", name="Open privately").click()
    await expect(sol.get_by_role("dialog")).to_contain_text(STORY)
    await fits(sol)
    await clean(sol)
    await expect(amira.locator("#log")).to_contain_text("opened by somebody who can act")
    await sol.get_by_role("dialog").get_by_role("button", name="Acknowledge").click()
    await expect(amira.locator("#log")).to_contain_text("has been read, and will be dealt with")
    await expect(notice).to_contain_text("Acknowledged")
    assert STORY not in await sol.content()
    await clean(sol)
    assert not amira.errors + sol.errors
