"""Makes the Flask app: carriers' doors, health, the desk, and the wall around them."""

from flask import Flask, redirect, url_for
from werkzeug import Response

from mhealth.runtime import Runtime
from mhealth.web.desk import init_desk
from mhealth.web.errors import init_errors
from mhealth.web.health import health
from mhealth.web.here import RUNTIME
from mhealth.web.i18n import init_babel
from mhealth.web.metrics import init_metrics
from mhealth.web.rehearsal import init_rehearsal
from mhealth.web.security import init_security
from mhealth.web.sign_in import init_sign_in
from mhealth.web.tracing import init_tracing
from mhealth.web.webhooks import hooks


def create_app(runtime: Runtime) -> Flask:
    """The whole web of one process."""
    app = Flask("mhealth.web", static_url_path="/assets")
    app.extensions[RUNTIME] = runtime
    init_tracing(app, trust_proxy=runtime.settings.trust_proxy)
    csrf = init_security(app, runtime.settings)
    init_babel(app)
    init_errors(app)
    init_sign_in(app)
    init_desk(app)
    app.register_blueprint(hooks)
    csrf.exempt(hooks)  # carriers bear a token in the address, never a cookie
    init_rehearsal(app, csrf, runtime.settings)
    app.register_blueprint(health)
    init_metrics(app)
    app.add_url_rule("/", view_func=_home)
    return app


def _home() -> Response:
    """Whoever opens the bare address wants the desk."""
    return redirect(url_for("desk.referrals.index"))
