"""Cases are read from CSV and YAML, and folded queries unfold into what they stand for."""

from pathlib import Path

import pytest

import defog_cases
from askwell.errors import Misconfigured
from askwell.evaluation.cases import load, variants

HEAD = "question,query,db_name,query_category,instructions\n"


def written(folder: Path, name: str, text: str) -> Path:
    path = folder / name
    path.write_text(text, encoding="utf-8")
    return path


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("SELECT a FROM t", ["SELECT a FROM t"]),
        (
            "SELECT {a, b}, count(*) FROM t GROUP BY {}",
            [
                "SELECT a, count(*) FROM t GROUP BY a",
                "SELECT b, count(*) FROM t GROUP BY b",
                "SELECT a, b, count(*) FROM t GROUP BY a, b",
            ],
        ),
        (
            "SELECT {to_char(d, 'x,{y}') AS m, b} FROM t GROUP BY {}",
            [
                "SELECT to_char(d, 'x,{y}') AS m FROM t GROUP BY to_char(d, 'x,{y}')",
                "SELECT b FROM t GROUP BY b",
                "SELECT to_char(d, 'x,{y}') AS m, b FROM t GROUP BY to_char(d, 'x,{y}'), b",
            ],
        ),
        (
            "SELECT {a}, {b, c} FROM t GROUP BY {}",
            [
                "SELECT a, b FROM t GROUP BY a, b",
                "SELECT a, c FROM t GROUP BY a, c",
                "SELECT a, b, c FROM t GROUP BY a, b, c",
            ],
        ),
        (
            """SELECT {"a ""x,y"" z" AS "A", b} FROM t WHERE s = '{}' -- {c}""",
            [
                """SELECT "a ""x,y"" z" AS "A" FROM t WHERE s = '{}' -- {c}""",
                "SELECT b FROM t WHERE s = '{}' -- {c}",
                """SELECT "a ""x,y"" z" AS "A", b FROM t WHERE s = '{}' -- {c}""",
            ],
        ),
    ],
)
def test_a_folded_query_unfolds(query: str, expected: list[str]) -> None:
    assert list(variants(query)) == expected


@pytest.mark.parametrize("query", ["SELECT {a, b FROM t", f"SELECT {{{','.join('abcdefghi')}}}"])
def test_what_cannot_be_unfolded_is_said(query: str) -> None:
    with pytest.raises(Misconfigured, match=r"brace is not closed|more than 256"):
        variants(query)


def test_all_development_questions_are_read() -> None:
    cases = load(defog_cases.FOLDER / "questions.csv")
    assert len(cases) == 190
    assert len({c.id for c in cases}) == 190
    assert {c.database for c in cases} == set(defog_cases.DATABASES)
    assert sum(c.ordered for c in cases) == 35
    assert sum(len(variants(q)) for c in cases for q in c.accepted) == 342


def test_a_csv_row_may_hold_several_queries_and_semicolons_in_texts(tmp_path: Path) -> None:
    query = "SELECT ';' FROM t; SELECT 1 -- a;b\n;;SELECT $x$;$x$;"
    path = written(
        tmp_path,
        "cases.csv",
        f'{HEAD}Q1,"{query}",shop,order_by,Use ILIKE\nQ\u20282\x85?,SELECT 2,shop,,\n',
    )
    first, second = load(path)
    assert first.accepted == ("SELECT ';' FROM t", "SELECT 1 -- a;b", "SELECT $x$;$x$")
    assert (first.id, first.ordered, first.instructions) == ("shop-1", True, "Use ILIKE")
    assert second.question == "Q\u20282\x85?"
    assert (second.id, second.ordered, second.accepted) == ("shop-2", False, ("SELECT 2",))


def test_yaml_cases(tmp_path: Path) -> None:
    path = written(
        tmp_path,
        "cases.yml",
        """
- question: How many users are there?
  accepted: SELECT count(*) FROM users
- id: weather
  question: 내일 날씨 어때?
  decline: true
  language: ko
- question: Users by age
  database: shop
  ordered: true
  instructions: Age is in years.
  accepted:
    - SELECT {name, id} FROM users ORDER BY age
    - SELECT name FROM users ORDER BY age DESC
""",
    )
    first, second, third = load(path)
    assert (first.id, first.accepted) == ("1", ("SELECT count(*) FROM users",))
    assert (second.id, second.decline, second.language) == ("weather", True, "ko")
    assert (third.database, third.ordered, len(third.accepted)) == ("shop", True, 2)


@pytest.mark.parametrize(
    ("name", "text", "said"),
    [
        ("a.csv", "question,sql\nQ,SELECT 1\n", r"a\.csv:1: .*query, db_name"),
        ("a.csv", HEAD + "Q1,SELECT 1,shop,,\nQ2,,shop,,\n", r"a\.csv:3: write accepted SQL"),
        ("a.csv", HEAD + 'Q1,"SELECT\n1",shop,,\n,SELECT 1,shop,,\n', r"a\.csv:4: .*`question`"),
        ("a.csv", HEAD + 'Q1,"SELECT 1"x,shop,,\n', r"a\.csv:2: not valid CSV"),
        ("a.csv", HEAD + "Q1,SELECT {a FROM t,shop,,\n", r"a\.csv:2: a brace is not closed"),
        ("a.csv", HEAD, "holds no case"),
        ("a.yml", "question: x", r"a\.yml: write a list"),
        ("a.yml", "- question: Q\n- question: [", r"a\.yml:\d: not valid YAML"),
        ("a.yml", "- question: Q\n  accepted: SELECT 1\n- Q2\n", r"a\.yml: write a list of cases"),
        ("a.yml", "- question: Q\n", r"a\.yml:1: write accepted SQL, or `decline: true`"),
        ("a.yml", "- question: Q\n  accepted: SELECT 1\n  decline: true\n", "one of them"),
        ("a.yml", "- question: Q\n  accepted: [1]\n", "must be SQL"),
        ("a.yml", "- question: Q\n  accepted: SELECT 1\n  orderd: true\n", "`orderd`"),
        ("a.yml", "- question: 7\n  accepted: SELECT 1\n", "`question`"),
        (
            "a.yml",
            "- {id: x, question: Q, decline: true}\n- {id: x, question: Q, decline: true}\n",
            r"a\.yml:2: the id 'x' is taken by .*a\.yml:1",
        ),
    ],
)
def test_a_broken_file_is_said_with_its_line(
    tmp_path: Path, name: str, text: str, said: str
) -> None:
    with pytest.raises(Misconfigured, match=said):
        load(written(tmp_path, name, text))


def test_a_missing_file_is_said(tmp_path: Path) -> None:
    with pytest.raises(Misconfigured, match="cannot be read"):
        load(tmp_path / "none.csv")
