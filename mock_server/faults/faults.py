"""The faults of one sandbox: which of them meet a request, and what becomes of it."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence

from mock_server.contract import Operation
from mock_server.faults.answers import DocumentedAnswers
from mock_server.faults.header import Asked, read_header
from mock_server.faults.rules import Rule
from mock_server.faults.sending import Spoilt, end_connection
from mock_server.faults.stale import Memory
from mock_server.gateway import Answer, Disconnected, Grant, Receive, Scope
from mock_server.gateway.lab import FAULT_HEADER, SPOILT, Met
from mock_server.storage import Database
from mock_server.storage.fault_rules import keep_progress, read_progress, read_rules

_RATE_LIMITED = 429


class Faults:
    """Rules are rows; whoever changes them announces it to the database."""

    def __init__(self, answers: DocumentedAnswers, database: Database, wall: Callable[[], float]) -> None:
        """`wall` tells the machine's time in seconds."""
        self.answers = answers
        self._database = database
        self._wall = wall
        # Whether there is any rule, as far as is known: until they are read, there may be one.
        self.is_set = True
        self._rules: list[Rule] = []
        self._is_stale = True
        self._changes = 0
        self._memory = Memory()
        database.subscribe(self._forget)

    def now(self) -> int:
        """The machine's time in milliseconds."""
        return int(self._wall() * 1000)

    async def meet(self, operation: Operation, scope: Scope, receive: Receive) -> Met:
        """Lets a request wait, be answered or be cut off; says what is left to do once it is done."""
        raw = scope["hellobooks.headers"].get(FAULT_HEADER)
        asked = Asked() if raw is None else read_header(raw, operation, self.answers)
        grant: Grant = scope["hellobooks.grant"]
        is_stale = False
        if asked.answer is None and not asked.is_reset:
            found = [rule for rule in await self._current() if self._meets(rule, operation, grant)]
            drawn = await self._database.write(lambda: self._draw(found)) if found else []
            for rule, time in drawn:
                self._add(asked, rule, time, operation, scope)
            # What a rule on stale reads may show later is remembered each time.
            is_stale = any(rule.kind == "stale" for rule in found)
        else:
            drawn = []
        if asked.wait:
            await asyncio.sleep(asked.wait)
        if asked.is_reset:
            await end_connection(scope, receive, is_reset=True)
            raise Disconnected
        if asked.is_lost or asked.is_cut or asked.slow:
            scope[SPOILT] = Spoilt(asked.is_lost, asked.is_cut, asked.slow)
        if not is_stale:
            return Met(asked.answer)
        shows = any(rule.kind == "stale" for rule, _ in drawn)
        return Met(asked.answer, lambda answer: self._read(scope, grant, answer, shows))

    def _meets(self, rule: Rule, operation: Operation, grant: Grant) -> bool:
        if not rule.meets(operation, grant):
            return False
        if rule.kind == "burst":
            return self.answers.find(operation, _RATE_LIMITED, "rate_limited") is not None
        if rule.kind == "status":
            return self.answers.find(operation, rule.setting["status"], rule.setting.get("code")) is not None
        return True

    def _draw(self, rules: Sequence[Rule]) -> list[tuple[Rule, int]]:
        """The rules that come about for one request, each with how many it had met before."""
        session = self._database.session
        drawn: list[tuple[Rule, int]] = []
        for rule in rules:
            progress = read_progress(session, rule.id)
            if progress is None:
                # It has ended meanwhile.
                continue
            time = progress.matched
            is_drawn = rule.comes_about(progress)
            keep_progress(session, rule.id, progress)
            if is_drawn:
                drawn.append((rule, time))
                if rule.is_last:
                    break
        return drawn

    def _add(self, asked: Asked, rule: Rule, time: int, operation: Operation, scope: Scope) -> None:
        setting, kind = rule.setting, rule.kind
        asked.wait += rule.wait(time)
        asked.is_reset |= kind == "reset"
        asked.is_lost |= kind == "lost"
        asked.is_cut |= kind == "truncated"
        if kind == "slow_body":
            asked.slow = max(asked.slow, setting["milliseconds"] / 1000)
        elif kind in {"status", "burst"}:
            status, code = (
                (_RATE_LIMITED, "rate_limited")
                if kind == "burst"
                else (setting["status"], setting.get("code"))
            )
            found = self.answers.find(operation, status, code)
            assert found is not None, "a rule meets operations that document its answer"
            seconds = setting.get("retry_after", 1)
            asked.answer = found.answer(seconds)
            if status == _RATE_LIMITED:
                # Other headers that every answer to the request has stay.
                spent = scope["hellobooks.grant"].window.spent(seconds)
                others = [each for each in scope["hellobooks.budget"] if not each[0].startswith(b"ratelimit")]
                scope["hellobooks.budget"] = [*spent, *others]

    def _read(self, scope: Scope, grant: Grant, answer: Answer, shows: bool) -> Answer:
        if answer.status != 200:
            return answer
        key = (grant.install["id"], scope["path"], scope["query_string"])
        older = self._memory.older(key, answer)
        return older if shows else answer

    def _forget(self) -> None:
        """Reads the rules anew from here on."""
        self._changes += 1
        self._is_stale = self.is_set = True

    async def _current(self) -> list[Rule]:
        now = self.now()
        if self._is_stale:
            changes = self._changes
            stored = await self._database.run(lambda: read_rules(self._database.session, now))
            rules = [Rule(each) for each in stored]
            # What changed while they were read, or would change unheard, is not remembered.
            if changes != self._changes or not self._database.hears_changes:
                return rules
            self._is_stale, self._rules = False, rules
        self._rules = [each for each in self._rules if each.expires_at is None or each.expires_at > now]
        self.is_set = bool(self._rules)
        if not any(rule.kind == "stale" for rule in self._rules):
            self._memory.clear()
        return self._rules
