"""All tables together: importing this module makes the metadata whole."""

from mhealth.store import (
    directory,
    messages,
    people,
    referrals,
    reports,
    sign_in_brakes,
    staff,
    troubles,
    ussd_tables,
)
from mhealth.store.database import Base

metadata = Base.metadata

MODULES = (
    directory,
    messages,
    people,
    referrals,
    reports,
    sign_in_brakes,
    staff,
    troubles,
    ussd_tables,
)
