"""What the clock was set to outlives the server; `--clock` begins with another time."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import Any

import httpx

from contract_tests.durability.server import Server, serving
from contract_tests.kit import Control, Record

_PINNED = "2026-06-15T06:30:00Z"


def clock(server: Server, **fields: Any) -> Record:
    """The clock as it is, or after it was set."""
    assert server.target.control is not None
    with httpx.Client(trust_env=False) as http:
        control = Control(server.target.control, http)
        return control.set_clock(**fields) if fields else control.clock()


def test_a_folder_that_is_opened_again_goes_on_with_its_time(tmp_path: Path) -> None:
    with serving(tmp_path) as server:
        assert "clock" not in server.told()
        clock(server, pinned_at="2400-01-01T00:00:00Z")
    with serving(tmp_path) as server:
        shown = clock(server)
        assert (shown["now"], shown["is_pinned"]) == ("2400-01-01T00:00:00.000Z", True)
        assert "The sandbox's clock is as it was set: it stands at 2400-01-01T00:00:00.000Z." in server.told()
        running = clock(server, now="2400-01-02T00:00:00Z")
    with serving(tmp_path) as server:
        shown = clock(server)
        assert (shown["is_pinned"], shown["offset_seconds"]) == (False, running["offset_seconds"])
        assert datetime.fromisoformat(shown["now"]) >= datetime.fromisoformat(running["now"])


def test_what_was_answered_is_kept_when_the_process_is_killed(tmp_path: Path) -> None:
    killed = Server(tmp_path)
    clock(killed, pinned_at="2400-01-01T00:00:00Z")
    killed.kill()
    with serving(tmp_path) as server:
        assert clock(server)["now"] == "2400-01-01T00:00:00.000Z"


def test_a_start_with_another_time_forgets_what_was_set(tmp_path: Path) -> None:
    with serving(tmp_path) as server:
        clock(server, pinned_at="2400-01-01T00:00:00Z")
    with serving(tmp_path, "--clock", _PINNED) as server:
        assert clock(server)["now"] == "2026-06-15T06:30:00.000Z"
    with serving(tmp_path) as server:
        shown = clock(server)
        assert (shown["is_pinned"], shown["offset_seconds"]) == (False, 0)
