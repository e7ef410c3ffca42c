"""Count right answers: `evaluate`."""

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from askwell.cli.asking import written

if TYPE_CHECKING:
    from askwell.settings import Settings


async def evaluate(settings: "Settings", cases: Path | None, out: Path, **options: Any) -> None:
    """Ask the cases that are not in `out` yet, and report or compare."""
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
        written(file, lambda: file.write_text(text, encoding="utf-8"))
    click.echo(text if pair else text.splitlines()[0].removeprefix("# "))
