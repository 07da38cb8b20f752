"""Receives events with Flask: verifies the raw body, answers at once, works afterwards, each event once."""

import logging
import os
import queue
import threading
from collections import OrderedDict, deque
from contextlib import suppress

from flask import Flask, request
from standardwebhooks import Webhook

KEPT = 10_000
# One secret, or the new and the old one with a blank between them while you change it.
SECRETS = [Webhook(secret) for secret in os.environ["HELLOBOOKS_WEBHOOK_SECRET"].split()]
# A real receiver keeps these in a database: it writes id and body, the id unique, before it answers 2xx.
# Memory forgets them at a restart, and two processes do not share it.
SEEN: OrderedDict[str, None] = OrderedDict()
WORK: queue.Queue[dict] = queue.Queue(maxsize=KEPT)
HANDLED: deque[str] = deque(maxlen=KEPT)
LOCK = threading.Lock()

app = Flask(__name__)
app.config["MAX_CONTENT_LENGTH"] = 5 * 1024 * 1024


@app.post("/hook")
def receive():
    # The body as it came: JSON that is parsed and written again is another text.
    event = verified(request.get_data(), dict(request.headers))
    if event is None:
        return "The signature does not fit, or its time is not now.\n", 400
    with LOCK:
        if event["id"] not in SEEN:
            if WORK.full():
                return "Too much to do, please send it again.\n", 503
            WORK.put(event)
            SEEN[event["id"]] = None
            if len(SEEN) > KEPT:
                SEEN.popitem(last=False)
    return "", 204


def verified(body: bytes, headers: dict[str, str]) -> dict | None:
    for secret in SECRETS:
        with suppress(Exception):  # a garbled header raises other errors than the library's own
            return {"topic": None, **secret.verify(body, headers), "id": request.headers["webhook-id"]}
    return None


def handle(event: dict) -> None:
    # Your work. Take the topics and members that you know, and let the others be: new ones come.
    HANDLED.append(event["id"])
    print(f"handled {event['id']} {event['topic']}", flush=True)


def work() -> None:
    while event := WORK.get():
        try:
            handle(event)
        except Exception:
            logging.exception("failed %s", event["id"])


threading.Thread(target=work, daemon=True).start()


@app.get("/events")
def events():  # what was handled: for trying this example, not for a real receiver
    return list(HANDLED)
