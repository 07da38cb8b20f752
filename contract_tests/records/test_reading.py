"""Reading changes nothing, and reading again gives the same (INV-G6)."""

from __future__ import annotations

from contract_tests.kit import Client, Fixtures, Operation, unchanged


def test_two_equal_reads_are_equal_and_change_nothing(client: Client, operation: Operation) -> None:
    if operation.method != "GET":
        return
    with unchanged(client):
        answers = [client.call(operation.id) for _ in range(2)]
    if operation.id == "healthCheck":
        assert all(answer.json()["ok"] is True for answer in answers)
    else:
        assert answers[0].content == answers[1].content


def test_a_read_of_what_was_written_gives_what_the_write_answered(fixtures: Fixtures) -> None:
    bom = fixtures.bom()
    assert fixtures.read(bom) == bom
    changed = fixtures.update(bom, Notes="changed")
    assert fixtures.read(bom) == changed


def test_head_requests_change_nothing(client: Client) -> None:
    with unchanged(client):
        for operation_id in ("healthCheck", "listItem", "listWebhookSubscriptions"):
            assert client.send("HEAD", client.url(operation_id)).status_code == 200


def test_health_tells_the_time_in_milliseconds(client: Client) -> None:
    body = client.call("healthCheck", expect=200).json()
    assert body["ok"] is True
    assert 1_500_000_000_000 < body["ts"] < 10_000_000_000_000
