"""An invented district as big as wanted, always the same: its sheets as a ministry would hand them in.

Every name, number and distance is made up; numbers have the shape of Benin's plan (+229 01 …).
"""

import math
import random
from dataclasses import dataclass
from pathlib import Path

from mhealth.domain.msisdn import Msisdn
from mhealth.sheets.columns import Kind
from mhealth.sheets.spelling import grouped
from mhealth.sheets.writing import Customs, Rows, write_csvs, write_xlsx

_HEADS = ("A", "Bo", "Da", "Dé", "Fa", "Ga", "Gbé", "Ho", "Ka", "Kpé", "Lo", "Ma", "Na", "Ou", "Pé")
_TAILS = (
    "bomè",
    "codji",
    "dji",
    "gan",
    "houé",
    "kanmè",
    "lokpo",
    "mèdé",
    "nou",
    "pota",
    "sso",
    "vi",
)
_FIRST = ("Afi", "Ama", "Kossi", "Koffi", "Adjoa", "Séna", "Yawa", "Mensah", "Dossa", "Zénabou")
_LAST = ("Adanlé", "Hounkpè", "Kpadé", "Sossou", "Yarori", "Dassou", "Gbénou", "Tossa", "Akpo")
DISTRICT = "GR-01"
VILLAGES_OF_AREA = 50
AREAS_OF_FACILITY = 2


@dataclass(frozen=True, slots=True)
class Size:
    """How many of each; areas and facilities follow from the villages."""

    villages: int = 2000
    workers: int = 2000

    @property
    def areas(self) -> int:
        return max(1, math.ceil(self.villages / VILLAGES_OF_AREA))

    @property
    def facilities(self) -> int:
        return max(2, math.ceil(self.areas / AREAS_OF_FACILITY))


def worker_number(number: int) -> Msisdn:
    """The number of a health worker, counted from 1."""
    return Msisdn(f"+22901{62_000_000 + number}")


def duty_number(number: int) -> Msisdn:
    """The duty phone of a facility, counted from 1; 0 is the district's."""
    return Msisdn(f"+22901{66_000_000 + number}")


def village_code(number: int) -> str:
    """The code of a village, counted from 1."""
    return f"GR-V{number:05d}"


def district_rows(size: Size = Size()) -> Rows:
    """The cells of every sheet in French, in the order of its columns."""
    dice = random.Random(20261124)
    return {
        Kind.DISTRICTS: [
            [DISTRICT, "Grand-Kouvè", "Africa/Porto-Novo", "fr", grouped(duty_number(0))]
        ],
        Kind.HEALTH_AREAS: [
            [f"GR-A{n:03d}", f"Aire {_name(n)}", DISTRICT, ""] for n in range(1, size.areas + 1)
        ],
        Kind.FACILITIES: [_facility(n) for n in range(1, size.facilities + 1)],
        Kind.VILLAGES: [_village(n, dice) for n in range(1, size.villages + 1)],
        Kind.HEALTH_WORKERS: [_worker(n, dice) for n in range(1, size.workers + 1)],
        Kind.POSTS: _posts(size),
        Kind.DUTY_PHONES: [
            ["GR-C001", "", "sam, dim", "18:00", "08:00", grouped(duty_number(900)), ""]
        ],
    }


def write_big_district(folder: Path, size: Size = Size(), *, form: str = "xlsx") -> list[Path]:
    """Write the sheets into a folder, as one workbook or as CSV files; their paths."""
    folder.mkdir(parents=True, exist_ok=True)
    rows = district_rows(size)
    if form == "xlsx":
        files = {"grand-kouve.xlsx": write_xlsx(rows, Customs("fr", ("fr", "en")))}
    else:
        files = write_csvs(rows, "fr")
    paths = []
    for name, data in files.items():
        path = folder / name
        path.write_bytes(data)
        paths.append(path)
    return paths


def _name(number: int) -> str:
    head, rest = number % len(_HEADS), number // len(_HEADS)
    name = _HEADS[head] + _TAILS[rest % len(_TAILS)]
    again = rest // len(_TAILS)
    return f"{name} {again + 1}" if again else name


def _facility(number: int) -> list[str]:
    is_hospital = number == 1
    return [
        f"GR-C{number:03d}",
        "HD Grand-Kouvè" if is_hospital else f"CS {_name(number)}",
        DISTRICT,
        "tous les jours" if is_hospital else ("lun, mer, ven", "mar, jeu", "lun-ven")[number % 3],
        "08:00" if number % 2 else "08:30",
        grouped(duty_number(number)),
        "fr",
        "" if is_hospital else "GR-C001",
        "",
    ]


def _village(number: int, dice: random.Random) -> list[str]:
    area = (number - 1) // VILLAGES_OF_AREA
    distance = f"{dice.randint(5, 250) / 10:g}".replace(".", ",")
    return [
        village_code(number),
        _name(number),
        f"GR-A{area + 1:03d}",
        f"GR-C{area // AREAS_OF_FACILITY + 1:03d}",
        distance,
        "",
    ]


def _worker(number: int, dice: random.Random) -> list[str]:
    name = f"{dice.choice(_FIRST)} {dice.choice(_LAST)}"
    language = "en" if number % 20 == 0 else "fr"
    return [f"GR-S{number:05d}", name, grouped(worker_number(number)), language, DISTRICT, ""]


def _posts(size: Size) -> list[list[str]]:
    """Each village has a health worker; some serve several, and what is left over is second."""
    posts = []
    for number in range(1, max(size.villages, size.workers) + 1):
        village = (number - 1) % size.villages + 1
        worker = (number - 1) % size.workers + 1
        rank = (number - 1) // size.villages + 1
        posts.append([village_code(village), f"GR-S{worker:05d}", str(rank), ""])
    return posts
