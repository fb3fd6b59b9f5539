"""Signing and withdrawing on the desk: a page that asks once more, and for the password."""

from collections.abc import Callable

from flask import Blueprint, redirect, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from mhealth.content.review import ContentFile
from mhealth.services import signing, staff
from mhealth.services.readable_lines import lines_of
from mhealth.services.readable_words import Joiners
from mhealth.services.signing import may_sign, standings
from mhealth.web import here
from mhealth.web.addresses import sender_of
from mhealth.web.desk.content import back_address, spoken, wanted_files
from mhealth.web.desk.frame import render_desk
from mhealth.web.words import said

pages = Blueprint("content_signing", __name__, url_prefix="/content")

NOT_YOURS = said("Votre compte ne peut pas signer ce contenu.")
WRONG_PASSWORD = said(
    "Ce n’est pas votre mot de passe, ou il y a eu trop d’essais. Rien n’a été changé."
)
NOTHING_LEFT = said("Rien n’a été changé : l’état de ce contenu est déjà celui que vous voulez.")
CHANGED_MEANWHILE = said(
    "Ce contenu a changé depuis que vous l’avez ouvert. Relisez-le avant de signer."
)


@pages.get("/sign")
def ask_to_sign() -> ResponseReturnValue:
    """What will be signed, and a field for the password."""
    return _ask(withdraws=False)


@pages.post("/sign")
def sign() -> ResponseReturnValue:
    """Sign all files of the form as they are spoken now, or none."""
    now = here.staff_now()

    def deed(session: Session, file: ContentFile) -> None:
        shown = "\n".join(lines_of(spoken(Joiners()), file))
        signing.sign(session, here.staff().user_id, file, shown, now)

    return _do(deed, withdraws=False)


@pages.get("/withdraw")
def ask_to_withdraw() -> ResponseReturnValue:
    """Whose signature will be withdrawn, and a field for the password."""
    return _ask(withdraws=True)


@pages.post("/withdraw")
def withdraw() -> ResponseReturnValue:
    """Take back the signature on the files of the form."""
    now = here.staff_now()

    def deed(session: Session, file: ContentFile) -> None:
        signing.withdraw(session, here.staff().user_id, file, now)

    return _do(deed, withdraws=True)


def _ask(*, withdraws: bool) -> ResponseReturnValue:
    paths = request.args.getlist("path")
    if not paths:
        return redirect(back_address(unticked=True))
    return _page(wanted_files(paths), withdraws=withdraws)


def _do(deed: Callable[[Session, ContentFile], None], *, withdraws: bool) -> ResponseReturnValue:
    files = wanted_files(request.form.getlist("path"))
    if not all(may_sign(here.staff().signs_as, file) for file in files):
        return _page(files, withdraws=withdraws, problem=NOT_YOURS)
    if request.form.getlist("version") != [file.version for file in files]:
        return _page(files, withdraws=withdraws, problem=CHANGED_MEANWHILE)
    if not _is_password_right():
        return _page(files, withdraws=withdraws, problem=WRONG_PASSWORD)
    try:
        with here.runtime().database.writing() as session:
            for file in files:
                deed(session, file)
    except signing.CannotSign:  # somebody was quicker, or the account has just changed
        return _page(files, withdraws=withdraws, problem=NOTHING_LEFT)
    if len(files) == 1:
        return redirect(url_for("desk.content.show", path=files[0].path))
    return redirect(url_for("desk.content.index", kind=files[0].kind, language=files[0].language))


def _is_password_right() -> bool:
    """The password of the person who is signed in, weighed outside a transaction."""
    database, now, user = here.runtime().database, here.staff_now(), here.staff()
    with database.writing() as session:
        knock = staff.knock(session, user.username, sender_of(request.remote_addr), now)
    attempt = staff.weigh(knock, request.form.get("password", ""))
    with database.writing() as session:
        return staff.confirm(session, attempt, now)


def _page(
    files: list[ContentFile], *, withdraws: bool, problem: str | None = None
) -> ResponseReturnValue:
    mine = all(may_sign(here.staff().signs_as, file) for file in files)
    with here.runtime().database.reading() as session:
        found = standings(session, files)
        body = render_desk(
            session,
            "desk/content_confirm.html",
            standings=found,
            withdraws=withdraws,
            problem=problem,
            is_mine=mine,
            sms=here.runtime().workbench.templates.files,
            protocols=here.runtime().workbench.protocols,
        )
    return body, 403 if problem or not mine else 200
