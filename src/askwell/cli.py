"""The commands, thin. Nothing heavy is imported until a command needs it."""

import json
import sys
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from askwell import __version__

if TYPE_CHECKING:
    import asyncio
    from collections.abc import Mapping
    from datetime import date

    from askwell.domain.answer import Answer
    from askwell.settings import Settings
    from askwell.wiring import Askwell

_NOBODY = "somebody@localhost"
_NO_SLACK = "The packages for Slack are missing; run `pip install 'askwell[slack]'`."


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, prog_name="askwell")
def main() -> None:
    """Ask your company's data in Korean or English."""


@main.command()
@click.option("--scale", type=float, help="Build it anew in this size (1 is a million payments).")
@click.option("--chat/--no-chat", default=None, help="Go on as a chat (default: on a terminal).")
def demo(scale: float | None, chat: bool | None) -> None:
    """Build the demo company, learn it, and answer three questions."""
    _run(lambda settings: _demo(settings, scale, chat))


@main.command()
@click.argument("question")
@click.option("--thread", help="Go on in this conversation.")
@click.option("--as", "email", help="Ask with this person's rights.")
@click.option("--lang", type=click.Choice(["ko", "en"]), help="Answer in this language.")
@click.option("--chart", type=click.Path(path_type=Path), help="Draw the chart into this PNG.")
@click.option("--csv", "csv_file", type=click.Path(path_type=Path), help="Write the rows here.")
@click.option("--json", "as_json", is_flag=True, help="Print the answer as JSON.")
def ask(question: str, **options: Any) -> None:
    """Ask one question."""
    _run(lambda settings: _ask(settings, question, options))


@main.command()
@click.option("--thread", help="Go on in this conversation.")
@click.option("--as", "email", help="Ask with this person's rights.")
def chat(thread: str | None, email: str | None) -> None:
    """Ask and follow up until you leave with an empty line."""
    _run(lambda settings: _chat(settings, thread, email))


@main.command()
def learn() -> None:
    """Learn tables, metrics and words from the sources that are set."""
    _run(_learn)


@main.command()
def doctor() -> None:
    """Check every door, and say what to mend."""
    _run(_doctor)


@main.command()
@click.option("--manifest", is_flag=True, help="Print the manifest to create the app from.")
@click.option("--url", default="", help="Where Slack reaches askwell, for a manifest over HTTP.")
def slack(manifest: bool, url: str) -> None:
    """Answer in Slack until it is stopped."""
    if manifest or url:
        _print_manifest(url)
    else:
        _run(_slack)


@main.command()
@click.option("--port", type=click.IntRange(0, 65_535), default=3600, help="0: any free one.")
def playground(port: int) -> None:
    """Try askwell in a local Slack in the browser, without an account."""
    _run(lambda settings: _playground(settings, port))


@main.command()
@click.argument("cases", required=False, type=click.Path(path_type=Path))
@click.option("--agent", default="askwell", help="askwell, bare (a model alone), or e.g. bare+2.")
@click.option(
    "--out",
    type=click.Path(path_type=Path),
    default="evaluation.jsonl",
    help="Outcomes go here; those that are here are kept.",
)
@click.option("--database", default="", help="Only cases of this database.")
@click.option("--every", type=click.IntRange(1), default=1, help="Only every k-th case.")
@click.option("--offset", type=click.IntRange(0), default=0, help="Leave out the first ones.")
@click.option("--limit", type=click.IntRange(0), default=0, help="At most so many (0: all).")
@click.option("--parallel", type=click.IntRange(1), default=1, help="So many at a time.")
@click.option("--report", type=click.Path(path_type=Path), help="Write a Markdown report here.")
@click.option("--compare", nargs=2, type=click.Path(path_type=Path), help="Compare two runs.")
def evaluate(**options: Any) -> None:
    """Ask questions whose answers are known, and count the right ones."""
    _run(lambda settings: _evaluate(settings, **options))


