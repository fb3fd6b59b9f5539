"""The network log: what went over the wire for each phone, and the raw answer; no secret in it, no PIN."""

import re
import time
from collections.abc import Mapping
from urllib.parse import urlencode

from mhealth.simulator.carrier import Answer
from mhealth.simulator.memory import Memory

SHOWN = 12
_ANSWER_CHARACTERS = 2_000


_TYPED = frozenset({"text", "input"})
_PIN = re.compile(r"(?<![^*])[\s.-]*(?:\d[\s.-]*){6}(?![^*])")


class Exchanges:
    """Writes and reads the network log."""

    def __init__(self, memory: Memory) -> None:
        self._memory = memory

    def keep_ours(self, msisdn: str, hook: str, fields: Mapping[str, str], answer: Answer) -> None:
        """The carrier called the product."""
        shown = answer.text[:_ANSWER_CHARACTERS] or answer.error
        self._keep(msisdn, True, hook, fields, answer.status, shown, answer.took_ms)

    def keep_theirs(self, msisdn: str, fields: Mapping[str, str], status: int, answer: str) -> None:
        """The product called the carrier's SMS API."""
        self._keep(msisdn, False, "messaging", fields, status, answer[:_ANSWER_CHARACTERS], 0.0)

    def _keep(
        self,
        msisdn: str,
        is_ours: bool,
        what: str,
        fields: Mapping[str, str],
        status: int,
        answer: str,
        took_ms: float,
    ) -> None:
        self._memory.write(
            "insert into exchanges (msisdn, at, is_ours, what, sent, status, answer, took_ms)"
            " values (?, ?, ?, ?, ?, ?, ?, ?)",
            msisdn,
            time.time(),
            is_ours,
            what,
            urlencode({name: _hidden(name, value) for name, value in fields.items()}),
            status,
            answer,
            took_ms,
        )

    def of(self, msisdn: str) -> list[dict[str, object]]:
        """The latest exchanges of a phone, newest first."""
        rows = self._memory.rows(
            "select * from exchanges where msisdn = ? order by id desc limit ?", msisdn, SHOWN
        )
        return [
            {
                "id": row["id"],
                "at": row["at"],
                "is_ours": bool(row["is_ours"]),
                "what": row["what"],
                "sent": row["sent"],
                "status": row["status"],
                "answer": row["answer"],
                "took_ms": round(row["took_ms"]),
            }
            for row in rows
        ]


def _hidden(name: str, value: str) -> str:
    """What a person typed, without what may be a PIN: the log can be copied, a phone's screen is his own."""
    return _PIN.sub("••••••", value) if name in _TYPED else value
