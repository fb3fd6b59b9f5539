"""A district of 2,000 villages on a server that was set up by the guide, live, behind nginx and TLS."""

import re
import stat

import pytest
import requests

from mhealth.domain.msisdn import Msisdn
from tests.big_district import district_rows, duty_number, worker_number
from tests.journeys.whole import wait_for
from tests.server.conftest import Served, french_sheets
from tests.server.guide import read_steps
from tests.server.machine import StepFailed
from tests.server.world import Desk, Dialler

pytestmark = [
    pytest.mark.server,
    pytest.mark.pg,
    pytest.mark.journey,
    pytest.mark.timeout(600),
]

VILLAGE = 101
FACILITY = 2
MOTHER = Msisdn("+2290197000001")
NEIGHBOUR = Msisdn("+2290197000002")
WORKER, CENTRE = worker_number(VILLAGE), duty_number(FACILITY)
RULES = "ussd_flows/content/protocols/child.yaml"


def report_danger(served: Served, caller: Msisdn) -> str:
    """Dial from the village 101 and say that a child of two has convulsions; the referral's code."""
    call = Dialler(served.aggregator, caller, "*123#")
    for words in (
        "Signaler",
        "D'accord",
        f"Aire {served.area}",
        served.village,
        "Un enfant",
        "De 1 à 4",
    ):
        call.choose(words)
    call.type("2")
    screen = call.choose("Convulsions")
    code = re.search(r"Code (\d{3} \d{4})", screen)
    assert screen.startswith("URGENCE"), screen
    assert code, screen
    return code[1]


def test_a_call_becomes_a_referral_that_the_centre_accepts_and_the_desk_shows(
    served: Served,
) -> None:
    phones = served.aggregator
    code = report_danger(served, MOTHER)

    phones.wait_for_sms(WORKER, f"URGENCE {code}: enfant, 2 ans, {served.village}")
    phones.wait_for_sms(CENTRE, f"Répondez OUI {code}")
    phones.wait_for_sms(MOTHER, f"Code {code}")
    phones.send(CENTRE, f"OUI {code}")
    phones.wait_for_sms(MOTHER, "vous attend maintenant")
    phones.wait_for_sms(WORKER, f"attend maintenant le patient {code}")

    desk = Desk(served.machine)
    page = desk.sign_in("afi", served.passwords["afi"])
    assert page.status_code == 200
    assert code in page.text
    path = re.search(r'href="(/desk/referrals/[0-9a-f-]{36})"', page.text)
    assert path
    story = desk.get(path[1]).text
    for words in (code, served.village, "Convulsions"):
        assert words in story
    wait_for(
        lambda: desk.get(path[1]).text.count("reçu sur le téléphone") >= 6,
        "six SMS are not shown as delivered",
    )
    assert len(phones.sms(MOTHER)) == len(set(phones.sms(MOTHER)))


def test_it_is_ready_and_the_doctor_finds_nothing_to_mend(served: Served) -> None:
    ready = served.machine.client().get(f"{served.machine.url}/readyz", timeout=30)

    assert ready.json() == {"status": "ok", "database": "up", "redis": "up"}
    said = served.machine.shell("systemctl start mhealth-doctor; mhealth doctor")
    assert "BAD" not in said, said
    assert "mode live" in said
    assert "proved" in said


def test_a_backup_restored_holds_every_table_as_it_was(served: Served) -> None:
    machine = served.machine
    machine.shell("sleep 1; systemctl start mhealth-backup")
    before = _digests(served)

    said = machine.step("restore")

    served.until_ready()
    lines = re.findall(r"^(ok |BAD) (\w+):", said, re.MULTILINE)
    assert len(lines) > 30
    assert all(mark == "ok " for mark, _ in lines)
    assert _digests(served) == before
    folder = machine.places / "var/backups/mhealth"
    keys = [machine.setting(name).rpartition(":")[2] for name in ("encryption_keys", "index_key")]
    packed = b"".join(path.read_bytes() for path in folder.iterdir())
    assert not [key for key in keys if key.encode() in packed]
    assert MOTHER.e164.encode() not in packed
    assert report_danger(served, Msisdn("+2290197000003"))


def _digests(served: Served) -> str:
    """What the directory, the referrals and the signatures hash to in the database itself."""
    queries = "".join(
        f"SELECT '{table}', count(*), md5(string_agg(t::text, '|' ORDER BY id)) FROM {table} t;"
        for table in ("districts", "villages", "health_workers", "referrals", "content_reviews")
    )
    return served.sql("mhealth_owner", queries)


def test_one_changed_rule_keeps_the_web_from_starting_and_is_named(served: Served) -> None:
    machine = served.machine
    (file,) = (machine.places / "opt/mhealth/venv/lib").glob(
        f"*/site-packages/mhealth/_data/{RULES}"
    )
    signed = file.read_text(encoding="utf-8")
    file.write_text(signed.replace("Convulsions", "Convulsions maintenant"), encoding="utf-8")
    try:
        machine.shell("systemctl restart mhealth-web")
        web = machine.services.running["mhealth-web.service"]
        assert web.wait(60) != 0
        last = machine.services.log("mhealth-web.service")[-2000:]
        assert RULES in last
        assert "MHEALTH_MODE=live" in last
        with pytest.raises(StepFailed, match=RULES):
            machine.shell("mhealth review gate")
    finally:
        file.write_text(signed, encoding="utf-8")
    machine.services.running.pop("mhealth-web.service")
    machine.shell("systemctl start mhealth-web")
    served.until_ready()


