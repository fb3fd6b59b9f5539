"""`mhealth doctor`: what is broken and what mends it; `--settings`: every setting with its help."""

import click

from mhealth.runtime import build_runtime
from mhealth.services.diagnosis import Finding, look
from mhealth.settings import describe_settings, read_settings


@click.command()
@click.option("--settings", "only_settings", is_flag=True, help="List every setting and leave.")
@click.pass_context
def doctor(ctx: click.Context, *, only_settings: bool) -> None:
    """Look at database, migrations, Redis and content; say the mend for what is broken."""
    if only_settings:
        for name, default, words in describe_settings():
            click.echo(f"{name}\n    {words}\n    default: {default}")
        return
    here = build_runtime(read_settings())
    found = list(look(here.library, here.database, here.bell.is_up))
    for finding in found:
        click.echo(_line(finding))
    ctx.exit(0 if all(finding.is_well for finding in found) else 1)


def _line(finding: Finding) -> str:
    mark = "ok " if finding.is_well else "BAD"
    mend = f"; mend: {finding.mend}" if finding.mend else ""
    return f"{mark} {finding.part}: {finding.seen}{mend}"
