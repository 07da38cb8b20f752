"""What a figure is counted in: currency, hours, pieces, and what comes of them by multiplying."""

from __future__ import annotations

from typing import NamedTuple


class Measure(NamedTuple):
    """Names with their powers, in the order of the alphabet; a plain ratio has none."""

    powers: tuple[tuple[str, int], ...] = ()

    def times(self, other: Measure, sign: int = 1) -> Measure:
        """That of a product, or with -1 of a quotient."""
        powers = dict(self.powers)
        for name, power in other.powers:
            powers[name] = powers.get(name, 0) + sign * power
        return Measure(tuple(sorted((name, power) for name, power in powers.items() if power)))

    def __str__(self) -> str:
        above = "·".join(_raised(name, power) for name, power in self.powers if power > 0)
        below = "·".join(_raised(name, -power) for name, power in self.powers if power < 0)
        return f"{above or 1}/{below}" if below else above


def _raised(name: str, power: int) -> str:
    return name if power == 1 else f"{name}^{power}"


def measure(text: str) -> Measure:
    """Reads `INR/h`, `kg` or nothing."""
    above, _, below = text.partition("/")
    found = Measure(((above, 1),)) if above else Measure()
    return found.times(Measure(((below, 1),)), -1) if below else found


RATIO = Measure()
MINUTES_PER_HOUR = measure("min/h")
