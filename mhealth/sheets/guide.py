"""What a template tells whoever fills it in: rules for all, a line for each column, one example."""

from collections.abc import Mapping, Sequence

from mhealth.sheets.columns import Cell, Column, Kind, SheetForm

RULES: Mapping[str, Sequence[str]] = {
    "fr": (
        "Une feuille par sorte de lieu ou de personne. Remplissez celles dont vous avez besoin ;"
        " une feuille absente ou vide ne change rien.",
        "Le code est la clé : un code connu change la ligne du répertoire, un code nouveau l’ajoute.",
        "Une ligne du répertoire qui manque dans la feuille reste comme elle est.",
        "Une cellule vide laisse ce qui est déjà écrit ; dans une ligne nouvelle, elle prend la valeur"
        " ordinaire.",
        "« oui » dans « fermé » ferme un lieu, fait partir un agent ou finit une affectation ;"
        " « non » rouvre. L’histoire reste toujours lisible.",
        "Les numéros de téléphone sont du texte, avec l’indicatif : +229 01 90 00 00 11.",
        "Les lignes dont le code commence par EXEMPLE ne sont pas lues.",
    ),
    "en": (
        "One sheet for each sort of place or person. Fill in those that you need; a sheet that is"
        " missing or empty changes nothing.",
        "The code is the key: a known code changes the directory’s row, a new code adds one.",
        "A row of the directory that is missing from the sheet stays as it is.",
        "An empty cell leaves what stands there; in a new row it takes the ordinary value.",
        "“yes” under “closed” closes a place, lets a health worker leave or ends a post; “no” opens"
        " again. The history stays readable.",
        "Phone numbers are text, with the country’s code: +229 01 90 00 00 11.",
        "Rows whose code begins with EXAMPLE are not read.",
    ),
}

_OF_CELL: Mapping[Cell, tuple[str, str]] = {
    Cell.CODE: ("code du registre, 24 caractères au plus", "the register’s code, 24 characters at most"),
    Cell.NAME: ("nom en clair", "name in plain words"),
    Cell.PHONE: ("numéro avec indicatif", "number with the country’s code"),
    Cell.LANGUAGE: ("code de langue ; vide : celle du district", "language code; empty: the district’s"),
    Cell.TIMEZONE: ("comme Africa/Porto-Novo ; vide : UTC", "as Africa/Porto-Novo; empty: UTC"),
    Cell.DAYS: ("lun, mer, ven ou lun-ven", "mon, wed, fri or mon-fri"),
    Cell.HOUR: ("comme 08:00", "as 08:00"),
    Cell.DISTANCE: ("kilomètres", "kilometres"),
    Cell.RANK: (
        "1 est prévenu d’abord ; vide : après les autres",
        "1 is told first; empty: after the others",
    ),
    Cell.YES_NO: (
        "oui ferme, non rouvre, vide ne change rien",
        "yes closes, no opens again, empty changes nothing",
    ),
}  # fmt: skip
_OF_FIELD: Mapping[tuple[Kind, str], tuple[str, str]] = {
    (Kind.FACILITIES, "clinic_days"): ("vide : lun-ven", "empty: mon-fri"),
    (Kind.FACILITIES, "opens_minute"): ("vide : 08:00", "empty: 08:00"),
    (Kind.FACILITIES, "next_facility"): (
        "code du centre à qui demander quand celui-ci ne peut pas",
        "code of the facility to ask when this one cannot",
    ),
    (Kind.VILLAGES, "facility"): (
        "code du centre où vont les malades",
        "code of the facility where patients go",
    ),
    (Kind.DUTY_PHONES, "facility"): (
        "code du centre ; vide : la garde du district lui-même",
        "code of the facility; empty: the district’s own duty phone",
    ),
    (Kind.DUTY_PHONES, "district"): (
        "seulement quand le centre est vide",
        "only where the facility is empty",
    ),
    (Kind.DUTY_PHONES, "weekdays"): (
        "jours où la garde commence ; vide : tous les jours",
        "days on which the shift begins; empty: every day",
    ),
    (Kind.DUTY_PHONES, "until_minute"): (
        "08:00 après 18:00 va jusqu’au lendemain",
        "08:00 after 18:00 is the next day",
    ),
}

