"""askwell itself under evaluation: asked through the same entrance as by every surface."""

from askwell.conversation import Conversation
from askwell.domain.answer import Answer
from askwell.domain.rights import Asker
from askwell.errors import Transient
from askwell.evaluation.cases import Case
from askwell.evaluation.outcome import Response, Spent
from askwell.evaluation.run import Agent


def conversing(conversation: Conversation, asker: Asker) -> Agent:
    """Return the agent that asks each case in a thread of its own.

    It raises Transient where the model could not be reached: that says nothing about a case.
    """

    async def answer(case: Case) -> Response:
        last = None
        stream = conversation.answer(case.question, asker=asker, language=case.language)
        async for item in stream:
            last = item
        assert isinstance(last, Answer)
        if last.kind != "answer" and any(call.outcome == "Transient" for call in last.calls):
            raise Transient(f"the model failed: {last.headline}")
        return _response(last)

    return answer


def _response(answer: Answer) -> Response:
    table, calls, path = answer.table, answer.calls, answer.path
    return Response(
        kind=answer.kind,
        way=answer.way,
        sql=answer.sql or next((step.sql for step in reversed(path)), None),
        width=len(table.columns) if table else 0,
        rows=table.rows if table else (),
        problem="" if table else answer.headline,
        path=path,
        spent=Spent(
            calls=len(calls),
            repairs=answer.usage.repairs,
            input_tokens=sum(c.input_tokens for c in calls),
            output_tokens=sum(c.output_tokens for c in calls),
            cached_tokens=sum(c.cached_tokens for c in calls),
        ),
    )
