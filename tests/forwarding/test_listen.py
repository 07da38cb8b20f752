"""`listen` forwards events as they were signed, each once, whatever is restarted meanwhile."""

from __future__ import annotations

import json
import re
import signal
import stat
import threading
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import httpx
import pytest
from standardwebhooks import Webhook

from contract_tests.durability.server import Server
from contract_tests.kit import sandbox
from tests.forwarding.machine import Factory, Hook, Request, Running, listening, run, running, sentence

SECRET = "Signing secret: "


def _secret(listen: Running) -> str:
    return listen.wait(SECRET)[-1].removeprefix(SECRET)


def _ids(requests: list[Request]) -> list[str]:
    return [request.headers["webhook-id"] for request in requests]


def _revisions(requests: list[Request]) -> list[int]:
    return [json.loads(request.body)["data"]["bom"]["Revision"] for request in requests]


def test_an_event_is_forwarded_with_the_bytes_and_headers_that_were_signed(
    served: Factory, hook: Hook, home: Path
) -> None:
    with listening(served.target, hook, home) as listen:
        served.change()
        [request] = hook.wait(1)
        event: Any = Webhook(_secret(listen)).verify(request.body, request.headers)
        assert event["data"]["bom"] == served.get(f"/boms/{served.bom['id']}")
        shown = httpx.get(f"{served.events}/{event['event_id']}").json()
        assert request.body.decode() == shown["body"]
        assert request.headers["content-type"] == "application/json"
        [line] = listen.wait("bom.updated")
        assert re.fullmatch(rf"\d\d:\d\d:\d\d +bom\.updated +{served.bom['BomNumber']} +204 +\d+ ms", line)


@pytest.mark.parametrize("by", [signal.SIGINT, signal.SIGKILL])
def test_the_next_run_goes_on_after_the_last_event_that_was_answered(
    served: Factory, hook: Hook, home: Path, by: signal.Signals
) -> None:
    with listening(served.target, hook, home) as listen:
        secret = _secret(listen)
        served.change(3)
        listen.wait("bom.updated", 3)
        listen.end(by)
    served.change(2)
    with listening(served.target, hook, home) as listen:
        listen.wait("bom.updated", 2)
        served.change()
        listen.wait("bom.updated", 3)
        requests = hook.wait(6)
        assert not [line for line in listen.lines.all() if SECRET in line]
    assert len(requests) == 6
    assert _revisions(requests) == list(range(_revisions(requests)[0], _revisions(requests)[0] + 6))
    for request in requests:
        Webhook(secret).verify(request.body, request.headers)


def test_any_answer_counts_as_handled_and_is_shown(served: Factory, hook: Hook, home: Path) -> None:
    answers = iter([500, 302, 410, 200])
    hook.answer = lambda: next(answers)
    with listening(served.target, hook, home) as listen:
        served.change(4)
        lines = listen.wait("bom.updated", 4)
        assert [line.split()[3] for line in lines] == ["500", "302", "410", "200"]
        assert len(hook.wait(4)) == len(set(_ids(hook.wait(4)))) == 4


def test_a_receiver_that_is_away_gets_its_events_when_it_is_back(
    served: Factory, hook: Hook, home: Path
) -> None:
    hook.stop()
    with listening(served.target, hook, home) as listen:
        served.change(2)
        [line] = listen.wait("does not answer")
        assert line == f"{hook.url} does not answer: nothing listens there. It is tried again until it does."
        hook.start()
        listen.wait("bom.updated", 2)
        assert len(set(_ids(hook.wait(2)))) == 2
        assert len(listen.wait("does not answer")) == 1, "it is said once"
        hook.stop()
        served.change()
        listen.wait("does not answer", 2)
        hook.start()
        request = hook.wait(3)[-1]
        Webhook(_secret(listen)).verify(request.body, request.headers)


def test_only_the_topics_that_are_named_are_forwarded(served: Factory, hook: Hook, home: Path) -> None:
    with listening(served.target, hook, home, "--topics", "Bom.Created, work_order.released") as listen:
        served.change()
        number = served.create()["BomNumber"]
        [line] = listen.wait("bom.created")
        assert line.split()[2] == number
        [request] = hook.wait(1)
        assert json.loads(request.body)["topic"] == "bom.created"
        listen.end()
    with listening(served.target, hook, home, "--topics", "bom.updated") as listen:
        listen.wait("this is a new subscription")
        served.change()
        request = hook.wait(2)[-1]
        Webhook(_secret(listen)).verify(request.body, request.headers)


def test_a_server_that_is_restarted_goes_on_where_it_was(tmp_path: Path, hook: Hook, home: Path) -> None:
    server = Server(tmp_path / "data")
    port = server.target.origin.rpartition(":")[2]
    with listening(server.target, hook, home) as listen:
        secret = _secret(listen)
        Factory(server.target).change()
        listen.wait("bom.updated")
        server.stop()
        listen.wait("does not answer")
        server = Server(tmp_path / "data", "--port", port)
        try:
            Factory(server.target).change(2)
            listen.wait("bom.updated", 3)
            listen.wait("The sandbox is back.")
        finally:
            server.kill()
        listen.end()
        assert len(listen.wait(SECRET)) == 1
    requests = hook.wait(3)
    assert len(set(_ids(requests))) == len(requests) == 3
    for request in requests:
        Webhook(secret).verify(request.body, request.headers)


