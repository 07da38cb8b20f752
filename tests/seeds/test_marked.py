"""Packs are read as far as JSON would go, each value with its place; nothing else of YAML is."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mock_server.seeds import PackFault
from mock_server.seeds.marked import MAX_BYTES, MAX_VALUES, read_marked
from mock_server.seeds.writing import to_yaml

TEXTS = st.text(st.characters(exclude_categories=["Cs"]), max_size=20)
NUMBERS = st.integers(-(10**20), 10**20) | st.decimals(-(10**9), 10**9, places=4).map(
    lambda value: int(value) if value == int(value) else value
)
VALUES: Any = st.recursive(
    st.none() | st.booleans() | NUMBERS | TEXTS,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(TEXTS, inner, max_size=3),
    max_leaves=12,
)


@given(st.dictionaries(TEXTS, VALUES, max_size=4))
def test_what_is_written_is_read_again(value: dict[str, Any]) -> None:
    assert read_marked(to_yaml(value), "pack").value == value


def test_words_that_other_yaml_reads_otherwise_are_texts() -> None:
    text = "on: yes\nday: 2026-06-15\nat: 12:30\nnull: ~\ntrue: true\nhalf: .5\ncode: '007'"
    assert read_marked(text, "pack").value == {
        "on": "yes",
        "day": "2026-06-15",
        "at": "12:30",
        "null": None,
        "true": True,
        "half": read_marked("a: 0.5", "pack").value["a"],
        "code": "007",
    }


def test_a_member_stands_where_its_name_does_and_an_entry_where_it_begins() -> None:
    places = read_marked("a:\n  b:\n    - 1\n    - c: x\n", "pack").places
    assert {pointer: places[pointer] for pointer in ("/a/b", "/a/b/0", "/a/b/1", "/a/b/1/c")} == {
        "/a/b": (2, 3),
        "/a/b/0": (3, 7),
        "/a/b/1": (4, 7),
        "/a/b/1/c": (4, 7),
    }


def test_what_is_missing_is_told_where_it_would_stand() -> None:
    finding = read_marked("a:\n  b: 1\n", "pack").finding("/a/c/d", "is required")
    assert (finding.line, finding.column, finding.pointer) == (1, 1, "/a/c/d")


@pytest.mark.parametrize(
    ("text", "line", "column", "word"),
    [
        ("a: &x 1\nb: 2", 1, 4, "anchor"),
        ("a: *x", 1, 4, "alias"),
        ("a: !!python/name:os.system ''", 1, 4, "tag"),
        ("a: 1\nb: 2\na: 3", 3, 1, "repeats the member a"),
        ("a: [", 2, 1, "is not YAML"),
        ("a: 1\n--- 2", 2, 1, "second document"),
        ("? [1]\n: 2", 1, 3, "no text"),
        ("a: 1" + "0" * 50, 1, 4, "digits"),
        ("a: 1e999", 1, 4, "digits"),
        ("\x07", 1, 1, "characters"),
        (b"a: \xff", 1, 1, "UTF-8"),
        ("[" * 5000, 1, 21, "deep"),
        ("- " * 5000, 1, 41, "deep"),
        ("a: " + "x" * MAX_BYTES, 1, 1, "bytes"),
        ("[" + "1," * MAX_VALUES + "1]", 1, 2 * MAX_VALUES, "values"),
    ],
)
def test_what_is_no_pack_is_refused_at_its_place(text: str, line: int, column: int, word: str) -> None:
    with pytest.raises(PackFault) as caught:
        read_marked(text, "pack")
    [finding] = caught.value.findings
    assert (finding.line, finding.column) == (line, column)
    assert word in finding.message


def test_the_laughs_of_a_billion_aliases_are_not_heard() -> None:
    text = "a: &a [x]\n" + "".join(
        f"{new}: &{new} [*{old}, *{old}]\n" for old, new in zip("abcd", "bcde", strict=True)
    )
    with pytest.raises(PackFault, match="anchor"):
        read_marked(text, "pack")
