"""The scene of a deed without its turn."""

from sqlalchemy.orm import Session

from mhealth.domain.msisdn import Msisdn
from mhealth.services.callers import Caller
from mhealth.services.scene import Scene
from tests.databases import KEYRING
from tests.product import Product


def a_scene(product: Product, session: Session, msisdn: Msisdn) -> Scene:
    return Scene(
        bench=product.bench,
        session=session,
        caller=Caller(msisdn, KEYRING.blind(msisdn)),
        language="fr",
        ussd_session_key="africastalking:scene",
        step=1,
        flow_version="test",
        now=product.clock(),
    )
