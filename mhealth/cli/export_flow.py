"""`mhealth export-flow`: a flow as others read one, a FHIR R4 Questionnaire."""

import json
import os
from pathlib import Path

import click

from mhealth.cli.flow_files import flow_library, give, known_flow, sound_book
from mhealth.services.flow_export import export_flow as write_export

_BASE = "urn:mhealth"


@click.command("export-flow")
@click.argument("flow")
@click.option(
    "--format", "export_format", type=click.Choice(["fhir"]), default="fhir", show_default=True
)
@click.option(
    "--base-url",
    help="What the canonical address begins with; default: MHEALTH_PUBLIC_URL, else a URN.",
)
@click.option(
    "--output",
    type=click.Path(dir_okay=False, path_type=Path),
    help="The file to write; default: standard output.",
)
@click.option("--force", is_flag=True, help="Write over a file that is there.")
def export_flow(
    flow: str, *, export_format: str, base_url: str | None, output: Path | None, force: bool
) -> None:
    """Write FLOW as a FHIR R4 Questionnaire: its screens, its conditions, all its languages.

    What a Questionnaire cannot say is named on standard error, and in the resource itself.
    """
    library = flow_library()
    book = sound_book(library)
    base = base_url or os.environ.get("MHEALTH_PUBLIC_URL") or _BASE
    resource, remarks = write_export(library, book, known_flow(book, flow), base)
    give(json.dumps(resource, ensure_ascii=False, indent=2) + "\n", output, is_forced=force)
    for remark in remarks:
        click.echo(f"not carried over  {remark}", err=True)
