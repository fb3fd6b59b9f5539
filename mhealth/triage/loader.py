"""Reads `ussd_flows/content/protocols/*.yaml`; a mistake stops the start, with file, line and column."""

import json
import re

from mhealth.content.library import Library, content_hash
from mhealth.content.reading import Reading
from mhealth.content.review import Kind, read_content
from mhealth.content.yaml_file import YamlFile, read_yaml
from mhealth.domain.language import Languages
from mhealth.domain.triage import Subject, TriageClass
from mhealth.triage import fields
from mhealth.triage.checks import check_protocol
from mhealth.triage.conditions import KEYS, read_condition
from mhealth.triage.coverage import check_coverage
from mhealth.triage.protocol import Ages, Origin, Protocol, Rule, Sign, Source
from mhealth.triage.translations import Spoken, read_spoken

FOLDER = "ussd_flows/content/protocols"
_NEEDED = "title review subjects sources never_home ask signs rules otherwise if_missing advice"
_OPTIONAL = "ages unknown_age_of left_out"
_KEY = re.compile(r"[a-z][a-z0-9_]*")


def load_protocols(library: Library, languages: Languages) -> dict[str, Protocol]:
    """All protocols by name (the file's stem). Raises ContentError.

    Proves that every subject has exactly one protocol at every age and at an unknown age.
    """
    files = {name: read_yaml(path) for name, path in library.files(FOLDER, "*.yaml").items()}
    protocols = [read_protocol(library, languages, file, name) for name, file in files.items()]
    check_coverage(protocols, list(files.values()))
    return {protocol.name: protocol for protocol in protocols}


def read_protocol(
    library: Library, languages: Languages, file: YamlFile, relative: str
) -> Protocol:
    """One protocol; `relative` is its path below the folder of protocols. Raises ContentError."""
    data = file.data
    fields.known_keys(file, data, _NEEDED, _OPTIONAL)
    spoken = read_spoken(library, languages, file, relative)
    sources = _sources(file)
    signs = _signs(file, spoken)
    subjects = _subjects(file, "subjects")
    protocol = Protocol(
        name=relative.removesuffix(".yaml"),
        version=_version(file, spoken),
        title=spoken.texts("title"),
        contents=(read_content(file, Kind.PROTOCOL, languages.default.code), *spoken.contents),
        sources=sources,
        subjects=subjects,
        ages=_ages(file),
        unknown_age_of=_subjects(file, "unknown_age_of") if "ages" in data else subjects,
        never_home=fields.flag(file, data, "never_home"),
        groups=_groups(file, signs),
        signs=signs,
        rules=_rules(file, signs, sources),
        otherwise=fields.word(file, data, "otherwise", TriageClass),
        if_missing=fields.word(file, data, "if_missing", TriageClass),
        advice={str(key): spoken.texts(f"advice.{key}") for key in data["advice"]},
        left_out=_left_out(file),
        untranslated=spoken.untranslated(),
    )
    check_protocol(file, protocol)
    return protocol


def _version(file: YamlFile, spoken: Spoken) -> str:
    """What reports name. A language that has no text of its own here is no part of it."""
    clinical = {key: value for key, value in file.data.items() if key != "review"}
    written = {code: texts for code, texts in spoken.written.items() if texts}
    return content_hash(json.dumps(clinical, default=str), json.dumps(written))


def _sources(file: YamlFile) -> dict[str, Source]:
    listed = fields.items(file, file.data, "sources")
    sources: dict[str, Source] = {}
    for index in range(len(listed)):
        part = fields.mapping(file, listed, index)
        fields.known_keys(file, part, "key title publisher year version part")
        words = {w: fields.text(file, part, w) for w in ("title", "publisher", "version", "part")}
        key = fields.text(file, part, "key")
        if key in sources:
            raise file.error(f"a second source {key!r}", part, "key")
        sources[key] = Source(key=key, year=fields.number(file, part, "year"), **words)
    return sources


def _signs(file: YamlFile, spoken: Spoken) -> dict[str, Sign]:
    part = fields.mapping(file, file.data, "signs")
    for key in part:
        if not isinstance(key, str) or not _KEY.fullmatch(key):
            hint = "small letters, digits and _"
            raise file.error(f"{key!r} is no key for a sign", part, key, hint)
    return {str(key): _sign(file, part, key, spoken) for key in part}


def _sign(file: YamlFile, signs: fields.Part, key: str, spoken: Spoken) -> Sign:
    is_bare = isinstance(signs[key], str)
    meaning = "" if is_bare else fields.optional_text(file, signs[key], "meaning")
    return Sign(key=str(key), labels=spoken.texts(f"signs.{key}"), meaning=meaning)


def _subjects(file: YamlFile, key: str) -> frozenset[Subject]:
    if key not in file.data:
        return frozenset()
    listed = fields.items(file, file.data, key)
    return frozenset(fields.word(file, listed, i, Subject) for i in range(len(listed)))


def _ages(file: YamlFile) -> Ages:
    if "ages" not in file.data:
        return Ages()
    part = fields.mapping(file, file.data, "ages")
    fields.known_keys(file, part, "from", "to")
    to_day = fields.number(file, part, "to") if "to" in part else None
    return Ages(from_day=fields.number(file, part, "from"), to_day=to_day)


def _groups(file: YamlFile, signs: dict[str, Sign]) -> tuple[tuple[str, ...], ...]:
    listed = fields.items(file, file.data, "ask")
    groups = [fields.items(file, listed, index) for index in range(len(listed))]
    for group in groups:
        for index, key in enumerate(group):
            if not isinstance(key, str) or key not in signs:
                raise file.error(f"unknown sign {key!r}", group, index)
    return tuple(tuple(str(key) for key in group) for group in groups)


def _rules(file: YamlFile, signs: dict[str, Sign], sources: dict[str, Source]) -> tuple[Rule, ...]:
    listed = fields.items(file, file.data, "rules")
    rules = [
        _rule(file, fields.mapping(file, listed, i), signs, sources) for i in range(len(listed))
    ]
    ids = [rule.id for rule in rules]
    for index, rule_id in enumerate(ids):
        if rule_id in ids[:index]:
            raise file.error(f"a second rule {rule_id!r}", listed[index], "id")
    return tuple(rules)


def _rule(
    file: YamlFile, part: fields.Part, signs: dict[str, Sign], sources: dict[str, Source]
) -> Rule:
    fields.known_keys(file, part, "id class source", "note " + " ".join(KEYS))
    return Rule(
        id=fields.text(file, part, "id"),
        condition=read_condition(file, part, signs),
        triage_class=fields.word(file, part, "class", TriageClass),
        origin=_origin(file, fields.mapping(file, part, "source"), sources),
        note=fields.optional_text(file, part, "note"),
    )


def _origin(file: YamlFile, part: fields.Part, sources: dict[str, Source]) -> Origin:
    fields.known_keys(file, part, "from row read")
    key = fields.text(file, part, "from")
    if key not in sources:
        hint = "sources: " + ", ".join(sources)
        raise file.error(f"unknown source {key!r}", part, "from", hint)
    reading = fields.word(file, part, "read", Reading)
    return Origin(source=sources[key], row=fields.text(file, part, "row"), reading=reading)


def _left_out(file: YamlFile) -> dict[str, str]:
    if "left_out" not in file.data:
        return {}
    part = fields.mapping(file, file.data, "left_out")
    return {str(row): fields.text(file, part, row) for row in part}
