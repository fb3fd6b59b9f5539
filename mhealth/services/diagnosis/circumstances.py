"""What every part of the diagnosis looks at, handed in by the edge; nothing here is opened before use."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Any

from sqlalchemy import text
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session

from mhealth.content.library import Library
from mhealth.domain.errors import SettingsError
from mhealth.domain.finding import Finding, RedisSeen
from mhealth.domain.gateway import Account
from mhealth.services.diagnosis.asking import Asked
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
    asked: Asked = field(init=False, default_factory=Asked)

    def __post_init__(self) -> None:
        object.__setattr__(self, "records", Records(self))

    def ask(self, url: str) -> Answer:
        """Look at a host once in all. Never raises."""
        return self.asked.once(("host", url), lambda: look(url, self.now_ms))

    def redis(self, url: str) -> tuple[RedisSeen, int]:
        """What it says of itself, and by how many ms its clock is ahead of ours. Raises RedisFault."""
        return self.asked.once(("redis", url), lambda: self._redis(url))

    def account(self, channel: str) -> Account:
        """How the carrier knows us. Raises AccountRefused, OutOfReach."""
        return self.asked.once(("account", channel), lambda: self.look_at_account(channel))

    def set_out(self) -> None:
        """Begin to ask whatever is not on this machine, before the first answer is waited for."""
        redis_url, public_url = self.values.get("redis_url"), str(self.values.get("public_url", ""))
        if redis_url is not None:
            self.asked.begin(("redis", redis_url), lambda: self._redis(redis_url))
        hosts = {*self.carriers.values(), *([public_url] if _is_https(public_url) else [])}
        for url in hosts:
            self.asked.begin(("host", url), partial(look, url, self.now_ms))
        for channel in self.carriers:
            self.asked.begin(("account", channel), partial(self.look_at_account, channel))

    def close(self) -> None:
        """Give back what was opened."""
        self.asked.close()
        self.records.close()

    def _redis(self, url: str) -> tuple[RedisSeen, int]:
        before_ms = self.now_ms()
        seen = self.ask_redis(url)
        return seen, seen.now_ms - (before_ms + self.now_ms()) // 2

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


def _is_https(url: str) -> bool:
    return url.startswith("https://")


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
