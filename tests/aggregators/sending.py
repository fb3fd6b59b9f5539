"""What the tests of sending share: an SMS, a row of the carrier's answer, the problem that came out."""

import pytest

from mhealth.aggregators.africastalking import AfricasTalking
from mhealth.domain.gateway import OutboundSms, SendError
from mhealth.domain.msisdn import Msisdn

NUMBER = "+254700072901"


def an_sms(number: str = NUMBER, text: str = "Noté: OUI") -> OutboundSms:
    return OutboundSms(msisdn=Msisdn(number), text=text, reference="1")


def problem_of(account: AfricasTalking, sms: OutboundSms | None = None) -> SendError:
    with pytest.raises(SendError) as caught:
        account.send(sms or an_sms())
    return caught.value


def a_row(**changes: object) -> dict[str, object]:
    row = {"statusCode": 101, "number": NUMBER, "status": "Success", "messageId": "ATXid_1"}
    return {**row, "cost": "KES 0.8000", **changes}
