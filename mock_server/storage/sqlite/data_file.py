"""What can be told of a SQLite file without opening it, and how it is put aside."""

from __future__ import annotations

import itertools
import os
import struct
import sys
from array import array
from collections.abc import Iterator
from pathlib import Path

from mock_server.private import make_private

# SQLite's own: the bytes that it locks, and the form of its write-ahead log.
_LOCK_BYTES = (0x40000000, 512)
_LOG_HEADER, _FRAME_HEADER = 32, 24
_LITTLE_ENDIAN, _BIG_ENDIAN = 0x377F0682, 0x377F0683
_MASK = 0xFFFFFFFF
# So many rounds ago a frame may have been written; chance alone hardly makes a salt that is so near.
_ROUNDS = 1 << 16


def log_of(file: Path) -> Path:
    """The write-ahead log of a data file: what was committed and is not in the file itself yet."""
    return file.with_name(f"{file.name}-wal")


def put_aside(file: Path) -> Path | None:
    """Renames a data file and its log; the new name, or none where there was neither."""
    if not (file.exists() or log_of(file).exists()):
        return None
    for number in itertools.count(1):
        kept = file.with_name(f"{file.name}.before-{number}")
        if not (kept.exists() or log_of(kept).exists()):
            break
    # The file first: a log that is left alone is noticed, a file without its log is not.
    for old, new in ((file, kept), (log_of(file), log_of(kept))):
        if old.exists():
            os.rename(old, new)
            make_private(new)
    return kept


def is_held(file: Path) -> bool:
    """Whether another process has the file open."""
    if sys.platform == "win32" or not file.exists():
        return False
    import fcntl

    with file.open("rb") as opened:
        try:
            fcntl.lockf(opened, fcntl.LOCK_SH | fcntl.LOCK_NB, _LOCK_BYTES[1], _LOCK_BYTES[0])
        except OSError:
            return True
    return False


def is_log_damaged(file: Path) -> bool:
    """Whether changes in the log cannot be read any more; SQLite itself would pass over them in silence.

    A log ends where a frame does not fit its checksum. After a killed process nothing that is committed comes
    behind such a frame. After a loss of power it may, as the disk took the frames in an order of its own: the
    end of the transaction under way, or what follows a gap that still has frames of the log's last round.
    Where anything else follows, the frame was damaged later.
    """
    try:
        log = log_of(file).read_bytes()
    except FileNotFoundError:
        return False
    if len(log) < _LOG_HEADER:
        return False
    if not file.exists() or not file.stat().st_size:
        return True
    magic, _, page, _, *salts, first, second = struct.unpack(">8I", log[:_LOG_HEADER])
    if magic not in (_LITTLE_ENDIAN, _BIG_ENDIAN):
        # Zeros are a header that was never written.
        return any(log[:_LOG_HEADER])
    is_swapped = (magic == _BIG_ENDIAN) != (sys.byteorder == "big")
    sums = _checksum(log[: _LOG_HEADER - 8], is_swapped, (0, 0))
    if sums != (first, second) or page < 512:
        return True
    is_broken = is_gap = False
    commits = 0
    for at in range(_LOG_HEADER, len(log) - _FRAME_HEADER - page + 1, _FRAME_HEADER + page):
        frame = log[at : at + _FRAME_HEADER + page]
        number, size, *rest = struct.unpack(">6I", frame[:_FRAME_HEADER])
        if not is_broken:
            sums = _checksum(frame[:8] + frame[_FRAME_HEADER:], is_swapped, sums)
            is_broken = rest[:2] != salts or tuple(rest[2:]) != sums
        if is_broken:
            # The first salt counts the rounds.
            is_gap = is_gap or 0 < (salts[0] - rest[0]) & _MASK < _ROUNDS
            commits += rest[:2] == salts and number > 0 and size > 0 and not is_gap
    return commits > 1


def _checksum(part: bytes, is_swapped: bool, sums: tuple[int, int]) -> tuple[int, int]:
    words = array("I", part)
    if is_swapped:
        words.byteswap()
    one, two = sums
    pairs: Iterator[int] = iter(words)
    for left, right in zip(pairs, pairs, strict=True):
        one = (one + left + two) & _MASK
        two = (two + right + one) & _MASK
    return one, two
