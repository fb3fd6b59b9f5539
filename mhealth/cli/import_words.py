"""What `mhealth import` says in French and English, and its lists as lines."""

from collections.abc import Iterator, Mapping

from mhealth.services.imports.history import Event, History
from mhealth.services.imports.outcome import Change, Outcome
from mhealth.sheets.columns import Kind
from mhealth.sheets.forms import FORMS
from mhealth.sheets.plan import What

_SHOWN_FINDINGS = 200
_SHOWN_CHANGES = 40

WORDS: Mapping[str, Mapping[str, str]] = {
    "fr": {
        "fault": "faute",
        "warning": "attention",
        "faults": "{faults} faute(s), {warnings} avertissement(s)",
        "more": "… et {count} de plus",
        "new": "nouveau",
        "changed": "changé",
        "closed": "fermé",
        "reopened": "rouvert",
        "unchanged": "inchangé",
        "as_it_is": "Le répertoire est déjà ainsi : rien à écrire.",
        "not_applied": "Rien n’est écrit : corrigez d’abord les fautes.",
        "dry": "Rien n’est écrit. Pour écrire : la même commande avec --apply.",
        "applied": "Écrit : {count} ligne(s).",
        "reading": "Vérification",
        "preparing": "Préparation",
        "templates": "Modèle écrit : {path}",
        "exported": "Répertoire écrit : {path}. Il contient des noms et des numéros : gardez-le fermé.",
        "unknown_code": "Aucune ligne du répertoire n’a le code {code}.",
        "before_history": "avant",
        "opened_event": "ajouté",
        "closed_event": "fermé",
        "reopened_event": "rouvert",
        "post_began": "affecté",
        "post_ended": "fin d’affectation",
        "command": "ligne de commande",
    },
    "en": {
        "fault": "fault",
        "warning": "warning",
        "faults": "{faults} fault(s), {warnings} warning(s)",
        "more": "… and {count} more",
        "new": "new",
        "changed": "changed",
        "closed": "closed",
        "reopened": "reopened",
        "unchanged": "unchanged",
        "as_it_is": "The directory is so already: nothing to write.",
        "not_applied": "Nothing is written: mend the faults first.",
        "dry": "Nothing is written. To write: the same command with --apply.",
        "applied": "Written: {count} row(s).",
        "reading": "Checking",
        "preparing": "Preparing",
        "templates": "Template written: {path}",
        "exported": "Directory written: {path}. It holds names and numbers: keep it closed.",
        "unknown_code": "No row of the directory has the code {code}.",
        "before_history": "before",
        "opened_event": "added",
        "closed_event": "closed",
        "reopened_event": "reopened",
        "post_began": "posted",
        "post_ended": "post ended",
        "command": "command line",
    },
}


def outcome_lines(outcome: Outcome, language: str) -> Iterator[str]:
    """Findings, counts by sheet, and what would change."""
    words = WORDS[language]
    for found in outcome.found[:_SHOWN_FINDINGS]:
        finding = found.finding
        severity = words["fault" if finding.is_fault else "warning"]
        yield f"{finding.cell}: {severity}: {finding.say(language)}"
    hidden = outcome.faults + outcome.warnings - min(len(outcome.found), _SHOWN_FINDINGS)
    if hidden > 0:
        yield words["more"].format(count=hidden)
    yield words["faults"].format(faults=outcome.faults, warnings=outcome.warnings)
    for kind, counts in outcome.counts.items():
        told = (f"{words[what]} {number}" for what, number in counts.items() if number)
        yield f"  {FORMS[Kind(kind)].title(language)}: {', '.join(told)}"
    yield from _changes(outcome, language)


def _changes(outcome: Outcome, language: str) -> Iterator[str]:
    told = [change for change in outcome.changes if change.what != What.NEW]
    for change in told[:_SHOWN_CHANGES]:
        yield f"  {_change(change, language)}"
    if len(told) > _SHOWN_CHANGES:
        yield f"  {WORDS[language]['more'].format(count=len(told) - _SHOWN_CHANGES)}"


def _change(change: Change, language: str) -> str:
    form = FORMS[Kind(change.kind)]
    fields = "; ".join(
        f"{form.column(f.field).title(language)}: {f.before or '–'} → {f.after}"
        for f in change.fields
    )
    return f"{change.cell} {change.code}: {WORDS[language][change.what]}{fields and f' ({fields})'}"


def outcome_data(outcome: Outcome, language: str, *, is_applied: bool) -> dict[str, object]:
    """The same for machines."""
    return {
        "applied": is_applied,
        "faults": outcome.faults,
        "warnings": outcome.warnings,
        "findings": [
            {
                "cell": found.finding.cell,
                "severity": "fault" if found.finding.is_fault else "warning",
                "problem": found.problem,
                "text": found.finding.say(language),
            }
            for found in outcome.found
        ],
        "counts": outcome.counts,
        "changes": [
            {
                "sheet": change.kind,
                "code": change.code,
                "what": change.what,
                "cell": change.cell,
                "fields": {f.field: [f.before, f.after] for f in change.fields},
            }
            for change in outcome.changes
        ],
    }


def history_lines(history: History, language: str) -> Iterator[str]:
    """One row's history."""
    form = FORMS[history.kind]
    name = "" if history.kind is Kind.HEALTH_WORKERS else f" {history.row.name}"
    yield f"{form.title(language)}: {history.row.code or f'#{history.row.id}'}{name}"
    for event in history.events:
        yield f"  {_event(history.kind, event, language)}"


def _event(kind: Kind, event: Event, language: str) -> str:
    words = WORDS[language]
    at = f"{event.at:%Y-%m-%d %H:%M} UTC" if event.at else words["before_history"]
    by = "" if event.field.startswith("post_") else f"  ({event.by or words['command']})"
    if event.field.startswith("post_"):
        return f"{at}  {words[event.field]}: {event.after or event.before}"
    if f"{event.field}_event" in words:
        return f"{at}  {words[f'{event.field}_event']}{by}"
    field = event.field.removesuffix("_id")
    known = {column.field: column.title(language) for column in FORMS[kind].columns}
    return f"{at}  {known.get(field, field)}: {event.before or '–'} → {event.after}{by}"
