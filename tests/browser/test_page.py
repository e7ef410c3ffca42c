"""The page in a real browser: what people see and do."""

from office import Office
from playwright.async_api import Browser, Page, expect

NARROW = {"width": 390, "height": 844}


async def ask(page: Page, text: str) -> None:
    """Post in #general, and open the thread of it once the app answered."""
    field, threads = page.locator(".channel-pane .composer-field"), page.locator(".reply-bar")
    before = await threads.count()
    await field.fill(text)
    await field.press("Enter")
    await expect(threads).to_have_count(before + 1, timeout=30_000)
    await threads.last.click()
    await expect(page.locator(".thread-pane .message")).not_to_have_count(0)


async def test_a_post_is_seen_and_sent_as_typed(page: Page, office: Office) -> None:
    field = page.locator(".channel-pane .composer-field")
    await field.fill("1 < 2 & 3")
    await field.press("Enter")
    await expect(page.locator(".message-body", has_text="1 < 2 & 3")).to_be_visible()
    [posted] = office.slack.messages(office.general)
    assert posted.text == "1 &lt; 2 &amp; 3"


async def test_a_name_is_completed_and_the_app_answers_in_a_thread(
    page: Page, office: Office
) -> None:
    field = page.locator(".channel-pane .composer-field")
    await field.press_sequentially("@bo")
    await page.locator(".offer", has_text="bot").wait_for()
    await field.press("Enter")
    await field.press_sequentially("how many?")
    await field.press("Enter")
    await page.locator(".reply-bar").click()
    thread = page.locator(".thread-pane")
    await expect(thread.locator(".badge")).to_be_visible()
    await expect(thread.locator("svg .chart-bar")).to_have_count(24)
    assert office.slack.messages(office.general)[0].text == f"<@{office.slack.bot}> how many?"


async def test_a_table_is_sorted_searched_and_paged(page: Page) -> None:
    await ask(page, "@bot how many?")
    table = page.locator(".thread-pane .data-table")
    cells = table.locator("tbody td")
    await expect(cells).to_have_count(10)
    by_number = table.get_by_role("button", name="Sign-ups")
    await by_number.click()
    await expect(cells.first).to_have_text("0")
    await by_number.click()
    await expect(cells.first).to_have_text("11,011")
    await expect(cells.first).to_have_css("text-align", "right")
    await table.get_by_role("button", name="Next page").click()
    await expect(cells).to_have_count(3)
    await table.get_by_role("searchbox").fill("feb")
    await expect(cells).to_have_count(1)


async def test_a_chart_tells_its_values(page: Page) -> None:
    await ask(page, "@bot how many?")
    await page.locator(".thread-pane .chart-zone").first.hover()
    await expect(page.locator(".chart-tip")).to_contain_text("Seoul300Busan180")


async def test_a_form_is_opened_refused_and_taken(page: Page, office: Office) -> None:
    await ask(page, "@bot how many?")
    await page.get_by_role("button", name="Correct it").click()
    form = page.get_by_role("dialog")
    await form.get_by_role("button", name="Ask again").click()
    await expect(form.get_by_role("alert")).to_have_count(2)
    await form.locator(".select").click()
    await page.get_by_role("menuitem", name="Month").click()
    await form.locator("input.field").fill("no")
    await form.get_by_role("button", name="Ask again").click()
    await expect(form.get_by_role("alert")).to_have_text(["Too short"])
    await expect(form.locator(".select")).to_have_text("Month")
    await form.locator("input.field").fill("by day")
    await form.get_by_role("button", name="Ask again").click()
    await expect(form).to_have_count(0)
    direct = office.slack.direct(office.ann)
    await office.slack.until(lambda: any("by day" in m.text for m in office.slack.messages(direct)))


async def test_buttons_menus_and_votes_reach_the_app(page: Page) -> None:
    await ask(page, "@bot how many?")
    thread = page.locator(".thread-pane")
    await thread.get_by_role("button", name="Good").click()
    await expect(thread.get_by_text("vote=up")).to_be_visible()
    await thread.locator(".button.overflow").click()
    await page.get_by_role("menuitem", name="Csv").click()
    await expect(thread.get_by_text("more=csv")).to_be_visible()
    await thread.get_by_role("button", name="Delete all").click()
    await page.get_by_role("button", name="Keep").click()
    await thread.get_by_role("button", name="Delete all").click()
    await page.get_by_role("button", name="Delete", exact=True).click()
    await expect(thread.get_by_text("drop=v")).to_have_count(1)


