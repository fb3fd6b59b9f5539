"""The world outside a server: an aggregator with its phones, over real HTTP, and somebody at the desk."""

import contextlib
import re
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from itertools import count

import requests

from mhealth.domain.msisdn import Msisdn
from mhealth.simulator.carrier import (
    Hook,
    UssdSession,
    delivery_fields,
    open_session,
    sms_fields,
    ussd_fields,
)
from tests.aggregators.carrier import Call, Carrier, Handler, recipients, running_carrier
from tests.journeys.whole import wait_for
from tests.server.machine import Machine

AGGREGATOR = "sms.aggregator.example"
MORE = "Suite"


class Aggregator:
    """Takes SMS for its phones, reports on each, and calls the webhooks through the proxy."""

    def __init__(self, carrier: Carrier, machine: Machine) -> None:
        self._carrier, self._machine = carrier, machine
        self._numbers = count(1)
        self.lost: list[Call] = []
        self.loses = threading.Event()
        """While set it takes a message and never answers."""
        carrier.move = self._take

    def sms(self, msisdn: Msisdn) -> list[str]:
        """Every SMS that a phone received."""
        with self._carrier.lock:
            calls = list(self._carrier.calls)
        return [call.fields["message"] for call in calls if call.fields["to"] == msisdn.e164]

    def wait_for_sms(self, msisdn: Msisdn, part: str) -> str:
        """The first SMS on a phone that holds these words."""
        return wait_for(
            lambda: next((text for text in self.sms(msisdn) if part in text), None),
            f"no SMS with {part!r} on {msisdn}: {self.sms(msisdn)}\n{self._machine.services.logs()}",
        )

    def send(self, msisdn: Msisdn, text: str) -> None:
        """A phone sends an SMS to our number."""
        number = self._machine.setting("sms_number")
        self.call(Hook.SMS, sms_fields(msisdn, number, text, datetime.now(UTC)))

    def call(self, hook: Hook, fields: dict[str, str]) -> requests.Response:
        """Call one webhook as the carrier does, and be answered well."""
        answer = self._post(hook, fields)
        assert answer.status_code == 200, answer.text
        return answer

    def _post(self, hook: Hook, fields: dict[str, str]) -> requests.Response:
        token = self._machine.setting("webhook_tokens").partition(":")[2]
        url = f"{self._machine.url}/hooks/africastalking/{token}/{hook}"
        with self._machine.client() as client:
            return client.post(url, data=fields, timeout=30)

    def _take(self, handler: Handler, call: Call) -> None:
        if self.loses.is_set():
            self.lost.append(call)
            handler.server.over.wait(30)
            return
        number = call.fields["to"]
        carrier_id = f"ATXid_{next(self._numbers)}"
        row = {"statusCode": 101, "number": number, "status": "Success", "cost": "XOF 10.0000"}
        handler.answer(201, recipients({**row, "messageId": carrier_id}))
        fields = delivery_fields(carrier_id, number, "Success")
        threading.Thread(target=self._report, args=(fields,), daemon=True).start()

    def _report(self, fields: dict[str, str]) -> None:
        """Report until the server takes it, which may be stopped just now; as carriers do."""
        while not self._carrier.over.wait(0.2):
            with contextlib.suppress(requests.RequestException):
                if self._post(Hook.DELIVERY, fields).status_code == 200:
                    return


class Dialler:
    """A phone in a call: answers are chosen by their words, as a person does."""

    def __init__(self, aggregator: Aggregator, msisdn: Msisdn, service_code: str) -> None:
        self._aggregator = aggregator
        self._session: UssdSession = open_session(msisdn, service_code)
        self.screen = self._turn()

    def type(self, keys: str) -> str:
        """Type keys; the next screen."""
        self._session = self._session.typed(keys)
        self.screen = self._turn()
        return self.screen

    def choose(self, words: str) -> str:
        """Type the key of the line that begins with the words, leafing through pages for it."""
        for _ in range(60):
            for key, label in re.findall(r"^(\d+) (.*)$", self.screen, re.MULTILINE):
                if label.startswith(words):
                    return self.type(key)
            onward = re.search(rf"^(\d+) {MORE}", self.screen, re.MULTILINE)
            assert onward, f"no {words!r} in {self.screen!r}"
            self.type(onward[1])
        raise AssertionError(f"no {words!r} on any page")

    def _turn(self) -> str:
        answer = self._aggregator.call(Hook.USSD, ussd_fields(self._session))
        return answer.text.partition(" ")[2]


@contextmanager
def outside_world(machine: Machine) -> Iterator[Aggregator]:
    """The aggregator, at a name that the server's programs know."""
    with running_carrier() as carrier:
        machine.know(AGGREGATOR, carrier.server_port)
        yield Aggregator(carrier, machine)


class Desk:
    """A browser of a member of staff, over TLS."""

    def __init__(self, machine: Machine) -> None:
        self._machine, self._client = machine, machine.client()

    def sign_in(self, username: str, password: str) -> requests.Response:
        """Fill the form in and send it; the page that follows."""
        form = {"username": username, "password": password, "csrf_token": self._token("/sign-in")}
        return self._client.post(f"{self._machine.url}/sign-in", data=form, timeout=30)

    def get(self, path: str) -> requests.Response:
        """A page."""
        return self._client.get(f"{self._machine.url}{path}", timeout=30)

    def hand_in(self, name: str, sheets: bytes) -> requests.Response:
        """Have a workbook checked; the page that follows."""
        form = {"csrf_token": self._token("/desk/imports")}
        files = {"files": (name, sheets)}
        url = f"{self._machine.url}/desk/imports"
        return self._client.post(url, data=form, files=files, timeout=120)

    def _token(self, path: str) -> str:
        found = re.search(r'name="csrf_token"[^>]*value="([^"]+)"', self.get(path).text)
        assert found
        return found[1]
