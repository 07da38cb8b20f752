"""What is said of a delivery, from the contract's signed event and each mistake that is made with one."""

from __future__ import annotations

import base64
import json
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
import standardwebhooks.webhooks as library
from standardwebhooks import Webhook, WebhookVerificationError

from mock_server.receiving import Verdict, examine, received
from tests.receiving.deliveries import (
    AT,
    BODY,
    GENUINE,
    KEY,
    OTHER,
    SAMPLES,
    SECRET,
    VECTOR,
    judged,
    named,
    sign,
    with_letters,
)


def test_the_event_of_the_contract_fits() -> None:
    assert judged() == Verdict(True)


def test_of_several_secrets_or_signatures_one_has_to_fit() -> None:
    assert judged(OTHER, SECRET).fits
    assert judged(signature=f"{sign(BODY, OTHER)} {GENUINE.signature}").fits
    assert judged(signature=f"v1a,{'A' * 86}== {GENUINE.signature}").fits


def test_a_secret_without_its_prefix_fits_and_is_remarked_upon() -> None:
    verdict = judged(SECRET.removeprefix("whsec_"))
    assert verdict.fits and verdict.findings == ()
    assert "whsec_" in verdict.notes[0]


def test_the_library_of_receivers_says_the_same(monkeypatch: pytest.MonkeyPatch) -> None:
    class Then(library.datetime):  # type: ignore[name-defined,misc]
        """The moment of the event."""

        @classmethod
        def now(cls, tz: Any = None) -> Any:
            """That moment."""
            return AT

    monkeypatch.setattr(library, "datetime", Then)
    headers = {name: value for name, value in VECTOR.items() if name.startswith("webhook-")}
    bodies = [BODY, BODY + "\n", json.dumps(json.loads(BODY)), "\ufeff" + BODY, BODY[:-1]]
    for body in bodies:
        for secret in (SECRET, OTHER, SECRET.removeprefix("whsec_")):
            try:
                Webhook(secret).verify(body.encode(), headers, json_parse=False)
                fits = True
            except WebhookVerificationError:
                fits = False
            assert examine(received(body.encode(), headers), [secret], AT).fits == fits


@pytest.mark.parametrize(
    ("seconds", "mistake"), [(300, None), (301, "stale time"), (-300, None), (-301, "time in the future")]
)
def test_the_time_may_be_off_by_five_minutes(seconds: int, mistake: str | None) -> None:
    verdict = judged(at=AT + timedelta(seconds=seconds))
    assert named(verdict) == ([] if mistake is None else [mistake])
    assert verdict.fits == (mistake is None) and verdict.is_proven


def test_the_tolerance_is_the_receivers_choice_and_the_span_is_told() -> None:
    assert judged(at=AT + timedelta(hours=3), tolerance=timedelta(days=1)).fits
    verdict = judged(at=AT + timedelta(hours=3, minutes=12), tolerance=timedelta())
    assert "3 h 12 min" in verdict.findings[0].detail and "0 s are allowed" in verdict.findings[0].detail


STYLES: dict[str, Callable[[Any], str]] = {
    "as Python writes it": json.dumps,
    "indented by two": lambda value: json.dumps(value, indent=2),
    "indented by four": lambda value: json.dumps(value, indent=4),
    "indented by tabs": lambda value: json.dumps(value, indent="\t"),
    "in alphabetical order": lambda value: json.dumps(value, sort_keys=True, separators=(",", ":")),
    "in alphabetical order, indented": lambda value: json.dumps(value, sort_keys=True, indent=2),
    "with a newline": lambda value: json.dumps(value) + "\n",
    "with letters as they are": lambda value: json.dumps(value, ensure_ascii=False),
    "as PHP writes it": lambda value: json.dumps(value, separators=(",", ":")).replace("/", "\\/"),
    "as Go writes it": lambda value: (
        json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
        .replace("&", "\\u0026")
        .replace("<", "\\u003c")
        .replace(">", "\\u003e")
    ),
}


