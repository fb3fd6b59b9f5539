"""Checks of rows together, on the directory as it would stand after the import."""

from collections import defaultdict
from collections.abc import Iterator, Mapping

from mhealth.domain.msisdn import Msisdn
from mhealth.sheets.columns import Kind
from mhealth.sheets.findings import Finding
from mhealth.sheets.forms import FORMS
from mhealth.sheets.keys import Suggestions
from mhealth.sheets.plan import Plan, Step, What, show_key
from mhealth.sheets.snapshot import Key


def check_together(plan: Plan, suggestions: Suggestions) -> None:
    """Add what rows do to each other to the plan's findings."""
    for check in (_numbers, _ranks, _circles, _closings, _warnings):
        plan.findings.add_all(check(plan))
    plan.findings.add_all(_references(plan, suggestions))


def _references(plan: Plan, suggestions: Suggestions) -> Iterator[Finding]:
    """Every code of another sheet is known, open, and of a district that fits."""
    for step in plan.all(What.NEW, What.CHANGED, What.REOPENED):
        for column in FORMS[step.kind].columns:
            code = step.line.values.get(column.field)
            if column.names is None or code is None:
                continue
            if not plan.is_known(column.names, (code,)):
                if column.field not in _SAID_BEFORE[step.kind]:
                    yield suggestions.unknown(step.line, column.field, column.names, code)
            elif column.names is not Kind.DISTRICTS and not plan.is_open(column.names, (code,)):
                yield step.line.find(
                    "refers_to_closed", column.field, what=f"@{column.names.value}", code=code
                )
            elif column.names is Kind.HEALTH_WORKERS:
                yield from _of_one_district(plan, step, code)


def _of_one_district(plan: Plan, step: Step, code: str) -> Iterator[Finding]:
    """A post joins a village and a health worker of one district."""
    district = plan.district(Kind.HEALTH_WORKERS, (code,))
    if district is not None and district != step.district:
        yield step.line.find("worker_of_other_district", "health_worker", code=code)


_SAID_BEFORE: Mapping[Kind, tuple[str, ...]] = {
    Kind.DISTRICTS: (),
    Kind.HEALTH_AREAS: ("district",),
    Kind.FACILITIES: ("district",),
    Kind.VILLAGES: ("health_area",),
    Kind.HEALTH_WORKERS: ("district",),
    Kind.POSTS: ("village",),
    Kind.DUTY_PHONES: ("facility", "district"),
}
"""References by which the district is known: the planner names those that lead nowhere."""


def _numbers(plan: Plan) -> Iterator[Finding]:
    """No two health workers at work share a number."""
    kind = Kind.HEALTH_WORKERS
    holders: dict[Msisdn, Key] = {}
    steps = plan.steps[kind]
    for key, known in plan.snapshot.rows.get(kind, {}).items():
        if key not in steps and not known.is_closed and known.values.get("msisdn"):
            holders[known.values["msisdn"]] = key
    for key, step in steps.items():
        number = plan.value(kind, key, "msisdn")
        if number is None or not plan.is_open(kind, key):
            continue
        holder = holders.setdefault(number, key)
        if holder != key:
            yield _shared_number(plan, step, holder)


def _shared_number(plan: Plan, step: Step, holder: Key) -> Finding:
    other = plan.step(step.kind, holder)
    at = "msisdn" if "msisdn" in step.line.table.columns else None
    if other is not None:
        first = other.line.cell("msisdn")
        return step.line.find("number_twice", at, code=show_key(holder), first=first)
    if plan.district(step.kind, holder) != step.district:
        return step.line.find("number_taken_elsewhere", at)
    return step.line.find("number_taken", at, code=show_key(holder))


def _ranks(plan: Plan) -> Iterator[Finding]:
    """No two health workers have one rank in a village."""
    kind = Kind.POSTS
    holders: dict[tuple[str, int], Key] = {}
    villages = {key[0] for key in plan.steps[kind]}
    for key, known in plan.snapshot.rows.get(kind, {}).items():
        if key[0] in villages and key not in plan.steps[kind] and _serves(plan, key):
            holders[key[0], known.values["rank"]] = key
    for key, step in plan.steps[kind].items():
        rank = plan.value(kind, key, "rank")
        if rank is None or not _serves(plan, key):
            continue
        holder = holders.setdefault((key[0], rank), key)
        if holder != key:
            at = "rank" if "rank" in step.line.table.columns else None
            yield step.line.find("rank_taken", at, rank=str(rank), village=key[0], code=holder[1])


def _serves(plan: Plan, key: Key) -> bool:
    """A post ends with its village and with its health worker."""
    return (
        plan.is_open(Kind.POSTS, key)
        and plan.is_open(Kind.VILLAGES, key[:1])
        and plan.is_open(Kind.HEALTH_WORKERS, key[1:])
    )


