"""The pages for people: what they lead to is there."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
PAGES = sorted([*ROOT.glob("*.md"), *ROOT.glob("docs/**/*.md"), *ROOT.glob(".github/*.md")])
LINK = re.compile(r"\]\(([^)\s]+)\)")
CODE = re.compile(r"^```.*?^```", re.MULTILINE | re.DOTALL)


def anchors(text: str) -> set[str]:
    """The anchors of a page's headings, as GitHub makes them."""
    headings = re.findall(r"^#+ (.+)$", CODE.sub("", text), re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in headings}


def faults(root: Path, page: Path) -> list[str]:
    """Each link of a page that leads nowhere, and each command that is not there."""
    text = page.read_text(encoding="utf-8")
    found = []
    for link in LINK.findall(CODE.sub("", text)):
        if link.startswith(("https://", "mailto:")):
            continue
        file, _, anchor = link.partition("#")
        target = (page.parent / file).resolve() if file else page
        if not target.exists():
            found.append(f"{page.name}: {link} leads nowhere")
        elif anchor and anchor not in anchors(target.read_text(encoding="utf-8")):
            found.append(f"{page.name}: {link} has no such heading")
    commands = set(re.findall(r"(?<![\w/])(scripts/[a-z]+)(?![\w/.])", text))
    return found + [
        f"{page.name}: there is no {each}" for each in sorted(commands) if not (root / each).exists()
    ]


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.relative_to(ROOT).as_posix())
def test_every_link_and_command_of_a_page_is_there(page: Path) -> None:
    assert faults(ROOT, page) == []


def test_what_leads_nowhere_is_found(tmp_path: Path) -> None:
    page = tmp_path / "page.md"
    page.write_text("# One\n[a](no.md) [b](#one) [c](#two)\n`scripts/no`\n```sh\n[d](e)\n```\n")
    assert faults(tmp_path, page) == [
        "page.md: no.md leads nowhere",
        "page.md: #two has no such heading",
        "page.md: there is no scripts/no",
    ]


def test_the_first_screen_says_how_to_serve_and_how_to_test() -> None:
    first_screen = (ROOT / "README.md").read_text(encoding="utf-8").splitlines()[:20]
    assert any(line.startswith("scripts/serve") for line in first_screen)
    assert any(line.startswith("scripts/test") for line in first_screen)
