"""Clients that are slow, silent or many: each is given its time, nobody else is kept waiting."""

from __future__ import annotations

import signal
import subprocess
from collections.abc import Callable, Iterator

import httpx
import pytest

from contract_tests.hostile.lines import PATIENCE, Heard, Line, read
from contract_tests.kit import Target, process

_CONNECTIONS = 24
_LIMITS = (
    "head_seconds=1 body_seconds=1.5 write_seconds=1.5 idle_seconds=2.5 stop_seconds=2 "
    f"connections={_CONNECTIONS}"
)
_SMALL = 4096
_TERMINATED = 128 + signal.SIGTERM


@pytest.fixture(scope="module")
def impatient(pytestconfig: pytest.Config) -> Iterator[Target]:
    """A sandbox whose limits are short."""
    if pytestconfig.getoption("--base-url") is not None:
        pytest.skip("this starts a sandbox of its own; the target here is another server")
    with process.running(limits=_LIMITS) as started:
        yield started.target


def entity(target: Target) -> str:
    """The path of the entity."""
    return f"/orgs/{target.tenant.org}/entities/{target.tenant.entity}"


def half_head(target: Target) -> Line:
    """Some headers, and no end."""
    return Line(target).say(b"GET /public/v1/health HTTP/1.1\r\nHost: sandb")


def silence(target: Target) -> Line:
    """A connection, and not a word."""
    return Line(target)


def half_body(target: Target) -> Line:
    """A head that announces more than comes."""
    headers = ("Content-Type: application/json", "Content-Length: 500")
    return Line(target).ask("POST", f"{entity(target)}/webhooks", *headers, body=b'{"topics": [')


def half_chunk(target: Target) -> Line:
    """Chunks without a last one."""
    headers = ("Content-Type: application/json", "Transfer-Encoding: chunked")
    return Line(target).ask("POST", f"{entity(target)}/webhooks", *headers, body=b'5\r\n{"top\r\n')


def half_body_of_a_page(target: Target) -> Line:
    """The same, where no operation is."""
    return Line(target).say(b"POST /reference HTTP/1.1\r\nHost: sandbox\r\nContent-Length: 500\r\n\r\nabc")


def unread_body(target: Target) -> Line:
    """A request that is refused before its body is there."""
    return Line(target).ask(
        "POST", f"{entity(target)}/webhooks", "Content-Length: 500", body=b"abc", has_token=False
    )


def idle(target: Target) -> Line:
    """A request that was answered, and none after it."""
    line = Line(target).ask("GET", "/health")
    assert line.hear_one().status == 200
    return line


def slow_reader(target: Target) -> Line:
    """Large answers that nobody reads."""
    request = b"GET /openapi.json HTTP/1.1\r\nHost: sandbox\r\n\r\n"
    return Line(target, buffer=_SMALL).say(request * 30)


def refused(answer: Heard, status: int, code: str) -> None:
    """Holds that this is a documented refusal, and the last answer."""
    assert answer.status == status, answer
    assert answer.json()["error"] == code
    assert answer.headers["connection"] == "close"
    assert answer.headers["cache-control"] == "no-store"
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert answer.headers["x-request-id"]
    assert answer.rest == b""


def alive(target: Target) -> None:
    """Holds that others are answered."""
    answer = httpx.get(f"{target.url}/health", headers={"Authorization": f"Bearer {target.tenant.token}"})
    assert answer.status_code == 200


@pytest.mark.parametrize("half", [half_head, half_body, half_chunk])
def test_half_a_request_is_refused_in_the_envelope_when_its_time_is_over(
    impatient: Target, half: Callable[[Target], Line]
) -> None:
    with half(impatient) as line:
        refused(read(line.hear()), 408, "request_timeout")


@pytest.mark.parametrize("quiet", [silence, idle])
def test_a_connection_without_a_request_ends_without_a_word(
    impatient: Target, quiet: Callable[[Target], Line]
) -> None:
    with quiet(impatient) as line:
        assert line.hear() == b""


