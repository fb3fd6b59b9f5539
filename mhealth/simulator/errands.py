"""Calls that the carrier makes from the background, kept in its memory until they are answered."""

import json
import threading
import time
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from sqlite3 import Row

from mhealth.logs import log_for
from mhealth.simulator.carrier import Answer, Hook
from mhealth.simulator.exchanges import Exchanges
from mhealth.simulator.memory import Memory
from mhealth.simulator.wire import Wire

GIVE_UP_SECONDS = 12 * 3600.0
"""Africa's Talking re-sends an SMS for so long (help page "Where are my incoming messages")."""

_THREADS = 8
_LONGEST_SLEEP = 60.0
_log = log_for("simulator")


@dataclass(frozen=True, slots=True, kw_only=True)
class Errand:
    """One call to make; `repeats` until it is answered with 200; `message_id` is the SMS it carries."""

    hook: Hook
    fields: Mapping[str, str]
    msisdn: str
    repeats: bool = True
    message_id: int | None = None


class Errands:
    """Makes each call when it is due, several at a time, and again every `retry_seconds`."""

    def __init__(
        self, memory: Memory, wire: Wire, exchanges: Exchanges, retry_seconds: float
    ) -> None:
        self._memory, self._wire, self._exchanges = memory, wire, exchanges
        self._retry_seconds = retry_seconds
        self._bell = threading.Event()
        self._is_stopped = False
        self._pool = ThreadPoolExecutor(_THREADS, thread_name_prefix="errand")
        self._thread = threading.Thread(target=self._loop, name="errands", daemon=True)

    def start(self) -> None:
        """Begin, with whatever an earlier run left behind."""
        self._memory.write("update errands set is_running = 0")
        self._thread.start()

    def stop(self) -> None:
        """End; calls not yet made stay in the memory."""
        self._is_stopped = True
        self._bell.set()
        if self._thread.is_alive():
            self._thread.join()
        self._pool.shutdown(wait=True, cancel_futures=True)

    def put(self, errand: Errand, delay: float = 0.0) -> None:
        """Have a call made after `delay` seconds."""
        now = time.time()
        self._memory.write(
            "insert into errands (hook, fields, msisdn, due_at, born_at, repeats, message_id)"
            " values (?, ?, ?, ?, ?, ?, ?)",
            errand.hook.value,
            json.dumps(dict(errand.fields)),
            errand.msisdn,
            now + delay,
            now,
            errand.repeats,
            errand.message_id,
        )
        self._bell.set()

    def make_now(self, errand: Errand) -> Answer:
        """Make a call at once, in this thread, and tell what came back."""
        answer = self._wire.post(errand.hook, errand.fields)
        self._exchanges.keep_ours(errand.msisdn, errand.hook.value, errand.fields, answer)
        return answer

    def waiting(self) -> int:
        """How many calls are still to be made."""
        return int(self._memory.rows("select count(*) as n from errands")[0]["n"])

    def _loop(self) -> None:
        while not self._is_stopped:
            self._bell.clear()
            self._bell.wait(timeout=self._hand_out())

    def _hand_out(self) -> float:
        """Start every call that is due; the seconds until the next one."""
        now = time.time()
        for row in self._memory.rows(
            "select * from errands where not is_running and due_at <= ? order by due_at", now
        ):
            self._memory.write("update errands set is_running = 1 where id = ?", row["id"])
            self._pool.submit(self._make, row)
        coming = self._memory.rows("select min(due_at) as at from errands where not is_running")
        next_at = coming[0]["at"]
        return _LONGEST_SLEEP if next_at is None else max(0.0, next_at - time.time())

    def _make(self, row: Row) -> None:
        errand = Errand(
            hook=Hook(row["hook"]), fields=json.loads(row["fields"]), msisdn=row["msisdn"]
        )
        answer = self.make_now(errand)
        is_first = row["due_at"] - row["born_at"] < self._retry_seconds
        if answer.status != 200 and is_first:  # the first time says it all
            _log.info("webhook failed", hook=row["hook"], status=answer.status, error=answer.error)
        self._settle(row, answer)
        self._bell.set()

    def _settle(self, row: Row, answer: Answer) -> None:
        is_old = time.time() - row["born_at"] > GIVE_UP_SECONDS
        if answer.status == 200 or not row["repeats"] or is_old:
            self._memory.write("delete from errands where id = ?", row["id"])
            self._tell(row, "sent" if answer.status == 200 else "lost")
        else:
            due_at = time.time() + self._retry_seconds
            self._memory.write(
                "update errands set due_at = ?, is_running = 0 where id = ?", due_at, row["id"]
            )
            self._tell(row, "waiting")

    def _tell(self, row: Row, status: str) -> None:
        if row["message_id"] is not None:
            self._memory.write(
                "update messages set status = ? where id = ?", status, row["message_id"]
            )
