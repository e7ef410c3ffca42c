"""Ask and show on the terminal: `ask`, `chat`, `demo`, `learn`, `doctor`."""

import json
import sys
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from askwell.cli.running import build_demo

if TYPE_CHECKING:
    from askwell.domain.answer import Answer
    from askwell.settings import Settings
    from askwell.wiring import Askwell


_NOBODY = "somebody@localhost"


def _asker(app: "Askwell", email: str | None) -> Any:
    """Return who asks; without a name, the demo's first person, else a person of no group."""
    if email is None and app.settings.is_demo:
        email = next(iter(app.policy.people), None)
    return app.policy.asker(email or _NOBODY)


async def _answered(
    app: "Askwell", question: str, *, thread: str | None, email: str | None, lang: str | None
) -> "Answer":
    from askwell.domain.answer import Answer

    last = None
    stream = app.conversation().answer(
        question,
        asker=_asker(app, email),
        thread=thread,
        language=lang,  # type: ignore[arg-type]  # click checked the choice
    )
    async for item in stream:
        last = item
    assert isinstance(last, Answer)
    return last


async def ask(settings: "Settings", question: str, options: dict[str, Any]) -> None:
    """Answer one question; exit with 1 where something went wrong inside."""
    from dataclasses import replace

    from askwell.wiring import open_newest

    rows = settings.export_rows if options["csv_file"] else settings.rows
    app = await open_newest(replace(settings, rows=rows))
    try:
        answer = await _answered(
            app,
            question,
            thread=options["thread"],
            email=options["email"],
            lang=options["lang"],
        )
        answer = _with_chart(answer, options["chart"])
        if options["csv_file"]:
            _write_csv(answer, options["csv_file"])
        _print(answer, as_json=options["as_json"])
    finally:
        await app.close()
    if answer.kind == "error":
        sys.exit(1)


def _with_chart(answer: "Answer", path: Path | None) -> "Answer":
    chart = answer.chart
    if path is None or chart is None:
        return answer
    from askwell.charts import draw

    written(path, lambda: draw(chart, path))
    return answer.model_copy(update={"chart": chart.model_copy(update={"path": str(path)})})


def _write_csv(answer: "Answer", path: Path) -> None:
    """Write the rows; a text that a spreadsheet would run as a formula gets a quote before it."""
    from askwell.exports import as_csv

    table = answer.table
    if table is not None:
        written(path, lambda: path.write_bytes(as_csv(table)))


def written(path: Path, write: Callable[[], object]) -> None:
    """Write a file.

    Raises:
        Misconfigured: it cannot be written there.
    """
    from askwell.errors import Misconfigured

    try:
        write()
    except OSError as error:
        problem = f"{path} cannot be written: {error.strerror}. Write another path."
        raise Misconfigured(problem) from error


def _print(answer: "Answer", *, as_json: bool = False) -> None:
    if as_json:
        from askwell.conversation.contract import as_json as contract

        click.echo(json.dumps(contract(answer), ensure_ascii=False, indent=2))
        return
    from rich.console import Console

    from askwell.terminal import show

    show(answer, Console())
    click.echo(f"  --thread {answer.thread}")


async def learn(settings: "Settings") -> None:
    """Learn, and say what was taken for granted."""
    from askwell import wiring
    from askwell.knowledge.report import report

    if settings.is_demo:
        build_demo(settings)
    learned = await wiring.learn(settings)
    for line in report(learned.catalog, learned.profile):
        click.echo(line)


async def demo(settings: "Settings", scale: float | None, chat_on: bool | None) -> None:
    """Build the demo company, ask three questions, and chat."""
    from askwell import demo as company
    from askwell import wiring
    from askwell.errors import Misconfigured

    if not settings.is_demo:
        raise Misconfigured("ASKWELL_WAREHOUSE_URL is set; unset it to see the demo.")
    click.echo("Building the demo company (about 20 seconds the first time) …", err=True)
    build_demo(settings, scale=scale)
    await learn(settings)
    app = wiring.open_askwell(settings)
    try:
        thread = None
        for question in (company.FIRST_QUESTION, company.FOLLOW_UP, None, company.ENGLISH_QUESTION):
            if question is None:
                thread = None
                continue
            click.secho(f"\n> {question}", bold=True)
            answer = await _answered(app, question, thread=thread, email=None, lang=None)
            picture = settings.home / f"{answer.turn}.png"
            _print(_with_chart(answer, picture))
            thread = answer.thread
    finally:
        await app.close()
    if sys.stdin.isatty() if chat_on is None else chat_on:
        await chat(settings, None, None)


async def chat(settings: "Settings", thread: str | None, email: str | None) -> None:
    """Answer until an empty line."""
    from askwell.wiring import open_newest

    app = await open_newest(settings)
    click.echo("Ask away; an empty line ends the chat.")
    try:
        while question := click.prompt(">", prompt_suffix=" ", default="", show_default=False):
            answer = await _answered(app, question, thread=thread, email=email, lang=None)
            _print(answer)
            thread = answer.thread
    finally:
        await app.close()


async def doctor(settings: "Settings") -> None:
    """Say what is wrong with each door; exit with 2 if anything is."""
    from askwell.wiring import examine

    healthy = True
    async for door, problem in examine(settings):
        healthy = healthy and not problem
        click.echo(f"{'✗' if problem else '✓'} {door}{f': {problem}' if problem else ''}")
    if not healthy:
        sys.exit(2)