@pytest.mark.parametrize(("half", "statuses"), [(unread_body, {401}), (half_body_of_a_page, {405, 408})])
def test_half_a_body_that_nobody_waits_for_ends_the_connection_too(
    impatient: Target, half: Callable[[Target], Line], statuses: set[int]
) -> None:
    with half(impatient) as line:
        assert read(line.hear()).status in statuses


def test_a_head_that_comes_byte_by_byte_has_no_longer_than_one_that_stops(impatient: Target) -> None:
    with Line(impatient) as line:
        line.say(b"GET /public/v1/health HTTP/1.1\r\n")
        with pytest.raises((ConnectionError, TimeoutError)):
            for number in range(200):
                line.say(b"X-%d: 1\r\n" % number if number < 90 else b"")
                line.pause(0.1)


def test_a_reader_that_stops_is_cut_off_and_holds_nobody_up(impatient: Target) -> None:
    with slow_reader(impatient) as line:
        alive(impatient)
        line.pause(4)
        asked = 30 * len(httpx.get(f"{impatient.origin}/openapi.json").content)
        assert len(line.hear()) < asked


def test_a_reader_that_reads_slowly_gets_everything(impatient: Target) -> None:
    url = httpx.URL(f"{impatient.origin}/openapi.json")
    size = len(httpx.get(url).content)
    with Line(impatient, buffer=_SMALL) as line:
        # By its own name: the document names the server that it came from.
        line.say(b"GET /openapi.json HTTP/1.1\r\nHost: " + url.netloc + b"\r\nConnection: close\r\n\r\n")
        line.pause(1)
        assert len(read(line.hear()).body) == size


def test_idle_connections_make_room_for_those_that_ask(impatient: Target) -> None:
    lines = [Line(impatient) for _ in range(3 * _CONNECTIONS)]
    try:
        alive(impatient)
        assert lines[0].hear() == b""
    finally:
        for line in lines:
            line.close()


def test_one_connection_too_many_is_503_in_the_envelope(impatient: Target) -> None:
    lines = [half_body(impatient) for _ in range(_CONNECTIONS)]
    try:
        with Line(impatient) as line:
            answer = read(line.hear())
            refused(answer, 503, "service_unavailable")
            assert answer.headers["retry-after"].isdigit()
    finally:
        for line in lines:
            line.close()


def test_what_was_refused_leaves_room(impatient: Target) -> None:
    for _ in range(3 * _CONNECTIONS):
        with Line(impatient) as line:
            line.say(b"NONSENSE\r\n\r\n")
            refused(read(line.hear()), 400, "malformed_request")
    alive(impatient)


@pytest.mark.parametrize(
    "under_way", [silence, half_head, half_body, half_chunk, unread_body, idle, slow_reader]
)
def test_sigterm_ends_the_server_whatever_a_client_does(
    pytestconfig: pytest.Config, under_way: Callable[[Target], Line]
) -> None:
    if pytestconfig.getoption("--base-url") is not None:
        pytest.skip("this stops a sandbox of its own; the target here is another server")
    with process.running(limits="stop_seconds=1") as started, under_way(started.target):
        alive(started.target)
        stopped(started)


def test_sigterm_lets_a_request_be_finished(pytestconfig: pytest.Config) -> None:
    if pytestconfig.getoption("--base-url") is not None:
        pytest.skip("this stops a sandbox of its own; the target here is another server")
    body = b'{"topics": ["bom.created"], "target_url": "https://example.com/last"}'
    with process.running(limits="stop_seconds=10") as started:
        target = started.target
        headers = ("Content-Type: application/json", f"Content-Length: {len(body)}")
        with Line(target).ask("POST", f"{entity(target)}/webhooks", *headers, body=body[:20]) as line:
            alive(target)
            started.process.terminate()
            line.pause(0.5)
            line.say(body[20:])
            answer = read(line.hear())
            assert (answer.status, answer.headers["connection"]) == (201, "close")
        stopped(started)


def stopped(started: process.Running) -> None:
    """Holds that the process ends by itself."""
    started.process.terminate()
    try:
        assert started.process.wait(PATIENCE) == _TERMINATED
    except subprocess.TimeoutExpired:
        pytest.fail("the server does not stop")
