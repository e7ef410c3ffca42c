"""What a workspace holds. It changes in place, as the real one does."""

from dataclasses import dataclass, field
from typing import Any, Literal

Kind = Literal["public", "private", "im", "mpim"]
Json = dict[str, Any]


@dataclass
class Team:
    """A workspace that installed the app, or a partner's."""

    id: str
    name: str
    domain: str


@dataclass
class User:
    """A person or a bot."""

    id: str
    name: str
    team: str
    real_name: str = ""
    title: str = ""  # what the person does, as on a profile
    email: str | None = None
    locale: str = "en-US"
    tz: str = "Asia/Seoul"
    is_bot: bool = False
    deleted: bool = False
    is_restricted: bool = False
    is_ultra_restricted: bool = False


@dataclass
class UserGroup:
    """A named group of people, such as @finance."""

    id: str
    handle: str
    name: str
    team: str
    users: list[str] = field(default_factory=list)
    disabled: bool = False


@dataclass
class Channel:
    """A public or private channel, a direct message, or one of a group."""

    id: str
    name: str
    kind: Kind
    team: str
    members: list[str] = field(default_factory=list)
    is_ext_shared: bool = False
    is_archived: bool = False


@dataclass
class File:
    """An uploaded file; private until it is shared."""

    id: str
    name: str
    user: str
    length: int
    title: str = ""
    alt_text: str | None = None
    snippet_type: str | None = None
    content: bytes | None = None
    complete: bool = False
    shares: list[tuple[str, str]] = field(default_factory=list)  # channel, ts


@dataclass
class Stream:
    """What was streamed into a message; `open` until stopped, killed or too old."""

    mode: str
    started: float
    recipient: str | None = None
    open: bool = True
    parts: list[Json] = field(default_factory=list)
    plan_title: str | None = None


@dataclass
class Message:
    """A message as the server holds it; `stream` is there if it was streamed."""

    channel: str
    ts: str
    user: str
    text: str = ""
    blocks: list[Json] = field(default_factory=list)
    attachments: list[Json] = field(default_factory=list)
    thread_ts: str | None = None
    bot_id: str | None = None
    app_id: str | None = None
    metadata: Json | None = None
    edited: str | None = None
    files: list[File] = field(default_factory=list)
    reactions: dict[str, list[str]] = field(default_factory=dict)
    subtype: str | None = None
    stream: Stream | None = None
    username: str | None = None
    visible_to: str | None = None  # an ephemeral message

    @property
    def root(self) -> str:
        """Name the thread that it starts or belongs to."""
        return self.thread_ts or self.ts


@dataclass
class View:
    """A modal or a Home tab, as one person sees it."""

    id: str
    user: str
    team: str
    kind: Literal["modal", "home"]
    body: Json
    hash: str
    root: str | None = None
    previous: str | None = None
    state: Json = field(default_factory=dict)


@dataclass
class Status:
    """The line under a thread while an app works; Slack removes it after two minutes."""

    text: str
    loading_messages: list[str]
    at: float


@dataclass
class Session:
    """An agent session: one thread's lifecycle."""

    channel: str
    thread_ts: str
    status: str
    title: str | None = None
    initiator: str | None = None