def _circles(plan: Plan) -> Iterator[Finding]:
    """Who is asked next never comes back to who was asked before."""
    kind, sound = Kind.FACILITIES, set[Key]()
    for key, step in plan.steps[kind].items():
        way: list[Key] = []
        at: Key | None = key
        while at is not None and at not in sound and at not in way:
            way.append(at)
            onward = plan.value(kind, at, "next_facility")
            at = (onward,) if onward else None
        if at is None or at in sound:
            sound.update(way)
        elif at == key:  # others only lead into the circle
            yield _circle(step, way)


def _circle(step: Step, way: list[Key]) -> Finding:
    if len(way) == 1:
        return step.line.find("next_is_itself", "next_facility", code=step.code)
    said = " → ".join(show_key(key) for key in [*way, way[0]][:8])
    return step.line.find("circle", "next_facility", way=said)


_USES = (
    (Kind.VILLAGES, "health_area", Kind.HEALTH_AREAS),
    (Kind.VILLAGES, "facility", Kind.FACILITIES),
    (Kind.FACILITIES, "next_facility", Kind.FACILITIES),
)


def _closings(plan: Plan) -> Iterator[Finding]:
    """What open places depend on stays open."""
    closing = {
        kind: {key: step for key, step in plan.steps[kind].items() if step.what is What.CLOSED}
        for kind in (Kind.HEALTH_AREAS, Kind.FACILITIES)
    }
    if not any(closing.values()):
        return
    told: set[Key] = set()
    for user, field, used in _USES:
        for key in plan.keys(user):
            code = plan.value(user, key, field)
            step = closing[used].get((code,)) if code else None
            if step is None or step.key in told or not plan.is_open(user, key):
                continue
            told.add(step.key)
            yield step.line.find("still_used", "closed", code=step.code, by=show_key(key))


def _warnings(plan: Plan) -> Iterator[Finding]:
    for step in plan.all(*What):
        if step.what is What.CLOSED:
            yield from _leaves_patients(plan, step)
        elif step.what is not What.UNCHANGED and step.kind is Kind.VILLAGES:
            yield from _odd_centre(plan, step)
        elif step.what is not What.UNCHANGED and _hears_nothing(plan, step):
            yield step.line.find("no_duty_phone", "duty_msisdn")
    yield from _same_names(plan)


def _leaves_patients(plan: Plan, step: Step) -> Iterator[Finding]:
    assert step.known is not None
    count = plan.snapshot.open_referrals.get(step.kind, {}).get(step.known.id, 0)
    if count:
        problem = _LEAVES.get(step.kind, "open_referrals")
        yield step.line.find(problem, "closed", code=step.code, count=str(count))


_LEAVES: Mapping[Kind, str] = {
    Kind.FACILITIES: "patients_on_the_way",
    Kind.HEALTH_WORKERS: "patients_handed_over",
}
"""What becomes of the patients of who closes."""


def _odd_centre(plan: Plan, step: Step) -> Iterator[Finding]:
    code = plan.value(step.kind, step.key, "facility")
    if code is None:
        if "facility" not in step.line.unread:
            yield step.line.find("no_centre", "facility")
        return
    district = plan.district(Kind.FACILITIES, (code,))
    if district is not None and district != step.district:
        yield step.line.find("centre_of_other_district", "facility", code=code, district=district)


def _hears_nothing(plan: Plan, step: Step) -> bool:
    """True for a facility without a standing phone and without a shift."""
    if step.kind is not Kind.FACILITIES or "duty_msisdn" in step.line.unread:
        return False
    return plan.value(step.kind, step.key, "duty_msisdn") is None and not any(
        key[1] == step.key[0] and plan.is_open(Kind.DUTY_PHONES, key)
        for key in plan.keys(Kind.DUTY_PHONES)
    )


def _same_names(plan: Plan) -> Iterator[Finding]:
    """Callers choose a village by its name within its area."""
    kind = Kind.VILLAGES
    fresh = {
        key
        for key, step in plan.steps[kind].items()
        if step.what is not What.UNCHANGED and plan.is_open(kind, key)
    }
    if not fresh:
        return
    bearers: dict[tuple[str, str], list[Key]] = defaultdict(list)
    for key in plan.keys(kind):
        if plan.is_open(kind, key):
            name = str(plan.value(kind, key, "name") or "").casefold()
            bearers[name, plan.value(kind, key, "health_area") or ""].append(key)
    for keys in bearers.values():
        for key in keys[1:]:
            if key in fresh:
                line = plan.steps[kind][key].line
                name = str(plan.value(kind, key, "name"))
                yield line.find("same_name", "name", value=name, code=show_key(keys[0]))
