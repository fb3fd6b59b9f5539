"""A carrier in memory: notes each SMS when it comes, then answers as its script says."""

from collections import deque
from collections.abc import Callable
from itertools import count

from mhealth.domain.gateway import (
    DeliveryReport,
    InboundSms,
    OutboundSms,
    RawCall,
    SendReceipt,
    UssdEnd,
    UssdReply,
    UssdRequest,
)

Answer = SendReceipt | Exception
_ids = count(1)


class FakeCarrier:
    """`received` holds every SMS in order; `script` the next answers, then all are accepted.

    `during` is called while an SMS is with the carrier, before the answer.
    """

    def __init__(self, *script: Answer) -> None:
        self.received: list[OutboundSms] = []
        self.script = deque(script)
        self.during: Callable[[OutboundSms, str], None] = lambda _sms, _carrier_id: None

    def send(self, sms: OutboundSms) -> SendReceipt:
        self.received.append(sms)
        answer = self.script.popleft() if self.script else SendReceipt(carrier_id=f"AT{next(_ids)}")
        named = answer.carrier_id if isinstance(answer, SendReceipt) else None
        self.during(sms, named or "")
        if isinstance(answer, Exception):
            raise answer
        return answer

    @property
    def texts(self) -> list[str]:
        """The texts in the order in which they came."""
        return [sms.text for sms in self.received]

    def read_ussd(self, call: RawCall) -> UssdRequest:
        raise NotImplementedError

    def read_ussd_end(self, call: RawCall) -> UssdEnd:
        raise NotImplementedError

    def read_sms(self, call: RawCall) -> InboundSms:
        raise NotImplementedError

    def read_delivery(self, call: RawCall) -> DeliveryReport:
        raise NotImplementedError

    def write_ussd(self, reply: UssdReply) -> tuple[str, str]:
        raise NotImplementedError
