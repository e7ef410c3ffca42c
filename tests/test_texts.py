"""What LIKE matches, told without a warehouse."""

import pytest

from askwell.sql.texts import matches


@pytest.mark.parametrize(
    ("like", "text"),
    [
        ("San%", "San Jose"),
        ("%an%os%", "San Jose"),
        ("%Jose", "San Jose Jose"),
        ("S_n Jose", "San Jose"),
        ("%", ""),
        ("a%b%b", "abb"),
        ("100.%", "100.5"),
    ],
)
def test_a_pattern_matches(like: str, text: str) -> None:
    assert matches(like, text)
    assert matches(like.upper(), text.lower(), ignore_case=True)


@pytest.mark.parametrize(
    ("like", "text"),
    [("san%", "San Jose"), ("a%b%b", "ab"), ("_", ""), ("100.%", "1005"), ("%Jose", "Jose A")],
)
def test_a_pattern_does_not_match(like: str, text: str) -> None:
    assert not matches(like, text)


def test_many_wildcards_are_no_way_to_keep_it_busy() -> None:
    assert not matches("%a" * 40 + "%b", "a" * 100)
