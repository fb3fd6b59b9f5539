"""What every page of the desk shows around its own: who reads, what waits for them, what goes wrong."""

from flask import render_template
from sqlalchemy.orm import Session

from mhealth.services.signing import unsigned
from mhealth.store.desk_caps import cap_alarm
from mhealth.store.desk_inbox import count_inbox
from mhealth.store.desk_referrals import count_waiting
from mhealth.store.desk_sending import sending_state
from mhealth.store.phone_requests import count_waiting as count_phones
from mhealth.web import here


def render_desk(session: Session, template: str, **values: object) -> str:
    """A page within the desk's frame; the session stays open so that sealed texts can be read."""
    user, now, files = here.staff(), here.now(), here.runtime().content_files
    return render_template(
        template,
        staff=user,
        now=now,
        waiting=count_waiting(session, user.scope, now),
        phones_waiting=count_phones(session, user.scope),
        inbox_count=count_inbox(session, user.scope),
        sending=sending_state(session, user.scope),
        cap_alarm=cap_alarm(session, user.scope, now),
        unsigned_count=len(unsigned(session, files)),
        content_count=len(files),
        **values,
    )
