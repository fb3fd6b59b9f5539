"""The record of who looked at what on the desk, and of every sign-in."""

from datetime import datetime
from enum import StrEnum
from uuid import UUID

from sqlalchemy.orm import Session

from mhealth.store.staff import AccessRecord


class Deed(StrEnum):
    """What somebody did; at most 24 letters, as the column holds."""

    SIGN_IN = "sign_in"
    SIGN_IN_FAILED = "sign_in_failed"
    SIGN_OUT = "sign_out"
    PASSWORD_SET = "password_set"
    STAFF_ADDED = "staff_added"
    STAFF_CLOSED = "staff_closed"
    STAFF_SIGNS = "staff_signs"
    VIEW_REFERRAL = "view_referral"
    SHOW_NUMBER = "show_number"
    VIEW_INBOX = "view_inbox"
    SETTLE_SMS = "settle_sms"
    HAND_IN_IMPORT = "hand_in_import"
    VIEW_IMPORT = "view_import"
    CONFIRM_IMPORT = "confirm_import"
    EXPORT_DIRECTORY = "export_directory"
    VIEW_HISTORY = "view_history"
    SIGN_CONTENT = "sign_content"
    VIEW_WORKERS = "view_workers"
    RESET_PIN = "reset_pin"
    CLOSE_WORKER = "close_worker"
    REOPEN_WORKER = "reopen_worker"
    CHANGE_VILLAGES = "change_villages"
    CONFIRM_PHONE = "confirm_phone"
    REFUSE_PHONE = "refuse_phone"
    WITHDRAW_CONTENT = "withdraw_content"


def record_access(
    session: Session,
    deed: Deed,
    now: datetime,
    *,
    staff_user_id: int | None,
    district_id: int | None,
    object_kind: str | None = None,
    object_uid: UUID | None = None,
) -> None:
    """Add one line to the record; it is never changed."""
    session.add(
        AccessRecord(
            deed=deed.value,
            at=now,
            staff_user_id=staff_user_id,
            district_id=district_id,
            object_kind=object_kind,
            object_uid=str(object_uid) if object_uid else None,
        )
    )
