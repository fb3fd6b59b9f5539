"""The sending: what does not get through, what met a cap, how the channels and today's counts stand."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from flask import Blueprint, request
from sqlalchemy.orm import Session

from mhealth.domain.caps import Budget
from mhealth.store.channel_reads import ChannelState, channel_state
from mhealth.store.desk_caps import LOOK_BACK, capped_messages, capped_since
from mhealth.store.desk_sending import Stuck, stuck_messages
from mhealth.store.spending import spent_today
from mhealth.web import here
from mhealth.web.desk.frame import render_desk
from mhealth.web.desk.turns import read_turn

pages = Blueprint("sending", __name__, url_prefix="/sending")


@dataclass(frozen=True, slots=True, kw_only=True)
class Gauge:
    """One budget today: how much of its cap is spent. `warns` from nine tenths on."""

    spent: int
    cap: int

    @property
    def warns(self) -> bool:
        """True when little is left."""
        return self.spent * 10 >= self.cap * 9


@pages.get("")
def show() -> str:
    """Every kind of trouble with its messages; no number and no text, so no look at a person."""
    scope, now = here.staff().scope, here.now()
    with here.runtime().database.reading() as session:
        channels = [channel_state(session, name, now) for name in here.runtime().aggregators]
        return render_desk(
            session,
            "desk/sending.html",
            lists={kind: stuck_messages(session, scope, kind) for kind in Stuck},
            capped=capped_messages(session, scope, now, read_turn(request.args)),
            counts=capped_since(session, now - LOOK_BACK, scope),
            channels=channels,
            gauges=_gauges(session, scope.district_id, channels, now),
        )


def _gauges(
    session: Session, district_id: int, channels: list[ChannelState], now: datetime
) -> Mapping[Budget, tuple[Gauge, Gauge]]:
    """For each budget: the reader's district, and the channel that sends."""
    limits = here.runtime().workbench.caps.limits
    own = spent_today(session, now, district_id=district_id)
    sent = channels[0].today
    return {
        budget: (
            Gauge(spent=own[budget], cap=limits[budget].district_day),
            Gauge(spent=sent[budget], cap=limits[budget].channel_day),
        )
        for budget in Budget
    }