def _run(command: "Callable[[Settings], Any]") -> None:
    """Run a command; a wrong setting ends with 2, an error of askwell's own with 1."""
    import asyncio
    import logging
    import uuid

    from askwell.errors import Misconfigured

    logging.getLogger("metricflow_semantics").setLevel(logging.ERROR)
    logging.getLogger("metricflow").setLevel(logging.ERROR)
    try:
        settings = settings_or_demo()
        _keep_log(settings.home)
        asyncio.run(command(settings))
    except Misconfigured as error:
        click.echo(f"askwell: {error}", err=True)
        sys.exit(2)
    except (KeyboardInterrupt, EOFError):
        sys.exit(130)
    except Exception:  # the last stop: a number instead of a stack trace
        reference = uuid.uuid4().hex[:8]
        logging.getLogger("askwell").exception("command failed; reference %s", reference)
        click.echo(f"askwell: something went wrong; reference {reference}", err=True)
        sys.exit(1)


def _keep_log(home: Path) -> None:
    """Write what goes wrong into a file in `home`; the terminal shows no stack traces."""
    import logging

    from askwell.errors import Misconfigured

    try:
        home.mkdir(parents=True, exist_ok=True)
        handler = logging.FileHandler(home / "askwell.log", encoding="utf-8")
    except OSError as error:
        raise Misconfigured(
            f"ASKWELL_HOME is {str(home)!r}: {error.strerror}. Write a folder that can be written."
        ) from error
    handler.setFormatter(logging.Formatter("%(asctime)s %(levelname)s %(message)s"))
    log = logging.getLogger("askwell")
    log.addHandler(handler)
    log.propagate = False


def settings_or_demo(environ: "Mapping[str, str] | None" = None) -> "Settings":
    """Return the settings; where no warehouse is set, with the demo company's sources."""
    from dataclasses import replace

    from askwell.settings import load

    settings = load(environ)
    if settings.warehouse_url:
        return settings
    from askwell import demo

    return replace(
        settings,
        warehouse_url=f"duckdb:///{settings.home / f'demo-{_last_day(settings)}.duckdb'}",
        dbt_project=settings.dbt_project or demo.DBT_PROJECT,
        knowledge=settings.knowledge or demo.KNOWLEDGE,
        policy=settings.policy or demo.POLICY,
        is_demo=True,
    )


def _last_day(settings: "Settings") -> "date":
    from askwell.domain.clock import Clock

    return Clock(settings.time_zone or "Asia/Seoul", settings.today).yesterday()


def build_demo(settings: "Settings", *, scale: float | None = None) -> None:
    """Build the demo warehouse unless it is there, and drop those of earlier days.

    A `scale` that is given always builds it anew.
    """
    from askwell import demo, wiring
    from askwell.errors import Misconfigured

    path = wiring.warehouse_file(settings)
    if path.exists() and scale is None:
        return
    path.parent.mkdir(parents=True, exist_ok=True)
    try:
        demo.build(path, scale=scale or 1.0, end=_last_day(settings))
    except ValueError as error:
        raise Misconfigured(f"ASKWELL_TODAY is {settings.today}. {error}") from error
    for old in path.parent.glob("demo-*.duckdb"):
        if old != path:
            old.unlink()


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


async def _ask(settings: "Settings", question: str, options: dict[str, Any]) -> None:
    from dataclasses import replace

    from askwell.wiring import open_askwell

    rows = settings.export_rows if options["csv_file"] else settings.rows
    app = open_askwell(replace(settings, rows=rows))
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

    _written(path, lambda: draw(chart, path))
    return answer.model_copy(update={"chart": chart.model_copy(update={"path": str(path)})})


def _write_csv(answer: "Answer", path: Path) -> None:
    """Write the rows; a text that a spreadsheet would run as a formula gets a quote before it."""
    from askwell.exports import as_csv

    table = answer.table
    if table is not None:
        _written(path, lambda: path.write_bytes(as_csv(table)))


def _written(path: Path, write: Callable[[], object]) -> None:
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


async def _learn(settings: "Settings") -> None:
    from askwell import wiring
    from askwell.knowledge.report import report

    if settings.is_demo:
        build_demo(settings)
    learned = await wiring.learn(settings)
    for line in report(learned.catalog, learned.profile):
        click.echo(line)


async def _demo(settings: "Settings", scale: float | None, chat_on: bool | None) -> None:
    from askwell import demo as company
    from askwell import wiring
    from askwell.errors import Misconfigured

    if not settings.is_demo:
        raise Misconfigured("ASKWELL_WAREHOUSE_URL is set; unset it to see the demo.")
    click.echo("Building the demo company (about 20 seconds the first time) …", err=True)
    build_demo(settings, scale=scale)
    await _learn(settings)
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
        await _chat(settings, None, None)


