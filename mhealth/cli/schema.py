"""`mhealth schema`: the language of flows as JSON Schema, for an editor that helps while one writes."""

import json
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import click

from mhealth.ussd.schema import flow_schema, translation_schema

SCHEMAS: Mapping[str, Callable[[], dict[str, Any]]] = {
    "flow": flow_schema,
    "translation": translation_schema,
}


@click.command()
@click.argument("which", type=click.Choice(list(SCHEMAS)), default="flow")
@click.option(
    "--into",
    type=click.Path(path_type=Path, exists=True, file_okay=False),
    help="Write flow.schema.json and translation.schema.json into this folder instead.",
)
def schema(which: str, into: Path | None) -> None:
    """Print the schema of flows or of translations, or write both beside your flows."""
    if into is None:
        click.echo(written(which), nl=False)
        return
    for name in SCHEMAS:
        path = into / f"{name}.schema.json"
        fresh = path.with_suffix(".new")
        fresh.write_text(written(name), encoding="utf-8")
        fresh.replace(path)
        click.echo(path)


def written(which: str) -> str:
    """A schema as it stands in its file."""
    return json.dumps(SCHEMAS[which](), ensure_ascii=False, indent=1) + "\n"
