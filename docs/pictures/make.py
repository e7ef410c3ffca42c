"""Make the README's pictures: real answers of the demo company, on a pinned day."""

import asyncio
import io
import logging
import tempfile
from datetime import date
from pathlib import Path

from rich.console import Console
from terminal import draw_terminal

from askwell import cli, demo, wiring
from askwell.charts import draw
from askwell.domain.answer import Answer
from askwell.settings import Settings
from askwell.terminal import show

HERE = Path(__file__).parent
TODAY = date(2026, 11, 22)

# A picture's name, its question, how wide the terminal is, and whether the SQL fits in it.
QUESTIONS = (
    ("monthly", demo.FIRST_QUESTION, 76, False),
    ("categories", "Top 5 merchant categories by GMV in Q3 2026", 96, True),
    ("ambiguous", "지난달 매출 얼마야?", 76, False),
)


async def main() -> None:
    """Build the demo company in a throw-away folder, ask it, and write the pictures."""
    with tempfile.TemporaryDirectory() as home:
        settings = cli.settings_or_demo({"ASKWELL_HOME": home, "ASKWELL_TODAY": str(TODAY)})
        cli.build_demo(settings)
        await wiring.learn(settings)
        await _draw_answers(settings)


async def _draw_answers(settings: Settings) -> None:
    app = wiring.open_askwell(settings)
    asker = app.policy.asker(demo.ANALYST)
    try:
        for name, question, width, with_sql in QUESTIONS:
            *_, answer = [i async for i in app.conversation().answer(question, asker=asker)]
            assert isinstance(answer, Answer)
            shown = answer if with_sql else answer.model_copy(update={"sql": None})
            draw_terminal(_printed(question, shown, width), HERE / f"{name}.png")
            if answer.chart:
                draw(answer.chart, HERE / f"{name}_chart.png")
    finally:
        await app.close()


def _printed(question: str, answer: Answer, width: int) -> Console:
    """Return a console on which the question was asked and answered."""
    console = Console(record=True, width=width, file=io.StringIO(), force_terminal=True)
    console.print(f'$ askwell ask "{question}"', style="dim", highlight=False)
    console.print()
    show(answer, console)
    return console


if __name__ == "__main__":
    logging.getLogger("metricflow_semantics").setLevel(logging.ERROR)
    asyncio.run(main())
