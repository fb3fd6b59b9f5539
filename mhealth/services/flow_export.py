"""A flow of the library as a FHIR R4 Questionnaire."""

from collections.abc import Mapping
from typing import Any

from mhealth.content.library import Library
from mhealth.content.yaml_file import read_yaml
from mhealth.exchange.fhir.elements import Json
from mhealth.exchange.fhir.remarks import Remark
from mhealth.exchange.fhir.writing import Source, questionnaire_of
from mhealth.ussd.book import Book
from mhealth.ussd.flow_file import FOLDER


def export_flow(
    library: Library, book: Book, flow: str, base: str
) -> tuple[Json, tuple[Remark, ...]]:
    """The resource and what it cannot say. Raises KeyError for a flow that there is not.

    `base` begins the canonical address: an address of this platform, or a URN. The version is the
    flow's own, a hash of what it says; active is only what somebody signed in its files.
    """
    plan = book.plan_of(flow)
    own = read_yaml(library.find(f"{FOLDER}/{flow}.yaml")).data
    files = [file for file in book.contents if file.path.endswith(f"/{flow}.yaml")]
    source = Source(
        flow=flow,
        version=plan.version,
        title=str(own.get("about", "")),
        is_signed=all(file.is_signed for file in files),
        start=plan.start.partition(".")[2],
        nodes={
            name.partition(".")[2]: node
            for name, node in plan.nodes.items()
            if name.partition(".")[0] == flow
        },
        written=_written(library, book, flow, own["nodes"]),
        protocols=book.sources.groups,
    )
    return questionnaire_of(source, base)


def _written(
    library: Library, book: Book, flow: str, nodes: Mapping[str, Any]
) -> dict[str, Mapping[str, Any]]:
    """Language -> its nodes as written: in full letters, not as a phone's alphabet folds them."""
    first, *others = book.languages.by_code
    written: dict[str, Mapping[str, Any]] = {first: nodes}
    for code in others:
        try:
            translated = read_yaml(library.find(f"{FOLDER}/lang/{code}/{flow}.yaml")).data
        except FileNotFoundError:
            continue
        written[code] = translated.get("nodes") or {}
    return written
