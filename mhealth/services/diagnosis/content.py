"""Content: faults by file and line; and the gate: which mode speaks what nobody signed."""

from collections.abc import Iterator

from mhealth.content.languages import load_languages
from mhealth.content.phrases import load_phrases
from mhealth.content.review import ContentFile
from mhealth.domain.errors import MhealthError
from mhealth.domain.finding import Finding
from mhealth.services.content import files_of, load_book
from mhealth.services.content_check import check_content
from mhealth.services.diagnosis.catalogue import found, well
from mhealth.services.diagnosis.circumstances import CannotJudge, Circumstances
from mhealth.services.signing import unsigned
from mhealth.sms.templates import load_templates
from mhealth.store.revision import newest_revision, revision_of
from mhealth.triage.loader import load_protocols
from mhealth.ussd.checks import Severity

_MOST = 5  # of a long list


def content(here: Circumstances) -> Iterator[Finding]:
    """Flows, protocols, phrases, SMS and languages."""
    folder = here.values.get("country_dir")
    if folder is not None and not folder.is_dir():
        yield found("content.folder", f"MHEALTH_COUNTRY_DIR: no folder {folder}")
        return
    faults = [f for f in check_content(here.library).faults if f.severity is Severity.ERROR]
    for fault in faults[:_MOST]:
        yield found("content.broken", f"{fault.place}: {fault.problem}")
    if len(faults) > _MOST:
        yield found("content.broken", f"and {len(faults) - _MOST} more: `mhealth check`")
    if not faults:
        yield well("content", "sound")


def gate(here: Circumstances) -> Iterator[Finding]:
    """What bears no signature as it stands, judged by the mode."""
    try:
        files = _spoken_files(here)
    except MhealthError as error:
        raise CannotJudge(f"content: {error}") from error
    with here.records.reading() as session:
        if revision_of(session) != newest_revision(here.library.find("migrations")):
            raise CannotJudge("the database is not migrated")
        open_files = [file.path for file in unsigned(session, files)]
    if not open_files:
        yield well("gate", f"{here.mode}: all {len(files)} rules and texts are signed")
        return
    named = ", ".join(open_files[:_MOST])
    more = f" and {len(open_files) - _MOST} more" if len(open_files) > _MOST else ""
    seen = f"{here.mode}: {len(open_files)} of {len(files)} not signed as they stand: {named}{more}"
    if here.is_demo:
        yield well("gate", f"demo: {len(open_files)} of {len(files)} rules and texts are drafts")
    else:
        yield found("gate.unsigned" if here.mode == "live" else "gate.drafts", seen)


def _spoken_files(here: Circumstances) -> tuple[ContentFile, ...]:
    """Everything to be signed in the languages that are spoken. Raises MhealthError."""
    codes = [code.strip() for code in str(here.value("languages")).split(",") if code.strip()]
    languages = load_languages(here.library, codes)
    protocols = load_protocols(here.library, languages)
    return files_of(
        protocols,
        load_book(here.library, languages, protocols),
        load_phrases(here.library, languages),
        load_templates(here.library, languages),
    )
