"""The list of referrals: order, filters, pages, what stands red, and what it says when empty."""

import re
from datetime import timedelta

import pytest
from sqlalchemy import event

from mhealth.domain.codes import check_digit, show_code
from mhealth.domain.referral import ReferralStatus
from mhealth.store.referrals import Referral
from tests import factories as made
from tests.web.conftest import Browser, Desk
from tests.web.desk_seed import COUNT, Busy
from tests.web.reading import visible

LIST = "/desk/referrals"


def codes(html: str) -> list[str]:
    """The codes of the table, in order."""
    table = re.search(r"<tbody.*</tbody>", html, re.DOTALL)
    return re.findall(r'class="code"[^>]*>([\d ]+)</a>', table.group()) if table else []


def expected(busy: Busy, *wanted: Referral) -> list[str]:
    rows = wanted or busy.referrals
    newest = sorted(rows, key=lambda r: (r.created_at, r.id), reverse=True)
    return [show_code(r.code) for r in newest]


def link(html: str, rel: str) -> str | None:
    found = re.search(rf'rel="{rel}" href="([^"]+)"', html)
    return found.group(1).replace("&amp;", "&") if found else None


def test_all_are_listed_newest_first_page_by_page_and_back(signed_in: Browser, busy: Busy) -> None:
    first = signed_in.get(LIST).text
    second_at = link(first, "next")
    assert second_at is not None
    second = signed_in.get(second_at).text
    third_at = link(second, "next")
    assert third_at is not None
    third = signed_in.get(third_at).text

    assert codes(first) + codes(second) + codes(third) == expected(busy)
    assert len(codes(first)) == 25
    assert link(third, "next") is None
    assert link(first, "prev") is None
    back = link(third, "prev")
    assert back is not None
    assert codes(signed_in.get(back).text) == codes(second)


def test_a_line_says_class_by_word_and_shape_status_place_age_and_both_times(
    desk: Desk, signed_in: Browser, busy: Busy
) -> None:
    row = signed_in.get(LIST).text.split('<tr role="row" class="row')[1]

    assert "row--emergency" in row.split('"')[0]
    assert "URGENCE" in row
    assert '<svg class="shape"' in row
    said = visible(row)
    assert "Sans réponse" in said
    assert "Agbodji" in said
    assert "HD Soukoumé" in said
    assert re.search(r"(Enfant|Femme|personne).*, (\d+ (jours?|mois|ans?)|âge inconnu)", said)
    assert "il y a 1 minute" in said
    assert "mer. 4 mars, 12:59" in said  # Porto-Novo is an hour ahead of UTC
    assert 'datetime="2026-03-04T12:59:00+01:00"' in row


def test_an_incomplete_report_is_marked(signed_in: Browser, busy: Busy) -> None:
    cut = next(r for r in busy.referrals if r.is_incomplete)

    page = signed_in.get(f"{LIST}?code={cut.code}").text

    assert "incomplète" in visible(page)


def test_an_emergency_without_an_answer_stands_red_above_all_until_answered(
    desk: Desk, signed_in: Browser, busy: Busy
) -> None:
    newest = busy.referrals[0]
    assert newest.triage_class == "emergency"
    assert show_code(newest.code) not in alarm(signed_in.get(LIST).text)

    desk.clock.on(minutes=14)
    for address in (LIST, f"{LIST}?class=routine", f"{LIST}?code=999"):
        assert show_code(newest.code) in alarm(signed_in.get(address).text)
    page = signed_in.get(LIST).text
    assert "attend depuis 15 min" in alarm(page)
    assert page.index('class="alarm"') < page.index("<table")

    with desk.database.writing() as session:
        row = session.get(Referral, newest.id)
        assert row is not None
        row.status = ReferralStatus.ACCEPTED.value
    assert show_code(newest.code) not in alarm(signed_in.get(LIST).text)


def test_red_stands_until_somebody_says_yes_also_while_a_next_centre_is_asked(
    desk: Desk, signed_in: Browser, busy: Busy
) -> None:
    newest = busy.referrals[0]
    with desk.database.writing() as session:
        made.an_event(session, newest, kind="escalated", actor_kind="clock", at=desk.clock.at)
        row = session.get(Referral, newest.id)
        assert row is not None
        row.answer_due_at, row.escalated_at = desk.clock.at + timedelta(minutes=15), None

    assert show_code(newest.code) in alarm(signed_in.get(LIST).text)
    page = visible(signed_in.get(f"{LIST}/{newest.uid}").text)
    assert "Personne n’a répondu à temps." in page


def test_an_urgent_one_past_its_time_is_marked_and_not_red(
    desk: Desk, signed_in: Browser, busy: Busy
) -> None:
    urgent = next(r for r in busy.referrals if r.triage_class == "urgent" and r.status == "sent")
    with desk.database.writing() as session:
        row = session.get(Referral, urgent.id)
        assert row is not None
        row.answer_due_at = desk.clock.at - timedelta(minutes=1)

    page = signed_in.get(f"{LIST}?code={urgent.code}").text

    assert "délai passé" in visible(page.split('<tr role="row" class="row')[1])
    assert "row--red" not in page
    assert show_code(urgent.code) not in alarm(page)


def alarm(html: str) -> str:
    found = re.search(r'<section class="alarm".*?</section>', html, re.DOTALL)
    return visible(found.group()) if found else ""


