"""One item of a Questionnaire into an item of a form, or a finding that says why it is none."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from mhealth.exchange.fhir import elements as fhir
from mhealth.exchange.fhir.elements import Json, NotThat, extended, said, value_of
from mhealth.exchange.fhir.enabling import CannotEnable, condition_of
from mhealth.exchange.fhir.limits import decimals_of, least_of, most_of, urls_of
from mhealth.exchange.forms import phrases
from mhealth.exchange.forms.form import Choice, Finding, Gift, Item, ItemKind, Said, Verdict
from mhealth.ussd.deeds import FACTS

_KINDS: Mapping[str, ItemKind] = {
    "group": ItemKind.GROUP,
    "display": ItemKind.NOTE,
    "boolean": ItemKind.CHOICE,
    "integer": ItemKind.NUMBER,
    "decimal": ItemKind.NUMBER,
    "date": ItemKind.DATE,
    "string": ItemKind.TEXT,
    "text": ItemKind.TEXT,
    "choice": ItemKind.CHOICE,
    "coding": ItemKind.CHOICE,  # R5's word for it
    "open-choice": ItemKind.CHOICE,
}
_REFUSED: Mapping[str, tuple[str, str]] = {
    "attachment": ("a phone with keys takes no file", "ask for it in words"),
    "reference": ("a phone with keys chooses no record", "ask for its code as a string"),
    "quantity": ("a flow has no question for a quantity with its unit",
                 "make it a decimal with the extension questionnaire-unit"),
    "url": ("nobody types a web address on a phone with keys", "leave it out"),
    "time": ("a flow has no question for an hour", "ask for the hour as an integer from 0 to 23"),
    "dateTime": ("a flow has no question for a day with its hour", "ask for the date, then the hour"),
    "question": ("its type says nothing", "give it one of R4's types"),
}  # fmt: skip
_READ = frozenset(
    {
        fhir.MIN_VALUE, fhir.MAX_VALUE, fhir.MIN_LENGTH, fhir.REGEX, fhir.DECIMALS, fhir.HIDDEN,
        fhir.UNIT, fhir.ITEM_CONTROL, fhir.NOT_KNOWN, fhir.VARIABLE, fhir.SENSITIVE, fhir.LIST,
        fhir.DEED, fhir.CANNOT_SAY, fhir.FROM_TODAY, fhir.WRONG,
    }
)  # fmt: skip
_MEANING = ("enableWhenExpression", "calculatedExpression", "cqf-expression", "initialExpression",
            "answerExpression", "cqf-calculatedValue")  # fmt: skip
_CHOOSING = (ItemKind.CHOICE, ItemKind.CHOICES)


class _Refused(Exception):
    def __init__(self, problem: str, mend: str = "") -> None:
        self.problem, self.mend = problem, mend
        super().__init__(problem)


@dataclass(slots=True)
class ItemReader:
    """Reads items in order; what is refused is noted and left out with all below it."""

    language: str
    value_sets: Mapping[str, list[Json]]
    by_link: Mapping[str, Json]
    findings: list[Finding] = field(default_factory=list)

    def items(self, written: Any) -> Iterator[Item]:
        """The items of a list."""
        for each in written if isinstance(written, list) else ():
            yield from self._item(each)

    def _item(self, each: Json) -> Iterator[Item]:
        where = f"linkId {each['linkId']}"
        try:
            item = self._read(each, where)
        except _Refused as refused:
            self._refuse(each, where, refused.problem, refused.mend)
            return
        except CannotEnable as error:
            mend = "write it with comparisons of one question with one value"
            self._refuse(each, where, f"a flow cannot say {error}", mend)
            return
        except NotThat as error:
            self._refuse(each, where, str(error), "write it as R4 says")
            return
        self._note_extensions(each, where)
        children = [c for c in each.get("item") or () if c is not self._help(each)]
        below = tuple(self.items(children))
        if item.kind is ItemKind.GROUP:
            if below:
                yield replace(item, items=below)
        elif not below:
            yield item
        else:  # what stands below a question is asked after it, when it was asked itself
            question = replace(item, relevant=None)
            yield Item(where=where, name=f"{item.name}/", kind=ItemKind.GROUP,
                       relevant=item.relevant, items=(question, *below))  # fmt: skip

    def _refuse(self, each: Json, where: str, problem: str, mend: str) -> None:
        self.findings.append(Finding(Verdict.REFUSED, where, problem, mend))
        for below in fhir.walk(each.get("item")):
            told = f"{where}, above it, is left out"
            self.findings.append(Finding(Verdict.REFUSED, f"linkId {below.get('linkId')}", told))

    def _read(self, each: Json, where: str) -> Item:
        kind = self._kind(each)
        type_ = str(each.get("type"))
        label = self._label(each)
        initial = self._initial(each, kind)
        shared = Item(
            where=where,
            name=str(each["linkId"]),
            kind=kind,
            about=type_,
            label=label,
            relevant=condition_of(each, self.by_link),
            required=each.get("required") is True,
        )
        if kind in (ItemKind.GROUP, ItemKind.NOTE, ItemKind.KNOWN):
            known = str(extended(each, fhir.VARIABLE) or "")
            return replace(shared, about=known) if kind is ItemKind.KNOWN else shared
        if kind is ItemKind.GIVEN:
            return replace(shared, gives=(Gift(None, initial),))
        help_ = self._help(each)
        return replace(
            shared,
            hint=said(help_, "text", self.language) if help_ else {},
            wrong=self._extended_said(each, fhir.WRONG),
            least=least_of(each, kind),
            most=most_of(each, kind),
            from_today=kind is ItemKind.DATE,
            decimals=decimals_of(each) if type_ == "decimal" else 0,
            pattern=str(extended(each, fhir.REGEX) or ""),
            unit=self._unit(each),
            choices=tuple(self._choices(each)) if kind in _CHOOSING else (),
            initial=initial,
            skip=self._extended_said(each, fhir.NOT_KNOWN),
        )

    def _kind(self, each: Json) -> ItemKind:
        type_ = str(each.get("type"))
        if type_ in _REFUSED:
            raise _Refused(*_REFUSED[type_])
        kind = _KINDS.get(type_)
        if kind is None:
            raise _Refused(f"R4 has no type {type_!r}", "give it one of R4's types")
        self._check_meaning(each)
        if each.get("repeats") is True:
            if kind is not ItemKind.CHOICE or type_ == "boolean":
                raise _Refused("a flow asks each question once",
                               "ask it for one, or write it once for each")  # fmt: skip
            kind = ItemKind.CHOICES
        if extended(each, fhir.HIDDEN) is True or each.get("readOnly") is True:
            return self._silent(each, kind)
        return kind

    def _check_meaning(self, each: Json) -> None:
        """Refuse what something that no flow reads may mean otherwise."""
        if each.get("modifierExtension"):
            raise _Refused("its modifierExtension may turn its meaning", "read it by hand")
        for url in urls_of(each):
            if url.rsplit("/", 1)[-1].removeprefix("sdc-questionnaire-") in _MEANING:
                raise _Refused(f"a flow has no expressions ({url})",
                               "write it with enableWhen, or leave it out")  # fmt: skip
        if extended(each, fhir.LIST):
            raise _Refused(f"its choices are what the platform lists then: {extended(each, fhir.LIST)}",
                           "write a node of kind choose by hand")  # fmt: skip
        if any(url.endswith("questionnaire-subQuestionnaire") for url in urls_of(each)):
            raise _Refused(
                "another Questionnaire is asked there", "import it too, and call its flow"
            )

    def _silent(self, each: Json, kind: ItemKind) -> ItemKind:
        """What nobody is asked: known to the platform, or given by its initial value."""
        if kind in (ItemKind.NOTE, ItemKind.GROUP):
            if extended(each, fhir.HIDDEN) is True:
                raise _Refused("it is hidden", "show it, or leave it out")
            return kind
        if each.get("initial"):
            return ItemKind.GIVEN
        variable = extended(each, fhir.VARIABLE)
        if variable in FACTS:
            return ItemKind.KNOWN
        if variable:
            raise _Refused(f"`{variable}` is what a deed gives", "call the deed by hand")
        raise _Refused("nobody is asked, and nothing gives its answer", "give it an initial value")

    def _label(self, each: Json) -> Said:
        label = dict(said(each, "text", self.language))
        prefix = each.get("prefix")
        if isinstance(prefix, str) and prefix.strip():
            label = {code: f"{prefix.strip()} {text}" for code, text in label.items()}
        return label

    def _help(self, each: Json) -> Json | None:
        """A display below a question that helps to answer it."""
        if each.get("type") in ("group", "display"):
            return None
        for child in each.get("item") or ():
            control = extended(child, fhir.ITEM_CONTROL)
            codings = control.get("coding") or () if isinstance(control, dict) else ()
            if child.get("type") == "display" and any(c.get("code") == "help" for c in codings):
                return child if isinstance(child, dict) else None
        return None

    def _extended_said(self, each: Json, url: str) -> Said:
        found = fhir.extension(each, url)
        texts = {str(e.get("url")): e.get("valueString") for e in fhir.extensions(found)}
        return {code: text for code, text in texts.items() if isinstance(text, str) and text}

    def _unit(self, each: Json) -> Said:
        unit = extended(each, fhir.UNIT)
        if not isinstance(unit, dict):
            return {}
        return said(unit, "display" if unit.get("display") else "code", self.language)

    def _choices(self, each: Json) -> Iterator[Choice]:
        if each.get("type") == "boolean":
            yield Choice(True, dict(phrases.YES))
            yield Choice(False, dict(phrases.NO))
            return
        if each.get("type") == "open-choice":
            told = "an answer of one's own is not taken: only the choices"
            self.findings.append(Finding(Verdict.CHANGED, f"linkId {each['linkId']}", told,
                                         "add a choice for others and a string after it"))  # fmt: skip
        seen: set[Any] = set()
        for value, label in self._options(each):
            if value in seen:
                raise _Refused(f"two choices have the code {value!r}", "give each its own")
            seen.add(value)
            yield Choice(value, label)

    def _options(self, each: Json) -> Iterator[tuple[Any, Said]]:
        place = each.get("answerValueSet")
        if place is not None:
            codes = self.value_sets.get(str(place))
            if codes is None:
                raise _Refused(f"its choices stand elsewhere: {place}",
                               "write them as answerOption, or contain the value set")  # fmt: skip
            for coding in codes:
                yield coding.get("code"), said(coding, "display", self.language)
            return
        for option in each.get("answerOption") or ():
            value = value_of(option)
            if isinstance(value, dict):
                code = value.get("code") or value.get("display")
                if not code or "reference" in value:
                    raise _Refused("a choice has no code", "give each choice a code")
                yield code, said(value, "display", self.language) or {self.language: str(code)}
            elif isinstance(value, str) and "valueString" in option:
                yield value, said(option, "valueString", self.language)
            elif value is not None:
                yield str(value), {self.language: str(value)}

    def _initial(self, each: Json, kind: ItemKind) -> Any:
        values = [value_of(entry) for entry in each.get("initial") or ()]
        values += [value_of(o) for o in each.get("answerOption") or () if o.get("initialSelected")]
        if not values:
            return None
        if len(values) > 1 or kind is ItemKind.CHOICES:
            raise _Refused("a flow begins with no several choices made", "leave `initial` out")
        value = values[0]
        if isinstance(value, dict):
            value = value.get("code") or value.get("display")
        if not isinstance(value, str | int | float | bool):
            value = value.isoformat() if hasattr(value, "isoformat") else None
        if value is None:
            raise _Refused("its initial value is none that a flow holds", "leave `initial` out")
        return value

    def _note_extensions(self, each: Json, where: str) -> None:
        told = [url for url in urls_of(each) if url not in _READ]
        for option in each.get("answerOption") or ():
            told += [f"{url} of a choice" for url in urls_of(option)]
        told = list(dict.fromkeys(told))
        told += [f"`{key}`" for key in ("answerConstraint", "disabledDisplay") if key in each]
        for what in told:
            what = what if what.startswith("`") else f"extension {what}"
            self.findings.append(Finding(Verdict.CHANGED, where, f"{what} is not carried over"))
