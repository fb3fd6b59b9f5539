"""The SMS of the simulated phones: what they received, and what they sent."""

from sqlite3 import Row

from mhealth.domain.clock import Clock
from mhealth.domain.gsm7 import measure
from mhealth.simulator.memory import Memory

SHOWN = 50
PER_PHONE = 200
MOST_WAITING = 20


class Messages:
    """Puts SMS into phones and reads them; times are those of the world's clock, which may be moved."""

    def __init__(self, memory: Memory, clock: Clock) -> None:
        self._memory, self._clock = memory, clock

    def receive(self, msisdn: str, sender: str, body: str) -> int:
        """An SMS reaches a phone."""
        return self._put(msisdn, sender, body, is_incoming=True, status="received")

    def compose(self, msisdn: str, to: str, body: str, status: str = "sending") -> int:
        """A phone sends an SMS; its status later becomes sent, waiting, lost or no_number."""
        return self._put(msisdn, to, body, is_incoming=False, status=status)

    def _put(self, msisdn: str, other: str, body: str, *, is_incoming: bool, status: str) -> int:
        message_id = self._memory.write(
            "insert into messages (msisdn, is_incoming, other, body, at, segments, is_read, status)"
            " values (?, ?, ?, ?, ?, ?, ?, ?)",
            msisdn,
            is_incoming,
            other,
            body,
            self._clock().timestamp(),
            measure(body).segments,
            not is_incoming,
            status,
        )
        self._forget_the_oldest(msisdn)
        return message_id

    def _forget_the_oldest(self, msisdn: str) -> None:
        self._memory.write(
            "delete from messages where id in"
            " (select id from messages where msisdn = ? order by id desc limit -1 offset ?)",
            msisdn,
            PER_PHONE,
        )

    def of(self, msisdn: str) -> list[dict[str, object]]:
        """The latest SMS of a phone in both directions, newest first."""
        rows = self._memory.rows(
            "select * from messages where msisdn = ? order by id desc limit ?", msisdn, SHOWN
        )
        return [_shown(row) for row in rows]

    def unread(self, msisdn: str) -> int:
        """How many received SMS nobody has opened."""
        rows = self._memory.rows(
            "select count(*) as n from messages where msisdn = ? and is_incoming and not is_read",
            msisdn,
        )
        return int(rows[0]["n"])

    def waiting(self, shown: frozenset[str]) -> list[dict[str, object]]:
        """The phones with SMS that nobody has opened, those shown left out; the latest first."""
        rows = self._memory.rows(
            "select msisdn, count(*) as unread, max(id) as newest from messages"
            " where is_incoming and not is_read group by msisdn order by newest desc limit ?",
            MOST_WAITING + len(shown),
        )
        elsewhere = [dict(row) for row in rows if row["msisdn"] not in shown]
        return elsewhere[:MOST_WAITING]

    def mark_read(self, msisdn: str, message_id: int) -> None:
        """Somebody opened an SMS."""
        self._memory.write(
            "update messages set is_read = 1 where msisdn = ? and id = ?", msisdn, message_id
        )


def _shown(row: Row) -> dict[str, object]:
    return {
        "id": row["id"],
        "is_incoming": bool(row["is_incoming"]),
        "other": row["other"],
        "body": row["body"],
        "at": row["at"],
        "segments": row["segments"],
        "is_read": bool(row["is_read"]),
        "status": row["status"],
    }
