"""Receives events with FastAPI: verifies the raw body, answers at once, works afterwards, each event once."""

import asyncio
import logging
import os
from collections import OrderedDict, deque
from contextlib import asynccontextmanager, suppress

from fastapi import FastAPI, Request, Response
from standardwebhooks import Webhook

KEPT, LARGEST = 10_000, 5 * 1024 * 1024
# One secret, or the new and the old one with a blank between them while you change it.
SECRETS = [Webhook(secret) for secret in os.environ["HELLOBOOKS_WEBHOOK_SECRET"].split()]
# A real receiver keeps these in a database: it writes id and body, the id unique, before it answers 2xx.
# Memory forgets them at a restart, and two processes do not share it.
SEEN: OrderedDict[str, None] = OrderedDict()
WORK: asyncio.Queue[dict] = asyncio.Queue(maxsize=KEPT)
HANDLED: deque[str] = deque(maxlen=KEPT)


def handle(event: dict) -> None:
    # Your work. Take the topics and members that you know, and let the others be: new ones come.
    HANDLED.append(event["id"])
    print(f"handled {event['id']} {event['topic']}", flush=True)


async def work() -> None:
    while event := await WORK.get():
        try:
            await asyncio.to_thread(handle, event)
        except Exception:
            logging.exception("failed %s", event["id"])


@asynccontextmanager
async def lifespan(app: FastAPI):
    worker = asyncio.create_task(work())
    yield
    worker.cancel()


app = FastAPI(lifespan=lifespan)


@app.post("/hook")
async def receive(request: Request) -> Response:
    body = b""  # as it came: JSON that is parsed and written again is another text
    async for piece in request.stream():
        if len(body := body + piece) > LARGEST:
            return Response("The body is too large.\n", 413)
    event = verified(body, dict(request.headers))
    if event is None:
        return Response("The signature does not fit, or its time is not now.\n", 400)
    if event["id"] not in SEEN:
        if WORK.full():
            return Response("Too much to do, please send it again.\n", 503)
        WORK.put_nowait(event)
        SEEN[event["id"]] = None
        if len(SEEN) > KEPT:
            SEEN.popitem(last=False)
    return Response(status_code=204)


def verified(body: bytes, headers: dict[str, str]) -> dict | None:
    for secret in SECRETS:
        with suppress(Exception):  # a garbled header raises other errors than the library's own
            return {"topic": None, **secret.verify(body, headers), "id": headers["webhook-id"]}
    return None


@app.get("/events")
async def events() -> list[str]:  # what was handled: for trying this example, not for a real receiver
    return list(HANDLED)
