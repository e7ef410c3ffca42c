"""A local Slack: the real protocols, strict, for tests and for trying an app without an account.

`Slack.start()` opens a workspace on a free port. slack_sdk and slack_bolt talk to it unmodified
through `base_url`; a test, or a page in front of it, acts as the people in the workspace.

From the tree: `workspace` is the state, `nouns` what it holds, `server` and `methods/` the Web
API, `socket_mode` and `http_events` the two ways to the app, `validation/` what Slack refuses,
`people` and `clicks` what persons do, `looking` what they see, `faults` and `rates` what goes
wrong. It knows nothing of any particular app.
"""

from askwell.playground.delivery import NotDelivered
from askwell.playground.nouns import Channel, Message, User, View
from askwell.playground.slack import Slack

__all__ = ["Channel", "Message", "NotDelivered", "Slack", "User", "View"]
