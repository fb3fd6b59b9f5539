"""`mhealth health-worker`: health workers and their phones from the command line, without the desk."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime

import click
from sqlalchemy import select
from sqlalchemy.orm import Session

from mhealth.care import phone_requests as care
from mhealth.care.phone_requests import Problem
from mhealth.domain.msisdn import NotAMsisdn, mask, read_msisdn
from mhealth.runtime import Runtime, build_runtime
from mhealth.services.access import Deed, record_access
from mhealth.services.health_workers import PinState, pin_states
from mhealth.services.health_workers import reset_pin as take_pin_away
from mhealth.settings import read_settings
from mhealth.store.desk_workers import fold_name, name_of
from mhealth.store.directory import HealthWorker
from mhealth.store.directory_changes import By
from mhealth.store.directory_reads import worker_by_msisdn
from mhealth.store.phone_requests import held_by_prefix, waiting_everywhere
from mhealth.store.worker_phones import ENROLMENT, PhoneRequest, worker_by_code

_SHORT = 8
_WRONG = {
    Problem.DECIDED: "this request was decided already",
    Problem.NO_NAME: "give the name: --name 'Afi Mensah'",
    Problem.UNKNOWN_CODE: "no health worker at work has this code",
    Problem.CODE_TAKEN: "another health worker has this code, or had it",
    Problem.NUMBER_TAKEN: "another health worker at work has this number",
    Problem.ELSEWHERE: "the health worker with this code belongs to another district",
}


@click.group("health-worker")
def health_worker() -> None:
    """List health workers, clear a PIN, decide who waits to be one or has a new number."""


@health_worker.command("list")
@click.option("--search", default="", help="A part of the name or code.")
@click.option("--left", is_flag=True, help="Those who have left, instead of those at work.")
def list_workers(search: str, *, left: bool) -> None:
    """Every health worker: code, name, masked number, state of the PIN, last activity; on record."""
    with _product() as runtime, runtime.database.writing() as session:
        record_access(
            session, Deed.VIEW_WORKERS, runtime.clock(), staff_user_id=None, district_id=None,
            object_kind="health_worker",
        )  # fmt: skip
        closed = HealthWorker.closed_at.is_not(None) if left else HealthWorker.closed_at.is_(None)
        rows = list(session.scalars(select(HealthWorker).where(closed)))
        wanted = fold_name(search)
        found = [r for r in rows if wanted in fold_name(f"{name_of(r)} {r.code or ''}")]
        states = pin_states(session, found, runtime.clock())
        for row in sorted(found, key=lambda each: fold_name(name_of(each))):
            click.echo(
                f"{row.code or '-':<12} {name_of(row) or '(sealed)':<28} {mask(row.msisdn):<15}"
                f" {_pin_words(states[row.id]):<28} {_seen_words(states[row.id])}"
            )
        if not found:
            click.echo("No health worker.")


@health_worker.command()
def requests() -> None:
    """Those that wait for an answer, the oldest first, each with the ID that `confirm` takes."""
    with _product() as runtime, runtime.database.reading() as session:
        rows = waiting_everywhere(session)
        for row in rows:
            click.echo(
                f"{row.uid.hex[:_SHORT]}  {_age(row.asked_at, runtime.clock()):<6}"
                f" {mask(row.msisdn):<15} {_wish(row)}"
            )
        if not rows:
            click.echo("No request waits.")


@health_worker.command("reset-pin")
@click.argument("worker")
def reset_pin(worker: str) -> None:
    """Clear the PIN of WORKER, a code or a registered number: another is chosen at the next call."""
    with _product() as runtime, runtime.writing() as session:
        row = _worker(runtime, session, worker)
        was_there = take_pin_away(runtime.workbench, session, row, runtime.clock())
        if was_there:
            _record(session, Deed.RESET_PIN, "health_worker", row, runtime.clock())
    click.echo("PIN cleared, an SMS says so." if was_there else "There is no PIN to clear.")


@health_worker.command()
@click.argument("request")
@click.option("--name", default="", help="The full name of a new health worker.")
@click.option("--code", default="", help="The code of the new health worker; may be left out.")
@click.option("--known", help="The code of a registered health worker, who gets this number.")
def confirm(request: str, name: str, code: str, known: str | None) -> None:
    """Say yes to REQUEST: a new health worker (--name), or one who is registered (--known CODE)."""
    with _product() as runtime, runtime.writing() as session:
        asked, bench, now = _request(session, request), runtime.workbench, runtime.clock()
        if known:
            worker = worker_by_code(session, known)
            problem = care.confirm_known(bench, session, asked, worker, By(), now)
        else:
            problem = care.confirm_new(
                bench, session, asked, name=name, code=code, by=By(), now=now
            )
        _settle(session, problem, Deed.CONFIRM_PHONE, asked, now)
    click.echo("Confirmed, an SMS says so.")


@health_worker.command()
@click.argument("request")
def refuse(request: str) -> None:
    """Say no to REQUEST."""
    with _product() as runtime, runtime.writing() as session:
        asked, now = _request(session, request), runtime.clock()
        problem = care.refuse(runtime.workbench, session, asked, By(), now)
        _settle(session, problem, Deed.REFUSE_PHONE, asked, now)
    click.echo("Refused.")


@contextmanager
def _product() -> Iterator[Runtime]:
    runtime = build_runtime(read_settings(), serves_people=False)
    try:
        yield runtime
    finally:
        runtime.database.close()


def _worker(runtime: Runtime, session: Session, text: str) -> HealthWorker:
    found = worker_by_code(session, text)
    if found is None:
        try:
            msisdn = read_msisdn(text, runtime.workbench.region)
            found = worker_by_msisdn(session, runtime.workbench.keyring.blind(msisdn))
        except NotAMsisdn:
            pass
    if found is None:
        raise click.ClickException("no health worker at work has this code or number")
    return found


def _request(session: Session, text: str) -> PhoneRequest:
    found = held_by_prefix(session, text)
    if found is None:
        raise click.ClickException("no such request: `mhealth health-worker requests` lists them")
    return found


def _settle(
    session: Session, problem: Problem | None, deed: Deed, asked: PhoneRequest, now: datetime
) -> None:
    if problem is not None:
        raise click.ClickException(_WRONG[problem])
    _record(session, deed, "phone_request", asked, now)


def _record(
    session: Session, deed: Deed, kind: str, row: HealthWorker | PhoneRequest, now: datetime
) -> None:
    record_access(
        session,
        deed,
        now,
        staff_user_id=None,
        district_id=row.district_id,
        object_kind=kind,
        object_uid=row.uid,
    )


def _pin_words(state: PinState) -> str:
    if state.locked_until is not None:
        return f"PIN locked to {state.locked_until:%d %b %H:%M} UTC"
    return f"PIN since {state.set_at:%d %b %Y}" if state.set_at else "no PIN yet"


def _seen_words(state: PinState) -> str:
    return f"seen {state.seen_at:%d %b %Y}" if state.seen_at else "not seen yet"


def _wish(row: PhoneRequest) -> str:
    if row.kind == ENROLMENT:
        return f"wants to be a health worker in {row.village.name if row.village else 'no village'}"
    proof = "PIN right" if row.is_proven else "PIN wrong or forgotten: ring before you confirm"
    named = row.named_code or "a health worker (six digits in place of a code: not kept)"
    return f"says to be {named}, {proof}"


def _age(since: datetime, now: datetime) -> str:
    hours = max(0, int((now - since).total_seconds() // 3600))
    return f"{hours // 24} d" if hours >= 48 else f"{hours} h"
