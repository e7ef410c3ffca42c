"""askwell itself under evaluation: asked through the same entrance as by every surface."""

from askwell.conversation import Conversation
from askwell.domain.answer import Answer
from askwell.domain.rights import Asker
from askwell.evaluation.cases import Case
from askwell.evaluation.outcome import Response, Spent
from askwell.evaluation.run import Agent


def conversing(conversation: Conversation, asker: Asker) -> Agent:
    """Return the agent that asks each case in a thread of its own."""

    async def answer(case: Case) -> Response:
        last = None
        stream = conversation.answer(case.question, asker=asker, language=case.language)
        async for item in stream:
            last = item
        assert isinstance(last, Answer)
        return _response(last)

    return answer


def _response(answer: Answer) -> Response:
    table, usage = answer.table, answer.usage
    return Response(
        kind=answer.kind,
        way=answer.way,
        sql=answer.sql,
        width=len(table.columns) if table else 0,
        rows=table.rows if table else (),
        problem="" if table else answer.headline,
        spent=Spent(
            calls=usage.model_calls,
            repairs=usage.repairs,
            input_tokens=usage.input_tokens,
            output_tokens=usage.output_tokens,
        ),
    )
