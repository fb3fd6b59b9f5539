"""The factories of the tests make rows that both databases take."""

from mhealth.store.database import Database
from tests import factories


def test_every_factory_makes_a_row(database: Database) -> None:
    with database.writing() as session:
        district = factories.a_district(session, duty=factories.new_msisdn())
        area = factories.a_health_area(session, district)
        facility = factories.a_facility(session, district, duty=factories.new_msisdn())
        village = factories.a_village(session, area, facility=facility)
        worker = factories.a_health_worker(session, district, village=village)
        person = factories.a_person(session, district, phone=factories.a_phone(session))
        report = factories.a_report(session, person, village_id=village.id)
        referral = factories.a_referral(session, report, facility=facility)
        message = factories.a_message(session, referral_id=referral.id)

    with database.reading() as session:
        assert session.merge(worker, load=True).name == "Afi Mensah"
        assert session.merge(message, load=True).body == "Référence 482 1935: CS Kouvè."
