"""`mhealth import-flow`: an XLSForm or a FHIR Questionnaire becomes a flow, a draft for people to read."""

import os
from collections import Counter
from pathlib import Path

import click

from mhealth.cli.flow_files import flow_library, write_files
from mhealth.content.languages import declared_languages
from mhealth.content.library import shipped_root
from mhealth.exchange.forms.form import Verdict
from mhealth.services.flow_import import CannotImport, import_form

_MOST_BYTES = 20_000_000


@click.command("import-flow")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--name", required=True, help="What the flow is called: small letters, digits and _.")
@click.option(
    "--output",
    type=click.Path(file_okay=False, path_type=Path),
    help="The content's folder that gets ussd_flows/NAME.yaml; default: MHEALTH_COUNTRY_DIR, else here.",
)
@click.option("--force", is_flag=True, help="Write over a flow of this name.")
@click.option("--strict", is_flag=True, help="Write nothing when any part is refused: exit code 1.")
@click.pass_context
def import_flow(
    ctx: click.Context, file: Path, *, name: str, output: Path | None, force: bool, strict: bool
) -> None:
    """Make a flow of FILE: an XLSForm (.xlsx) or a FHIR R4 Questionnaire (.json).

    Every part that a phone with keys cannot take is named by sheet and row, or by linkId, with what to
    do; it stands in the flow's first comment too. The flow is a draft, and passes `mhealth check`.
    """
    library = flow_library()
    if file.stat().st_size > _MOST_BYTES:
        raise click.ClickException(f"{file} is larger than {_MOST_BYTES // 1_000_000} MB")
    try:
        imported = import_form(file.read_bytes(), name, library, declared_languages(library))
    except CannotImport as error:
        raise click.ClickException(f"{file}: {error}") from error
    for finding in sorted(imported.findings, key=lambda each: each.verdict is Verdict.CHANGED):
        click.echo(f"{finding.verdict}  {finding}")
    counts = Counter(finding.verdict for finding in imported.findings)
    told = f"{counts[Verdict.REFUSED]} refused, {counts[Verdict.CHANGED]} changed"
    if strict and counts[Verdict.REFUSED]:
        click.echo(f"{told}; nothing is written")
        ctx.exit(1)
    folder = output or Path(os.environ.get("MHEALTH_COUNTRY_DIR") or shipped_root())
    if not force and f"{name}.yaml" in library.files("ussd_flows", "*.yaml"):
        raise click.ClickException(f"there is a flow `{name}` already; --force takes its place")
    write_files({folder / path: text for path, text in imported.files.items()}, is_forced=force)
    for path in imported.files:
        click.echo(f"written  {folder / path}")
    click.echo(f"{imported.questions} questions; {told}")
