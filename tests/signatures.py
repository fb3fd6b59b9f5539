"""Signs content for tests that speak of something else."""

from collections.abc import Iterable

from mhealth.content.review import ContentFile
from mhealth.services.signing import sign
from mhealth.store.database import Database
from tests.factories import NOON, a_district, a_staff_user


def sign_all(database: Database, files: Iterable[ContentFile], by: str = "Dr A. Sanni") -> None:
    """Sign every file as one clinician of a district of their own."""
    with database.writing() as session:
        district = a_district(session, name="Signataires")
        user = a_staff_user(session, district, display_name=by, signs_as="clinician")
        for file in files:
            sign(session, user.id, file, "", NOON)
