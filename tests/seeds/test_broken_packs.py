"""Whatever becomes of a pack's text, it is played or its faults are told; nothing else comes of it."""

from __future__ import annotations

import random

from hypothesis import given, settings
from hypothesis import strategies as st

from contract_tests.kit import PROJECT
from mock_server.seeds import PackFault, check_pack, contracts, demo_text
from mock_server.settings import BUILT
from tests.seeds.packs import NOON

KITES = (PROJECT / "docs" / "seeds" / "kites.yaml").read_text(encoding="utf-8")
WORDS = (
    "null true 7 -1 1e30 0.0000001 '' [] {} x PAPER KITE BOM-1/1 WO-1 SC-1 today today-1 today+99999"
    ' 2026-02-30 9999-12-31 *a !x "\\0" updateBom archiveBoms cancelWorkOrder Draft Active NOS'
).split()


def broken(text: str, seed: int) -> str:
    """A text with some lines repeated, moved, dropped or with another value."""
    chance = random.Random(seed)
    lines = text.splitlines()
    for _ in range(chance.randint(1, 4)):
        place = chance.randrange(len(lines))
        match chance.randrange(4):
            case 0:
                del lines[place]
            case 1:
                lines.insert(chance.randrange(len(lines)), lines[place])
            case 2:
                head, colon, _ = lines[place].partition(": ")
                lines[place] = f"{head}{colon}{chance.choice(WORDS)}"
            case _:
                other = chance.randrange(len(lines))
                lines[place], lines[other] = lines[other], lines[place]
    return "\n".join(lines) + "\n"


@settings(max_examples=60, deadline=None)
@given(st.integers(0, 10**9), st.sampled_from([KITES, demo_text()]))
def test_a_broken_pack_is_played_or_told(seed: int, text: str) -> None:
    lines = text.count("\n") + 5
    try:
        assert check_pack(broken(text, seed), "pack", contracts(BUILT), NOON)
    except PackFault as fault:
        assert 1 <= len(fault.findings) <= 20
        assert all(each.message and 1 <= each.line <= lines and each.column >= 1 for each in fault.findings)