def test_a_worker_killed_in_mid_send_loses_no_emergency(served: Served) -> None:
    phones, services = served.aggregator, served.machine.services
    phones.loses.set()
    code = report_danger(served, NEIGHBOUR)
    wait_for(lambda: phones.lost, "the aggregator got nothing")
    services.kill("mhealth-worker@mhealth-emergency.service")
    phones.loses.clear()
    served.machine.shell("systemctl start mhealth-worker@mhealth-emergency")

    for phone in (WORKER, CENTRE, NEIGHBOUR):
        phones.wait_for_sms(phone, code)
        texts = [text for text in phones.sms(phone) if code in text]
        assert max(texts.count(text) for text in texts) <= 2


def test_who_serves_the_web_alters_no_table_and_rewrites_no_record(served: Served) -> None:
    assert served.sql("mhealth", "SELECT count(*) FROM villages").strip() == "2000"
    for forbidden in (
        "ALTER TABLE referrals ADD COLUMN x int",
        "DROP TABLE referrals",
        "TRUNCATE reports",
        "DELETE FROM referrals",
        "DELETE FROM access_records",
        "UPDATE referral_events SET id = id",
        "UPDATE content_reviews SET verdict = 'signed'",
        "UPDATE alembic_version SET version_num = '0001'",
        "CREATE TABLE x (y int)",
        "CREATE DATABASE x",
    ):
        with pytest.raises(StepFailed, match="permission denied|must be owner"):
            served.sql("mhealth", forbidden)


def test_the_proxy_lets_nothing_through_that_it_should_not(served: Served) -> None:
    machine = served.machine
    token = machine.setting("webhook_tokens").partition(":")[2]
    outside = machine.client()
    plain = f"http://127.0.0.1:{machine.places.http}"
    headers = {"Host": "mhealth.example.org"}

    redirect = requests.get(f"{plain}/desk", headers=headers, allow_redirects=False, timeout=30)
    assert redirect.status_code == 301
    assert redirect.headers["Location"] == "https://mhealth.example.org/desk"
    hook = f"/hooks/africastalking/{token}/ussd"
    assert requests.post(f"{plain}{hook}", headers=headers, timeout=30).status_code == 403
    assert outside.get(f"{machine.url}/metrics", timeout=30).status_code == 404
    large = outside.post(f"{machine.url}{hook}", data={"text": "x" * 70_000}, timeout=30)
    assert large.status_code == 413
    front = outside.get(f"{machine.url}/sign-in", timeout=30)
    assert front.headers["Strict-Transport-Security"].count("max-age") == 1
    assert "Secure" in front.headers["Set-Cookie"]
    assert "__Host-desk" in front.headers["Set-Cookie"]
    with pytest.raises(requests.exceptions.SSLError):
        requests.get(machine.url, verify=False, timeout=30)  # by no name

    inside = f"http://127.0.0.1:{machine.places.inside}/metrics"
    assert requests.get(inside, timeout=30).status_code in (401, 403, 404)
    bearer = {"Authorization": f"Bearer {machine.setting('metrics_token')}"}
    figures = requests.get(inside, headers=bearer, timeout=30)
    assert figures.status_code == 200
    assert "mhealth_" in figures.text


def test_a_whole_districts_sheets_pass_the_proxy(served: Served) -> None:
    desk, sheets = Desk(served.machine), french_sheets()
    desk.sign_in("kodjo", served.passwords["kodjo"])

    page = desk.hand_in("district.xlsx", sheets)

    assert len(sheets) > 64 * 1024
    assert page.status_code == 200, page.text
    assert "district.xlsx" in page.text


def test_no_log_holds_a_secret_a_number_or_a_name(served: Served) -> None:
    machine = served.machine
    calls = (machine.places / "var/log/nginx/mhealth-hooks.log").read_text()
    assert "/hooks/africastalking/-/ussd 200" in calls

    secrets = [
        machine.setting(name) for name in ("africastalking_api_key", "index_key", "secret_key")
    ]
    secrets += [machine.setting("webhook_tokens").partition(":")[2]]
    people = [MOTHER.e164, MOTHER.e164[4:], WORKER.e164, CENTRE.e164, *_names()]
    logs = machine.services.logs() + (machine.places / "root/notes").read_text()
    assert not [word for word in secrets + people if word in logs]


def _names() -> list[str]:
    rows = next(sheet for kind, sheet in district_rows().items() if kind.value == "health_workers")
    return [str(row[1]) for row in rows[:200]]


def test_what_is_written_can_be_read_by_those_who_should(served: Served) -> None:
    places = served.machine.places

    assert stat.S_IMODE((places / "etc/mhealth/mhealth.env").stat().st_mode) == 0o640
    assert stat.S_IMODE((places / "run/mhealth-web/web.sock").stat().st_mode) == 0o660
    backups = list((places / "var/backups/mhealth").iterdir())
    assert all(stat.S_IMODE(path.stat().st_mode) & 0o077 == 0 for path in backups)
    assert (places / "var/lib/redis/appendonlydir").is_dir()


def test_every_step_of_the_guide_was_carried_out(served: Served) -> None:
    served.machine.step("journal")

    assert served.machine.taken == set(read_steps())