async def test_each_person_sees_their_own(page: Page, office: Office) -> None:
    await office.client.chat_postEphemeral(
        channel=office.general.id, user=office.ann.id, text="only Ann"
    )
    await expect(page.get_by_text("only Ann")).to_be_visible()
    await page.get_by_role("radio", name="조하나").click()
    await expect(page.get_by_text("채널", exact=True)).to_be_visible()
    await expect(page.locator(".sidebar-row", has_text="secret")).to_have_count(0)
    await expect(page.get_by_text("only Ann")).to_have_count(0)
    await office.slack.says(office.ben, office.secret, "psst")
    await office.slack.says(office.ben, office.general, "for all")
    await expect(page.get_by_text("for all")).to_be_visible()
    await expect(page.get_by_text("psst")).to_have_count(0)


async def test_hostile_text_is_only_text(page: Page) -> None:
    await ask(page, "@bot all blocks <img src=x onerror=\"document.title='broken'\">")
    thread = page.locator(".thread-pane")
    await expect(thread.locator("td", has_text="<img src=x")).to_have_count(1)
    await expect(thread.locator(".pre", has_text="<script>")).to_be_visible()
    await expect(thread.locator(".block-header")).to_contain_text("<img src=x")
    await ask(page, "@bot how many?")
    last = page.locator(".thread-pane .pager").get_by_role("button", name="Next page")
    await last.click()
    await expect(page.locator(".thread-pane tbody th", has_text="<img src=x")).to_have_count(1)
    assert await page.locator("img, script:not([type=module])").count() == 0
    assert "broken" not in await page.title()


async def test_every_block_is_drawn(page: Page) -> None:
    await ask(page, "@bot all blocks")
    thread = page.locator(".thread-pane")
    for drawn in (
        ".block-header",
        ".section .select",
        ".fields > div",
        ".rich-list li",
        "hr.divider",
        ".markdown h1",
        ".table td",
        ".chart-line",
        ".chart-slice",
        ".plan .spinner",
        ".plan .task-done",
        "input[type=radio]",
        ".picture-missing",
    ):
        await expect(thread.locator(drawn).first).to_be_attached()
    await thread.get_by_label("X").check()
    await expect(thread.get_by_text("one=x")).to_be_visible()


async def test_a_stream_grows_and_can_be_stopped(page: Page, office: Office) -> None:
    question = await office.slack.says(office.ann, office.general, "how many?")
    where = {"channel_id": office.general.id, "thread_ts": question.ts}
    await office.client.assistant_threads_setStatus(**where, status="is thinking …")
    await page.goto(f"{office.slack.address}/#{office.general.id}/{question.ts}")
    await expect(page.get_by_role("status")).to_contain_text("is thinking …")
    task = {"type": "task_update", "id": "a", "title": "Read it", "status": "in_progress"}
    stream = await office.client.chat_startStream(
        channel=office.general.id,
        thread_ts=question.ts,
        recipient_team_id=office.ann.team,
        recipient_user_id=office.ann.id,
        task_display_mode="plan",
        chunks=[task],
    )
    await expect(page.locator(".task .spinner")).to_be_visible()
    more = [{**task, "status": "complete"}, {"type": "markdown_text", "text": "**42**"}]
    await office.client.chat_appendStream(channel=office.general.id, ts=stream["ts"], chunks=more)
    await expect(page.locator(".task .task-done")).to_be_visible()
    await expect(page.locator(".markdown b")).to_have_text("42")
    await page.get_by_role("button", name="Stop").click()
    await expect(page.get_by_text("Stopped.")).to_be_visible()
    await expect(page.get_by_role("button", name="Stop")).to_be_hidden()


