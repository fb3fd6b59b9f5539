"""`mhealth seed`: the invented district for an empty database, and the sign-in, printed once."""

import json
import os

import click

from mhealth.content.yaml_file import YamlFile, read_yaml
from mhealth.launcher.home import find_home
from mhealth.runtime import build_runtime
from mhealth.services.passwords import new_password
from mhealth.services.seeding import is_empty, plant
from mhealth.settings import read_settings

_FOR_REAL = (
    "nothing invented is planted; `mhealth import` brings places, `mhealth staff add` accounts."
)


@click.command()
def seed() -> None:
    """Plant the invented district into an empty database of the demo and print the desk's sign-in."""
    settings = read_settings()
    if settings.mode != "demo":
        click.echo(f"MHEALTH_MODE={settings.mode}: {_FOR_REAL}", err=True)
        return
    here = build_runtime(settings)
    file = read_yaml(here.library.find("ussd_flows/content/demo/district.yaml"))
    with here.database.reading() as session:
        if not is_empty(session):
            click.echo("The database has a district already: nothing was planted.", err=True)
            return
    password = new_password()
    with here.writing() as session:
        planted = plant(here.workbench, session, file, password, here.clock())
    _write_phones(file)
    click.echo(f"user {planted.username}, password {password}")


def _write_phones(file: YamlFile) -> None:
    """The phones of the phone page, beside the database; each with the district's time zone."""
    timezone = file.data["district"]["timezone"]
    phones = [{**row, "timezone": timezone} for row in file.data["phones"]]
    path = find_home(os.environ).var / "phones.json"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(phones, ensure_ascii=False, indent=1), encoding="utf-8")
