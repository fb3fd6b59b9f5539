"""`mhealth draw`: a flow as a picture that a clinician can read, in SVG or Mermaid."""

from pathlib import Path

import click

from mhealth.cli.flow_files import flow_library, give, known_flow, known_language, sound_book
from mhealth.services.flow_drawing import DrawingFormat, draw_flow


@click.command()
@click.argument("flow")
@click.option(
    "--format",
    "drawing_format",
    type=click.Choice([each.value for each in DrawingFormat]),
    default=DrawingFormat.SVG.value,
    show_default=True,
)
@click.option("--language", metavar="CODE", help="Whose texts are shown; default: the first one.")
@click.option("--with-called", is_flag=True, help="The flows that it calls, too.")
@click.option(
    "--output",
    type=click.Path(dir_okay=False, path_type=Path),
    help="The file to write; default: standard output.",
)
@click.option("--force", is_flag=True, help="Write over a file that is there.")
def draw(
    flow: str,
    *,
    drawing_format: str,
    language: str | None,
    with_called: bool,
    output: Path | None,
    force: bool,
) -> None:
    """Draw FLOW: each screen as the phone shows it, each answer as an arrow, each condition in words.

    With exit code 1 nothing is drawn: some flow is broken, and each fault is named.
    """
    library = flow_library()
    book = sound_book(library)
    drawing = draw_flow(
        library,
        book,
        known_flow(book, flow),
        known_language(book, language),
        DrawingFormat(drawing_format),
        with_called=with_called,
    )
    give(drawing, output, is_forced=force)
