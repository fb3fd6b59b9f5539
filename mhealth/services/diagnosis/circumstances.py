"""What every part of the diagnosis looks at, handed in by the edge; nothing here is opened before use."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from sqlalchemy import text
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session

from mhealth.content.library import Library
from mhealth.domain.errors import SettingsError
from mhealth.domain.finding import Finding, RedisSeen
from mhealth.domain.gateway import Account
from mhealth.services.diagnosis.hosts import Answer, look
from mhealth.store.database import Database, open_database
from mhealth.store.keyring import Keyring, read_keyring

_NO_KEYS = Keyring({"none": bytes(32)}, bytes(32))  # reads what is not sealed


class CannotJudge(Exception):
    """Another part is away; the text says which."""


@dataclass(frozen=True, slots=True)
class Folder:
    """One that must have room; `is_ours`: this user writes there."""

    path: Path
    is_ours: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class Circumstances:
    """Settings as far as they can be read, and ways to look at the rest.

    `ask_redis` raises RedisFault, `look_at_account` (of a channel) AccountRefused or OutOfReach;
    `carriers` are the addresses of the carriers' APIs by channel;
    `folders` must have room, by what they hold; `env_files` hold secrets, if they are there.
    """

    values: Mapping[str, Any]
    faults: Sequence[str]
    unknown: Sequence[str]
    library: Library
    now_ms: Callable[[], int]
    ask_redis: Callable[[str], RedisSeen]
    look_at_account: Callable[[str], Account]
    carriers: Mapping[str, str]
    folders: Mapping[str, Folder]
    env_files: Sequence[Path]
    records: "Records" = field(init=False)
    answers: dict[str, Answer] = field(init=False, default_factory=dict)  # of hosts already asked

    def __post_init__(self) -> None:
        object.__setattr__(self, "records", Records(self))

    def ask(self, url: str) -> Answer:
        """Look at a host once in all. Never raises."""
        if url not in self.answers:
            self.answers[url] = look(url, self.now_ms)
        return self.answers[url]

    @property
    def mode(self) -> str:
        """demo, pilot or live; live when it cannot be read, so that nothing is taken lightly."""
        return str(self.values.get("mode", "live"))

    @property
    def is_demo(self) -> bool:
        """Whether nobody real is served."""
        return self.mode == "demo"

    def value(self, name: str) -> Any:
        """A setting. Raises CannotJudge when it is missing or wrong."""
        if name not in self.values:
            raise CannotJudge(f"MHEALTH_{name.upper()} cannot be read")
        return self.values[name]

    def keyring(self) -> Keyring:
        """The keys of the settings. Raises CannotJudge."""
        keys, index = self.value("encryption_keys"), self.value("index_key")
        try:
            return read_keyring(keys.reveal(), index.reveal())
        except (SettingsError, ValueError) as error:
            raise CannotJudge(str(error)) from error


Part = Callable[[Circumstances], Iterator[Finding]]


class Records:
    """The database, found away once and then not waited for again."""

    def __init__(self, here: Circumstances) -> None:
        self._here = here
        self._database: Database | None = None
        self.is_away = False

    @property
    def database(self) -> Database:
        """Opened with the keys that there are; connects on first use only. Raises CannotJudge."""
        if self._database is None:
            url = self._here.value("database_url")
            try:
                keyring = self._here.keyring()
            except CannotJudge:
                keyring = _NO_KEYS
            self._database = open_database(url, keyring)
        return self._database

    @contextmanager
    def reading(self) -> Iterator[Session]:
        """A session that only looks, and not for longer than 10 s. Raises CannotJudge when away."""
        if self.is_away:
            raise CannotJudge("the database is away")
        try:
            with self.database.reading() as session:
                if not self.database.is_sqlite:
                    session.execute(text("SET LOCAL statement_timeout = '10s'"))
                yield session
        except SQLAlchemyError as error:
            words = str(getattr(error, "orig", None) or error).strip().splitlines()
            reason = words[0] if words else type(error).__name__
            raise CannotJudge(f"the database answered: {reason}") from error

    def close(self) -> None:
        """Give back what was opened."""
        if self._database is not None:
            self._database.close()
