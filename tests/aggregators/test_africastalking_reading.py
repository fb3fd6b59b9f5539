"""Whatever Africa's Talking posts is read into clean words or refused with a reason fit for a log."""

import re
from collections.abc import Callable
from dataclasses import asdict
from datetime import UTC, datetime

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from mhealth.aggregators.africastalking import AfricasTalking
from mhealth.domain.errors import NotOurEvent, UnreadableRequest
from mhealth.domain.gateway import RawCall, SendProblem, UssdReply
from mhealth.domain.message import DeliveryStatus

ACCOUNT = AfricasTalking(username="app", api_key="KEY", region="BJ")

USSD = {
    "sessionId": "ATUid_5d3b4c2bc589f481",
    "serviceCode": "*384*55#",
    "phoneNumber": "+2290197000001",
    "networkCode": "99999",
    "text": "",
}
END = {"sessionId": "ATUid_1", "phoneNumber": "+2290197000001", "status": "Success"}
SMS = {"from": "+2290197000001", "to": "38455", "text": "OUI 4821935", "id": "e-1"}
REPORT = {"id": "ATXid_1", "status": "Success", "phoneNumber": "+2290197000001"}


def call(fields: dict[str, str], **changes: str | None) -> RawCall:
    changed = {**fields, **{name.rstrip("_"): value for name, value in changes.items()}}
    left = {name: value for name, value in changed.items() if value is not None}
    return RawCall(method="POST", fields=left)


def test_a_first_call_may_carry_no_text_at_all() -> None:
    read = ACCOUNT.read_ussd(call(USSD, text=None))
    assert (read.text, read.is_start) == ("", True)


def test_a_call_without_network_is_taken() -> None:
    assert ACCOUNT.read_ussd(call(USSD, networkCode=None)).network is None
    assert ACCOUNT.read_ussd(call(USSD, networkCode=" ")).network is None
    assert ACCOUNT.read_ussd(call(USSD, networkCode="61602 (new)")).network == "61602 (new)"


@pytest.mark.parametrize(
    "written",
    ["+2290197000001", " 2290197000001", "2290197000001", "002290197000001", "0197000001"],
)
def test_a_number_is_read_however_the_form_carries_it(written: str) -> None:
    assert ACCOUNT.read_ussd(call(USSD, phoneNumber=written)).msisdn.e164 == "+2290197000001"
    assert ACCOUNT.read_sms(call(SMS, from_=written)).msisdn.e164 == "+2290197000001"


@pytest.mark.parametrize(
    ("typed", "read"),
    [
        ("1*2", "1*2"),
        ("0", "0"),
        ("7*a*b*****", "7*a*b*****"),
        ("1\x00", "1"),
        ("\x001*\x1b2\x7f", "1*2"),
        ("1\r\n2", "1 2"),
        ("1\u2028\x852\tx", "1  2 x"),
        ("Bèmbèrèkè ñ", "Bèmbèrèkè ñ"),
        ("1\ud800", "1\ufffd"),
    ],
)
def test_what_was_typed_is_cleaned_and_nothing_else(typed: str, read: str) -> None:
    assert ACCOUNT.read_ussd(call(USSD, text=typed)).text == read


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"sessionId": None}, "missing sessionId"),
        ({"sessionId": "  "}, "missing sessionId"),
        ({"sessionId": "a b"}, "malformed sessionId"),
        ({"sessionId": "é"}, "malformed sessionId"),
        ({"sessionId": "a\x00"}, "malformed sessionId"),
        ({"sessionId": "x" * 121}, "malformed sessionId"),
        ({"phoneNumber": None}, "missing phoneNumber"),
        ({"phoneNumber": ""}, "missing phoneNumber"),
        ({"phoneNumber": "MTN"}, "phoneNumber is no phone number"),
        ({"phoneNumber": "+1"}, "phoneNumber is no phone number"),
        ({"phoneNumber": "9" * 5000}, "phoneNumber is no phone number"),
        ({"serviceCode": None}, "missing serviceCode"),
        ({"serviceCode": "*" * 33}, "malformed serviceCode"),
        ({"text": "1*" * 2049}, "text too long"),
    ],
)
def test_an_unreadable_ussd_call_is_refused_with_a_reason(
    changes: dict[str, str | None], reason: str
) -> None:
    with pytest.raises(UnreadableRequest) as caught:
        ACCOUNT.read_ussd(call(USSD, **changes))
    assert str(caught.value) == reason


def test_the_reason_never_holds_the_number() -> None:
    with pytest.raises(UnreadableRequest) as caught:
        ACCOUNT.read_sms(call(SMS, from_="+99999999999999999"))
    assert "9999" not in str(caught.value)


@pytest.mark.parametrize(
    ("status", "was_complete"),
    [("Success", True), ("success", True), ("Incomplete", False), ("Failed", False), ("?", False)],
)
def test_the_end_of_a_session_tells_whether_it_was_complete(
    status: str, was_complete: bool
) -> None:
    assert ACCOUNT.read_ussd_end(call(END, status=status)).was_complete is was_complete


def test_the_end_of_a_session_may_lack_its_figures() -> None:
    end = ACCOUNT.read_ussd_end(call(END, durationInMillis="soon", hopsCount="-1", cost=""))
    assert (end.duration_ms, end.hops, end.cost) == (None, None, None)
    end = ACCOUNT.read_ussd_end(call(END, durationInMillis="9" * 30, hopsCount="3", cost="0.10"))
    assert (end.duration_ms, end.hops, end.cost) == (None, 3, "0.10")