def test_what_needs_an_answer_is_counted(desk: Desk, signed_in: Browser, busy: Busy) -> None:
    waiting = [r for r in busy.referrals if r.status in ("sent", "declined")]
    emergencies = [r for r in waiting if r.triage_class == "emergency"]

    said = visible(signed_in.get(LIST).text)

    assert f"{len(waiting)} attendent une réponse, dont {len(emergencies)} urgences" in said


def test_filters_narrow_alone_and_together_and_the_address_keeps_them(
    signed_in: Browser, busy: Busy
) -> None:
    village, centre = busy.villages[0], busy.facilities[0]

    def shown(**filters: object) -> list[str]:
        page = signed_in.get(LIST, query_string=filters)
        assert page.status_code == 200
        return codes(page.text)

    def those(**columns: object) -> list[str]:
        rows = [r for r in busy.referrals if all(getattr(r, k) == v for k, v in columns.items())]
        return expected(busy, *rows)[:25] if rows else []

    assert shown(**{"class": "urgent"}) == those(triage_class="urgent")
    assert shown(status="accepted") == those(status="accepted")
    assert shown(village=village.uid) == those(village_id=village.id)
    assert shown(facility=centre.uid) == those(facility_id=centre.id)
    together = shown(**{"class": "urgent", "village": village.uid, "facility": centre.uid})
    assert together == those(triage_class="urgent", village_id=village.id, facility_id=centre.id)
    assert together
    waiting = [r for r in busy.referrals if r.status in ("sent", "declined")]
    assert shown(status="waiting") == expected(busy, *waiting)


def test_the_second_page_keeps_the_filter(desk: Desk, signed_in: Browser, busy: Busy) -> None:
    with desk.database.writing() as session:
        session.query(Referral).update({"triage_class": "routine"})
    first = signed_in.get(f"{LIST}?class=routine&status=").text
    second_at = link(first, "next")
    assert second_at is not None
    assert "class=routine" in second_at

    assert len(codes(signed_in.get(second_at).text)) == 25
    assert COUNT == 60


@pytest.mark.parametrize("shape", ["{0}", "{1}", " {1} ", "{0:.4}", "{2}"])
def test_a_code_is_found_as_people_write_it(signed_in: Browser, busy: Busy, shape: str) -> None:
    code = busy.referrals[40].code
    typed = shape.format(code, show_code(code), code.replace("0", "O").replace("1", "l"))

    assert show_code(code) in codes(signed_in.get(LIST, query_string={"code": typed}).text)


def test_a_miscopied_code_is_told_from_one_that_is_not_there(
    signed_in: Browser, busy: Busy
) -> None:
    used = {r.code for r in busy.referrals}
    free = next(
        c for n in range(100_000, 100_100) if (c := f"{n}{check_digit(str(n))}") not in used
    )
    wrong = free[:-1] + str((int(free[-1]) + 1) % 10)

    assert "Ce code est mal copié" in signed_in.get(f"{LIST}?code={wrong}").text
    assert "Aucune référence ne correspond" in signed_in.get(f"{LIST}?code={free}").text


@pytest.mark.parametrize(
    "query",
    [
        "class=home", "class=<script>alert(1)</script>", "status=nope", "village=1",
        "village=00000000-0000-0000-0000-000000000000", "facility=%00", "facility=%ff%fe",
        "code=abc", "code=12", "code=12345678", "code=%27%20OR%201=1", "code=%25", "code=1_3",
    ],
)  # fmt: skip
def test_an_unknown_filter_is_said_beside_its_field_and_keeps_what_was_typed(
    signed_in: Browser, query: str
) -> None:
    answer = signed_in.get(f"{LIST}?{query}&class=" if "class" not in query else f"{LIST}?{query}")

    assert answer.status_code == 400
    assert 'aria-invalid="true"' in answer.text
    assert "Ce filtre n’est pas compris" in answer.text
    assert codes(answer.text) == []
    if query == "code=abc":
        assert 'value="abc"' in answer.text


@pytest.mark.parametrize("turn", ["older_than=x", "newer_than=", "older_than=%00", "page=-1"])
def test_a_turn_that_leads_nowhere_shows_the_first_page(
    signed_in: Browser, busy: Busy, turn: str
) -> None:
    assert codes(signed_in.get(f"{LIST}?{turn}").text) == expected(busy)[:25]


def test_an_empty_district_says_what_to_do(lonely: Browser) -> None:
    said = visible(lonely.get(LIST).text)

    assert "Aucune référence pour le moment" in said
    assert "*384*55#" in said
    assert "Rien n’attend de réponse" in said


def test_the_number_of_questions_to_the_database_does_not_grow_with_the_list(
    desk: Desk, signed_in: Browser, busy: Busy
) -> None:
    def asked(path: str) -> int:
        statements: list[str] = []

        def note(_c: object, _u: object, statement: str, *_: object) -> None:
            statements.append(statement)

        event.listen(desk.database.full, "before_cursor_execute", note)
        assert signed_in.get(path).status_code == 200
        event.remove(desk.database.full, "before_cursor_execute", note)
        return len(statements)

    one = busy.referrals[3].code
    assert asked(LIST) == asked(f"{LIST}?code={one}") <= 16


def test_times_of_another_year_name_it(desk: Desk, signed_in: Browser, busy: Busy) -> None:
    desk.clock.at += timedelta(days=365)

    assert "mer. 4 mars 2026, 12:59" in visible(signed_in.get(LIST).text)


def test_a_shortened_address_leads_to_the_list(signed_in: Browser, busy: Busy) -> None:
    answer = signed_in.get("/desk/")

    assert answer.status_code == 302
    assert answer.location == "/desk/referrals"