_EXAMPLES: Mapping[Kind, Mapping[str, tuple[str, str]]] = {
    Kind.DISTRICTS: {
        "code": ("EXEMPLE-D1", "EXAMPLE-D1"),
        "name": ("Kouvè", "Kouvè"),
        "timezone": ("Africa/Porto-Novo", "Africa/Porto-Novo"),
        "language": ("fr", "fr"),
        "duty_msisdn": ("+229 01 90 00 00 01", "+229 01 90 00 00 01"),
    },
    Kind.HEALTH_AREAS: {
        "code": ("EXEMPLE-A1", "EXAMPLE-A1"),
        "name": ("Tchakou", "Tchakou"),
        "district": ("EXEMPLE-D1", "EXAMPLE-D1"),
    },
    Kind.FACILITIES: {
        "code": ("EXEMPLE-C1", "EXAMPLE-C1"),
        "name": ("CS Tchakou", "Tchakou health centre"),
        "district": ("EXEMPLE-D1", "EXAMPLE-D1"),
        "clinic_days": ("lun, mer, ven", "mon, wed, fri"),
        "opens_minute": ("08:00", "08:00"),
        "duty_msisdn": ("+229 01 90 00 00 11", "+229 01 90 00 00 11"),
        "language": ("fr", "fr"),
        "next_facility": ("EXEMPLE-C2", "EXAMPLE-C2"),
    },
    Kind.VILLAGES: {
        "code": ("EXEMPLE-V1", "EXAMPLE-V1"),
        "name": ("Houinta", "Houinta"),
        "health_area": ("EXEMPLE-A1", "EXAMPLE-A1"),
        "facility": ("EXEMPLE-C1", "EXAMPLE-C1"),
        "distance_km": ("7,5", "7.5"),
    },
    Kind.HEALTH_WORKERS: {
        "code": ("EXEMPLE-S1", "EXAMPLE-S1"),
        "name": ("Afi Mensah", "Afi Mensah"),
        "msisdn": ("+229 01 91 00 00 01", "+229 01 91 00 00 01"),
        "language": ("fr", "fr"),
        "district": ("EXEMPLE-D1", "EXAMPLE-D1"),
    },
    Kind.POSTS: {
        "village": ("EXEMPLE-V1", "EXAMPLE-V1"),
        "health_worker": ("EXEMPLE-S1", "EXAMPLE-S1"),
        "rank": ("1", "1"),
    },
    Kind.DUTY_PHONES: {
        "facility": ("EXEMPLE-C1", "EXAMPLE-C1"),
        "weekdays": ("sam, dim", "sat, sun"),
        "from_minute": ("18:00", "18:00"),
        "until_minute": ("08:00", "08:00"),
        "msisdn": ("+229 01 90 00 00 12", "+229 01 90 00 00 12"),
    },
}


def help_of(kind: Kind, column: Column, language: str) -> str:
    """What to write in a column."""
    texts = _OF_FIELD.get((kind, column.field)) or _OF_CELL[column.cell]
    return texts[1 if language == "en" else 0]


def need_of(column: Column, language: str) -> str:
    """How much a column is needed."""
    if column.is_key:
        return "always" if language == "en" else "toujours"
    if column.is_needed:
        return "new rows" if language == "en" else "lignes nouvelles"
    return ""


def example_of(form: SheetForm, language: str) -> list[str]:
    """One row that is filled in, never read."""
    values = _EXAMPLES[form.kind]
    at = 1 if language == "en" else 0
    return [values[c.field][at] if c.field in values else "" for c in form.columns]