async def _chat(settings: "Settings", thread: str | None, email: str | None) -> None:
    from askwell.wiring import open_askwell

    app = open_askwell(settings)
    click.echo("Ask away; an empty line ends the chat.")
    try:
        while question := click.prompt(">", prompt_suffix=" ", default="", show_default=False):
            answer = await _answered(app, question, thread=thread, email=email, lang=None)
            _print(answer)
            thread = answer.thread
    finally:
        await app.close()


async def _doctor(settings: "Settings") -> None:
    from askwell.wiring import examine

    healthy = True
    async for door, problem in examine(settings):
        healthy = healthy and not problem
        click.echo(f"{'✗' if problem else '✓'} {door}{f': {problem}' if problem else ''}")
    if not healthy:
        sys.exit(2)


def _print_manifest(url: str) -> None:
    import yaml

    from askwell.slack.manifest import MANIFEST, http_manifest

    over_http = url and yaml.safe_dump(http_manifest(url), allow_unicode=True, sort_keys=False)
    click.echo(over_http or MANIFEST.read_text("utf-8"), nl=False)


async def _playground(settings: "Settings", port: int) -> None:
    from askwell import wiring
    from askwell.errors import Misconfigured

    try:
        from askwell.wiring.playground import in_playground
    except ImportError as error:
        raise Misconfigured(_NO_SLACK) from error
    if settings.is_demo and not (settings.home / "catalog.json").exists():
        click.echo("Building the demo company (about 20 seconds the first time) …", err=True)
    if settings.is_demo and await _is_demo_new(settings):
        await wiring.learn(settings)
    ended = _ended()
    try:
        async with in_playground(settings, team=_team(settings), port=port) as address:
            click.echo(f"The playground is open: {address} (Ctrl-C closes it).")
            await ended.wait()
    except OSError as error:
        raise Misconfigured(f"Port {port}: {error.strerror}. Give another --port.") from error


async def _is_demo_new(settings: "Settings") -> bool:
    """Build the demo company where it is not there; tell whether it must be learned."""
    import asyncio

    from askwell import wiring

    path = wiring.warehouse_file(settings)
    is_known = path.exists() and (settings.home / "catalog.json").exists()
    await asyncio.to_thread(build_demo, settings)
    return not is_known


def _team(settings: "Settings") -> str:
    from askwell import demo

    return demo.NAME if settings.is_demo else "askwell"


def _ended() -> "asyncio.Event":
    """Return what is set by Ctrl-C, or when the process is told to end."""
    import asyncio
    import signal

    ended = asyncio.Event()
    for told in (signal.SIGINT, signal.SIGTERM):
        asyncio.get_running_loop().add_signal_handler(told, ended.set)
    return ended


async def _slack(settings: "Settings") -> None:
    """Answer until Ctrl-C, or until the process is told to end."""
    from askwell.errors import Misconfigured
    from askwell.wiring import open_askwell

    try:
        from askwell.wiring.slack_app import in_slack
    except ImportError as error:
        raise Misconfigured(_NO_SLACK) from error
    app = open_askwell(settings)
    ended = _ended()
    try:
        async with in_slack(app) as here:
            where = f"at {here.address}/slack/events" if here.address else "over Socket Mode"
            click.echo(f"askwell is in Slack, {where}.")
            await ended.wait()
    finally:
        await app.close()


async def _evaluate(settings: "Settings", cases: Path | None, out: Path, **options: Any) -> None:
    from askwell import wiring
    from askwell.evaluation import cases as known
    from askwell.evaluation import outcome, report, run

    if cases:
        chosen = {k: options[k] for k in ("database", "every", "offset", "limit")}
        await run.evaluate(
            run.sample(known.load(cases), **chosen),
            lambda database: wiring.bench(settings, database, options["agent"]),
            run.Run(options["agent"], settings.model, out),
            parallel=options["parallel"],
            tell=lambda o: click.echo(f"{o.case}: {o.miss or 'right'} ({o.seconds:.1f} s)"),
        )
    pair = options["compare"]
    runs = [outcome.read(path) for path in pair or (out,)]
    text = report.comparison(*runs) if pair else report.report(*runs)
    if file := options["report"]:
        _written(file, lambda: file.write_text(text, encoding="utf-8"))
    click.echo(text if pair else text.splitlines()[0].removeprefix("# "))