@pytest.mark.parametrize("style", STYLES.values(), ids=STYLES)
def test_json_that_was_written_again_is_told_from_another_secret(style: Callable[[Any], str]) -> None:
    for text, genuine in ((BODY, GENUINE), with_letters()):
        body = style(json.loads(text)).encode()
        if body == text.encode():
            continue
        verdict = examine(replace(genuine, body=body), [SECRET], AT, samples=SAMPLES)
        assert (verdict.fits, verdict.is_proven) == (False, True)
        assert set(named(verdict)) <= {"re-serialised JSON", "changed line ends"}


@pytest.mark.parametrize("style", STYLES.values(), ids=STYLES)
def test_a_signature_of_json_that_was_written_again_is_recognised_too(style: Callable[[Any], str]) -> None:
    text, genuine = with_letters()
    again = style(json.loads(text))
    verdict = examine(replace(genuine, signature=sign(again)), [SECRET], AT)
    assert named(verdict) == ([] if again == text else ["re-serialised JSON"])
    assert verdict.is_proven


def test_numbers_that_were_written_again_are_recognised() -> None:
    for written, original in (("1e-06", "0.000001"), ("20.0", "20"), ("2E+1", "20"), ("0.50", "0.5")):
        text = f'{{"event_id":"{GENUINE.id}","Quantity":{original}}}'
        verdict = judged(body=text.replace(original, written).encode(), signature=sign(text))
        assert named(verdict) == ["re-serialised JSON"], written


def test_without_examples_a_lost_order_is_what_it_looks_like() -> None:
    body = json.dumps(json.loads(BODY), sort_keys=True, separators=(",", ":")).encode()
    verdict = examine(replace(GENUINE, body=body), [SECRET], AT)
    assert named(verdict) == ["re-serialised JSON"] and not verdict.is_proven


LETTERS, LETTERED = with_letters()


@pytest.mark.parametrize(
    ("body", "mistake"),
    [
        (LETTERS.encode("utf-16"), "wrong encoding"),
        (LETTERS.encode("utf-16-le"), "wrong encoding"),
        (LETTERS.encode("utf-16-be"), "wrong encoding"),
        (LETTERS.encode("utf-8-sig"), "wrong encoding"),
        (LETTERS.encode().decode("latin-1").encode(), "wrong encoding"),
        (LETTERS.encode() + b"\n", "changed line ends"),
        (LETTERS.encode() + b"\r\n", "changed line ends"),
        (b"\n" + LETTERS.encode(), "changed line ends"),
        (b"  " + LETTERS.encode(), "changed line ends"),
        (json.dumps(LETTERS).encode(), "wrapped body"),
        (json.dumps({"delivery_id": "1", "body": LETTERS}).encode(), "wrapped body"),
        (json.dumps({"events": [{"body": "{}"}, {"body": LETTERS}]}).encode(), "wrapped body"),
    ],
)
def test_a_body_that_was_changed_on_the_way_is_known_by_its_change(body: bytes, mistake: str) -> None:
    verdict = examine(replace(LETTERED, body=body), [SECRET], AT, samples=SAMPLES)
    assert named(verdict) == [mistake]
    assert verdict.is_proven and not verdict.fits


def test_a_body_in_latin_1_is_known() -> None:
    text = '{"Notes":"Größe, büro, é"}'
    for codec in ("latin-1", "cp1252"):
        verdict = judged(body=text.encode(codec), signature=sign(text))
        assert named(verdict) == ["wrong encoding"]
    assert named(judged(body=text.encode(), signature=sign(text.encode().decode("latin-1")))) == [
        "wrong encoding"
    ]


def test_line_ends_within_a_body_are_known() -> None:
    text = '{\n  "Notes": "x",\n  "b": 1\n}'
    for sent, kept in ((text, text.replace("\n", "\r\n")), (text.replace("\n", "\r\n"), text)):
        assert named(judged(body=kept.encode(), signature=sign(sent))) == ["changed line ends"]


