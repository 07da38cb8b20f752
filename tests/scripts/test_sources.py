from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from scripts.contract.sources import ContractError, load, place, plain


def data(text: str) -> Any:
    return load(Path("it.yaml"), text)


def faults(text: str) -> list[str]:
    with pytest.raises(ContractError) as caught:
        data(text)
    return str(caught.value).split("\n")


def test_dates_times_and_old_booleans_stay_strings() -> None:
    read = data("day: 2026-06-15\ntime: 12:30\nno: yes\noctal: 012\nmerge: <<\nhex: 0x1F\n")
    assert plain(read) == {
        "day": "2026-06-15",
        "time": "12:30",
        "no": "yes",
        "octal": "012",
        "merge": "<<",
        "hex": "0x1F",
    }


def test_json_scalars_are_what_they_look_like() -> None:
    read = data("a: true\nb: null\nc: -12\nd: 0.000001\ne: 1e3\nf: '1'\ng:\n")
    assert plain(read) == {"a": True, "b": None, "c": -12, "d": 0.000001, "e": 1000.0, "f": "1", "g": None}


def test_every_key_and_item_knows_its_line() -> None:
    read = data("a: 1\nlist:\n  - x\n\n  - deep: 2\n")
    assert place(read, "list") == ("it.yaml", 2)
    assert place(read["list"], 1) == ("it.yaml", 5)
    assert place(read["list"][1], "deep") == ("it.yaml", 5)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("a: 1\nb: 2\na: 3\n", "it.yaml:3: the key a stands here twice"),
        ("a:\n\tb: 1\n", "it.yaml:2: a tab; indent with spaces"),
        ("ok: 1\n200: 1\n", "it.yaml:2: the key 200 is not a string; quote it"),
        ("a: &x\n  b: 1\nc: *x\n", "it.yaml:3: an alias; write the value out or use a $ref"),
        ("a: !!python/name:os.system x\n", "it.yaml:1: the tag tag:yaml.org,2002:python/name:os.system"),
        ("a: 1\nb: c: d\n", "it.yaml:2: mapping values are not allowed"),
        ("", "it.yaml:1: is empty"),
    ],
)
def test_a_fault_names_its_line(text: str, message: str) -> None:
    assert faults(text)[0].startswith(message)


def test_all_faults_of_a_file_are_reported() -> None:
    assert len(faults("a: 1\na: 2\n3: x\n")) == 2


def test_a_file_that_is_not_utf_8_is_refused(tmp_path: Path) -> None:
    file = tmp_path / "latin.yaml"
    file.write_bytes(b"a: \xe9\n")
    with pytest.raises(ContractError, match=r"latin.yaml:1: is not UTF-8"):
        load(file)


def test_the_file_is_shown_from_the_working_directory(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "openapi").mkdir()
    file = tmp_path / "openapi" / "it.yaml"
    file.write_text("a: 1\na: 2\n")
    with pytest.raises(ContractError) as caught:
        load(file)
    assert str(caught.value) == "openapi/it.yaml:2: the key a stands here twice"
