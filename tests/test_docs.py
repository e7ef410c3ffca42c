"""What newcomers read is true: settings, commands, links, examples, keys."""

import json
import re
from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path
from typing import Any, get_args

import click
import pytest
import yaml

from askwell import demo
from askwell.cli import main
from askwell.conversation.contract import as_json
from askwell.domain.answer import (
    Answer,
    AnswerTable,
    Chart,
    ReceiptEntry,
    ShownFilter,
    ShownFinding,
    ShownFreshness,
    ShownIntent,
    ShownPeriod,
    TableColumn,
)
from askwell.domain.catalog import Grain
from askwell.domain.model import ModelCall
from askwell.domain.noun import Label
from askwell.domain.recall import ConstraintKind
from askwell.domain.result import Attempt, Finding
from askwell.grounding import defaults
from askwell.grounding.follow import INHERITED
from askwell.knowledge.labels import label_of, meta_of
from askwell.knowledge.learn import build_catalog
from askwell.rights import load_policy
from askwell.settings import SETTINGS, table
from askwell.sql.checks import UNWITNESSED
from askwell.sql.checks.rules import RULES
from bakery_knowledge import found
from companies import bakery

ROOT = Path(__file__).parents[1]
README = ROOT / "README.md"
DOCS = ROOT / "docs"
PAGES = (README, ROOT / "CHANGELOG.md", *sorted(DOCS.glob("*.md")))


def marked(page: Path, name: str) -> str:
    """Return what stands between `<!-- name … -->` and `<!-- /name -->`."""
    text = page.read_text("utf-8")
    between = re.search(rf"<!-- {name}\b.*?-->\n(.*?)\n<!-- /{name} -->", text, re.DOTALL)
    assert between, f"{page.name} has no part {name}"
    return between.group(1)


def blocks(page: Path, language: str) -> list[str]:
    return re.findall(rf"```{language}\n(.*?)```", page.read_text("utf-8"), re.DOTALL)


def table_rows(text: str) -> list[list[str]]:
    rows = [line.strip("| ").split(" | ") for line in text.splitlines() if line.startswith("|")]
    return rows[2:]


def test_the_settings_in_the_readme_are_the_settings() -> None:
    assert marked(README, "settings") == table()


def test_every_link_and_picture_leads_somewhere() -> None:
    lost = [
        f"{page.name}: {target}"
        for page in PAGES
        for target in re.findall(r"\]\(([^)#]+)\)|src=\"([^\"]+)\"", page.read_text("utf-8"))
        for target in target
        if target and "://" not in target and not (page.parent / target).exists()
    ]
    assert not lost


def test_every_path_that_the_docs_name_exists() -> None:
    askwell = ROOT / "src" / "askwell"
    places = (ROOT, askwell, askwell / "demo")
    named = re.compile(r"`((?:\w+/)+[\w.]*|\w+\.(?:py|toml|lock))`")
    lost = [
        f"{page.name}: {path}"
        for page in (README, DOCS / "architecture.md", DOCS / "accuracy.md")
        for path in named.findall(page.read_text("utf-8"))
        if not path.startswith(("target/", "verified/"))
        if not any((place / path).exists() for place in places)
    ]
    assert not lost


def test_every_page_that_a_message_points_to_exists() -> None:
    sources = sorted((ROOT / "src").rglob("*.py"))
    named = {n for p in sources for n in re.findall(r"docs/\w+\.md", p.read_text("utf-8"))}
    assert "docs/policy.md" in named
    assert all((ROOT / name).exists() for name in named)


def test_every_setting_that_a_message_or_a_page_names_exists() -> None:
    pages = [README, *DOCS.rglob("*.md"), *(ROOT / "src").rglob("*.py")]
    named = {n for p in pages for n in re.findall(r"\bASKWELL_[A-Z_]*[A-Z]", p.read_text("utf-8"))}
    # A folder of the tests', and the size of the demo in compose.yaml.
    assert named - {"ASKWELL_TEST_SERVERS", "ASKWELL_DEMO_SCALE"} == {s.name for s in SETTINGS}


