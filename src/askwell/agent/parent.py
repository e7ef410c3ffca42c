"""The agent's table of contents: which step follows which."""

from typing import Any

from langgraph.graph import END, START, StateGraph
from langgraph.graph.state import CompiledStateGraph

from askwell.agent.execute import execute
from askwell.agent.plan import ask_back, compile_metrics, bind_verified, generate, way
from askwell.agent.present import show
from askwell.agent.state import Context, State
from askwell.agent.understand import understand


def build() -> CompiledStateGraph[State, Context, State, State]:
    """Return the compiled graph; one for the whole process."""
    graph = StateGraph(State, context_schema=Context)
    for node in (understand, ask_back, compile_metrics, bind_verified, generate, execute, show):
        graph.add_node(node.__name__, node)
    graph.add_edge(START, "understand")
    graph.add_conditional_edges(
        "understand", way, ["ask_back", "compile_metrics", "bind_verified", "generate"]
    )
    for node in ("compile_metrics", "bind_verified"):
        graph.add_conditional_edges(node, _drafted, ["execute", "ask_back"])
    graph.add_conditional_edges("execute", _ran, ["show", "ask_back"])
    for last in ("ask_back", "generate", "show"):
        graph.add_edge(last, END)
    return graph.compile()


def _drafted(state: State) -> str:
    return "ask_back" if state.get("refusal") else "execute"


def _ran(state: State) -> str:
    return "ask_back" if state.get("refusal") else "show"
