"""Rich text: sections, lists, quotes and preformatted text."""

from askwell.playground.validation.checks import (
    Check,
    anything,
    boolean,
    by_type,
    integer,
    items,
    number,
    one_of,
    shape,
    string,
    typed,
)
from askwell.playground.validation.objects import url

STYLE = shape(
    {},
    dict.fromkeys(
        ("bold", "italic", "strike", "code", "underline", "highlight", "unlink"), boolean
    ),
)
STYLED: dict[str, Check] = {"style": STYLE}


def _part(kind: str, required: dict[str, Check], optional: dict[str, Check]) -> Check:
    return typed(kind, required, {**STYLED, **optional})


INLINE = by_type(
    {
        "text": _part("text", {"text": string(least=1)}, {}),
        "link": _part("link", {"url": url}, {"text": string(), "unsafe": boolean}),
        "emoji": _part(
            "emoji", {"name": string(least=1)}, {"unicode": string(), "skin_tone": integer(1, 6)}
        ),
        "user": _part("user", {"user_id": string(least=1)}, {}),
        "channel": _part("channel", {"channel_id": string(least=1)}, {}),
        "usergroup": _part("usergroup", {"usergroup_id": string(least=1)}, {}),
        "team": _part("team", {"team_id": string(least=1)}, {}),
        "broadcast": _part("broadcast", {"range": one_of("here", "channel", "everyone")}, {}),
        "color": _part("color", {"value": string(least=1)}, {}),
        "date": _part(
            "date",
            {"timestamp": number, "format": string(least=1)},
            {"url": url, "fallback": string()},
        ),
    }
)
SECTION = typed("rich_text_section", {"elements": items(INLINE)})
LIST = typed(
    "rich_text_list",
    {"style": one_of("bullet", "ordered"), "elements": items(SECTION, least=1)},
    {"indent": integer(0, 8), "offset": integer(0, 1_000_000), "border": integer(0, 1)},
)
PREFORMATTED = typed(
    "rich_text_preformatted",
    {"elements": items(INLINE, least=1)},
    {"border": integer(0, 1), "language": anything},
)
QUOTE = typed("rich_text_quote", {"elements": items(INLINE, least=1)}, {"border": integer(0, 1)})
RICH_TEXT = typed(
    "rich_text",
    {
        "elements": items(
            by_type(
                {
                    "rich_text_section": SECTION,
                    "rich_text_list": LIST,
                    "rich_text_preformatted": PREFORMATTED,
                    "rich_text_quote": QUOTE,
                }
            ),
            least=1,
        )
    },
    {"block_id": string("block_id", least=1)},
)
