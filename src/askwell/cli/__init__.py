"""The commands, thin. Nothing heavy is imported until a command needs it."""

from pathlib import Path
from typing import Any

import click

from askwell import __version__
from askwell.cli import asking, measuring, serving
from askwell.cli.running import build_demo, run_command, settings_or_demo

__all__ = ["build_demo", "main", "settings_or_demo"]


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, prog_name="askwell")
def main() -> None:
    """Ask your company's data in Korean or English."""


@main.command()
@click.option("--scale", type=float, help="Build it anew in this size (1 is a million payments).")
@click.option("--chat/--no-chat", default=None, help="Go on as a chat (default: on a terminal).")
def demo(scale: float | None, chat: bool | None) -> None:
    """Build the demo company, learn it, and answer three questions."""
    run_command(lambda settings: asking.demo(settings, scale, chat))


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
    run_command(lambda settings: asking.ask(settings, question, options))


@main.command()
@click.option("--thread", help="Go on in this conversation.")
@click.option("--as", "email", help="Ask with this person's rights.")
def chat(thread: str | None, email: str | None) -> None:
    """Ask and follow up until you leave with an empty line."""
    run_command(lambda settings: asking.chat(settings, thread, email))


@main.command()
def learn() -> None:
    """Learn tables, metrics and words from the sources that are set."""
    run_command(asking.learn)


@main.command()
def doctor() -> None:
    """Check every door, and say what to mend."""
    run_command(asking.doctor)


@main.command()
@click.option(
    "--role",
    type=click.Choice(["listener", "worker", "both"]),
    help="Only hear Slack, only answer, or both (default: ASKWELL_SLACK_ROLE).",
)
def serve(role: str | None) -> None:
    """Answer in Slack until it is stopped."""
    run_command(lambda settings: serving.serve(serving.in_role(settings, role)))


@main.command()
@click.option("--url", default="", help="Where Slack reaches askwell, for a manifest over HTTP.")
def manifest(url: str) -> None:
    """Print the manifest from which Slack creates the app."""
    serving.print_manifest(url)


@main.command()
@click.option("--host", default="127.0.0.1", help="0.0.0.0 in a container.")
@click.option("--port", type=click.IntRange(0, 65_535), default=3600, help="0: any free one.")
def playground(host: str, port: int) -> None:
    """Try askwell in a local Slack in the browser, without an account."""
    run_command(lambda settings: serving.serve_playground(settings, host, port))


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
    run_command(lambda settings: measuring.evaluate(settings, **options))
