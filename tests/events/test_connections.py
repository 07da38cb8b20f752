"""Where connections go, whatever names lead to, and whose certificates they take."""

from __future__ import annotations

import asyncio
import gc
import socket
import ssl
import subprocess
import warnings
from asyncio.selector_events import BaseSelectorEventLoop
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import aiohttp
import pytest
from aiohttp.abc import AbstractResolver, ResolveResult

from mock_server.events import Targets, refusal_of
from tests.events.hostile_targets import AT_CONNECTION, AT_SUBSCRIPTION

NAME = "hooks.example"


class Names(AbstractResolver):
    """Answers with one list of addresses after the other, and then with the last again."""

    def __init__(self, *answers: tuple[str, ...]) -> None:
        self._answers = answers
        self.asked = 0

    async def resolve(
        self, host: str, port: int = 0, family: socket.AddressFamily = socket.AF_INET
    ) -> list[ResolveResult]:
        """The next answer."""
        answer = self._answers[min(self.asked, len(self._answers) - 1)]
        self.asked += 1
        return [
            ResolveResult(
                hostname=host,
                host=each,
                port=port,
                family=socket.AF_INET6 if ":" in each else socket.AF_INET,
                proto=0,
                flags=0,
            )
            for each in answer
        ]

    async def close(self) -> None:
        """Nothing is open."""


