"""Health for machines: alive, and ready to serve."""

from flask import Blueprint, Response, jsonify
from sqlalchemy.exc import SQLAlchemyError

from mhealth.store.revision import newest_revision, revision_of
from mhealth.web.here import runtime

health = Blueprint("health", __name__)


@health.get("/healthz")
def healthz() -> Response:
    """The process answers."""
    return jsonify(status="ok")


@health.get("/readyz")
def readyz() -> tuple[Response, int]:
    """Ready needs the database at its newest shape and the flows, which the start has proved.

    A missing Redis is told as degraded and is no reason to take us out: the clock drains.
    """
    here = runtime()
    try:
        with here.database.reading() as session:
            newest = newest_revision(here.library.find("migrations"))
            has_tables = revision_of(session) == newest
    except SQLAlchemyError:
        return jsonify(status="unavailable", database="away"), 503
    if not has_tables:
        return jsonify(status="unavailable", database="needs `mhealth migrate`"), 503
    redis = "up" if here.bell.is_up() else "away"
    return jsonify(status="ok" if redis == "up" else "degraded", database="up", redis=redis), 200