def test_letters_in_another_composition_are_known() -> None:
    text = '{"Notes":"B\u00fcro"}'
    assert named(judged(body='{"Notes":"Bu\u0308ro"}'.encode(), signature=sign(text))) == ["wrong encoding"]


BARE = SECRET.removeprefix("whsec_")


@pytest.mark.parametrize(
    "key",
    [
        SECRET.encode(),
        BARE.encode(),
        SECRET.encode() + b"\n",
        base64.b64decode("whsec" + BARE[:-1]),
        base64.urlsafe_b64decode(SECRET + "=="),
        KEY.hex().encode(),
    ],
    ids=[
        "all of its text",
        "its text",
        "with a newline",
        "prefix decoded",
        "prefix decoded for URLs",
        "its hex",
    ],
)
@pytest.mark.parametrize("secret", [SECRET, BARE], ids=["with prefix", "without"])
def test_a_secret_that_was_taken_for_another_key_is_known(key: bytes, secret: str) -> None:
    verdict = judged(secret, signature=sign(BODY, key))
    assert named(verdict) == ["misread secret"]
    assert verdict.is_proven


def test_a_secret_in_hexadecimal_or_in_base64_for_urls_is_known() -> None:
    key = bytes(range(240, 256)) * 2
    signature = sign(BODY, key)
    assert named(judged("whsec_" + key.hex(), signature=signature)) == ["misread secret"]
    assert named(judged("whsec_" + base64.urlsafe_b64encode(key).decode(), signature=signature)) == [
        "misread secret"
    ]


@pytest.mark.parametrize(
    "secret", [f'"{SECRET}"', f" {SECRET}\n", f"'{SECRET}'", SECRET.replace("whsec", "WHSEC")]
)
def test_a_secret_with_something_around_it_is_known(secret: str) -> None:
    verdict = judged(secret)
    assert named(verdict) in (["misread secret"], [])
    assert verdict.is_proven


DIGEST = base64.b64decode(GENUINE.signature.removeprefix("v1,"))


@pytest.mark.parametrize(
    "signature",
    [
        GENUINE.signature.removeprefix("v1,"),
        DIGEST.hex(),
        f"v1,{DIGEST.hex()}",
        f"v1={DIGEST.hex()}",
        f"sha256={DIGEST.hex().upper()}",
        f"t=1781505000,v1={DIGEST.hex()}",
        f"v1={base64.b64encode(DIGEST).decode()}",
        f"v1, {base64.b64encode(DIGEST).decode()}",
        f"{sign(BODY, OTHER)},{GENUINE.signature}",
        f'"{GENUINE.signature}"',
        GENUINE.signature.rstrip("="),
        f"v1,{base64.urlsafe_b64encode(DIGEST).decode()}",
    ],
)
def test_a_signature_in_another_form_is_known(signature: str) -> None:
    verdict = judged(signature=signature)
    is_fit = signature == f"v1,{base64.urlsafe_b64encode(DIGEST).decode()}" == GENUINE.signature
    assert named(verdict) == ([] if is_fit else ["misread signature"])
    assert verdict.is_proven


@pytest.mark.parametrize(
    "signature",
    [
        "sha256=" + "ab" * 32,
        "t=1781505000,v1=" + "cd" * 32,
        "v1a," + "A" * 86 + "==",
        "v2," + "A" * 43 + "=",
        "Bearer x",
        "v1,",
        "v1,AAAA",
        "hmac",
    ],
)
def test_a_signature_of_another_scheme_is_what_it_looks_like(signature: str) -> None:
    verdict = judged(signature=signature)
    assert named(verdict) == ["another scheme"]
    assert not verdict.is_proven and not verdict.fits


