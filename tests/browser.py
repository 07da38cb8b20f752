"""Chromium without a window, told what to do through a pipe."""

from __future__ import annotations

import base64
import json
import os
import select
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

_NAMES = ("chromium", "chromium-browser", "google-chrome")
_OPTIONS = (
    "--headless=new --remote-debugging-pipe --no-first-run --disable-gpu --disable-extensions --mute-audio "
    "--disable-background-timer-throttling --disable-renderer-backgrounding --disable-component-update "
    "--disable-background-networking --disable-dev-shm-usage --window-size=1300,1000"
).split()
# What a test asks of a page takes seconds; a browser that says nothing for longer is ended.
_SECONDS = 120


def find() -> str | None:
    """The browser of this machine, if there is one."""
    return next((path for name in _NAMES if (path := shutil.which(name))), None)


class Page:
    """A page of the browser."""

    def __init__(self, reading: int, writing: int) -> None:
        self._reading = os.fdopen(reading, "rb")
        self._writing = os.fdopen(writing, "wb")
        self._number = 0
        self._rest = b""
        self._session: str | None = None
        target = self.ask("Target.createTarget", url="about:blank")["targetId"]
        self._session = self.ask("Target.attachToTarget", targetId=target, flatten=True)["sessionId"]
        self.ask("Page.enable")

    def ask(self, method: str, **parameters: Any) -> Any:
        """Sends one command; what it returns."""
        self._number += 1
        message: dict[str, Any] = {"id": self._number, "method": method, "params": parameters}
        if self._session is not None:
            message["sessionId"] = self._session
        self._writing.write(json.dumps(message).encode() + b"\0")
        self._writing.flush()
        while True:
            answer = self._read()
            if answer.get("id") == self._number:
                if "error" in answer:
                    raise AssertionError(f"{method}: {answer['error']['message']}")
                return answer["result"]

    def open(self, address: str) -> None:
        """Goes to an address."""
        self.ask("Page.navigate", url=address)

    def run(self, script: str) -> Any:
        """The value of an expression, awaited where it is a promise."""
        done = self.ask("Runtime.evaluate", expression=script, awaitPromise=True, returnByValue=True)
        if "exceptionDetails" in done:
            raise AssertionError(
                done["exceptionDetails"]["exception"].get("description", "the script failed")
            )
        return done["result"].get("value")

    def picture(self, file: Path) -> None:
        """Writes what is seen to a PNG file."""
        file.write_bytes(base64.b64decode(self.ask("Page.captureScreenshot", format="png")["data"]))

    def close(self) -> None:
        """Lets the pipes go."""
        for pipe in (self._writing, self._reading):
            with suppress(OSError):
                pipe.close()

    def _read(self) -> dict[str, Any]:
        while b"\0" not in self._rest:
            ready, _, _ = select.select([self._reading], [], [], _SECONDS)
            if not ready:
                raise AssertionError(f"the browser said nothing for {_SECONDS} s")
            part = os.read(self._reading.fileno(), 1 << 16)
            if not part:
                raise AssertionError("the browser ended")
            self._rest += part
        text, _, self._rest = self._rest.partition(b"\0")
        found: dict[str, Any] = json.loads(text)
        return found


@contextmanager
def page(program: str, folder: Path) -> Iterator[Page]:
    """A page of a new browser, whose profile is in a folder."""
    (their_reading, writing), (reading, their_writing) = os.pipe(), os.pipe()
    # The program reads from descriptor 3 and writes to 4.
    command = f'exec "$0" "$@" 3<&{their_reading} 4>&{their_writing}'
    options = [*_OPTIONS, f"--user-data-dir={folder}", *(["--no-sandbox"] if os.geteuid() == 0 else [])]
    process = subprocess.Popen(
        ["bash", "-c", command, program, *options],
        pass_fds=(their_reading, their_writing),
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        env={**os.environ, "HOME": str(folder)},
    )
    os.close(their_reading)
    os.close(their_writing)
    opened: Page | None = None
    try:
        opened = Page(reading, writing)
        yield opened
    finally:
        if opened is not None:
            with suppress(AssertionError, OSError):
                opened.ask("Browser.close")
            opened.close()
        try:
            process.wait(20)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
