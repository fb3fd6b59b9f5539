"""Health workers on the desk: requests decided, the list searched and paged, PINs, leaving, numbers."""

import re
from uuid import UUID

import pytest
from sqlalchemy import select

from mhealth.domain.msisdn import Msisdn
from mhealth.store.directory import HealthWorker, Village
from mhealth.store.directory_reads import villages_of_worker
from mhealth.store.messages import Message
from mhealth.store.staff import AccessRecord
from mhealth.store.worker_phones import PhoneRequest, PinTry, WorkerPin
from tests import factories as made
from tests.databases import KEYRING
from tests.web.conftest import Browser, Desk
from tests.web.desk_seed import Busy
from tests.web.reading import visible

LIST = "/desk/workers"


def plant_request(desk: Desk, busy: Busy, kind: str = "enrolment", **more: object) -> UUID:
    msisdn = made.new_msisdn()
    with desk.database.writing() as session:
        row = PhoneRequest(
            kind=kind, state="waiting", district_id=busy.district.id,
            msisdn_index=KEYRING.blind(msisdn), asked_at=desk.clock.at, language="fr",
            village_id=busy.villages[1].id if kind == "enrolment" else None,
        )  # fmt: skip
        row.msisdn = msisdn.e164
        for name, value in more.items():
            setattr(row, name, value)
        session.add(row)
        session.flush()
        return row.uid


def plant_worker(desk: Desk, busy: Busy, name: str, code: str | None = None) -> HealthWorker:
    with desk.database.writing() as session:
        return made.a_health_worker(session, busy.district, name=name, code=code)


def deeds(desk: Desk) -> list[str]:
    with desk.database.reading() as session:
        return list(session.scalars(select(AccessRecord.deed).order_by(AccessRecord.id)))


def templates(desk: Desk) -> list[str]:
    with desk.database.reading() as session:
        query = select(Message.template).where(Message.template.like("worker_%"))
        known = list(session.scalars(query.order_by(Message.id)))
        return [
            name for name in known if name.split("_")[1] in ("enrolled", "number", "pin", "request")
        ]


def worker_named(desk: Desk, name: str) -> HealthWorker:
    with desk.database.reading() as session:
        return next(w for w in session.scalars(select(HealthWorker)) if w.name == name)


def test_a_request_is_shown_with_its_age_and_a_masked_number(
    desk: Desk, signed_in: Browser, busy: Busy
) -> None:
    uid = plant_request(desk, busy)
    desk.clock.on(hours=5)

    text = signed_in.get(LIST).text
    assert "1 demande attend votre réponse" in visible(text)
    assert "il y a 5 heures" in visible(text)
    assert busy.villages[1].name in visible(text)
    assert not re.search(r"\+229\d{8}", text)
    assert "Agents 1 à traiter" in visible(signed_in.get("/desk/referrals").text)

    shown = signed_in.post(f"{LIST}/requests/{uid}/number", seen=LIST).text
    assert len(re.findall(r'href="tel:\+22901\d{8}"', shown)) == 1
    assert deeds(desk)[-1] == "show_number"


def test_a_new_worker_is_enrolled_once(desk: Desk, signed_in: Browser, busy: Busy) -> None:
    uid = plant_request(desk, busy)

    nameless = signed_in.post(f"{LIST}/requests/{uid}/new", seen=LIST, name=" ", code="A-1")
    assert nameless.status_code == 400
    assert "Écrivez le nom de l’agent." in nameless.text
    assert 'value="A-1"' in nameless.text
    answer = signed_in.post(
        f"{LIST}/requests/{uid}/new", seen=LIST, name="Sènan Dossou", code="A-1"
    )
    again = signed_in.post(f"{LIST}/requests/{uid}/new", seen=LIST, name="Sènan Dossou", code="A-2")

    assert "L’agent est inscrit" in signed_in.get(answer.location).text
    assert "n’attend plus" in signed_in.get(again.location).text
    worker = worker_named(desk, "Sènan Dossou")
    assert worker.code == "A-1"
    page = visible(signed_in.get(f"{LIST}/{worker.uid}").text)
    assert "Sènan Dossou A-1" in page
    assert busy.villages[1].name in page
    assert deeds(desk).count("confirm_phone") == 1
    assert templates(desk) == ["worker_enrolled"]