def test_the_id_of_something_else_is_known() -> None:
    delivery = "666e6f7420616e206964abcd"
    assert named(judged(id=delivery)) == ["mixed up id"]
    record = json.loads(BODY)["data"]["work_order"]["id"]
    assert named(judged(signature=sign(BODY, event_id=record))) == ["mixed up id"]
    assert named(judged(id=f'"{GENUINE.id}"')) == ["mixed up id"]
    assert judged(id=delivery).is_proven


def test_headers_of_another_event_are_what_they_look_like() -> None:
    other = "019ec9f9-0240-7580-8adb-000000000000"
    verdict = judged(id=other, signature=sign("{}", event_id=other))
    assert named(verdict) == ["mixed up id"] and not verdict.is_proven


@pytest.mark.parametrize(
    "timestamp",
    [
        "1781505000000",
        "1781505000123",
        "1781505000000000",
        "2026-06-15T06:30:00Z",
        "2026-06-15T12:00:00+05:30",
        "Mon, 15 Jun 2026 06:30:00 GMT",
    ],
)
def test_a_time_in_another_unit_is_known(timestamp: str) -> None:
    verdict = judged(timestamp=timestamp)
    assert named(verdict) == ["wrong unit of time"]
    assert verdict.is_proven
    assert named(judged(timestamp=timestamp, at=AT + timedelta(days=1))) == [
        "wrong unit of time",
        "stale time",
    ]


@pytest.mark.parametrize("timestamp", ["yesterday", "-1", "NaN", "1e400", "1" * 400, "0x6A", "²"])
def test_a_time_that_is_none_is_said(timestamp: str) -> None:
    verdict = judged(timestamp=timestamp)
    assert "wrong unit of time" in named(verdict)
    assert not verdict.is_proven


def test_a_body_that_ends_early_is_known_wherever_it_is_cut() -> None:
    text = LETTERS.encode()
    for end in range(0, len(text) - 1, 41):
        verdict = examine(replace(LETTERED, body=text[:end]), [SECRET], AT)
        assert named(verdict) == ["truncated body"], end


def test_a_body_of_another_length_than_its_header_says_is_known() -> None:
    length = len(GENUINE.body)
    assert judged(length=length).fits
    assert named(judged(body=GENUINE.body[:1024], length=length)) == ["truncated body"]
    changed = GENUINE.body.replace(b"jig", b"tool")
    assert named(judged(body=changed, length=length)) == ["changed body"]


def test_what_is_no_json_was_no_event() -> None:
    for body in (b"event_id=1&topic=x", b"<event/>", b"[object Object]", b"\x00\x01\x02\xff"):
        assert named(judged(body=body)) == ["changed body"]


def test_another_secret_is_what_is_left() -> None:
    for verdict in (judged(OTHER), judged(body=GENUINE.body.replace(b"jig", b"JIG"))):
        assert named(verdict) == ["another secret"]
        assert not verdict.is_proven
    short = judged(SECRET[:-8])
    assert "24 to 64 bytes, this one 18" in short.findings[0].detail
    for secret in ("whsec_", "", "whsec_é", "no secret at all", "whsec_A"):
        assert named(judged(secret)) == ["another secret"]


def test_two_mistakes_are_both_known() -> None:
    body = json.dumps(json.loads(BODY), indent=2).encode()
    verdict = judged(body=body, signature=GENUINE.signature.removeprefix("v1,"), timestamp="1781505000000")
    assert sorted(named(verdict)) == ["misread signature", "re-serialised JSON", "wrong unit of time"]
    verdict = judged(body=body, signature=sign(BODY, SECRET.encode()))
    assert named(verdict) == ["misread secret", "re-serialised JSON"]


def test_no_secret_is_repeated_in_what_is_said() -> None:
    for verdict in (judged(OTHER), judged(SECRET[:-8]), judged(signature=sign(BODY, SECRET.encode()))):
        for finding in verdict.findings:
            assert BARE[:8] not in str(finding) and OTHER[6:14] not in str(finding)
