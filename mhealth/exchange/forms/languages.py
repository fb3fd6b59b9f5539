"""A form's texts in the languages of the platform; what nobody speaks here is named and left out."""

from collections.abc import Sequence
from dataclasses import replace

from mhealth.exchange.forms.form import Finding, Form, Item, Said, Verdict


def in_languages(form: Form, spoken: Sequence[str]) -> Form:
    """Texts whose language nobody says are in the first one; those in an unknown language fall away."""
    first = spoken[0]
    there = list(dict.fromkeys(code or first for code in form.languages))
    kept = [code for code in there if code in spoken]
    findings = [
        Finding(
            Verdict.REFUSED,
            f"language {code}",
            "this language is not spoken here, so its texts are left out",
            "declare it in ussd_flows/languages.yaml first",
        )
        for code in there
        if code not in spoken
    ]
    if kept and first not in kept:
        findings.append(
            Finding(
                Verdict.CHANGED,
                f"language {first}",
                f"the form has no text in it: that of {kept[0]} stands in its place",
                "translate the flow's own file",
            )
        )
    items = tuple(_item_in(item, first, kept) for item in form.items)
    return replace(form, languages=tuple(kept), items=items, findings=(*form.findings, *findings))


def _item_in(item: Item, first: str, kept: Sequence[str]) -> Item:
    def said(texts: Said) -> Said:
        named = {code or first: text for code, text in texts.items()}
        return {code: named[code] for code in kept if code in named}

    return replace(
        item,
        label=said(item.label),
        hint=said(item.hint),
        wrong=said(item.wrong),
        unit=said(item.unit),
        skip=said(item.skip),
        choices=tuple(replace(choice, label=said(choice.label)) for choice in item.choices),
        items=tuple(_item_in(each, first, kept) for each in item.items),
    )
