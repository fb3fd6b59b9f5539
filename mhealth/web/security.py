"""The wall around every page: headers, cookies, the size of what is sent, forged forms."""

from flask import Flask, Response, request
from flask_wtf.csrf import CSRFProtect
from werkzeug.middleware.proxy_fix import ProxyFix

from mhealth.settings import Settings

CONTENT_SECURITY_POLICY = "; ".join(
    [
        "default-src 'none'",
        "style-src 'self'",
        "script-src 'self'",
        "img-src 'self' data:",
        "form-action 'self'",
        "base-uri 'none'",
        "frame-ancestors 'none'",
    ]
)
HEADERS = {
    "Content-Security-Policy": CONTENT_SECURITY_POLICY,
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",  # for browsers older than frame-ancestors
    "Referrer-Policy": "no-referrer",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=(), payment=(), usb=()",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
}
HSTS = "max-age=31536000; includeSubDomains"
ASSETS = "/assets/"
LARGEST_BODY = 16 * 1024


def init_security(app: Flask, settings: Settings) -> CSRFProtect:
    """Set up cookies and headers; returns the CSRF guard, for exempting what carriers call."""
    is_https = settings.public_url.startswith("https://")
    app.secret_key = settings.secret_key.reveal()
    app.config.update(
        SESSION_COOKIE_NAME="__Host-desk" if is_https else "desk",
        SESSION_COOKIE_SECURE=is_https,
        SESSION_COOKIE_HTTPONLY=True,
        SESSION_COOKIE_SAMESITE="Lax",
        SESSION_COOKIE_PATH="/",
        MAX_CONTENT_LENGTH=LARGEST_BODY,
        MAX_FORM_MEMORY_SIZE=LARGEST_BODY,
        WTF_CSRF_TIME_LIMIT=None,  # as long as the session, which itself ends after 15 idle minutes
        WTF_CSRF_SSL_STRICT=False,  # wants a Referer, which our own policy never sends
    )
    if settings.trust_proxy:
        app.wsgi_app = ProxyFix(  # type: ignore[method-assign]
            app.wsgi_app, x_for=1, x_proto=1, x_host=1
        )

    @app.after_request
    def harden(response: Response) -> Response:
        return _harden(response, is_https=is_https)

    return CSRFProtect(app)


def _harden(response: Response, *, is_https: bool) -> Response:
    response.headers.update(HEADERS)
    if is_https:
        response.headers["Strict-Transport-Security"] = HSTS
    if not request.path.startswith(ASSETS) or response.status_code >= 400:
        response.headers["Cache-Control"] = "no-store"
    return response
