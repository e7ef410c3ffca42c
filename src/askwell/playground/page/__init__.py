"""The page in front of the local Slack: it draws the workspace as Slack does.

`serve_page` is for `Slack.start(extend=…)`. `seen` says what one person may see, `changes` keeps a
browser up to date, `doing` passes on what people do, `guard` keeps other sites out. `static/` is
plain HTML, CSS and JavaScript modules: no build step, no other host.
"""

from askwell.playground.page.routes import serve_page

__all__ = ["serve_page"]
