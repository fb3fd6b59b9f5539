"""A carrier's SMS API on a local port that answers as a test scripts it."""

import json
import socket
import struct
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qsl

JSON = "application/json"


@dataclass(frozen=True, slots=True)
class Call:
    """One request as it arrived."""

    path: str
    headers: Mapping[str, str]
    fields: Mapping[str, str]
    peer: tuple[str, int]


class Handler(BaseHTTPRequestHandler):
    """Reads the whole request, then does what the script says."""

    protocol_version = "HTTP/1.1"
    server: "Carrier"

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers.get("Content-Length", "0")))
        fields = dict(parse_qsl(body.decode(), keep_blank_values=True))
        call = Call(self.path, dict(self.headers), fields, self.client_address)
        with self.server.lock:
            self.server.calls.append(call)
        self.server.move(self, call)

    def do_GET(self) -> None:
        """The account's balance, the one thing that is looked at."""
        self.answer(200, b'{"UserData": {"balance": "XOF 12345.00"}}')

    def answer(self, status: int, body: bytes, content_type: str = JSON, **headers: str) -> None:
        self.send_response(status)
        self.send_header("Content-Type", content_type)
        self.send_header("Content-Length", str(len(body)))
        for name, value in headers.items():
            self.send_header(name.replace("_", "-"), value)
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: object) -> None:
        """Say nothing."""


Move = Callable[[Handler, Call], None]


class Carrier(ThreadingHTTPServer):
    """`move` is what the next requests get; `calls` what came."""

    daemon_threads = True
    request_queue_size = 64

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Handler)
        self.move: Move = taken
        self.calls: list[Call] = []
        self.lock = threading.Lock()
        self.over = threading.Event()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_port}"

    def handle_error(self, request: object, client_address: object) -> None:
        """A broken connection is what some tests ask for."""


@contextmanager
def running_carrier() -> Iterator[Carrier]:
    carrier = Carrier()
    thread = threading.Thread(target=carrier.serve_forever, args=(0.01,))
    thread.start()
    try:
        yield carrier
    finally:
        carrier.over.set()
        carrier.shutdown()
        thread.join()
        carrier.server_close()


def recipients(*rows: Mapping[str, object], message: str = "Sent to 1/1") -> bytes:
    return json.dumps({"SMSMessageData": {"Message": message, "Recipients": rows}}).encode()


def taken(handler: Handler, call: Call) -> None:
    """Accepts, with an id made of the number."""
    number = call.fields["to"]
    row = {"statusCode": 101, "number": number, "status": "Success", "cost": "KES 0.8000"}
    handler.answer(201, recipients({**row, "messageId": f"ATXid_{number.lstrip('+')}"}))


def answers(status: int, body: bytes, content_type: str = JSON, **headers: str) -> Move:
    def move(handler: Handler, _call: Call) -> None:
        handler.answer(status, body, content_type, **headers)

    return move


def hangs(handler: Handler, _call: Call) -> None:
    """Never answers while the test runs."""
    handler.server.over.wait(30)


def resets(handler: Handler, _call: Call) -> None:
    """Takes the body, then breaks the connection hard."""
    linger = struct.pack("ii", 1, 0)
    handler.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, linger)
    handler.close_connection = True
    handler.connection.close()


def stops_half_way(handler: Handler, _call: Call) -> None:
    """Promises more than it sends."""
    handler.send_response(201)
    handler.send_header("Content-Type", JSON)
    handler.send_header("Content-Length", "1000")
    handler.end_headers()
    handler.wfile.write(b'{"SMSMessageData":')
    handler.close_connection = True


def drips(handler: Handler, _call: Call) -> None:
    """Sends a byte now and then, each in time, for ever."""
    handler.send_response(201)
    handler.send_header("Content-Type", JSON)
    handler.send_header("Content-Length", "100000")
    handler.end_headers()
    while not handler.server.over.wait(0.05):
        handler.wfile.write(b" ")
