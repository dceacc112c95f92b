"""Files that people hand in: saved by whoever reads them, never shown as part of our pages."""

from pathlib import Path

from playwright.async_api import FilePayload, expect

from tests.browser import IN_BROWSER
from tests.browser.desk import ADA, DANA, SmallDesk
from tests.browser.people import People
from tests.browser.scene import SLOW

pytestmark = IN_BROWSER
ATTACK = b"<script>document.title = 'owned'</script>"


def file(name: str, kind: str, content: bytes) -> FilePayload:
    return {"name": name, "mimeType": kind, "buffer": content}


async def test_a_file_goes_from_the_customer_to_the_engineer(
    people: People, desk: SmallDesk, tmp_path: Path
) -> None:
    number = await desk.files(SLOW)
    customer = await people.signed_in(desk, DANA, f"/tickets/T-{number}")
    engineer = await people.signed_in(desk, ADA, f"/desk/tickets/T-{number}")
    await customer.get_by_label("Write to us").fill("The log of room exam-7.")
    log = file("日志 of exam-7.log", "text/plain", b"join 20.1 s\n")
    page = file("a.html", "text/html", ATTACK)
    await customer.get_by_label("Screenshots, logs").set_input_files([log, page])
    await customer.get_by_role("button", name="Send").click()
    await expect(customer.locator("#talk .files a")).to_have_count(2)
    link = engineer.get_by_role("link", name="日志 of exam-7.log")
    await expect(link).to_be_visible()
    async with engineer.expect_download() as saved:
        await link.click()
    download = await saved.value
    assert download.suggested_filename == "日志 of exam-7.log"
    await download.save_as(tmp_path / "log")
    assert (tmp_path / "log").read_bytes() == b"join 20.1 s\n"


async def test_no_file_is_shown_as_a_page_of_ours(people: People, desk: SmallDesk) -> None:
    """Not even where somebody takes the address and leaves the link's `download` out."""
    people.expected.append("ERR_ABORTED")
    number = await desk.files(SLOW)
    customer = await people.signed_in(desk, DANA, f"/tickets/T-{number}")
    await customer.get_by_label("Write to us").fill("See the page and the picture.")
    picture = file("x.svg", "image/svg+xml", b'<svg xmlns="http://www.w3.org/2000/svg">' + ATTACK + b"</svg>")
    page = file("a.html", "text/html", ATTACK)
    await customer.get_by_label("Screenshots, logs").set_input_files([picture, page])
    await customer.get_by_role("button", name="Send").click()
    links = customer.locator("#talk .files a")
    await expect(links).to_have_count(2)
    for link in await links.all():
        address = str(await link.get_attribute("href"))
        answer = await customer.request.get(address)
        assert answer.headers["content-disposition"].startswith("attachment")
        assert answer.headers["content-type"] in ("application/octet-stream", "text/plain; charset=utf-8")
        assert answer.headers["x-content-type-options"] == "nosniff"
        async with customer.expect_download():
            await customer.evaluate("(address) => { location.href = address }", address)
    await expect(customer.locator("#talk img, #talk iframe, #talk object, #talk video")).to_have_count(0)
    assert await customer.title() != "owned"


async def test_an_engineers_file_comes_with_the_words(people: People, desk: SmallDesk) -> None:
    """The customer sees it without a reload."""
    number = await desk.files(SLOW)
    customer = await people.signed_in(desk, DANA, f"/tickets/T-{number}")
    engineer = await people.signed_in(desk, ADA, f"/desk/tickets/T-{number}")
    composer = engineer.locator("#composer")
    await composer.get_by_label("They read it where they write").fill("Please try this build.")
    await composer.get_by_label("Screenshots, logs").first.set_input_files(
        file("fix.txt", "text/plain", b"1")
    )
    await engineer.get_by_role("button", name="Send to the customer").click()
    await expect(engineer.locator(".flash")).to_be_visible()
    await expect(customer.get_by_role("link", name="fix.txt")).to_be_visible()


async def test_what_is_too_large_is_said_before_it_is_sent(
    people: People, desk: SmallDesk, tmp_path: Path
) -> None:
    number = await desk.files(SLOW)
    customer = await people.signed_in(desk, DANA, f"/tickets/T-{number}")
    film, picker = tmp_path / "film.mp4", customer.get_by_label("Screenshots, logs")
    film.write_bytes(b"0" * (26 * 1024 * 1024))
    await picker.set_input_files(film)
    said = "(field) => field.validationMessage"
    assert "“film.mp4” is larger than 25 MiB" in await picker.evaluate(said)
    await picker.set_input_files([file(f"{each}.txt", "text/plain", b"1") for each in range(6)])
    assert "At most 5 files" in await picker.evaluate(said)
    await picker.set_input_files(file("one.txt", "text/plain", b"1"))
    assert await picker.evaluate(said) == ""


async def test_what_is_too_large_is_said(people: People, desk: SmallDesk, tmp_path: Path) -> None:
    """Where no script looks before it is sent."""
    people.expected.append("413")
    number = await desk.files(SLOW)
    customer = await people.signed_in(desk, DANA, f"/tickets/T-{number}", java_script_enabled=False)
    await customer.get_by_label("Write to us").fill("The whole film.")
    film = tmp_path / "film.mp4"
    film.write_bytes(b"0" * (26 * 1024 * 1024))
    await customer.get_by_label("Screenshots, logs").set_input_files(film)
    await customer.get_by_role("button", name="Send").click()
    await expect(customer.get_by_role("main")).to_contain_text("“film.mp4” is larger than 25 MiB")
