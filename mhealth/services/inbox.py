"""The desk's inbox: a person read an SMS that the machine could not, and puts it aside."""

from sqlalchemy.orm import Session

from mhealth.store.messages import InboundMessage


def settle(session: Session, message: InboundMessage) -> bool:
    """Mark as dealt with; False when somebody already did."""
    if not message.needs_person:
        return False
    message.needs_person = False
    session.flush()
    return True
