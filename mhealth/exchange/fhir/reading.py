"""A FHIR R4 Questionnaire into a form."""

import json
from collections.abc import Iterator, Mapping

from mhealth.exchange.fhir.elements import Json, NotThat, base_code, extensions, walk
from mhealth.exchange.fhir.items import ItemReader
from mhealth.exchange.fhir.shapes import check_shapes
from mhealth.exchange.forms.form import Finding, Form, Item, UnreadableForm, Verdict

_OF_THE_WHOLE = frozenset(
    {
        "resourceType", "id", "meta", "url", "identifier", "version", "name", "title", "status",
        "subjectType", "date", "publisher", "contact", "description", "item", "language", "text",
        "contained", "extension", "_title", "_description", "experimental", "useContext",
        "jurisdiction", "purpose", "copyright", "approvalDate", "lastReviewDate", "effectivePeriod",
        "code",
    }
)  # fmt: skip


def read_questionnaire(content: bytes) -> Form:
    """The form in a Questionnaire's JSON. Raises UnreadableForm."""
    resource = _parsed(content)
    language = base_code(resource.get("language"))
    reader = ItemReader(language, _value_sets(resource), _types(resource))
    try:
        items = tuple(reader.items(resource["item"]))
    except (NotThat, AttributeError, TypeError, KeyError) as error:
        raise UnreadableForm(f"not a Questionnaire of FHIR R4: {error}") from error
    findings = [*_findings(resource), *reader.findings]
    title = resource.get("title") or resource.get("name") or ""
    origin = "|".join(str(resource[key]) for key in ("url", "version") if resource.get(key))
    return Form(
        title=str(title),
        origin=f"FHIR Questionnaire {origin}".strip(),
        languages=_languages(items, language),
        items=items,
        findings=tuple(findings),
    )


def _parsed(content: bytes) -> Json:
    try:
        resource = json.loads(content)
    except (UnicodeDecodeError, json.JSONDecodeError) as error:
        raise UnreadableForm(f"not JSON: {error}") from error
    except RecursionError as error:
        raise UnreadableForm("not JSON that can be read: nested too deeply") from error
    kind = resource.get("resourceType") if isinstance(resource, dict) else None
    if kind != "Questionnaire":
        raise UnreadableForm(f"a FHIR Questionnaire is needed, and this is {kind or 'no resource'}")
    if not isinstance(resource.get("item"), list) or not resource["item"]:
        raise UnreadableForm("the Questionnaire has no items")
    check_shapes(resource)
    return dict(resource)


def _types(resource: Json) -> Mapping[str, Json]:
    """linkId -> its item; a second item of the same linkId is against R4."""
    found: dict[str, Json] = {}
    for item in walk(resource["item"]):
        link = item.get("linkId")
        if not isinstance(link, str) or not link.strip():
            raise UnreadableForm("an item has no linkId")
        if link in found:
            raise UnreadableForm(f"two items have the linkId {link!r}")
        found[link] = item
    return found


def _value_sets(resource: Json) -> Mapping[str, list[Json]]:
    """`#id` -> the codes of a value set that the Questionnaire contains."""
    contained = resource.get("contained")
    found: dict[str, list[Json]] = {}
    for each in contained if isinstance(contained, list) else ():
        if isinstance(each, dict) and each.get("resourceType") == "ValueSet":
            expansion = (each.get("expansion") or {}).get("contains") or []
            includes = (each.get("compose") or {}).get("include") or []
            concepts = [c for include in includes for c in include.get("concept") or []]
            found[f"#{each.get('id')}"] = expansion or concepts
    return found


def _findings(resource: Json) -> Iterator[Finding]:
    if resource.get("modifierExtension"):
        raise UnreadableForm("its modifierExtension may turn its meaning; read it by hand")
    for each in extensions(resource):
        yield Finding(
            Verdict.CHANGED, "the Questionnaire", f"extension {each.get('url')} is not carried over"
        )
    for key in resource:
        if key not in _OF_THE_WHOLE:
            yield Finding(Verdict.CHANGED, "the Questionnaire", f"`{key}` is not carried over")


def _labels(item: Item) -> Iterator[Mapping[str, str]]:
    """Those of its choices; yes and no are our own words."""
    return (choice.label for choice in item.choices if not isinstance(choice.value, bool))


def _told(each: Json) -> str:
    return f"extension {each.get('url')} is not carried over"


def _languages(items: tuple[Item, ...], language: str) -> tuple[str, ...]:
    """The Questionnaire's own first, then those of its translations."""

    def codes(texts: Mapping[str, str]) -> list[str]:
        return list(texts)

    every = [
        code
        for top in items
        for item in top.walk()
        for texts in (item.label, item.hint, *_labels(item))
        for code in codes(texts)
    ]
    return tuple(dict.fromkeys([language, *every]))