def test_a_server_that_has_lost_its_data_gets_a_new_forwarding(hook: Hook, home: Path) -> None:
    with ExitStack() as opened:
        with sandbox() as target:
            port = target.origin.rpartition(":")[2]
            listen = opened.enter_context(listening(target, hook, home))
            Factory(target).change()
            listen.wait("bom.updated")
        listen.wait("does not answer")
        with sandbox(options=["--port", port]) as target:
            listen.wait("has lost its data")
            listen.wait(SECRET, 2)
            Factory(target).change()
            request = hook.wait(2)[-1]
            Webhook(_secret(listen)).verify(request.body, request.headers)


def test_an_app_that_is_refused_for_a_while_goes_on_afterwards(
    served: Factory, hook: Hook, home: Path
) -> None:
    with listening(served.target, hook, home) as listen:
        install = json.loads(_state(home).read_text())["install"]
        served.control("PATCH", f"/installs/{install}", {"client_disabled": True})
        listen.wait("It is asked again until it does.")
        served.change()
        served.control("PATCH", f"/installs/{install}", {"client_disabled": False})
        listen.wait("The sandbox is back.")
        listen.wait("bom.updated")
        assert len(listen.wait(SECRET)) == 1


def test_an_app_that_was_uninstalled_is_installed_anew(served: Factory, hook: Hook, home: Path) -> None:
    with listening(served.target, hook, home) as listen:
        install = json.loads(_state(home).read_text())["install"]
        served.control("DELETE", f"/installs/{install}")
        listen.wait(SECRET, 2)
        served.change()
        [request] = hook.wait(1)
        Webhook(_secret(listen)).verify(request.body, request.headers)


@pytest.mark.parametrize("is_hanging", [False, True])
def test_ctrl_c_ends_it_with_one_line(served: Factory, hook: Hook, home: Path, is_hanging: bool) -> None:
    asked, released = threading.Event(), threading.Event()

    def hang() -> int:
        asked.set()
        released.wait()
        return 204

    hook.answer = hang if is_hanging else hook.answer
    with listening(served.target, hook, home) as listen:
        served.change()
        if is_hanging:
            assert asked.wait(60)
        else:
            listen.wait("bom.updated")
        before = len(listen.lines.all())
        assert listen.end() == 130
        assert listen.lines.all()[before:] == [
            "Stopped; the next run goes on after the last event that was answered."
        ]
    released.set()


def test_what_it_remembers_is_for_its_user_alone(served: Factory, hook: Hook, home: Path) -> None:
    with listening(served.target, hook, home) as listen:
        assert _secret(listen) in _state(home).read_text()
        assert stat.S_IMODE(_state(home).stat().st_mode) == 0o600
        assert stat.S_IMODE(_state(home).parent.stat().st_mode) == 0o700
        again = run(home, "listen", "--forward-to", hook.url, "--url", served.target.origin)
        assert sentence(again).startswith("Another `listen` uses ")


def test_a_file_of_ones_own_can_remember(served: Factory, hook: Hook, home: Path, tmp_path: Path) -> None:
    file = tmp_path / "mine.json"
    with listening(served.target, hook, home, "--state", str(file)) as listen:
        listen.end()
    assert not home.exists()
    file.write_text("{}")
    again = run(home, "listen", "--forward-to", hook.url, "--url", served.target.origin, "--state", str(file))
    assert "holds no state of `listen`" in sentence(again)


def test_a_server_of_today_says_that_it_sends_nothing_but_tests(hook: Hook, home: Path) -> None:
    with sandbox(stage="today") as target, listening(target, hook, home) as listen:
        listen.wait("This sandbox is as the gateway is today: it sends nothing but tests and replays.")
        state = json.loads(_state(home).read_text())
        control = f"{target.control}/tokens"
        token = httpx.post(control, json={"install_id": state["install"]}).json()["access_token"]
        tenant = target.tenant
        url = f"{target.url}/orgs/{tenant.org}/entities/{tenant.entity}/webhooks/{state['webhook']}/test"
        assert httpx.post(url, headers={"Authorization": f"Bearer {token}"}).status_code == 200
        listen.wait("webhook.test")
        [request] = hook.wait(1)
        Webhook(state["secret"]).verify(request.body, request.headers)


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (
            ("--forward-to", "localhost:3000"),
            "localhost:3000 is no address such as http://localhost:3000/hook.",
        ),
        (("--topics", "bom.melted"), "/topics/0 is no topic"),
        (("--entity", "ent-nobody"), "The sandbox has no entity ent-nobody; it has org-veloma/"),
        (("--url", "ftp://x"), "ftp://x is no address of a sandbox such as http://127.0.0.1:8080."),
        (("--url", "http://127.0.0.1:9"), "http://127.0.0.1:9 does not answer: nothing listens there."),
    ],
)
def test_what_cannot_be_done_is_said_in_one_sentence(
    served: Factory, hook: Hook, home: Path, arguments: tuple[str, ...], said: str
) -> None:
    usual = ("listen", "--forward-to", hook.url, "--url", served.target.origin)
    assert said in sentence(run(home, *usual, *arguments))


def _state(home: Path) -> Path:
    [found] = (home / "hellobooks-sandbox" / "listen").glob("*.json")
    return found


def test_each_entity_has_a_forwarding_of_its_own(served: Factory, hook: Hook, home: Path) -> None:
    other = served.target.others[0]
    arguments = ("listen", "--forward-to", hook.url, "--url", served.target.origin)
    with (
        listening(served.target, hook, home),
        running(home, *arguments, "--org", other.org, "--entity", other.entity) as second,
    ):
        second.wait("Stop with Ctrl-C.")
        served.change()
        hook.wait(1)
        assert not [line for line in second.lines.all() if "bom.updated" in line]
