"""What flows may do about a health worker's PIN, and what they may not do without."""

from collections.abc import Callable, Mapping
from datetime import datetime, timedelta

from mhealth.care import phone_requests
from mhealth.care.workbench import local_now, local_today
from mhealth.domain.errors import MhealthError
from mhealth.services import worker_pins as pins
from mhealth.services.scene import Result, Scene
from mhealth.services.worker_pins import Door, Knock, Weighed
from mhealth.store.directory import District, HealthWorker, Village
from mhealth.store.directory_reads import catch_all_district
from mhealth.store.phone_requests import code_is_taken
from mhealth.store.ussd_tables import digest_of
from mhealth.store.worker_phones import ENROLMENT, NEW_NUMBER, mark_seen, worker_by_code
from mhealth.ussd.typed import read_pin


class PinNeeded(MhealthError):
    """A flow asked for patients' data before the health worker gave the PIN: the flow is at fault."""


def door_of(scene: Scene) -> Door:
    """Where the caller stands."""
    key = scene.ussd_session_key
    return Door(
        msisdn_index=scene.caller.msisdn_index,
        call_digest=digest_of(key),
        turn_digest=digest_of(f"{key}:{scene.step}"),
    )


def need_pin(scene: Scene) -> None:
    """Go on only if no health worker calls, or the PIN was given in this call. Raises PinNeeded."""
    worker = scene.known().worker
    if worker is not None and not pins.is_proven(
        scene.session, digest_of(scene.ussd_session_key), worker
    ):
        raise PinNeeded("patients' data need the PIN")


# --- before the turn's own transaction ----------------------------------------------------------
def _knock_own(scene: Scene, _args: Result) -> Knock:
    return pins.knock(scene.session, door_of(scene), scene.known().worker, scene.now)


def _knock_far(scene: Scene, args: Result) -> Knock:
    worker = worker_by_code(scene.session, str(args["worker_code"]))
    return pins.knock(scene.session, door_of(scene), worker, scene.now, is_far=True)


def _knock_new(scene: Scene, _args: Result) -> Knock:
    return pins.knock_new(scene.known().worker)


def _knock_again(scene: Scene, _args: Result) -> Knock:
    return pins.knock_proposed(scene.session, door_of(scene), scene.known().worker)


KNOCKS: Mapping[str, Callable[[Scene, Result], Knock]] = {
    "check_pin": _knock_own,
    "ask_new_number": _knock_far,
    "propose_pin": _knock_new,
    "confirm_pin": _knock_again,
}
"""How each deed that takes a PIN counts it; a test holds these names against the words of flows."""


def knock(deed: str, scene: Scene, args: Result) -> Knock:
    """Count what was typed, in a transaction of its own."""
    return KNOCKS[deed](scene, args)


# --- deeds --------------------------------------------------------------------------------------
def worker_pin(scene: Scene, _args: Result) -> Result:
    """Where the calling health worker stands with the PIN."""
    worker = scene.known().worker
    if worker is None:
        return {"pin_state": "asked", "retry_text": ""}
    door = door_of(scene)
    if pins.is_proven(scene.session, door.call_digest, worker):
        return {"pin_state": "proven", "retry_text": ""}
    if not pins.has_pin(scene.session, worker):
        return {"pin_state": "unset", "retry_text": ""}
    return _locked_or(scene, worker, "asked")


def check_pin(scene: Scene, _args: Result) -> Result:
    """The PIN of the calling health worker: right, wrong, or wrong once too often."""
    worker, weighed = scene.known().worker, _weighed(scene)
    is_right = pins.judge(scene.session, door_of(scene), weighed)
    if worker is None:
        return {"pin_state": "wrong", "retry_text": ""}
    if is_right and weighed.knock.owner == worker.id:
        mark_seen(scene.session, worker.id, scene.now)
        return {"pin_state": "proven", "retry_text": ""}
    return _locked_or(scene, worker, "wrong")


def propose_pin(scene: Scene, _args: Result) -> Result:
    """A new PIN, typed the first time."""
    worker = scene.known().worker
    is_kept = worker is not None and pins.propose(
        scene.session, door_of(scene), worker, _weighed(scene)
    )
    return {"pin_state": "proposed" if is_kept else "weak"}


def confirm_pin(scene: Scene, _args: Result) -> Result:
    """A new PIN, typed again."""
    worker = scene.known().worker
    is_same = worker is not None and pins.adopt(
        scene.session, door_of(scene), worker, _weighed(scene), scene.now
    )
    if worker is not None and is_same:
        mark_seen(scene.session, worker.id, scene.now)
    return {"pin_state": "proven" if is_same else "differs"}


def ask_enrolment(scene: Scene, args: Result) -> Result:
    """Somebody wants to be a health worker of a village: a supervisor decides."""
    village = scene.session.get_one(Village, int(args["village"]))
    return _noted(
        phone_requests.ask(
            scene.bench,
            scene.session,
            phone_requests.Asked(
                kind=ENROLMENT,
                msisdn=scene.caller.msisdn,
                language=scene.language,
                district=village.district,
                village=village,
            ),
            scene.now,
        )
    )


def ask_new_number(scene: Scene, args: Result) -> Result:
    """A health worker calls from a new number. What comes back is the same whoever exists."""
    code, weighed = str(args["worker_code"]), _weighed(scene)
    is_proven = pins.judge(scene.session, door_of(scene), weighed)
    worker = worker_by_code(scene.session, code)
    district = _district_of(scene, worker)
    if district is None:
        return {**_noted(True), "worker_code": ""}
    asked = phone_requests.Asked(
        kind=NEW_NUMBER,
        msisdn=scene.caller.msisdn,
        language=scene.language,
        district=district,
        worker=worker,
        code=_kept_code(scene, code, worker),
        is_proven=is_proven and worker is not None and weighed.knock.owner == worker.id,
    )
    is_noted = phone_requests.ask(scene.bench, scene.session, asked, scene.now)
    return {**_noted(is_noted), "worker_code": ""}


def _kept_code(scene: Scene, code: str, worker: HealthWorker | None) -> str | None:
    """What the supervisor sees of a code; six digits that are nobody's may be a PIN: they are not kept."""
    may_be_pin = worker is None and read_pin(code) is not None
    return None if may_be_pin and not code_is_taken(scene.session, code) else code


def _district_of(scene: Scene, worker: HealthWorker | None) -> District | None:
    """Whose supervisor decides: the worker's, else the caller's, else the one that takes strays."""
    phone = scene.known().phone
    if worker is not None:
        return worker.district
    if phone is not None and phone.village is not None:
        return phone.village.district
    return catch_all_district(scene.session)


def _noted(is_noted: bool) -> Result:
    return {"request_state": "noted" if is_noted else "too_many"}


def _weighed(scene: Scene) -> Weighed:
    if scene.weighed is None:
        raise PinNeeded("a deed that takes a PIN without one")
    return scene.weighed


def _locked_or(scene: Scene, worker: HealthWorker, otherwise: str) -> Result:
    until = pins.wait_until(scene.session, door_of(scene), scene.now)
    if until is None:
        return {"pin_state": otherwise, "retry_text": ""}
    return {"pin_state": "locked", "retry_text": _retry_text(scene, worker, until)}


def _retry_text(scene: Scene, worker: HealthWorker, until: datetime) -> str:
    """The next full minute, as the district's clocks show it."""
    at = local_now(until + timedelta(seconds=59), worker.district)
    today = local_today(scene.now, worker.district)
    return scene.bench.phrases.time(at, today, scene.language)
