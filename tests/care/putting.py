"""A process that puts letters to one number, each in a transaction of its own, once told to begin."""

import sys

from mhealth.care.outbox import Addressee, Letter, put
from mhealth.domain.message import Recipient
from mhealth.domain.msisdn import Msisdn
from tests.databases import open_test_database
from tests.factories import NOON
from tests.product import MovableClock, a_workbench


def main(url: str, msisdn: str, name: str, number: int) -> None:
    database, bench = open_test_database(url), a_workbench(MovableClock())
    to = Addressee(recipient=Recipient.CALLER, msisdn=Msisdn(msisdn), language="fr")
    sys.stdout.write("ready\n")
    sys.stdout.flush()
    sys.stdin.readline()
    for i in range(number):
        letter = Letter(template="stop_confirmed", values={}, intent=f"{name}:{i}")
        with database.writing() as session:
            put(bench, session, to, letter, NOON)
    database.close()


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2], sys.argv[3], int(sys.argv[4]))
