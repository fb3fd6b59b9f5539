"""All tables together: importing this module makes the metadata whole."""

from mhealth.store import (
    beats,
    directory,
    duty_phones,
    flow_versions,
    funnel,
    imports,
    key_probes,
    messages,
    people,
    referrals,
    reports,
    reviews,
    sign_in_brakes,
    staff,
    troubles,
    ussd_tables,
    worker_phones,
)
from mhealth.store.database import Base

metadata = Base.metadata

MODULES = (
    beats,
    directory,
    duty_phones,
    flow_versions,
    funnel,
    imports,
    key_probes,
    messages,
    people,
    referrals,
    reports,
    reviews,
    sign_in_brakes,
    staff,
    troubles,
    ussd_tables,
    worker_phones,
)
