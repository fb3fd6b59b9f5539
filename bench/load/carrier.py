"""The carrier of a load: everybody's requests over HTTP, some twice, some late, and what came back.

Each phone has a connection of its own, and one more for the copies. A copy gets what the first one
got; a request that no server answers is sent again, as a carrier does, until the patience ends.
"""

import asyncio
import random
import time
from collections import Counter
from dataclasses import dataclass, field
from itertools import count
from urllib.parse import urlencode

from bench.load.people import Person
from bench.load.script import SERVICE_CODE, Call, Round, Turn, codes_in, masked

NOT_SAVED = "END Non enregistré."
"""What a caller reads when the database did not take the turn: nothing of it happened."""
SEND_AGAIN = "503 "
"""What a carrier hears when its word that a call is over was not stored."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Load:
    """How much, how unruly, and where: `turns` in all; `repeated` and `late` are shares of them."""

    host: str
    port: int
    path: str  # of the USSD webhook; events go to `path`-events
    turns: int
    repeated: float = 0.01
    late: float = 0.01
    patience: float = 60.0
    tries_again: bool = True
    is_exact: bool = True  # whoever saw a wrong screen calls no more
    seed: int = 1


@dataclass(frozen=True, slots=True)
class Made:
    """A call that was made to its end, for the books: its session and the codes that it showed.

    `dialogue` is the session in which its dialogue began: an earlier one for a call that goes on.
    """

    session_id: str
    dialogue: str
    person: Person
    turns: int
    codes: tuple[str, ...]
    is_dropped: bool


@dataclass(slots=True, kw_only=True)
class Tally:
    """What happened."""

    turns: int = 0  # answered as they must be
    copies: Counter[str] = field(default_factory=Counter)  # repeated, late
    wrong: int = 0
    missing: int = 0
    sent_again: int = 0
    refused: int = 0  # told that nothing was saved, and sent again
    took_ms: list[float] = field(default_factory=list)
    examples: list[str] = field(default_factory=list)
    made: list[Made] = field(default_factory=list)
    seconds: float = 0.0

    def note(self, what: str) -> None:
        """Keep the first few things that went wrong, in full."""
        if len(self.examples) < 5:
            self.examples.append(what)


class NoAnswer(Exception):
    """Nothing came within the patience."""


class Wire:
    """One connection kept open."""

    def __init__(self, load: Load) -> None:
        self._load = load
        self._reader: asyncio.StreamReader | None = None
        self._writer: asyncio.StreamWriter | None = None

    async def post(self, path: str, fields: dict[str, str]) -> str:
        """The body of the answer. Raises OSError, TimeoutError or IncompleteReadError."""
        if self._reader is None or self._writer is None:
            self._reader, self._writer = await asyncio.open_connection(
                self._load.host, self._load.port
            )
        body = urlencode(fields).encode()
        head = (
            f"POST {path} HTTP/1.1\r\nHost: {self._load.host}\r\n"
            "Content-Type: application/x-www-form-urlencoded\r\n"
            f"Content-Length: {len(body)}\r\n\r\n"
        )
        try:
            self._writer.write(head.encode() + body)
            return await asyncio.wait_for(self._answer(self._reader), self._load.patience)
        except BaseException:
            self.close()
            raise

    async def _answer(self, reader: asyncio.StreamReader) -> str:
        head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1").lower()
        status = head.split(" ", 2)[1]
        length = int(head.split("content-length:", 1)[1].split("\r\n", 1)[0])
        body = (await reader.readexactly(length)).decode()
        return body if status == "200" else f"{status} {body}"

    def close(self) -> None:
        """Forget the connection; the next request opens another."""
        if self._writer is not None:
            self._writer.close()
        self._reader = self._writer = None


class Handset:
    """One person's phone, who makes the round of calls again and again."""

    def __init__(self, load: Load, person: Person, tally: Tally) -> None:
        self._load, self._person, self._tally = load, person, tally
        self._wire, self._copies = Wire(load), Wire(load)
        self._dice = random.Random(load.seed * 100_003 + person.number)
        self._ids = count(1)
        self._left = ""  # the session that was dropped last, for the next call to go on with

    async def live(self, calls: Round) -> None:
        """Call until the load has had its turns."""
        while True:
            for call in calls:
                answered = self._tally.turns + self._tally.wrong + self._tally.missing
                if answered >= self._load.turns or not await self._make(call):
                    self._wire.close()
                    self._copies.close()
                    return

    async def _make(self, call: Call) -> bool:
        """One call; False when it went wrong: what follows would be held against the wrong model."""
        session_id = f"load-{self._load.seed}-{self._person.number}-{next(self._ids)}"
        transcript, before, codes = "", None, list[str]()
        for turn in call.turns:
            if turn.typed is not None:
                transcript = f"{transcript}*{turn.typed}" if transcript else turn.typed
            fields = self._fields(session_id, transcript)
            body = await self._turn(fields, turn, before)
            if body is None:
                return not self._load.is_exact
            codes += codes_in(body)
            before = (fields, body)
        if call.is_dropped:
            await self._say_dropped(session_id, transcript)
        self._tally.made.append(
            Made(
                session_id=session_id,
                dialogue=self._left or session_id,
                person=self._person,
                turns=len(call.turns),
                codes=tuple(codes),
                is_dropped=call.is_dropped,
            )
        )
        self._left = session_id if call.is_dropped else ""
        return True

    async def _turn(
        self, fields: dict[str, str], turn: Turn, before: tuple[dict[str, str], str] | None
    ) -> str | None:
        """The answer, beside the copies that come with it; None when it is not the right one."""
        twin: asyncio.Task[str] | None = None
        expected_twin = ""
        if self._dice.random() < self._load.repeated:
            self._tally.copies["repeated"] += 1
            twin = asyncio.create_task(self._ask(self._copies, fields))
        elif before is not None and self._dice.random() < self._load.late:
            self._tally.copies["late"] += 1
            twin, expected_twin = asyncio.create_task(self._ask(self._copies, before[0])), before[1]
        began = time.perf_counter()
        try:
            answer = await self._ask(self._wire, fields)
        except NoAnswer:
            self._tally.missing += 1
            self._tally.note(f"no answer to {fields}")
            body = None
        else:
            self._tally.took_ms.append((time.perf_counter() - began) * 1000)
            body = self._judged(fields, turn, answer)
        if twin is not None:
            await self._judge_copy(twin, fields, expected_twin or body)
        return body

    def _judged(self, fields: dict[str, str], turn: Turn, body: str) -> str | None:
        if masked(body) != turn.expected:
            self._tally.wrong += 1
            self._tally.note(f"{fields}\n  expected {turn.expected!r}\n  got      {body!r}")
            return None
        self._tally.turns += 1
        return body

    async def _judge_copy(
        self, twin: "asyncio.Task[str]", fields: dict[str, str], expected: str | None
    ) -> None:
        try:
            copy = await twin
        except NoAnswer:
            self._tally.missing += 1
            self._tally.note(f"no answer to a copy of {fields}")
            return
        if expected is not None and copy != expected:
            self._tally.wrong += 1
            self._tally.note(f"copy beside {fields}\n  expected {expected!r}\n  got      {copy!r}")

    async def _ask(self, wire: Wire, fields: dict[str, str], path: str = "") -> str:
        """One request; where no server answers, again, until the patience ends. Raises NoAnswer."""
        deadline = time.monotonic() + self._load.patience
        while True:
            try:
                body = await wire.post(path or self._load.path, fields)
                if not body.startswith((NOT_SAVED, SEND_AGAIN)) or time.monotonic() > deadline:
                    return body
                self._tally.refused += 1
                await asyncio.sleep(0.5)
            except (OSError, asyncio.IncompleteReadError, TimeoutError) as error:
                if not self._load.tries_again or time.monotonic() > deadline:
                    raise NoAnswer from error
                self._tally.sent_again += 1
                await asyncio.sleep(0.1)

    async def _say_dropped(self, session_id: str, transcript: str) -> None:
        fields = {
            **self._fields(session_id, transcript),
            "status": "Incomplete", "input": transcript, "hopsCount": "1",
            "durationInMillis": "1000", "cost": "KES 0.10", "date": "2026-03-04 12:00:00",
        }  # fmt: skip
        fields.pop("text")
        try:
            answer = await self._ask(self._wire, fields, f"{self._load.path}-events")
        except NoAnswer:
            self._tally.missing += 1
            self._tally.note(f"no answer to the end of {session_id}")
            return
        if answer[:1].isdigit():
            self._tally.wrong += 1
            self._tally.note(f"the end of {session_id} was not taken: {answer[:200]}")

    def _fields(self, session_id: str, transcript: str) -> dict[str, str]:
        return {
            "sessionId": session_id,
            "serviceCode": SERVICE_CODE,
            "phoneNumber": self._person.msisdn.e164,
            "networkCode": "99999",
            "text": transcript,
        }


async def run_load(load: Load, rounds: dict[Person, Round], tally: Tally | None = None) -> Tally:
    """Everybody at once until the turns are taken; a tally that is handed in can be watched."""
    tally = tally or Tally()
    began = time.perf_counter()
    await asyncio.gather(*(Handset(load, p, tally).live(calls) for p, calls in rounds.items()))
    tally.seconds = time.perf_counter() - began
    return tally