async def test_messages_are_edited_deleted_and_used(page: Page, office: Office) -> None:
    posted = await office.slack.says(office.ann, office.general, "how mny?")
    message = page.locator(f"[data-ts='{posted.ts}']")
    await message.hover()
    await message.get_by_role("button", name="More actions").click()
    await page.get_by_role("menuitem", name="Edit message").click()
    await message.locator("textarea").fill("how many?")
    await message.locator("textarea").press("Enter")
    await expect(message).to_contain_text("how many?(edited)")
    await message.hover()
    await message.get_by_role("button", name="More actions").click()
    await page.get_by_role("menuitem", name="Ask bot").click()
    await page.locator(".reply-bar").click()
    await expect(page.get_by_text("About: how many?")).to_be_visible()
    await message.first.hover()
    await message.first.get_by_role("button", name="More actions").click()
    await page.get_by_role("menuitem", name="Delete message").click()
    await page.get_by_role("alertdialog").get_by_role("button", name="Delete message").click()
    await expect(page.locator(".channel-pane .tombstone")).to_be_visible()


async def test_commands_and_the_home_tab(page: Page, office: Office) -> None:
    field = page.locator(".channel-pane .composer-field")
    await field.press_sequentially("/as")
    await page.locator(".offer", has_text="/ask").wait_for()
    await field.press("Enter")
    await field.press_sequentially("hello")
    await field.press("Enter")
    await expect(page.locator(".ephemeral")).to_contain_text("You asked: hello")
    await page.locator(".sidebar-row", has_text="bot").click()
    await expect(page.locator(".home .block-header")).to_have_text("Welcome")
    prompts = [{"title": "Sign-ups", "message": "how many sign-ups?"}]
    direct = office.slack.direct(office.ann)
    await office.client.assistant_threads_setSuggestedPrompts(channel_id=direct.id, prompts=prompts)
    await page.get_by_role("tab", name="Messages").click()
    await page.get_by_role("button", name="Sign-ups").click()
    await expect(page.get_by_text("how many sign-ups?")).to_be_visible()


async def test_a_button_to_a_message_opens_it_here(page: Page, office: Office) -> None:
    direct = office.slack.direct(office.ann)
    told = await office.client.chat_postMessage(channel=direct.id, text="for you alone")
    link = await office.client.chat_getPermalink(channel=direct.id, message_ts=told["ts"])
    button = {
        "type": "button",
        "text": {"type": "plain_text", "text": "See it"},
        "action_id": "try",
        "url": link["permalink"],
    }
    await office.client.chat_postMessage(
        channel=office.general.id,
        text="sent",
        blocks=[{"type": "actions", "elements": [button]}],
    )
    await page.get_by_role("button", name="See it").click()
    await expect(page.locator(".thread-pane .message")).to_contain_text("for you alone")
    assert len(page.context.pages) == 1


async def test_files_are_shown_and_kept(page: Page, office: Office) -> None:
    await office.client.files_upload_v2(
        channel=office.general.id, filename="표.csv", content="a,b\n1,2\n", title="표"
    )
    card = page.locator(".file")
    await expect(card).to_contain_text("CSV · 8 B")
    async with page.expect_download() as waiting:
        await card.click()
    download = await waiting.value
    assert download.suggested_filename == "표.csv"


async def test_a_phone_shows_one_pane_and_never_scrolls_sideways(
    browser: Browser, page: Page, office: Office
) -> None:
    await ask(page, "@bot how many?")
    await ask(page, "@bot all blocks")
    phone = await browser.new_page(viewport=NARROW)
    await phone.goto(office.slack.address)
    await phone.locator(".sidebar-row", has_text="general").click()
    await phone.locator(".reply-bar").first.click()
    await expect(phone.locator(".thread-pane .data-table")).to_be_visible()
    await expect(phone.locator(".channel-pane")).to_be_hidden()
    assert await sideways(phone) == []
    await phone.locator(".thread-pane").get_by_role("button", name="Back").click()
    await phone.locator(".reply-bar").last.click()
    await expect(phone.locator(".thread-pane .plan")).to_be_visible()
    assert await sideways(phone) == []
    await page.get_by_role("button", name="Phone").click()
    await expect(page.locator(".channel-pane")).to_be_hidden()
    box = await page.locator(".workspace").bounding_box()
    assert box is not None
    assert box["width"] == NARROW["width"]


async def sideways(page: Page) -> list[str]:
    """List what is wider than its place; tables and code scroll in frames of their own."""
    wide: list[str] = await page.evaluate(
        """() => [document.documentElement, ...document.querySelectorAll(
             '.workspace, .panes, .pane, .list, .list-inner, .message, .message-body, .block')]
           .filter((one) => one.scrollWidth > one.clientWidth + 1 && one.clientWidth > 0)
           .map((one) => one.className)"""
    )
    return wide
