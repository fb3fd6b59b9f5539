"""What must hold between the protocols: exactly one for every subject, at every age and at none."""

from collections.abc import Sequence

from mhealth.content.yaml_file import YamlFile
from mhealth.domain.errors import ContentError
from mhealth.domain.triage import Subject
from mhealth.triage.protocol import Protocol

_FOLDER = "ussd_flows/content/protocols:1:1"


def check_coverage(protocols: Sequence[Protocol], files: Sequence[YamlFile]) -> None:
    """Raises ContentError; protocols and files stand in the same order."""
    for subject in Subject:
        serving = [(p, f) for p, f in zip(protocols, files, strict=True) if subject in p.subjects]
        serving.sort(key=lambda pair: pair[0].ages.from_day)
        _every_age_once(subject, serving)
        _unknown_age_once(subject, serving)


def _every_age_once(subject: Subject, serving: list[tuple[Protocol, YamlFile]]) -> None:
    if not serving:
        raise ContentError(_FOLDER, f"no protocol serves {subject}")
    expected: int | None = 0
    for protocol, file in serving:
        first = protocol.ages.from_day
        if expected is None or first < expected:
            raise file.error(f"a second protocol for {subject} on day {first}", file.data, "ages")
        if first > expected:
            problem = f"no protocol for {subject} on day {expected}"
            raise file.error(problem, file.data, "ages", "ages are inclusive at both ends")
        expected = None if protocol.ages.to_day is None else protocol.ages.to_day + 1
    if expected is not None:
        file = serving[-1][1]
        raise file.error(f"no protocol for {subject} from day {expected} on", file.data, "ages")


def _unknown_age_once(subject: Subject, serving: list[tuple[Protocol, YamlFile]]) -> None:
    files = [file for protocol, file in serving if subject in protocol.unknown_age_of]
    if not files:
        raise ContentError(_FOLDER, f"no protocol for {subject} of unknown age", "unknown_age_of")
    if len(files) > 1:
        problem = f"a second protocol for {subject} of unknown age"
        raise files[1].error(problem, files[1].data, "unknown_age_of")