def test_a_new_number_needs_a_code_of_this_district(
    desk: Desk, signed_in: Browser, busy: Busy
) -> None:
    worker = plant_worker(desk, busy, "Kossi Ahouan", "ASC-7")
    with desk.database.writing() as session:
        made.a_health_worker(session, made.a_district(session, name="Loin"), code="LOIN-1")
    uid = plant_request(desk, busy, "new_number", named_code="asc7", is_proven=False)

    assert "appelez avant de confirmer" in visible(signed_in.get(LIST).text)
    for code in ("", "nobody", "LOIN-1"):
        answer = signed_in.post(f"{LIST}/requests/{uid}/known", seen=LIST, code=code)
        assert answer.status_code == 400
        assert "Aucun agent en poste dans ce district" in answer.text
    answer = signed_in.post(f"{LIST}/requests/{uid}/known", seen=LIST, code="asc-7")

    assert "Le numéro est changé" in signed_in.get(answer.location).text
    assert worker_named(desk, "Kossi Ahouan").msisdn_index != worker.msisdn_index
    assert templates(desk) == ["worker_number_changed", "worker_number_replaced"]


def test_six_digits_that_were_typed_as_code_are_not_shown(
    desk: Desk, signed_in: Browser, busy: Busy
) -> None:
    plant_request(desk, busy, "new_number", named_code=None)

    text = visible(signed_in.get(LIST).text)
    assert "six chiffres, peut-être son PIN. Ils ne sont pas gardés." in text
    assert "None" not in text


def test_a_request_is_refused(desk: Desk, signed_in: Browser, busy: Busy) -> None:
    uid = plant_request(desk, busy)

    answer = signed_in.post(f"{LIST}/requests/{uid}/refuse", seen=LIST)

    assert "La demande est refusée" in signed_in.get(answer.location).text
    assert "Aucune demande n’attend" in signed_in.get(LIST).text
    assert deeds(desk).count("refuse_phone") == 1
    assert templates(desk) == ["worker_request_refused"]


def test_the_list_is_by_name_searched_without_accents_and_paged(
    desk: Desk, signed_in: Browser, busy: Busy
) -> None:
    for number in range(60):
        plant_worker(desk, busy, f"Éloi Numéro {number:02d}", f"Z-{number:03d}")

    def names(path: str) -> list[str]:
        return re.findall(r"<bdi>(Éloi[^<]*)</bdi></a>", signed_in.get(path).text)

    pages = [names(f"{LIST}?q=eloi&page={n}") for n in (1, 2, 3)]
    assert [len(page) for page in pages] == [25, 25, 10]
    assert sum(pages, []) == [f"Éloi Numéro {n:02d}" for n in range(60)]
    assert names(f"{LIST}?q=eloi&page=99") == pages[2]
    assert "q=eloi" in signed_in.get(f"{LIST}?q=eloi").text
    assert names(f"{LIST}?q=z-007") == ["Éloi Numéro 07"]
    assert "Aucun agent ne correspond" in signed_in.get(f"{LIST}?q=personne").text
    assert signed_in.get(f"{LIST}?state=x").status_code == 400
    assert signed_in.get(f"{LIST}?page=x").status_code == 200


def test_a_pin_is_seen_by_its_state_and_cleared(desk: Desk, signed_in: Browser, busy: Busy) -> None:
    worker = plant_worker(desk, busy, "Ablavi Tossou", "ASC-8")
    page = f"{LIST}/{worker.uid}"
    assert "à choisir" in visible(signed_in.get(page).text)
    assert "Effacer le PIN" not in signed_in.get(page).text
    with desk.database.writing() as session:
        session.add(
            WorkerPin(
                health_worker_id=worker.id,
                pin_hash="$x",
                set_at=desk.clock.at,
                seen_at=desk.clock.at,
            )
        )
        for number in range(5):
            session.add(PinTry(
                turn_digest=bytes([number]) * 16, call_digest=b"c" * 16, at=desk.clock.at,
                msisdn_index=worker.msisdn_index, health_worker_id=worker.id, is_right=False,
            ))  # fmt: skip
    assert "bloqué jusqu’à 13:15" in visible(signed_in.get(LIST + "?q=ablavi").text)

    answer = signed_in.post(f"{page}/reset-pin", seen=page)
    twice = signed_in.post(f"{page}/reset-pin", seen=page)

    assert "Le PIN est effacé" in signed_in.get(answer.location).text
    assert twice.status_code == 302
    assert "à choisir" in visible(signed_in.get(page).text)
    assert deeds(desk).count("reset_pin") == 1
    assert templates(desk) == ["worker_pin_reset"]


