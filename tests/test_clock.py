"""The clock: pinned, running, ahead of the machine's, and those who wait for its changes."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from mock_server.clock import Clock, Ids, Setting

PINNED = datetime(2026, 6, 15, 6, 30, tzinfo=UTC)
_DAY = timedelta(days=1)


def test_a_pinned_setting_moves_its_moment_and_a_running_one_its_distance() -> None:
    wall = datetime(2026, 1, 1, tzinfo=UTC)
    assert Setting(PINNED).later(_DAY).at(wall) == PINNED + _DAY
    assert Setting().later(_DAY).later(_DAY).at(wall) == wall + 2 * _DAY


def test_moment_and_milliseconds_agree() -> None:
    clock = Clock()
    for setting in (Setting(), Setting(offset=timedelta(days=400, milliseconds=7)), Setting(PINNED)):
        clock.set(setting)
        before, shown, after = clock.milliseconds(), clock.now(), clock.milliseconds()
        assert before <= round(shown.timestamp() * 1000) <= after


def test_subscribers_hear_of_each_change_once_when_it_is_made() -> None:
    clock, heard = Clock(PINNED), list[datetime]()
    clock.subscribe(lambda: heard.append(clock.now()))
    clock.pin(PINNED)
    clock.set(Setting(PINNED + _DAY))
    clock.set(Setting(PINNED + _DAY))
    clock.pin(PINNED + 2 * _DAY)
    assert heard == [PINNED + _DAY, PINNED + 2 * _DAY]


def test_ids_rise_when_the_clock_moves_on_and_when_it_does_not() -> None:
    clock = Clock(PINNED)
    ids = Ids(clock, "seed")
    made = [ids.uuid()]
    for step in (timedelta(0), timedelta(milliseconds=1), _DAY, -_DAY, timedelta(0)):
        clock.pin(clock.now() + step)
        made += [ids.uuid() for _ in range(3)]
    assert made == sorted(set(made))


def test_the_business_day_is_that_of_the_zone_and_of_this_clock() -> None:
    clock = Clock(datetime(2026, 6, 15, 18, 29, tzinfo=UTC))
    assert clock.today("Asia/Kolkata").isoformat() == "2026-06-15"
    clock.set(clock.setting.later(timedelta(minutes=1)))
    assert clock.today("Asia/Kolkata").isoformat() == "2026-06-16"
    assert clock.today("Europe/London").isoformat() == "2026-06-15"
