"""After a load: does the database hold each turn and each report once, and for the right person?"""

from collections import Counter
from collections.abc import Iterator, Sequence

from sqlalchemy import func, select

from bench.load.carrier import Made
from bench.load.script import CHANNEL
from mhealth.handles import Handles
from mhealth.store.people import Phone
from mhealth.store.referrals import Referral
from mhealth.store.reports import Report
from mhealth.store.ussd_tables import UssdSession, UssdTurn


def faults_in(here: Handles, made: Sequence[Made], *, with_reports: bool = True) -> list[str]:
    """What is doubled, lost or somebody else's; empty when the books are right."""
    return [*_turns(here, made), *(_reports(here, made) if with_reports else ())]


def _turns(here: Handles, made: Sequence[Made]) -> Iterator[str]:
    """Each call took as many steps as were typed, and belongs to whoever made it."""
    steps = select(UssdTurn.ussd_session_id, func.count(), func.max(UssdTurn.step))
    with here.database.reading() as session:
        rows = session.execute(
            select(
                UssdSession.session_key, UssdSession.id, UssdSession.msisdn_index,
                UssdSession.outcome,
            )
        ).all()  # fmt: skip
        taken = {
            row[0]: (row[1], row[2])
            for row in session.execute(steps.group_by(UssdTurn.ussd_session_id))
        }
    known = {row.session_key: row for row in rows}
    for call in made:
        row = known.get(f"{CHANNEL}:{call.session_id}")
        if row is None:
            yield f"{call.session_id}: lost, it is not in the database"
        elif taken.get(row.id) != (call.turns, call.turns):
            yield f"{call.session_id}: {call.turns} turns were typed, {taken.get(row.id)} written"
        elif row.msisdn_index != here.keyring.blind(call.person.msisdn):
            yield f"{call.session_id}: written down for somebody else"
        elif row.outcome != ("dropped" if call.is_dropped else "finished"):
            yield f"{call.session_id}: {row.outcome}"


def _reports(here: Handles, made: Sequence[Made]) -> Iterator[str]:
    """One report a finished dialogue, of its caller and the caller's village, with the code it showed."""
    finished = {f"{CHANNEL}:{call.dialogue}": call for call in made if not call.is_dropped}
    with here.database.reading() as session:
        query = (
            select(Report.ussd_session_key, Phone.msisdn_index, Phone.village_id,
                   Report.village_id.label("reported"), Referral.code)
            .join(Phone, Phone.id == Report.phone_id)
            .outerjoin(Referral, Referral.report_id == Report.id)
        )  # fmt: skip
        rows = session.execute(query).all()
    times = Counter(row.ussd_session_key for row in rows)
    for key in finished.keys() - times.keys():
        yield f"{key}: the report is lost"
    for key, n in times.items():
        if n > 1:
            yield f"{key}: {n} reports"
    for row in rows:
        call = finished.get(row.ussd_session_key)
        if call is None:
            yield f"{row.ussd_session_key}: a report that nobody made"
            continue
        if row.msisdn_index != here.keyring.blind(call.person.msisdn):
            yield f"{call.session_id}: the report is somebody else's"
        if row.reported != row.village_id:
            yield f"{call.session_id}: the report is of another village"
        if set(call.codes) != ({row.code} if row.code else set()):
            yield f"{call.session_id}: showed {call.codes}, the referral is {row.code}"
    codes = Counter(row.code for row in rows if row.code)
    yield from (f"code {code}: given {n} times" for code, n in codes.items() if n > 1)
