"""Everything that a running local Slack consists of, for its methods and its people to share."""

from dataclasses import dataclass, field

from askwell.playground.app import App, Installation
from askwell.playground.calls import CallLog
from askwell.playground.delivery import Delivery
from askwell.playground.faults import Faults
from askwell.playground.http_events import HttpEvents
from askwell.playground.nouns import Channel
from askwell.playground.rates import Rates
from askwell.playground.socket_mode import SocketMode
from askwell.playground.tickets import Tickets
from askwell.playground.workspace import Workspace


@dataclass
class Stage:
    """Hold the parts; `address` is where the server listens, without a slash at its end."""

    workspace: Workspace
    app: App
    faults: Faults
    rates: Rates
    log: CallLog
    socket: SocketMode
    http: HttpEvents
    delivery: Delivery
    tickets: Tickets
    address: str = ""
    codes: dict[str, str] = field(default_factory=dict)  # OAuth code -> team

    @property
    def installation(self) -> Installation:
        """Name the app's first installation."""
        return next(iter(self.app.installations.values()))

    @property
    def bot(self) -> str:
        """Name the app's bot user in the first workspace."""
        return self.installation.bot_user

    def bot_in(self, channel: Channel) -> str | None:
        """Name the bot user that is a member of a channel."""
        bots = (one.bot_user for one in self.app.installations.values())
        return next((bot for bot in bots if bot in channel.members), None)