def shown_options(command: click.Command) -> set[str]:
    return {name for p in command.params for name in (*p.opts, *p.secondary_opts)}


def test_the_readme_lists_every_command() -> None:
    assert isinstance(main, click.Group)
    text = README.read_text("utf-8")
    listed = set(re.findall(r"^\| `askwell (\w+)", text, re.MULTILINE))
    assert listed == set(main.commands)


def test_the_readme_lists_every_option() -> None:
    assert isinstance(main, click.Group)
    listed: dict[str, set[str]] = {name: set() for name in main.commands}
    for names, commands, *_ in table_rows(README.read_text("utf-8")):
        for command in re.findall(r"`(\w+)`", commands) if names.startswith("`--") else ():
            listed[command] |= set(re.findall(r"--[\w-]+", names))
    real = {
        name: {o for o in shown_options(c) if o.startswith("--")}
        for name, c in main.commands.items()
    }
    assert listed == real


def test_the_commands_and_options_of_the_examples_exist() -> None:
    assert isinstance(main, click.Group)
    examples = "\n".join(b for page in PAGES for b in blocks(page, "sh"))
    for name, rest in re.findall(r"^(?:\S+/)?askwell (\w+)(.*)$", examples, re.MULTILINE):
        used = set(re.findall(r" (--[\w-]+)", rest.split("#")[0]))
        assert used <= shown_options(main.commands[name])


def test_the_make_targets_exist() -> None:
    makefile = (ROOT / "Makefile").read_text("utf-8")
    text = "\n".join(page.read_text("utf-8") for page in PAGES)
    for target in re.findall(r"(?:`|^)make ([a-z]+)", text, re.MULTILINE):
        assert re.search(rf"^{target}:", makefile, re.MULTILINE), target


def test_the_people_in_the_readme_are_in_the_demo() -> None:
    people = set(re.findall(r"--as (\S+@\S+)", README.read_text("utf-8")))
    assert people == set(load_policy(demo.POLICY).people)


def test_the_policy_of_the_docs_loads(tmp_path: Path) -> None:
    (example,) = blocks(DOCS / "policy.md", "yaml")
    path = tmp_path / "policy.yml"
    path.write_text(example, "utf-8")
    policy = load_policy(path)
    assert {"analysts"} <= set(policy.groups)
    assert policy.asker("KIM@example.com").groups == ("analysts",)


def test_the_knowledge_folder_of_the_docs_is_learned(tmp_path: Path) -> None:
    text = (DOCS / "knowledge.md").read_text("utf-8")
    files = re.findall(r"^### (\S+\.yml)\n.*?```yaml\n(.*?)```", text, re.DOTALL | re.MULTILINE)
    assert [name for name, _ in files] == [
        "company.yml",
        "glossary.yml",
        "verified/NAME.yml",
        "contexts.yml",
    ]
    (tmp_path / "verified").mkdir()
    for name, content in files:
        (tmp_path / name).write_text(content, "utf-8")
    catalog = build_catalog(found(), dbt_project=bakery.DBT_PROJECT, knowledge=tmp_path)
    assert catalog.company.label.en == "Rise Bakery"
    assert [t.meaning.metric for t in catalog.terms] == ["average_receipt"]
    assert [p.type for p in catalog.verified[0].parameters] == ["period", "number"]
    assert catalog.contexts[0].start == date(2024, 3, 5)


def test_the_dbt_model_of_the_docs_is_learned(tmp_path: Path) -> None:
    model, metric, *_ = blocks(DOCS / "knowledge.md", "yaml")
    (tmp_path / "dbt_project.yml").write_text("name: shop", "utf-8")
    (tmp_path / "models").mkdir()
    (tmp_path / "models" / "members.yml").write_text(model, "utf-8")
    (members,) = build_catalog(found(), dbt_project=tmp_path, knowledge=None).tables
    phone, tier = members.column("phone"), members.column("tier")
    assert (members.label, members.synonyms) == (Label(ko="회원", en="members"), ("고객",))
    assert phone is not None
    assert phone.pii
    assert tier is not None
    assert tier.values is not None
    assert tier.values.complete
    assert tier.values.values[1].synonyms == ("우수",)
    (sales,) = yaml.safe_load(metric)["metrics"]
    assert label_of(sales["label"], meta_of(sales)) == Label(ko="매출", en="sales")


