"""All parts of the simulated carrier, put together once; its deeds that touch several of them."""

import threading
from dataclasses import dataclass

from mhealth.domain.clock import Clock, MovedClock, read_offset, real_clock, write_offset
from mhealth.domain.msisdn import Msisdn, NotAMsisdn, read_msisdn
from mhealth.simulator.calls import Calls
from mhealth.simulator.carrier import Hook, sms_fields
from mhealth.simulator.config import SimulatorConfig
from mhealth.simulator.errands import Errand, Errands
from mhealth.simulator.exchanges import Exchanges
from mhealth.simulator.handsets import Handsets
from mhealth.simulator.memory import Memory
from mhealth.simulator.messages import Messages
from mhealth.simulator.mishaps import Mishaps
from mhealth.simulator.script import Script
from mhealth.simulator.wire import Wire

_LOOK_SECONDS = 0.5


@dataclass(frozen=True, slots=True, kw_only=True)
class Network:
    """The simulated carrier. `start` begins its background work, `stop` ends it."""

    config: SimulatorConfig
    clock: Clock
    memory: Memory
    exchanges: Exchanges
    errands: Errands
    script: Script
    messages: Messages
    handsets: Handsets
    calls: Calls
    wire: Wire
    stopped: threading.Event

    def start(self) -> None:
        """Begin to make the calls that are due and to close the calls that are too old."""
        self.errands.start()
        threading.Thread(target=self._watch, name="call-limit", daemon=True).start()

    def stop(self) -> None:
        """End the background work and close the file."""
        self.stopped.set()
        self.errands.stop()
        self.memory.close()

    def _watch(self) -> None:
        limit = self.config.session_seconds
        while not self.stopped.wait(min(_LOOK_SECONDS, limit / 4)):
            self.calls.expire(limit)

    def send_sms(self, msisdn: Msisdn, to: str, text: str) -> None:
        """A phone sends an SMS: to the product, to another simulated phone, or to nobody."""
        if to not in self.config.our_numbers:
            self._between_phones(msisdn, to, text)
            return
        message_id = self.messages.compose(msisdn.e164, to, text)
        errand = Errand(
            hook=Hook.SMS,
            fields=sms_fields(msisdn, to, text, self.clock()),
            msisdn=msisdn.e164,
            message_id=message_id,
        )
        for _ in range(2 if self.script.take("sms").name == "twice" else 1):
            self.errands.put(errand)

    def _between_phones(self, msisdn: Msisdn, to: str, text: str) -> None:
        try:
            other = read_msisdn(to, self.config.region)
        except NotAMsisdn:
            self.messages.compose(msisdn.e164, to, text, "no_number")
            return
        self.messages.compose(msisdn.e164, other.e164, text, "sent")
        self.messages.receive(other.e164, msisdn.e164, text)

    def reset(self) -> None:
        """Forget calls, messages, logs and script."""
        self.memory.forget()

    def move_clock(self, seconds: float | None) -> None:
        """Move the world's clock ahead by so much more; None brings it back to the real time."""
        if self.config.clock_file is not None:
            ahead = 0.0 if seconds is None else self.clock_ahead() + seconds
            write_offset(self.config.clock_file, ahead)

    def clock_ahead(self) -> float:
        """Seconds by which the world's clock is ahead."""
        return 0.0 if self.config.clock_file is None else read_offset(self.config.clock_file)


def build_network(config: SimulatorConfig) -> Network:
    """Put the parts together; nothing runs until `start`."""
    clock = real_clock if config.clock_file is None else MovedClock(config.clock_file)
    memory = Memory(config.state_file)
    exchanges = Exchanges(memory)
    wire = Wire(config.target_url, config.channel, config.token, read_seconds=config.answer_seconds)
    errands = Errands(memory, wire, exchanges, config.retry_seconds)
    script = Script(memory)
    handsets = Handsets(memory)
    stopped = threading.Event()
    mishaps = Mishaps(errands, config.answer_seconds, stopped)
    return Network(
        config=config,
        clock=clock,
        memory=memory,
        exchanges=exchanges,
        errands=errands,
        script=script,
        messages=Messages(memory, clock),
        handsets=handsets,
        calls=Calls(
            memory, errands, script, mishaps, handsets, clock, service_code=config.service_code
        ),
        wire=wire,
        stopped=stopped,
    )
