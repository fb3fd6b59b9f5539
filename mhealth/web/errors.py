"""Error pages: what happened and what to do, in the reader's language, with nothing of the inside."""

from flask import Flask, Response, render_template, request
from flask.typing import ResponseReturnValue
from flask_wtf.csrf import CSRFError
from sqlalchemy.exc import SQLAlchemyError
from werkzeug.exceptions import HTTPException

from mhealth.logs import log_for
from mhealth.web.words import said

_log = log_for("web.errors")

STALE_FORM = 419
"""Our own word for a form that is too old; it travels as 400."""

PAGES = {
    400: (
        said("Cette demande n’est pas comprise"),
        said("Un élément de l’adresse ou du formulaire est inconnu. Revenez à la liste."),
    ),
    403: (
        said("Cette page ne vous est pas ouverte"),
        said("Votre compte n’y a pas accès. Demandez à la personne qui gère les comptes."),
    ),
    404: (
        said("Cette page n’existe pas"),
        said("L’adresse est fausse, ou ce qu’elle montre n’est pas de votre district."),
    ),
    405: (
        said("Cette action n’est pas possible ici"),
        said("Revenez à la liste et recommencez avec le bouton prévu."),
    ),
    413: (
        said("C’est trop long"),
        said("Raccourcissez le texte, ou coupez le fichier en plusieurs, et envoyez de nouveau."),
    ),
    STALE_FORM: (
        said("Ce formulaire est périmé"),
        said("La page est restée ouverte trop longtemps. Ouvrez-la de nouveau et recommencez."),
    ),
    500: (
        said("Une panne est survenue chez nous"),
        said("Elle est notée. Réessayez ; si elle revient, appelez l’assistance."),
    ),
    503: (
        said("Le registre ne répond pas"),
        said("Rien n’a été enregistré. Réessayez dans une minute."),
    ),
}


def init_errors(app: Flask) -> None:
    """Answer every error of the desk with a page, and of carriers' addresses with its bare code."""
    app.register_error_handler(HTTPException, _refused)
    app.register_error_handler(CSRFError, _stale_form)
    app.register_error_handler(SQLAlchemyError, _database_away)
    app.register_error_handler(Exception, _broken)


def _refused(error: HTTPException) -> ResponseReturnValue:
    if error.response is not None or (error.code or 500) < 400:
        return error  # a redirect that looks like an error
    return _answer(error.code or 500, error.code or 500, error)


def _stale_form(_error: CSRFError) -> ResponseReturnValue:
    return _answer(STALE_FORM, 400)


def _database_away(error: SQLAlchemyError) -> ResponseReturnValue:
    _log.error("database does not answer", error=type(error).__name__, path=request.path)
    return _answer(503, 503)


def _broken(_error: Exception) -> ResponseReturnValue:
    _log.exception("page failed", path=request.path)
    return _answer(500, 500)


def _answer(page: int, code: int, error: HTTPException | None = None) -> Response:
    if request.path.startswith("/hooks/"):  # a method that is none says no more than a wrong token
        return Response(status=404 if code == 405 else code, content_type="text/plain")
    headers = dict(error.get_headers()) if error is not None and code == 405 else {}
    headers.pop("Content-Type", None)
    title, advice = PAGES.get(page, PAGES[500 if code >= 500 else 400])
    body = render_template("error.html", title=title, advice=advice, code=code)
    return Response(body, code, headers, content_type="text/html; charset=utf-8")
