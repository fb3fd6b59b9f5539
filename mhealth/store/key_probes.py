"""What the keys of this installation must bring forth: so that wrong ones are found before damage."""

from sqlalchemy import LargeBinary, String, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from mhealth.store.database import Base
from mhealth.store.keyring import Keyring
from mhealth.store.people import Phone
from mhealth.store.upsert import insert_into


class KeyProbe(Base):
    """One key that was used here: a value that only this key brings forth, and that tells nothing of it."""

    __tablename__ = "key_probes"
    key: Mapped[str] = mapped_column(String(40), primary_key=True)  # key:<id>, or index
    check_value: Mapped[bytes] = mapped_column(LargeBinary(8))


def note_keys(session: Session, keyring: Keyring) -> None:
    """Write down the keys that seal here from now on; those that are known stay as they are."""
    for key, value in keyring.used_checks.items():
        row = insert_into(session, KeyProbe).values(key=key, check_value=value)
        session.execute(row.on_conflict_do_nothing())


def wrong_keys(session: Session, keyring: Keyring) -> list[str]:
    """Keys that sealed here and that the keyring lacks or has with another value: `key:k1`, `index`."""
    have = keyring.checks
    known = session.execute(select(KeyProbe.key, KeyProbe.check_value).order_by(KeyProbe.key))
    return [key for key, value in known if have.get(key) != value]


def newest_phone(session: Session) -> Phone | None:
    """A sealed number to try the keys on, where no probe was written yet."""
    return session.scalar(select(Phone).order_by(Phone.id.desc()).limit(1))
