"""What the sheets of an import are called and hold: one table, French and English side by side.

`field` is the name by which all other files of this room call a column.
"""

from collections.abc import Mapping

from mhealth.sheets.columns import Cell, Column, Kind, SheetForm

NAME_SHOWN = 24
"""As `mhealth.ussd.deeds.NAME`: septets of a village or health area on a screen; a test compares."""
FACILITY_SHOWN = 30
"""Septets of a facility in an SMS (`sms_templates/templates.yaml`), less than on a screen."""

_CODE = Column(field="code", cell=Cell.CODE, fr=("code",), en=("code",), is_key=True, longest=24)
_CLOSED = Column(field="closed", cell=Cell.YES_NO, fr=("fermé", "ferme"), en=("closed",))
_LANGUAGE = Column(field="language", cell=Cell.LANGUAGE, fr=("langue",), en=("language",))
_DUTY = Column(
    field="duty_msisdn",
    cell=Cell.PHONE,
    fr=("téléphone de garde", "garde", "numéro de garde"),
    en=("duty phone", "duty number"),
)
_DISTRICT = Column(
    field="district",
    cell=Cell.CODE,
    fr=("district", "code district", "district sanitaire"),
    en=("district", "district code"),
    names=Kind.DISTRICTS,
    is_needed=True,
)


def _name(shown: int, longest: int = 40) -> Column:
    return Column(
        field="name",
        cell=Cell.NAME,
        fr=("nom",),
        en=("name",),
        is_needed=True,
        longest=longest,
        shown=shown,
    )


def _phone(*, is_needed: bool) -> Column:
    return Column(
        field="msisdn",
        cell=Cell.PHONE,
        fr=("téléphone", "tel", "numéro", "numéro de téléphone", "portable"),
        en=("phone", "number", "phone number", "msisdn", "mobile"),
        is_needed=is_needed,
    )


FORMS: Mapping[Kind, SheetForm] = {
    form.kind: form
    for form in (
        SheetForm(
            kind=Kind.DISTRICTS,
            fr=("districts", "districts sanitaires"),
            en=("districts",),
            columns=(
                _CODE,
                _name(0, 60),
                Column(
                    field="timezone",
                    cell=Cell.TIMEZONE,
                    fr=("fuseau horaire", "fuseau"),
                    en=("time zone", "timezone"),
                ),
                _LANGUAGE,
                _DUTY,
            ),
        ),
        SheetForm(
            kind=Kind.HEALTH_AREAS,
            fr=("aires de santé", "aires", "aires sanitaires", "zones de santé"),
            en=("health areas", "areas"),
            columns=(_CODE, _name(NAME_SHOWN), _DISTRICT, _CLOSED),
        ),
        SheetForm(
            kind=Kind.FACILITIES,
            fr=("centres", "centres de santé", "formations sanitaires", "fosa"),
            en=("facilities", "health facilities", "health centres"),
            columns=(
                _CODE,
                _name(FACILITY_SHOWN),
                _DISTRICT,
                Column(
                    field="clinic_days",
                    cell=Cell.DAYS,
                    fr=("jours de consultation", "consultations"),
                    en=("clinic days",),
                ),
                Column(
                    field="opens_minute",
                    cell=Cell.HOUR,
                    fr=("ouverture", "heure d'ouverture"),
                    en=("opens", "opening hour", "opening"),
                ),
                _DUTY,
                _LANGUAGE,
                Column(
                    field="next_facility",
                    cell=Cell.CODE,
                    fr=("centre suivant", "centre de recours"),
                    en=("next facility", "next centre"),
                    names=Kind.FACILITIES,
                ),
                _CLOSED,
            ),
        ),
        SheetForm(
            kind=Kind.VILLAGES,
            fr=("villages", "localités"),
            en=("villages",),
            columns=(
                _CODE,
                _name(NAME_SHOWN),
                Column(
                    field="health_area",
                    cell=Cell.CODE,
                    fr=("aire de santé", "aire", "aire sanitaire"),
                    en=("health area", "area"),
                    names=Kind.HEALTH_AREAS,
                    is_needed=True,
                ),
                Column(
                    field="facility",
                    cell=Cell.CODE,
                    fr=("centre de référence", "centre"),
                    en=("reference centre", "reference center", "facility"),
                    names=Kind.FACILITIES,
                ),
                Column(
                    field="distance_km",
                    cell=Cell.DISTANCE,
                    fr=("distance km", "distance", "distance en km"),
                    en=("distance km", "distance"),
                ),
                _CLOSED,
            ),
        ),
        SheetForm(
            kind=Kind.HEALTH_WORKERS,
            fr=("agents de santé", "agents", "asc", "agents de santé communautaires"),
            en=("health workers", "workers", "chw"),
            columns=(
                _CODE,
                _name(0, 80),
                _phone(is_needed=True),
                _LANGUAGE,
                _DISTRICT,
                _CLOSED,
            ),
        ),
        SheetForm(
            kind=Kind.POSTS,
            fr=("affectations", "postes"),
            en=("posts", "roster", "village posts"),
            columns=(
                Column(
                    field="village",
                    cell=Cell.CODE,
                    fr=("village", "code village"),
                    en=("village", "village code"),
                    names=Kind.VILLAGES,
                    is_key=True,
                ),
                Column(
                    field="health_worker",
                    cell=Cell.CODE,
                    fr=("agent de santé", "agent", "asc"),
                    en=("health worker", "worker"),
                    names=Kind.HEALTH_WORKERS,
                    is_key=True,
                ),
                Column(field="rank", cell=Cell.RANK, fr=("rang",), en=("rank",)),
                _CLOSED,
            ),
        ),
        SheetForm(
            kind=Kind.DUTY_PHONES,
            fr=("gardes", "téléphones de garde"),
            en=("duty phones", "duty"),
            columns=(
                Column(
                    field="facility",
                    cell=Cell.CODE,
                    fr=("centre", "centre de santé"),
                    en=("facility", "centre"),
                    names=Kind.FACILITIES,
                ),
                Column(
                    field="district",
                    cell=Cell.CODE,
                    fr=("district",),
                    en=("district",),
                    names=Kind.DISTRICTS,
                ),
                Column(field="weekdays", cell=Cell.DAYS, fr=("jours",), en=("days", "weekdays")),
                Column(
                    field="from_minute",
                    cell=Cell.HOUR,
                    fr=("de", "début", "à partir de"),
                    en=("from", "start"),
                    is_key=True,
                ),
                Column(
                    field="until_minute",
                    cell=Cell.HOUR,
                    fr=("à", "fin", "jusqu'à"),
                    en=("until", "to", "end"),
                    is_needed=True,
                ),
                _phone(is_needed=True),
                _CLOSED,
            ),
        ),
    )
}

READ_ME = {"fr": "lisez-moi", "en": "read me"}
"""The sheet of instructions in a template: never read."""
