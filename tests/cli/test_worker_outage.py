"""What RQ says of a lost Redis becomes one line of ours."""

import logging

from redis.exceptions import ConnectionError as RedisConnectionError

from mhealth.cli.worker import Outage


def test_redis_lost_in_mid_loop_is_the_same_outage_and_no_traceback() -> None:
    outage = Outage()
    complaint = ("rq.worker", logging.ERROR, "", 0, "found an unhandled exception, quitting...", ())
    lost = RedisConnectionError("Error 111 connecting to /r.sock")

    assert not outage.hear(logging.LogRecord(*complaint, (type(lost), lost, None)))
    assert outage.hear(logging.LogRecord(*complaint, (ValueError, ValueError("else"), None)))
