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


async def test_an_account_is_asked_for_approved_and_goes_live(browser, lodge):
    """Amira fills in six pages and checks them; Ben approves in writing; Amira puts the page into the register."""
    amira, ben = await opened(browser, lodge, "amira"), await opened(browser, lodge, "ben")
    await start(amira, "Request an account")
    await amira.get_by_role("dialog").get_by_label("Platform", exact=True).select_option(label="Instagram")
    await fill(amira, choices=["Marketing"], Department_or_service_area="Hair and Beauty")
    await fill(amira, Proposed_name_or_handle="@wiltscoll_hair")
    await fill(amira, Who_is_it_for="Applicants", What_will_be_posted="Finished styles", When_should_it_start="2027-01-11")
    await fill(amira, Curator="amira@college.example", Deputy="bea@college.example")
    await fill(amira, Where_will_the_credentials_be_kept="The department safe", Who_in_the_department_can_reach_them="Amira, Bea")
    boxes = amira.get_by_role("dialog").get_by_role("checkbox")
    await expect(boxes.first).to_be_visible()
    for number in range(await boxes.count()):
        await boxes.nth(number).check()
    await clean(amira)
    await fill(amira)
    await fill(amira, submit="Send the request")
    await expect(amira.locator("#log")).to_contain_text("Do not set the page up before you have the answer")
    await ben.locator(MARKETING).first.get_by_role("button", name="Approve", exact=True).click()
    await expect(amira.locator("#log")).to_contain_text("permission in writing")
    await amira.locator("#home").get_by_role("button", name="Show ACC-0001").click()
    await amira.locator("#log").get_by_role("button", name="It is live").last.click()
    await fill(
        amira, submit="Put it in the register", Its_address="https://instagram.com/wiltscoll_hair", Live_since="2026-11-24"
    )
    await expect(ben.locator(MARKETING).first).to_contain_text("Live")
    await clean(amira)
    await clean(ben)
    assert not amira.errors + ben.errors
