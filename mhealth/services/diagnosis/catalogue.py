"""Every kind of finding with its mend: what the doctor says, and what docs/how-to/mend.md holds."""

from collections.abc import Mapping
from dataclasses import dataclass

from mhealth.domain.finding import Finding, Level

_B, _D = Level.BROKEN, Level.DEGRADED


@dataclass(frozen=True, slots=True)
class Kind:
    """How bad it is, what it means, what mends it."""

    level: Level
    means: str
    mend: str


CATALOGUE: Mapping[str, Kind] = {
    "settings.wrong": Kind(
        _B,
        "a setting is missing, has a wrong value or does not go with another one",
        "correct it in the environment file and start again; `mhealth doctor --settings` explains each",
    ),
    "settings.unknown": Kind(
        _D,
        "a variable that begins with MHEALTH_ and that nobody reads, often a slip of the pen",
        "correct its name or take it out",
    ),
    "secrets.weak": Kind(
        _B,
        "a secret is short, repeats itself or is the sample of a guide",
        "make another one with `mhealth secrets --only …`, put it in place and start again",
    ),
    "secrets.weak_key": Kind(
        _B,
        "a key that seals or finds names and numbers repeats itself",
        "as long as nothing is stored, make all anew with `mhealth secrets`; later never take a key"
        " away: put a new one in front of MHEALTH_ENCRYPTION_KEYS, leave MHEALTH_INDEX_KEY as it is",
    ),
    "secrets.readable": Kind(
        _B,
        "a file with secrets may be read or changed by other users of the machine",
        "chmod o-rwx,g-w on it: its owner writes, its group may read, nobody else sees it",
    ),
    "database.unreachable": Kind(
        _B,
        "the database does not answer",
        "start it (systemctl start postgresql), or correct host and port in MHEALTH_DATABASE_URL",
    ),
    "database.password": Kind(
        _B,
        "the database answers and does not let us in",
        "correct user and password in MHEALTH_DATABASE_URL, or set it anew: ALTER ROLE … PASSWORD",
    ),
    "database.missing": Kind(
        _B,
        "there is no database of this name, or no such file",
        "make it (createdb, then `mhealth migrate`), or correct the name in MHEALTH_DATABASE_URL",
    ),
    "database.foreign": Kind(
        _B,
        "the database holds something else than this product",
        "correct MHEALTH_DATABASE_URL; never migrate somebody else's database",
    ),
    "database.read_only": Kind(
        _B,
        "the database takes no writes: a standby, a read-only folder or a default of the role",
        "connect to the primary, or give the right to write back (default_transaction_read_only, mount)",
    ),
    "migrations.never": Kind(_B, "the database is empty", "mhealth migrate"),
    "migrations.behind": Kind(
        _B, "the database is older than this program", "take a backup, then `mhealth migrate`"
    ),
    "migrations.ahead": Kind(
        _B,
        "the database was migrated by a newer program",
        "install the newer program, or restore the backup of before",
    ),
    "migrations.tables": Kind(
        _B,
        "tables or columns are missing although the revision is right",
        "restore the last proved backup: somebody changed the tables by hand",
    ),
    "keys.wrong": Kind(
        _B,
        "the keys are not those that sealed what lies in the database",
        "put the former MHEALTH_ENCRYPTION_KEYS and MHEALTH_INDEX_KEY back before anything is written",
    ),
    "redis.none": Kind(
        _D,
        "no Redis is named: the clock alone sends, within seconds",
        "set MHEALTH_REDIS_URL and start a worker",
    ),
    "redis.unreachable": Kind(
        _B,
        "Redis does not answer; until then the clock sends",
        "start it (systemctl start redis-server), or correct MHEALTH_REDIS_URL",
    ),
    "redis.password": Kind(
        _B, "Redis answers and does not let us in", "correct the password in MHEALTH_REDIS_URL"
    ),
    "redis.old": Kind(
        _B,
        "this Redis is too old: below 6.2 a worker that is killed loses its wake-up",
        "install Redis 6.2 or newer, or Valkey",
    ),
    "redis.not_durable": Kind(
        _D,
        "Redis keeps no append-only file: after a restart wake-ups are gone, and the clock sends",
        "appendonly yes, in redis.conf",
    ),
    "redis.evicts": Kind(
        _D,
        "at its limit of memory this Redis throws wake-ups away",
        "maxmemory-policy noeviction, in redis.conf; give this product a Redis of its own",
    ),
    "content.broken": Kind(
        _B,
        "a flow, a protocol, a phrase or an SMS has a fault; the place is file:line:column",
        "correct the file, then `mhealth check`",
    ),
    "content.folder": Kind(
        _B, "the folder of the country's own content is not there", "correct MHEALTH_COUNTRY_DIR"
    ),
    "gate.unsigned": Kind(
        _B,
        "live mode, and a rule or a text bears no signature as it stands: nothing starts",
        "have it signed, or put the signed version back; until then MHEALTH_MODE=pilot",
    ),
    "gate.drafts": Kind(
        _D,
        "pilot mode speaks rules or texts that nobody signed, and says so on the desk",
        "have them signed before the mode is live",
    ),
    "clock.skew": Kind(
        _B,
        "two clocks differ by so much that deadlines and leases go wrong",
        "let every machine keep time (timedatectl set-ntp true), then look again",
    ),
    "disk.full": Kind(
        _B,
        "next to no room or no free inode is left: writes fail",
        "free some at once: old logs (journalctl --vacuum-size=200M), old backups; then a larger disk",
    ),
    "disk.low": Kind(_D, "room or inodes run out", "plan for a larger disk, or keep fewer backups"),
    "disk.unwritable": Kind(
        _B,
        "nothing can be written in a folder that needs it",
        "make it, give it to the user of the service (chown), or mount it writable",
    ),
    "channel.token": Kind(
        _B,
        "a channel in use has no webhook token: every call of the carrier is refused",
        "add channel:token to MHEALTH_WEBHOOK_TOKENS and paste the address at the carrier",
    ),
    "channel.public_url": Kind(
        _B,
        "carriers and staff cannot reach us safely under MHEALTH_PUBLIC_URL",
        "set it to the https:// address of the proxy in front",
    ),
    "channel.unreachable": Kind(
        _B,
        "the carrier's host does not answer from here",
        "look at name resolution, firewall and outgoing proxy of this machine",
    ),
    "channel.account": Kind(
        _B,
        "the carrier answers, and knows no such account and key",
        "correct MHEALTH_AFRICASTALKING_USERNAME, _API_KEY and _ENVIRONMENT",
    ),
    "certificate.wrong": Kind(
        _B,
        "who calls the public address meets a certificate that is expired, foreign or not trusted",
        "renew it (certbot renew, then reload the proxy) and see that the chain is whole",
    ),
    "certificate.ending": Kind(
        _D, "the certificate ends within two weeks", "see why it was not renewed by itself"
    ),
    "certificate.unseen": Kind(
        _D,
        "the public address does not answer from this machine",
        "start the proxy; if only this machine cannot reach it, look from another one",
    ),
    "processes.no_clock": Kind(
        _B,
        "no clock was seen for a minute: nobody escalates, resends or sweeps",
        "start it: `mhealth clock` (its systemd unit), and read its log",
    ),
    "processes.no_web": Kind(
        _B,
        "no web was seen for a minute: carriers and staff meet nothing",
        "start it: `mhealth web` (its systemd unit), and read its log",
    ),
    "processes.no_worker": Kind(
        _D,
        "no worker was seen for a minute: the clock sends in its place, later",
        "start it: `mhealth worker` (its systemd unit), and read its log",
    ),
    "processes.silent": Kind(
        _D,
        "a process gave no sign for a minute and never said that it ended: killed or hanging",
        "read its log; it is forgotten an hour after its last sign",
    ),
    "processes.versions": Kind(
        _D,
        "processes of different versions work on one database",
        "bring every machine to the same version and start all again",
    ),
    "queues.emergency": Kind(
        _B,
        "an emergency's SMS has waited for more than a minute",
        "see channel and processes above; call the centre by voice meanwhile",
    ),
    "queues.waiting": Kind(
        _D, "SMS that are ready have waited for long", "see channel and processes above"
    ),
    "queues.stuck": Kind(
        _B,
        "messages are held by senders that are gone, and nobody sweeps",
        "start the clock; it takes them up within seconds",
    ),
    "queues.dead": Kind(
        _D,
        "messages of the last week could not be sent at all",
        "read why on the desk, page Sending",
    ),
    "queues.uncertain": Kind(
        _D,
        "emergencies of which nobody knows whether they left",
        "call the centre; the desk, page Sending, names them",
    ),
    "queues.channel": Kind(
        _B,
        "the carrier does not serve a channel: credit, credentials, sender or silence",
        "read what it means on the desk, page Sending; pay, or correct the account's settings",
    ),
    "backup.none": Kind(
        _D,
        "no backup is known here",
        "set MHEALTH_BACKUP_DIR and let `mhealth backup` run each night",
    ),
    "backup.old": Kind(
        _B,
        "the last proved backup is older than 26 hours",
        "see why the timer's `mhealth backup` failed (its log), and run it",
    ),
    "backup.unproved": Kind(
        _D,
        "a newer backup than the last proved one lies there and was never proved",
        "mhealth backup --verify FILE",
    ),
    "doctor.not_judged": Kind(
        Level.UNKNOWN, "this part cannot be judged while another one is away", "mend that one first"
    ),
    "doctor.failed": Kind(
        _B, "the check itself failed: a fault of this program", "report it with the line shown"
    ),
}


def found(code: str, seen: str, *, part: str = "", level: Level | None = None) -> Finding:
    """A finding of a kind; `level` when here it is less bad than usual."""
    kind = CATALOGUE[code]
    return Finding(
        part=part or code.partition(".")[0],
        code=code,
        level=level or kind.level,
        seen=seen,
        mend=kind.mend,
    )


def well(part: str, seen: str) -> Finding:
    """Nothing wrong with a part."""
    return Finding(part=part, code=f"{part}.well", level=Level.WELL, seen=seen)