@pytest.mark.parametrize(
    ("written", "sent_at"),
    [
        ("2017-05-03T06:04:45Z", datetime(2017, 5, 3, 6, 4, 45, tzinfo=UTC)),
        ("2017-05-03 06:04:45", datetime(2017, 5, 3, 6, 4, 45, tzinfo=UTC)),
        ("2017-05-03T06:04:45+01:00", datetime(2017, 5, 3, 5, 4, 45, tzinfo=UTC)),
        ("yesterday", None),
        ("", None),
        (None, None),
        ("0001-01-01T00:00:00+14:00", None),
    ],
)
def test_an_sms_is_kept_whatever_its_date(written: str | None, sent_at: datetime | None) -> None:
    assert ACCOUNT.read_sms(call(SMS, date=written)).sent_at == sent_at


def test_an_sms_keeps_its_lines_and_loses_its_control_characters() -> None:
    read = ACCOUNT.read_sms(call(SMS, text="OUI\r\n4821935\x00\x07\n\ud83d"))
    assert read.text == "OUI\n4821935\n\ufffd"


def test_a_very_long_sms_is_cut_and_not_lost() -> None:
    assert len(ACCOUNT.read_sms(call(SMS, text="x" * 100_000)).text) == 4096


def test_an_empty_sms_is_an_sms() -> None:
    assert ACCOUNT.read_sms(call(SMS, text="", id=None, to=None)).text == ""


def test_an_sms_without_a_text_field_is_refused() -> None:
    with pytest.raises(UnreadableRequest, match="missing text"):
        ACCOUNT.read_sms(call(SMS, text=None))


@pytest.mark.parametrize(
    ("word", "status"),
    [
        ("Sent", DeliveryStatus.SENT),
        ("Submitted", DeliveryStatus.SENT),
        ("Buffered", DeliveryStatus.SENT),
        ("Success", DeliveryStatus.DELIVERED),
        ("Rejected", DeliveryStatus.FAILED),
        ("Failed", DeliveryStatus.FAILED),
        ("Expired", DeliveryStatus.EXPIRED),
        ("SUCCESS", DeliveryStatus.DELIVERED),
        ("AbsentSubscriber", None),
        ("Success\x00", DeliveryStatus.DELIVERED),
    ],
)
def test_each_word_of_a_report_has_its_meaning_and_a_new_one_has_none(
    word: str, status: DeliveryStatus | None
) -> None:
    read = ACCOUNT.read_delivery(call(REPORT, status=word))
    assert read.status is status
    assert read.raw_status == word.rstrip("\x00")


@pytest.mark.parametrize(
    ("word", "reason"),
    [
        ("UserInBlackList", SendProblem.BLOCKED),
        ("UserInBlacklist", SendProblem.BLOCKED),
        ("InsufficientCredit", SendProblem.NO_CREDIT),
        ("UserDoesNotExist", SendProblem.INVALID_NUMBER),
        ("DeliveryFailure", "DeliveryFailure"),
        ("", None),
        (None, None),
    ],
)
def test_the_reason_of_a_failure_is_told_in_our_words(word: str | None, reason: str | None) -> None:
    read = ACCOUNT.read_delivery(call(REPORT, status="Failed", failureReason=word))
    assert read.reason == reason


def test_a_report_about_a_number_that_is_none_is_still_a_report() -> None:
    assert ACCOUNT.read_delivery(call(REPORT, phoneNumber="None")).msisdn is None


def test_a_screen_begins_with_its_word_and_nothing_before() -> None:
    body, content_type = ACCOUNT.write_ussd(UssdReply(text="Où ?\n1. Ici", ends=False))
    assert body == "CON Où ?\n1. Ici"
    assert content_type == "text/plain; charset=utf-8"
    assert ACCOUNT.write_ussd(UssdReply(text="Merci", ends=True))[0] == "END Merci"


@pytest.mark.parametrize("sender", ["MTN", "Moov Africa", "38455", "111", "+" + "9" * 20])
def test_an_sms_from_no_subscriber_is_none_of_our_events(sender: str) -> None:
    with pytest.raises(NotOurEvent, match="from is no phone number"):
        ACCOUNT.read_sms(call(SMS, from_=sender))


@pytest.mark.parametrize("missing", ["from", "text"])
def test_an_sms_that_lacks_a_field_is_unreadable_whoever_sent_it(missing: str) -> None:
    with pytest.raises(UnreadableRequest, match=f"missing {missing}") as caught:
        ACCOUNT.read_sms(call(SMS | {"from": "MTN"}, **{f"{missing}_": None}))
    assert not isinstance(caught.value, NotOurEvent)


_ANY_TEXT = st.text(max_size=200) | st.text(st.characters(codec=None), max_size=50)
_NAMES = st.sampled_from([*USSD, *END, *SMS, *REPORT, "date", "failureReason", "hopsCount", "cost"])


@settings(suppress_health_check=[HealthCheck.too_slow])  # many tests share the processors
@given(
    st.sampled_from(
        [ACCOUNT.read_ussd, ACCOUNT.read_ussd_end, ACCOUNT.read_sms, ACCOUNT.read_delivery]
    ),
    st.dictionaries(_NAMES, _ANY_TEXT),
)
def test_any_fields_are_read_or_refused(
    reader: Callable[[RawCall], object], fields: dict[str, str]
) -> None:
    whole = {**USSD, **END, **SMS, **REPORT, **fields}
    try:
        read = asdict(reader(RawCall(method="POST", fields=whole)))  # type: ignore[call-overload]
    except UnreadableRequest as error:
        read = {"reason": str(error)}
    for text in (value for value in read.values() if isinstance(value, str)):
        assert not re.search("[\x00-\x09\x0b-\x1f\x7f-\x9f\ud800-\udfff]", text)
        assert len(text) <= 4096
