"""A tiny product that speaks our webhooks: what the simulator calls in its tests."""

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

from flask import Flask, Response, abort, jsonify, request
from werkzeug.serving import WSGIRequestHandler, make_server

from mhealth.domain.gsm7 import fold

TOKEN = "test-token-0123456789"
MENU = (
    "CON Santé Djidja\n1 Signaler une maladie\n2 Mon orientation ou rendez-vous\n"
    "3 Mes données, langue, arrêter les messages"
)
SIGNS = (
    "CON L'enfant a-t-il l'un de ces signes ?\n1 Convulsions\n2 Ne boit ni ne tète\n3 Vomit tout\n"
    "4 Endormi ou sans connaissance\n5 Respire mal\n0 Aucun"
)
OUTCOME = (
    "END Signe de danger. Partez maintenant au centre de santé de Djidja. "
    "Le centre est prévenu. Votre code : 482 1935"
)
Answer = Callable[[dict[str, str]], tuple[str, int]]


def menu(form: dict[str, str]) -> tuple[str, int]:
    """Three screens."""
    return fold({"": MENU, "1": SIGNS}.get(form["text"], OUTCOME)), 200


@dataclass
class Product:
    """What the fake product was told, and how it answers; tests set the answers."""

    url: str = ""
    calls: list[tuple[str, dict[str, str]]] = field(default_factory=list)
    answer_ussd: Answer = menu
    statuses: dict[str, list[int]] = field(default_factory=dict)
    recordings: dict[str, str] = field(default_factory=dict)  # session -> dialogue file
    language: str = "fr"

    def told(self, hook: str) -> list[dict[str, str]]:
        """The forms that one webhook received, in order."""
        return [form for name, form in list(self.calls) if name == hook]


def _application(product: Product) -> Flask:
    app = Flask("fake-product")

    @app.post("/hooks/africastalking/<token>/<hook>")
    def take(token: str, hook: str) -> Response:
        if token != TOKEN:
            abort(404)
        form = request.form.to_dict()
        product.calls.append((hook, form))
        if hook == "ussd":
            text, status = product.answer_ussd(form)
            return Response(text, status, content_type="text/plain; charset=utf-8")
        if hook == "recording":
            text = product.recordings.get(form["sessionId"])
            return Response(text or "not kept\n", 200 if text else 404)
        if hook == "caller":
            product.language = form.get("language", product.language)
            named = [{"code": "fr", "name": "Français"}, {"code": "en", "name": "English"}]
            return jsonify(language=product.language, languages=named)
        left = product.statuses.get(hook, [])
        return Response(status=left.pop(0) if left else 200)

    return app


class _Quiet(WSGIRequestHandler):
    def log_request(self, code: int | str = "-", size: int | str = "-") -> None:
        pass


@contextmanager
def running_product() -> Iterator[Product]:
    """The fake product on a free port."""
    product = Product()
    server = make_server(
        "127.0.0.1", 0, _application(product), threaded=True, request_handler=_Quiet
    )
    product.url = f"http://127.0.0.1:{server.server_port}"
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05})
    thread.start()
    try:
        yield product
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