@pytest.fixture
def dialled(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The addresses to which a connection was begun; none is made."""
    begun: list[str] = []

    async def refuse(loop: object, sock: socket.socket, address: tuple[Any, ...]) -> None:
        begun.append(str(address[0]))
        raise ConnectionRefusedError("nobody is there")

    monkeypatch.setattr(BaseSelectorEventLoop, "sock_connect", refuse)
    return begun


def send(targets: Targets, *urls: str, names: AbstractResolver | None = None) -> list[Any]:
    """What came of a POST to each URL, over one connector: a status or an error."""

    async def every() -> list[Any]:
        connector = targets.connector(resolver=names or Names(("127.0.0.1",)))
        found: list[Any] = []
        async with aiohttp.ClientSession(connector=connector) as session:
            for url in urls:
                try:
                    async with session.post(url, data=b"{}", allow_redirects=False) as answer:
                        found.append(answer.status)
                # The client fails in many ways where nobody has checked what it is given.
                except Exception as error:
                    found.append(error)
        return found

    return asyncio.run(every())


def test_no_hostile_target_is_dialled_even_where_the_subscription_was_not_checked(dialled: list[str]) -> None:
    urls = [url for urls in AT_SUBSCRIPTION.values() for url in urls]
    for url, outcome in zip(urls, send(Targets(allow_private=False), *urls), strict=True):
        assert isinstance(outcome, Exception), url
    # What is odd about these is their zone or their port, not where they lead.
    assert {each.split("%")[0] for each in dialled} == {"2a00::1"}


@pytest.mark.parametrize(("url", "addresses"), AT_CONNECTION.values(), ids=AT_CONNECTION)
def test_a_name_is_not_dialled_where_one_of_its_addresses_is_refused(
    url: str, addresses: tuple[str, ...], dialled: list[str]
) -> None:
    [outcome] = send(Targets(allow_private=False), url, names=Names(addresses))
    assert isinstance(outcome, aiohttp.ClientConnectorError)
    assert refusal_of(outcome) is not None or addresses == ()
    assert dialled == []


def test_an_address_in_the_url_is_checked_as_one_of_a_name_is(dialled: list[str]) -> None:
    urls = ("https://127.0.0.1/", "https://[::1]/", "https://192.168.1.1/", "https://[::ffff:10.0.0.1]/")
    for outcome in send(Targets(allow_private=False), *urls):
        reason = refusal_of(outcome)
        assert reason is not None and reason in str(outcome)
    assert dialled == []


def test_a_name_that_leads_elsewhere_later_is_asked_once_and_dialled_where_it_was_checked(
    dialled: list[str],
) -> None:
    names = Names(("192.0.2.7",), ("127.0.0.1",))
    targets = Targets(allow_private=False)
    outcomes = send(targets, *[f"https://{NAME}/"] * 3, names=names)
    assert [refusal_of(each) for each in outcomes] == [None] * 3
    assert (names.asked, dialled) == (1, ["192.0.2.7"] * 3)
    # A connector that asks again is told where the name leads by then.
    [outcome] = send(targets, f"https://{NAME}/", names=names)
    assert refusal_of(outcome) is not None
    assert (names.asked, len(dialled)) == (2, 3)


def test_private_targets_are_dialled_where_the_operator_allows_them(dialled: list[str]) -> None:
    outcomes = send(Targets(allow_private=True), "https://10.0.0.1/", f"https://{NAME}/")
    assert [refusal_of(each) for each in outcomes] == [None, None]
    assert dialled == ["10.0.0.1", "127.0.0.1"]


def test_a_caller_cannot_take_the_checks_out() -> None:
    async def connect(**options: Any) -> None:
        Targets(allow_private=False).connector(**options)

    for options in ({"ssl": False}, {"socket_factory": socket.socket}):
        with pytest.raises(TypeError):
            asyncio.run(connect(**options))


@pytest.fixture(scope="module")
def authority(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with an authority (`ca.pem`), and a certificate that it gave to `hooks.example`."""
    folder = tmp_path_factory.mktemp("authority")
    (folder / "names").write_text(f"subjectAltName=DNS:{NAME},IP:127.0.0.1\nbasicConstraints=CA:FALSE\n")
    key = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes"]
    files = "-in server.csr -CA ca.pem -CAkey ca.key -CAcreateserial -extfile names -out server.pem"
    for command in (
        ["req", "-x509", *key, "-subj", "/CN=A test's authority", "-keyout", "ca.key", "-out", "ca.pem"],
        ["req", *key, "-subj", f"/CN={NAME}", "-keyout", "server.key", "-out", "server.csr"],
        ["x509", "-req", *files.split()],
    ):
        subprocess.run(["openssl", *command], cwd=folder, check=True, capture_output=True)
    return folder


async def _answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    head = await reader.readuntil(b"\r\n\r\n")
    target = head.split()[1]
    status = b"302 Found\r\nLocation: https://hooks.example:1/" if target == b"/moved" else b"204 No Content"
    writer.write(b"HTTP/1.1 %s\r\nConnection: close\r\n\r\n" % status)
    await writer.drain()
    writer.close()


@pytest.fixture
def receiver(authority: Path) -> Iterator[int]:
    """The port of a receiver with that certificate."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(authority / "server.pem", authority / "server.key")
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        listener.listen()
        with Served(listener, context):
            yield listener.getsockname()[1]


class Served:
    """Answers on a socket from a thread of its own."""

    def __init__(self, listener: socket.socket, context: ssl.SSLContext) -> None:
        self._listener, self._context = listener, context
        self._runner = asyncio.Runner()

    def __enter__(self) -> None:
        import threading

        self._ready = threading.Event()
        self._thread = threading.Thread(target=self._run)
        self._thread.start()
        self._ready.wait(10)

    def _run(self) -> None:
        with self._runner:
            self._runner.run(self._serve())

    async def _serve(self) -> None:
        self._loop, self._stop = asyncio.get_running_loop(), asyncio.Event()
        self._loop.set_exception_handler(lambda loop, context: None)
        server = await asyncio.start_server(_answer, sock=self._listener, ssl=self._context)
        self._ready.set()
        await self._stop.wait()
        server.close()

    def __exit__(self, *what: object) -> None:
        self._loop.call_soon_threadsafe(self._stop.set)
        self._thread.join(10)
        with warnings.catch_warnings():
            # A handshake that fails leaves a transport that asyncio itself never closes.
            warnings.simplefilter("ignore", ResourceWarning)
            gc.collect()


def test_a_private_authority_is_trusted_where_it_is_named(authority: Path, receiver: int) -> None:
    urls = (f"https://{NAME}:{receiver}/", f"https://127.0.0.1:{receiver}/")
    assert send(Targets(True, authority / "ca.pem"), *urls) == [204, 204]
    for outcome in send(Targets(True), *urls):
        assert isinstance(outcome, aiohttp.ClientConnectorCertificateError)


def test_a_certificate_of_another_name_is_refused(authority: Path, receiver: int) -> None:
    [outcome] = send(Targets(True, authority / "ca.pem"), f"https://other.example:{receiver}/")
    assert isinstance(outcome, aiohttp.ClientConnectorCertificateError)
    assert refusal_of(outcome) is None


def test_a_redirect_is_an_answer_and_no_way(authority: Path, receiver: int) -> None:
    assert send(Targets(True, authority / "ca.pem"), f"https://{NAME}:{receiver}/moved") == [302]


def test_the_authority_is_read_when_the_server_starts(authority: Path, receiver: int, tmp_path: Path) -> None:
    file = tmp_path / "ca.pem"
    file.write_bytes((authority / "ca.pem").read_bytes())
    targets = Targets(True, file)
    file.unlink()
    assert send(targets, f"https://{NAME}:{receiver}/") == [204]
