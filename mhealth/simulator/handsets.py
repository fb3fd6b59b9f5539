"""What the simulator keeps of each phone beside its call: its network, and the last call that it made."""

from mhealth.domain.msisdn import Msisdn
from mhealth.simulator.carrier import CALLERS_NETWORK
from mhealth.simulator.memory import Memory


class Handsets:
    """Kept in the memory, by number."""

    def __init__(self, memory: Memory) -> None:
        self._memory = memory

    def network(self, msisdn: Msisdn) -> str:
        """The code of the network that the phone is in."""
        return self._read(msisdn)[0] or CALLERS_NETWORK

    def last_call(self, msisdn: Msisdn) -> str:
        """The session of the last call, under way or over; empty when it never called."""
        return self._read(msisdn)[1]

    def put_into(self, msisdn: Msisdn, network: str) -> None:
        """Another network, from the next call on."""
        self._memory.write(
            "insert into handsets (msisdn, network) values (?, ?)"
            " on conflict (msisdn) do update set network = excluded.network",
            msisdn.e164,
            network,
        )

    def keep_call(self, msisdn: Msisdn, session: str) -> None:
        """A call begins."""
        self._memory.write(
            "insert into handsets (msisdn, session) values (?, ?)"
            " on conflict (msisdn) do update set session = excluded.session",
            msisdn.e164,
            session,
        )

    def _read(self, msisdn: Msisdn) -> tuple[str, str]:
        rows = self._memory.rows(
            "select network, session from handsets where msisdn = ?", msisdn.e164
        )
        return (rows[0]["network"], rows[0]["session"]) if rows else ("", "")
