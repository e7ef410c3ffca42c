"""The agent's table of contents: which step follows which."""

from langgraph.graph import END, START, StateGraph
from langgraph.graph.state import CompiledStateGraph

from askwell.agent import check, generate, repair
from askwell.agent.execute import execute
from askwell.agent.interpret import interpret
from askwell.agent.plan import (
    after_check,
    after_drafting,
    after_interpreting,
    after_repair,
    after_running,
    after_understanding,
    after_writing,
    bind_verified,
    compile_metrics,
)
from askwell.agent.present import show
from askwell.agent.reply import reply
from askwell.agent.state import Context, State
from askwell.agent.understand import understand

_WAYS = ["compile_metrics", "bind_verified", "generate"]


def build() -> CompiledStateGraph[State, Context, State, State]:
    """Return the compiled graph; one for the whole process."""
    graph = StateGraph(State, context_schema=Context)
    for node in (understand, interpret, compile_metrics, bind_verified, execute, show, reply):
        graph.add_node(node.__name__, node)
    for name, subgraph in (("generate", generate), ("check", check), ("repair", repair)):
        graph.add_node(name, subgraph.build())
    graph.add_edge(START, "understand")
    graph.add_conditional_edges("understand", after_understanding, ["interpret", *_WAYS, "reply"])
    graph.add_conditional_edges("interpret", after_interpreting, [*_WAYS, "reply"])
    for drafting in ("compile_metrics", "bind_verified"):
        graph.add_conditional_edges(drafting, after_drafting, ["execute", "generate", "reply"])
    graph.add_conditional_edges("generate", after_writing, ["repair", "reply"])
    graph.add_conditional_edges("repair", after_repair, ["check", "execute", "reply"])
    graph.add_conditional_edges("check", after_check, ["repair", "execute"])
    graph.add_conditional_edges("execute", after_running, ["show", "repair", "reply"])
    for last in ("reply", "show"):
        graph.add_edge(last, END)
    return graph.compile()
