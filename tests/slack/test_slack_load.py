"""The benchmark of Slack under load: its machinery runs, and counts one answer a question."""

from benchmarks.slack_load import Size, measure

from askwell.settings import Settings


async def test_each_question_of_a_small_load_is_answered_once(demo_settings: Settings) -> None:
    size = Size(threads=3, each=3, warm=0)
    run = await measure(demo_settings.home, ("listener", "worker", "worker"), size=size, wait=0.01)
    assert run.waited.times == [1] * 9
    assert len(run.waited.acks) == 3 * 2 * 2  # of two mentions in each thread, each told twice
    assert len(run.waited.statuses) == 3
    assert run.spent["inbox.done"] == 9
    assert run.spent["queries"] >= 9
    assert run.spent["cpu"] > 0
