"""With CHECK=all an answer that does not fit the contract never leaves, wherever it came from."""

from __future__ import annotations

import json
from typing import Any

import pytest

from mock_server.app import build_app
from tests.asgi import Client, base_of, driver_of, token_for


def _tampered(sandbox: Any, change: str) -> str:
    driver = driver_of(sandbox)
    (found,) = driver.execute("SELECT id FROM boms WHERE number = 'BOM-0001'").fetchone()
    (body,) = driver.execute("SELECT body FROM boms WHERE id = ?", (found,)).fetchone()
    record = json.loads(body)
    if change == "a member too many":
        record["Hacked"] = "by-hand"
    elif change == "a member too few":
        del record["Revision"]
    else:
        record["Status"] = "Tampered"
    driver.execute("UPDATE boms SET body = ? WHERE id = ?", (json.dumps(record).encode(), found))
    return str(found)


@pytest.mark.parametrize("change", ["a member too many", "a member too few", "another value"])
@pytest.mark.parametrize("path", ["/boms/{id}", "/boms"])
def test_a_tampered_row_is_caught_and_reported(
    sandbox: Any, caplog: pytest.LogCaptureFixture, change: str, path: str
) -> None:
    client = Client(build_app(sandbox), token_for(sandbox))
    bom = _tampered(sandbox, change)
    answer = client("GET", base_of() + path.format(id=bom))
    assert answer.status == 500
    assert answer.json().keys() == {"error", "message"}
    assert answer.json()["error"] == "internal_error"
    assert not any(word in answer.body for word in (b"Tampered", b"Hacked", b"Revision", b"Traceback"))
    (record,) = [each for each in caplog.records if each.name == "hellobooks.sandbox"]
    assert record.exc_info is not None
    assert "BodyFault" in str(record.exc_info[0])
    assert any(word in str(record.exc_info[1]) for word in ("Hacked", "Revision", "Status"))


def test_the_other_rows_are_still_served(sandbox: Any) -> None:
    client = Client(build_app(sandbox), token_for(sandbox))
    bom = _tampered(sandbox, "another value")
    ids = [found for (found,) in driver_of(sandbox).execute("SELECT id FROM boms WHERE tenant = 1")]
    statuses = {each: client("GET", f"{base_of()}/boms/{each}").status for each in ids}
    assert statuses.pop(bom) == 500
    assert set(statuses.values()) == {200}
