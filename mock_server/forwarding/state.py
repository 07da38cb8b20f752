"""What a forwarding remembers from run to run, in a file that its user alone can read."""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
import sys
from collections.abc import Iterator
from dataclasses import asdict, dataclass, replace
from pathlib import Path

from mock_server.forwarding.server import Entity, ForwardingError
from mock_server.private import PRIVATE_FILE, PRIVATE_FOLDER
from mock_server.settings import COMMAND


@dataclass(frozen=True)
class State:
    """A forwarding that was made: its install, its subscription, and the last event that was acknowledged.

    `client` tells the install from any other: a sandbox that begins anew may give the same ids again.
    """

    server: str
    org: str
    entity: str
    topics: tuple[str, ...]
    client: str
    install: str
    webhook: str
    secret: str
    cursor: str | None = None

    def at(self, cursor: str | None) -> State:
        """The same, further on."""
        return replace(self, cursor=cursor)


class StateFile:
    """Reads and writes the state; each write is whole or not at all."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def read(self) -> State | None:
        """The state, if there is one."""
        try:
            found = json.loads(self.path.read_text("utf-8"))
            return State(**{**found, "topics": tuple(found["topics"])})
        except FileNotFoundError:
            return None
        except OSError as error:
            raise ForwardingError(f"{self.path} cannot be read: {error.strerror}.") from error
        except (ValueError, TypeError, KeyError) as error:
            raise ForwardingError(
                f"{self.path} holds no state of `listen`: delete it, or name another with --state."
            ) from error

    def write(self, state: State) -> None:
        """Keeps the state."""
        new = self.path.with_name(f"{self.path.name}.new")
        try:
            with open(new, "w", encoding="utf-8", opener=_private) as file:
                json.dump(asdict(state), file)
            os.replace(new, self.path)
        except OSError as error:
            raise ForwardingError(f"{self.path} cannot be written: {error.strerror}.") from error

    @contextlib.contextmanager
    def held(self) -> Iterator[None]:
        """Keeps the file to one process: two would forward each event twice."""
        try:
            self.path.parent.mkdir(mode=PRIVATE_FOLDER, parents=True, exist_ok=True)
            lock = open(self.path.with_name(f"{self.path.name}.lock"), "w", opener=_private)
        except OSError as error:
            raise ForwardingError(f"{self.path} cannot be used: {error.strerror}.") from error
        with lock:
            if sys.platform != "win32":
                import fcntl

                try:
                    fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
                except OSError as error:
                    raise ForwardingError(
                        f"Another `listen` uses {self.path} now: end it, or name another with --state."
                    ) from error
            yield


def _private(path: str, flags: int) -> int:
    return os.open(path, flags, PRIVATE_FILE)


def usual_file(server: str, entity: Entity, target: str) -> Path:
    """Where the state of forwarding an entity's events to a target is kept by default."""
    # Loaded where it is needed.
    from platformdirs import user_state_path

    name = hashlib.blake2b("\n".join((server, *entity, target)).encode(), digest_size=10).hexdigest()
    place = user_state_path(COMMAND, appauthor=False)
    # A user without a home is known by number alone, as in some containers.
    folder = place if place.is_absolute() else Path.cwd() / ".sandbox"
    return folder / "listen" / f"{name}.json"
