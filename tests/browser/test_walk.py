"""The first flow in a real browser, from both sides, by mouse and by keyboard, and read by axe."""

from axe_playwright_python.async_playwright import Axe
from playwright.async_api import expect

QUESTION = "how many days of annual leave do I get?"


async def opened(browser, lodge, name, **look):
    """The page as one person sees it, in a window of their own."""
    context = await browser.new_context(**look)
    page = await context.new_page()
    page.errors = []
    page.on("pageerror", lambda error: page.errors.append(str(error)))
    await page.goto(f"{lodge.driver.root}/?as={name}@college.example")
    return page


async def ask(page, text):
    """Type a question and press Enter."""
    await page.get_by_label("Your question").fill(text)
    await page.get_by_label("Your question").press("Enter")


async def clean(page):
    """axe finds nothing."""
    found = await Axe().run(page)
    assert found.violations_count == 0, found.generate_report()


async def test_a_question_goes_to_marketing_and_its_answer_comes_back(browser, lodge):
    """Ask, press, mistype, correct, submit; see it arrive live as Marketing; answer; see the answer live as the asker."""
    amira, ben = await opened(browser, lodge, "amira"), await opened(browser, lodge, "ben")
    await ask(amira, QUESTION)
    await amira.get_by_role("button", name="Put this question to Marketing").click()
    box = amira.get_by_role("dialog").get_by_label("Your question")
    await expect(box).to_have_value(QUESTION)
    await box.fill("")
    await amira.get_by_role("button", name="Next").click()
    await expect(amira.get_by_role("dialog")).to_contain_text("Please fill in")
    await clean(amira)
    await box.fill("How many days off do support staff get?")
    await amira.get_by_role("button", name="Next").click()
    await amira.get_by_role("button", name="Send to Marketing").click()
    await expect(amira.locator("#log")).to_contain_text("MKT-0001")
    notice = ben.locator('[data-place="web:#marketing"] article.message').first
    await expect(notice).to_contain_text("How many days off do support staff get?")
    await notice.get_by_role("button", name="Answer").click()
    await ben.get_by_role("dialog").get_by_label("Your answer").fill("Thirty-seven.")
    await ben.get_by_role("button", name="Send the answer").click()
    await expect(notice).to_contain_text("Answered")
    await expect(amira.locator("#log")).to_contain_text("Thirty-seven.")
    await expect(amira.locator("#home")).to_contain_text("Answered")
    await clean(amira)
    await clean(ben)
    assert not amira.errors + ben.errors


async def test_it_works_by_keyboard_alone(browser, lodge):
    """Ask, reach the button, open the form, close it with Escape, and be back where one was."""
    page = await opened(browser, lodge, "amira")
    await ask(page, QUESTION)
    button = page.get_by_role("button", name="Put this question to Marketing")
    await button.focus()
    await page.keyboard.press("Enter")
    await expect(page.get_by_role("dialog")).to_be_visible()
    await expect(page.get_by_role("dialog").get_by_label("Your question")).to_be_focused()
    await page.keyboard.press("Escape")
    await expect(page.get_by_role("dialog")).to_be_hidden()
    await expect(button).to_be_focused()


async def test_it_fits_a_phone_and_a_doubled_text(browser, lodge):
    """At 320 pixels, which is also 200 % of a small window, nothing is cut off sideways, light or dark."""
    for scheme in ("light", "dark"):
        page = await opened(browser, lodge, "ben", viewport={"width": 320, "height": 640}, color_scheme=scheme)
        await ask(page, "can I friend a former student?")
        await expect(page.locator("#log")).to_contain_text("Not allowed")
        assert await page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")
        await clean(page)


async def test_the_emergency_page_is_read_by_axe_too(browser, lodge):
    """The page that matters most has no barrier, and its numbers can be pressed."""
    page = await opened(browser, lodge, "amira", color_scheme="dark")
    await ask(page, "a student has told me she wants to end it all")
    await expect(page.locator("#log")).to_contain_text("999")
    await clean(page)
