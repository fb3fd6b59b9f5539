"""One careful GET that tells how far it came: name, connection, TLS, answer. For looking, not for work."""

import ssl
from collections.abc import Iterator, Mapping

import requests
from urllib3.exceptions import HTTPError, NameResolutionError

from mhealth.aggregators.http import HttpAnswer, PooledClient
from mhealth.domain.gateway import OutOfReach, Stage


def look(
    url: str,
    timeout: tuple[float, float],
    *,
    headers: Mapping[str, str] | None = None,
    params: Mapping[str, str] | None = None,
) -> HttpAnswer:
    """The whole answer, whatever its status; timeouts in seconds to connect and to read.

    Raises OutOfReach, whose words hold neither header nor address, as both may hold a secret.
    """
    client = PooledClient(url, *timeout)
    try:
        return client.get(url, headers or {}, params or {})
    except requests.exceptions.SSLError as error:
        raise OutOfReach(Stage.TLS, _tls_reason(error)) from None
    except requests.exceptions.ReadTimeout:
        raise OutOfReach(Stage.ANSWER, "no answer in time") from None
    except (requests.exceptions.InvalidURL, UnicodeError):
        raise OutOfReach(Stage.NAME, "no address") from None
    except (requests.RequestException, HTTPError, OSError) as error:
        raise _not_connected(error) from None
    finally:
        client.close()


def _not_connected(error: BaseException) -> OutOfReach:
    kinds = list(_causes(error))
    if any(isinstance(kind, NameResolutionError) for kind in kinds):
        return OutOfReach(Stage.NAME, "the name is not known")
    words = "no connection in time" if isinstance(error, requests.Timeout) else "no connection"
    refused = next((k for k in kinds if isinstance(k, OSError) and k.strerror), None)
    return OutOfReach(Stage.CONNECTION, (refused and refused.strerror) or words)


def _tls_reason(error: BaseException) -> str:
    """`self-signed certificate`, `certificate has expired`, or OpenSSL's word."""
    found = next((one for one in _causes(error) if isinstance(one, ssl.SSLError)), None)
    if isinstance(found, ssl.SSLCertVerificationError):
        return found.verify_message
    return (found and found.reason) or "no TLS"


def _causes(error: BaseException) -> Iterator[BaseException]:
    """The error and all that it was made of, outermost first."""
    waiting, seen = [error], set()
    while waiting:
        one = waiting.pop(0)
        if id(one) in seen:
            continue
        seen.add(id(one))
        yield one
        inner = [*one.args, getattr(one, "reason", None), one.__cause__, one.__context__]
        waiting.extend(part for part in inner if isinstance(part, BaseException))
