"""What must hold within one protocol: every sign asked and read, never home where forbidden, no gap."""

from collections.abc import Callable, Iterator

from mhealth.content.yaml_file import YamlFile
from mhealth.domain.triage import Subject, TriageClass
from mhealth.triage.evaluate import danger_signs
from mhealth.triage.protocol import NOTHING_REPORTED, Protocol

MAX_GROUP = 9
"""Signs on one screen are chosen by a single digit, and 0 means none."""

NEVER_HOME_DAYS = 60
"""Under this age (days), and around a birth, nobody is kept at home: no file can say otherwise."""

Check = Callable[[YamlFile, Protocol], None]


def check_protocol(file: YamlFile, protocol: Protocol) -> None:
    """Raises ContentError at the place of the first mistake."""
    for check in _CHECKS:
        check(file, protocol)


def _each_sign_is_asked_once(file: YamlFile, protocol: Protocol) -> None:
    seen: set[str] = set()
    for group in file.data["ask"]:
        for index, key in enumerate(group):
            if key in seen:
                raise file.error(f"{key!r} is asked twice", group, index)
            seen.add(key)
    for key in protocol.signs:
        if key not in seen:
            raise file.error(f"{key!r} is asked in no group", file.data["signs"], key)


def _groups_fit_a_keypad(file: YamlFile, protocol: Protocol) -> None:
    for index, group in enumerate(protocol.groups):
        if len(group) > MAX_GROUP:
            hint = "a sign is chosen by one digit"
            raise file.error(f"more than {MAX_GROUP} signs", file.data["ask"], index, hint)


def _danger_is_asked_first(file: YamlFile, protocol: Protocol) -> None:
    stops = danger_signs(protocol)
    is_late = False
    for index, group in enumerate(protocol.groups):
        if stops.isdisjoint(group):
            is_late = True
        elif is_late:
            hint = "the questions stop at a danger sign, so these groups come first"
            raise file.error(
                "danger signs after a group without any", file.data["ask"], index, hint
            )


def _each_sign_is_read(file: YamlFile, protocol: Protocol) -> None:
    read = frozenset[str]().union(*(rule.condition.signs() for rule in protocol.rules))
    for key in protocol.signs:
        if key not in read:
            raise file.error(f"no rule reads {key!r}", file.data["signs"], key)


def _each_source_is_used(file: YamlFile, protocol: Protocol) -> None:
    used = {rule.origin.source.key for rule in protocol.rules}
    for part in file.data["sources"]:
        if part["key"] not in used:
            raise file.error(f"no rule comes from source {part['key']!r}", part, "key")


def _ages_are_a_range(file: YamlFile, protocol: Protocol) -> None:
    ages = protocol.ages
    if ages.to_day is not None and ages.to_day < ages.from_day:
        raise file.error("`to` is before `from`", file.data["ages"], "to")
    if "ages" not in file.data and "unknown_age_of" in file.data:
        hint = "without `ages:` the protocol serves an unknown age anyway"
        raise file.error("unknown_age_of goes with ages", file.data, "unknown_age_of", hint)
    if not protocol.unknown_age_of <= protocol.subjects:
        raise file.error("a subject that is not served", file.data, "unknown_age_of")


def _home_is_allowed(file: YamlFile, protocol: Protocol) -> None:
    if protocol.if_missing is TriageClass.HOME:
        hint = "nobody stays at home on an answer that was not given"
        raise file.error("if_missing is never home", file.data, "if_missing", hint)
    if not protocol.never_home:
        return
    if protocol.otherwise is TriageClass.HOME:
        raise file.error("never_home, and otherwise: home", file.data, "otherwise")
    for part, rule in zip(file.data["rules"], protocol.rules, strict=True):
        if rule.triage_class is TriageClass.HOME:
            raise file.error("never_home, and a rule of class home", part, "class")


def _the_frailest_never_stay_home(file: YamlFile, protocol: Protocol) -> None:
    if protocol.never_home:
        return
    hint = "never_home: true is needed here"
    if protocol.subjects & {Subject.PREGNANT, Subject.POSTPARTUM}:
        raise file.error("a woman around birth might stay at home", file.data, "never_home", hint)
    if protocol.ages.from_day < NEVER_HOME_DAYS or Subject.CHILD in protocol.unknown_age_of:
        raise file.error("a young infant might stay at home", file.data, "never_home", hint)


def _floors_are_below_their_rules(file: YamlFile, protocol: Protocol) -> None:
    floor = protocol.otherwise
    if protocol.if_missing.severity < floor.severity:
        raise file.error("if_missing is less severe than otherwise", file.data, "if_missing")
    for part, rule in zip(file.data["rules"], protocol.rules, strict=True):
        if rule.triage_class.severity < floor.severity:
            hint = f"without this rule the class is {floor} already"
            raise file.error("the rule can never decide", part, "class", hint)


def _advice_fits_the_classes(file: YamlFile, protocol: Protocol) -> None:
    possible = {*_classes(protocol), NOTHING_REPORTED}
    advice = file.data["advice"]
    for key in sorted(possible - set(protocol.advice)):
        raise file.error(f"no advice for `{key}`", file.data, "advice")
    for key in protocol.advice:
        if key not in possible:
            hint = "possible: " + ", ".join(sorted(possible))
            raise file.error(f"no rule leads to `{key}`", advice, key, hint)


def _classes(protocol: Protocol) -> Iterator[str]:
    yield protocol.otherwise.value
    yield protocol.if_missing.value
    yield from (rule.triage_class.value for rule in protocol.rules)


_CHECKS: tuple[Check, ...] = (
    _each_sign_is_asked_once,
    _groups_fit_a_keypad,
    _each_sign_is_read,
    _danger_is_asked_first,
    _each_source_is_used,
    _ages_are_a_range,
    _home_is_allowed,
    _the_frailest_never_stay_home,
    _floors_are_below_their_rules,
    _advice_fits_the_classes,
)