def test_a_worker_leaves_and_comes_back_unless_the_number_is_anothers(
    desk: Desk, signed_in: Browser, busy: Busy
) -> None:
    worker = plant_worker(desk, busy, "Codjo Ayena")
    page = f"{LIST}/{worker.uid}"

    gone = signed_in.post(f"{page}/close", seen=page)
    assert "n’est plus en poste" in signed_in.get(gone.location).text
    assert "Codjo" not in signed_in.get(LIST).text
    assert "Codjo" in signed_in.get(f"{LIST}?state=left").text
    with desk.database.writing() as session:
        number = Msisdn(str(session.get_one(HealthWorker, worker.id).msisdn))
        heir = made.a_health_worker(session, busy.district, msisdn=number).id
    taken = signed_in.post(f"{page}/reopen", seen=page)
    assert taken.status_code == 400
    assert "Un autre agent a ce numéro" in taken.text

    with desk.database.writing() as session:
        session.get_one(HealthWorker, heir).closed_at = desk.clock.at
    back = signed_in.post(f"{page}/reopen", seen=page)
    assert "de nouveau en poste" in signed_in.get(back.location).text
    assert [d for d in deeds(desk) if d.endswith("_worker")] == ["close_worker", "reopen_worker"]


def test_a_worker_gets_villages_by_code_or_name_and_gives_them_back(
    desk: Desk, signed_in: Browser, busy: Busy
) -> None:
    worker, here = plant_worker(desk, busy, "Codjo Ayena"), busy.villages[0]
    page = f"{LIST}/{worker.uid}"
    with desk.database.writing() as session:
        area = session.get_one(Village, here.id).health_area
        for code in ("K-1", "K-2"):
            made.a_village(session, area, name="Kpota", code=code)
        made.a_village(session, area, name="Fermé", code="K-3", closed_at=desk.clock.at)
        far = made.a_health_area(session, made.a_district(session, name="Loin"))
        made.a_village(session, far, name="Lointain", code="K-4")

    for typed, told in (
        ("", "Aucun village ouvert"), ("K-3", "Aucun village ouvert"), ("K-4", "Aucun village"),
        ("kpota", "Plusieurs villages ont ce nom"),
    ):  # fmt: skip
        wrong = signed_in.post(f"{page}/villages", seen=page, village=typed)
        assert (wrong.status_code, told in wrong.text) == (400, True)
    for typed in ("k-2", here.name.upper()):
        given = signed_in.post(f"{page}/villages", seen=page, village=typed)
        assert "L’agent sert ce village" in signed_in.get(given.location).text
    with desk.database.reading() as session:
        served = villages_of_worker(session, worker.id)
    assert sorted(village.name for village in served) == sorted(["Kpota", here.name])

    kpota = next(village for village in served if village.name == "Kpota")
    back = signed_in.post(f"{page}/villages/{kpota.uid}/end", seen=page)
    assert "ne sert plus ce village" in signed_in.get(back.location).text
    assert signed_in.post(f"{page}/villages/{kpota.uid}/end", seen=page).status_code == 404
    with desk.database.reading() as session:
        assert [v.id for v in villages_of_worker(session, worker.id)] == [here.id]
    assert deeds(desk).count("change_villages") == 3


def test_a_workers_number_is_masked_until_asked_for_and_the_asking_is_on_record(
    desk: Desk, signed_in: Browser, busy: Busy
) -> None:
    worker = plant_worker(desk, busy, "Dansi Hounkpè")
    page = f"{LIST}/{worker.uid}"

    before = signed_in.get(page).text
    after = signed_in.post(f"{page}/number", seen=page).text

    assert "tel:" not in before
    assert "tel:+22901" in after
    assert deeds(desk)[-2:] == ["show_number", "view_workers"]


@pytest.mark.parametrize("deed", ["", "/number", "/reset-pin", "/close", "/reopen"])
def test_another_districts_worker_is_nobody(
    desk: Desk, busy: Busy, lonely: Browser, deed: str
) -> None:
    worker = plant_worker(desk, busy, "Dansi Hounkpè")

    path = f"{LIST}/{worker.uid}{deed}"
    answer = lonely.post(path, seen=LIST) if deed else lonely.get(path)
    assert answer.status_code == 404
    assert "Aucun agent de santé pour le moment" in lonely.get(LIST).text
