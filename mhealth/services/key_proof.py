"""Are these the keys that sealed what lies here? Asked before a process writes anything."""

from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session

from mhealth.domain.errors import SealError, SettingsError
from mhealth.domain.msisdn import Msisdn
from mhealth.logs import log_for
from mhealth.store.database import Database
from mhealth.store.key_probes import newest_phone, note_keys, wrong_keys
from mhealth.store.keyring import Keyring

log = log_for("services.key_proof")


def faults_of_keys(session: Session) -> list[str]:
    """One line for each key that is missing or another one than before; names the setting."""
    keyring: Keyring = session.info["keyring"]
    lines = [_line(key) for key in wrong_keys(session, keyring)]
    return lines or _faults_on_a_number(session, keyring)


def prove_keys(database: Database) -> None:
    """Refuse to work with other keys than those that sealed here, and write down new ones.

    Raises SettingsError. A database that is away or not migrated is not judged here.
    """
    try:
        with database.writing() as session:
            faults = faults_of_keys(session)
            if not faults:
                note_keys(session, database.keyring)
    except SQLAlchemyError as error:
        log.warning("keys not proved", reason=type(error).__name__)
        return
    if faults:
        raise SettingsError("; ".join(faults))


def _line(key: str) -> str:
    if key == "index":
        return "MHEALTH_INDEX_KEY: not the key by which the numbers here were indexed"
    name = key.removeprefix("key:")
    return (
        f"MHEALTH_ENCRYPTION_KEYS: {name} is missing or another key than the one that sealed here"
    )


def _faults_on_a_number(session: Session, keyring: Keyring) -> list[str]:
    """Where no probe was written yet: the newest number must open and be found by its index."""
    phone = newest_phone(session)
    if phone is None:
        return []
    try:
        msisdn = Msisdn(phone.msisdn)
    except (SealError, ValueError):
        return ["MHEALTH_ENCRYPTION_KEYS: do not open the numbers that were sealed here"]
    return [] if keyring.blind(msisdn) == phone.msisdn_index else [_line("index")]