@pytest.mark.parametrize("example", blocks(DOCS / "knowledge.md", "yaml"))
def test_the_yaml_of_the_docs_is_yaml(example: str) -> None:
    assert yaml.safe_load(example)


def test_the_default_periods_of_the_docs_are_those_of_the_code() -> None:
    documented = [tuple(row) for row in table_rows(marked(DOCS / "understanding.md", "defaults"))]
    lines = (defaults.__doc__ or "").splitlines()
    coded = [tuple(re.split(r"\s{2,}", line, maxsplit=1)) for line in lines if "   " in line]
    assert documented == [row for row in coded if not row[0].startswith(("=", "asked"))]


@pytest.mark.parametrize(
    ("grain", "days"), [(None, 30), ("day", 30), ("week", 84), ("month", 366), ("quarter", 731)]
)
def test_the_default_periods_are_as_long_as_documented(grain: Grain | None, days: int) -> None:
    period = defaults.default_period(grain, date(2024, 11, 20))
    assert period is not None
    assert period.end - period.start == timedelta(days=days - 1)


def test_the_rules_of_the_check_are_documented() -> None:
    rows = table_rows(marked(DOCS / "generated.md", "rules"))
    documented = [row[0].strip("`") for row in rows]
    assert documented == [
        *(rule.__name__ for rule in RULES),
        *(f"{UNWITNESSED}{kind}" for kind in get_args(ConstraintKind)),
    ]


def full_answer() -> Answer:
    """Return an answer in which every nested object is there."""
    return Answer(
        thread="t",
        turn="u",
        kind="answer",
        language="en",
        headline="h",
        table=AnswerTable(
            columns=(TableColumn(name="c", label="C", type="int"),), rows=((1,),), row_count=1
        ),
        chart=Chart(kind="bar", title="h", categories=(), series=()),
        intent=ShownIntent(
            filters=(ShownFilter(field="f", operator="in"),),
            period=ShownPeriod(start=date(2024, 1, 1), end=date(2024, 1, 31)),
        ),
        receipt=(ReceiptEntry(phrase="p", role="metric", meaning=INHERITED.text),),
        findings=(ShownFinding(rule="r", message="m"),),
        freshness=(ShownFreshness(table="t", loaded_at=None, stale=False),),
        calls=(ModelCall(prompt="write_sql", prompt_hash="h", model="openai:m"),),
        path=(Attempt(kind="written", sql="s", findings=(Finding(rule="r", message="m"),)),),
    )


def keys(value: Any, place: str = "") -> Iterator[tuple[str, str]]:
    """Yield every key of a JSON value with the place of its object; timings are no contract."""
    if isinstance(value, list):
        for item in value:
            yield from keys(item, place)
    if isinstance(value, dict) and place != "timings_ms":
        for key, inner in value.items():
            yield place, key
            yield from keys(inner, f"{place}.{key}" if place else key)


def documented_keys() -> set[tuple[str, str]]:
    found_keys: set[tuple[str, str]] = set()
    for part in (DOCS / "json.md").read_text("utf-8").split("\n## ")[1:]:
        heading, _, body = part.partition("\n")
        place = heading.strip("`") if heading.startswith("`") else ""
        found_keys |= {(place, row[0].strip("`")) for row in table_rows(body)}
    return found_keys


def test_the_json_page_lists_exactly_the_keys_of_the_contract() -> None:
    assert documented_keys() == set(keys(as_json(full_answer())))


def test_the_json_example_has_the_keys_of_the_contract() -> None:
    (example,) = blocks(DOCS / "json.md", "json")
    shown = json.loads(example)
    assert list(shown) == list(as_json(full_answer()))
    assert set(keys(shown)) <= documented_keys()


def test_no_picture_is_too_heavy_for_a_page() -> None:
    pictures = list((DOCS / "pictures").glob("*.png"))
    assert pictures
    assert all(p.stat().st_size < 300_000 for p in pictures)
