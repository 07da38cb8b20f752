"""Where the data of a sandbox is."""

from __future__ import annotations

from pathlib import Path

import platformdirs
import pytest

from mock_server.settings import Settings, data_place

CHECKOUT = ("openapi/openapi.yaml", "mock_server/settings.py")


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty working directory; the user's home is beside it."""
    folder = tmp_path / "here"
    folder.mkdir()
    monkeypatch.chdir(folder)
    monkeypatch.setenv("HOME", str(tmp_path / "home"))
    monkeypatch.delenv("XDG_STATE_HOME", raising=False)
    return folder


def test_a_folder_that_is_named_is_taken(here: Path) -> None:
    (here / ".sandbox").mkdir()
    assert data_place(Path("data")) == Path("data")


def test_data_that_is_here_stays_here(here: Path) -> None:
    (here / ".sandbox").mkdir()
    assert data_place(None) == here / ".sandbox"


def test_a_checkout_keeps_its_data_with_it_also_for_those_deep_in_it(
    here: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in CHECKOUT:
        (here / name).parent.mkdir()
        (here / name).touch()
    assert data_place(None) == here / ".sandbox"
    monkeypatch.chdir(here / "openapi")
    assert data_place(None) == here / ".sandbox"


def test_elsewhere_data_is_the_users_and_nothing_is_made_by_asking(here: Path, tmp_path: Path) -> None:
    place = data_place(None)
    assert place.is_relative_to(tmp_path / "home")
    assert place.name == "hellobooks-sandbox"
    assert sorted(tmp_path.iterdir()) == [here]


def test_a_user_without_a_home_has_the_data_here(here: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(platformdirs, "user_state_path", lambda *names, **options: Path("~/.local/state"))
    assert data_place(None) == here / ".sandbox"


def test_data_in_a_database_is_not_ephemeral() -> None:
    assert Settings().is_ephemeral
    assert not Settings(database="postgresql://sandbox@db/sandbox").is_ephemeral
    assert not Settings(Path("data")).is_ephemeral
