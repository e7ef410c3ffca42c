"""The agent's table of contents: which step follows which."""

from langgraph.graph import END, START, StateGraph
from langgraph.graph.state import CompiledStateGraph

from askwell.agent.execute import execute
from askwell.agent.plan import bind_verified, compile_metrics, way
from askwell.agent.present import show
from askwell.agent.reply import reply
from askwell.agent.state import Context, State
from askwell.agent.understand import understand


def build() -> CompiledStateGraph[State, Context, State, State]:
    """Return the compiled graph; one for the whole process."""
    graph = StateGraph(State, context_schema=Context)
    for node in (understand, compile_metrics, bind_verified, execute, show, reply):
        graph.add_node(node.__name__, node)
    graph.add_edge(START, "understand")
    graph.add_conditional_edges("understand", way, ["reply", "compile_metrics", "bind_verified"])
    for drafting in ("compile_metrics", "bind_verified"):
        graph.add_conditional_edges(drafting, _drafted, ["execute", "reply"])
    graph.add_conditional_edges("execute", _ran, ["show", "reply"])
    for last in ("reply", "show"):
        graph.add_edge(last, END)
    return graph.compile()


def _drafted(state: State) -> str:
    return "reply" if state.get("refusal") else "execute"


def _ran(state: State) -> str:
    return "reply" if state.get("refusal") else "show"
