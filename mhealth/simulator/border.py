"""Who may talk to the simulator: this machine, under its own name, from its own page; nobody else."""

from urllib.parse import urlsplit

from flask import Flask, Response, abort, request

from mhealth.simulator.guard import is_loopback

_HEADERS = {
    "Content-Security-Policy": (
        "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self';"
        " img-src 'self' data:; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
    ),
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "no-referrer",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=()",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
}
_SMS_API = "/version1/messaging"


def guard_border(app: Flask) -> None:
    """Refuse strangers before any view runs, and send the security headers with every answer."""

    @app.before_request
    def refuse_strangers() -> None:
        # The Host header is checked too, so that no web site can rebind its name to this machine.
        if not is_loopback(urlsplit(f"//{request.host}").hostname or ""):
            abort(403)
        if not is_loopback(request.remote_addr or ""):
            abort(403)
        if request.method == "POST" and request.path != _SMS_API and not _is_own_json():
            abort(403)

    @app.after_request
    def send_headers(response: Response) -> Response:
        response.headers.update(_HEADERS)
        response.headers.setdefault("Cache-Control", "no-store")
        return response


def _is_own_json() -> bool:
    """JSON from our own page or from a program; a form of another site can send neither."""
    origin = request.headers.get("Origin")
    site = request.headers.get("Sec-Fetch-Site", "none")
    is_own = origin is None or origin == f"http://{request.host}"
    return request.is_json and is_own and site in ("none", "same-origin")
