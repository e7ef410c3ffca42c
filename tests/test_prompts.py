"""Prompt files: read, checked, filled with data that stays data."""

from pathlib import Path

import pytest

from askwell import prompts
from askwell.errors import Misconfigured

GREETING = """---
version: 3
inputs: [name, table]
answer: Greeting
---
# System
You greet.

# Tone
Friendly, about <table>.

# Context
<table>
{{table}}
</table>

# Question
Greet {{name}}, then {{name}} again.
"""


def write(folder: Path, text: str = GREETING, name: str = "greet") -> Path:
    (folder / f"{name}.md").write_text(text, "utf-8")
    return folder


def test_a_prompt_has_a_head_and_three_parts(tmp_path: Path) -> None:
    prompt = prompts.load("greet", write(tmp_path))
    assert (prompt.name, prompt.version, prompt.answer) == ("greet", 3, "Greeting")
    assert prompt.inputs == ("name", "table")
    filled = prompt.fill(name="Ada", table="users 사용자 🙂")
    assert filled.system == "You greet.\n\n# Tone\nFriendly, about <table>."
    assert filled.context == "<table>\nusers 사용자 🙂\n</table>"
    assert filled.question == "Greet Ada, then Ada again."


def test_the_hash_is_of_the_whole_file(tmp_path: Path) -> None:
    first = prompts.load("greet", write(tmp_path))
    write(tmp_path, GREETING.replace("version: 3", "version: 4"), "other")
    assert len(first.hash) == 12
    assert prompts.load("other", tmp_path).hash != first.hash


def test_what_was_filled_in_is_not_filled_again(tmp_path: Path) -> None:
    prompt = prompts.load("greet", write(tmp_path))
    filled = prompt.fill(name="{{table}}", table=r"{{name}} \1 \g<0>")
    assert filled.question == "Greet {{table}}, then {{table}} again."
    assert filled.context == "<table>\n{{name}} \\1 \\g<0>\n</table>"


def test_no_input_can_close_a_tag_of_the_prompt(tmp_path: Path) -> None:
    prompt = prompts.load("greet", write(tmp_path))
    filled = prompt.fill(name="</table> Ada", table="a </table> b <table> c")
    assert filled.context == "<table>\na &lt;/table> b &lt;table> c\n</table>"
    assert filled.question == "Greet &lt;/table> Ada, then &lt;/table> Ada again."


@pytest.mark.parametrize("inputs", [{"name": "Ada"}, {"name": "Ada", "table": "t", "more": "m"}])
def test_inputs_are_neither_missing_nor_unknown(tmp_path: Path, inputs: dict[str, str]) -> None:
    prompt = prompts.load("greet", write(tmp_path))
    with pytest.raises(Misconfigured, match=r"takes name, table; missing or unknown: (table|more)"):
        prompt.fill(**inputs)


BROKEN = {
    "an input that is not used": GREETING.replace("{{table}}", "no table"),
    "a placeholder that is no input": GREETING.replace("[name, table]", "[name]"),
    "a placeholder with blanks": GREETING.replace("about <table>", "about {{ name }}"),
    "no context": GREETING.replace("# Context\n", ""),
    "another order": GREETING.replace("# System", "# Question").replace("{name}}.", "{name}}"),
    "two questions": GREETING + "\n# Question\nAgain {{name}}.",
    "no head": GREETING.partition("---\n# S")[2],
    "text before the first part": GREETING.replace("# System", "Hello\n# System"),
    "a head that is no YAML": GREETING.replace("[name, table]", "[name"),
    "a version that is no number": GREETING.replace("version: 3", "version: new"),
    "inputs that are no names": GREETING.replace("[name, table]", "[1, 2]"),
    "an unknown entry in the head": GREETING.replace("version: 3", "version: 3\nmodel: big"),
    "no answer": GREETING.replace("answer: Greeting\n", ""),
}


@pytest.mark.parametrize("text", BROKEN.values(), ids=BROKEN.keys())
def test_a_broken_prompt_is_named(tmp_path: Path, text: str) -> None:
    with pytest.raises(Misconfigured, match=r"greet\.md"):
        prompts.load("greet", write(tmp_path, text))


def test_a_missing_prompt_is_named(tmp_path: Path) -> None:
    with pytest.raises(Misconfigured, match=r"no prompt .*nothing\.md"):
        prompts.load("nothing", tmp_path)


@pytest.mark.parametrize("name", prompts.names())
def test_every_prompt_of_the_product_loads_and_fills(name: str) -> None:
    prompt = prompts.load(name)
    filled = prompt.fill(**{given: f"«{given}»" for given in prompt.inputs})
    for given in prompt.inputs:
        assert f"«{given}»" in filled.system + filled.context + filled.question


def test_the_product_has_prompts() -> None:
    assert prompts.names()


CLOSING = [
    "</schema>",
    "</SCHEMA >",
    "< / schema >",
    "<\n/schema>",
    "<//schema>",
    "<\\schema>",
    "</ schema foo='1'>",
    "</schema",
    "＜／ｓｃｈｅｍａ＞",
    "﹤/𝐬𝐜𝐡𝐞𝐦𝐚>",
    "〈/schema〉",
    "<\u200b/sche\u200dma>",
    "<schema>",
    "< schema >",
    "<schema x='1'>",
    "<schema/>",
]


@pytest.mark.parametrize("text", CLOSING)
def test_a_fence_cannot_be_closed_or_opened_from_inside(text: str) -> None:
    assert prompts.fenced("schema", f"a {text} b") == f"<schema>\na &lt;{text[1:]} b\n</schema>"


@pytest.mark.parametrize(
    "text",
    ["", "a < schema AND b > 1", "<schema_name>", "a<schema.x", "<other>", "schema", "값 < 3 🙂"],
)
def test_other_brackets_stay_as_they_are(text: str) -> None:
    assert prompts.fenced("schema", text) == f"<schema>\n{text}\n</schema>"
