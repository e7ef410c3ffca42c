"""The LangGraph agent: `parent.py` is its table of contents."""
