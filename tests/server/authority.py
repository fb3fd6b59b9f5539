"""A throw-away certificate authority, and clients that trust it and find the server by its name."""

from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import requests
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from cryptography.x509.oid import NameOID
from requests.adapters import HTTPAdapter

_DAY = timedelta(days=1)


def _name(common: str) -> x509.Name:
    return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, common)])


class Authority:
    """Signs certificates for some months; `file` is its own, for those who shall trust it."""

    def __init__(self, folder: Path) -> None:
        self.file = folder / "ca.pem"
        self._key = ec.generate_private_key(ec.SECP256R1())
        name = _name("Throw-away authority")
        builder = self._builder(name, self._key.public_key()).add_extension(
            x509.BasicConstraints(ca=True, path_length=0), critical=True
        )
        self._issuer = name
        self._own = builder.sign(self._key, hashes.SHA256())
        self.file.write_bytes(self._own.public_bytes(Encoding.PEM))

    def issue(self, host: str, chain: Path, key_file: Path) -> None:
        """Write a certificate for a host, the authority's behind it, and its key."""
        key = ec.generate_private_key(ec.SECP256R1())
        names = x509.SubjectAlternativeName([x509.DNSName(host)])
        builder = self._builder(_name(host), key.public_key()).add_extension(names, critical=False)
        signed = builder.sign(self._key, hashes.SHA256())
        chain.parent.mkdir(parents=True, exist_ok=True)
        chain.write_bytes(signed.public_bytes(Encoding.PEM) + self.file.read_bytes())
        key_file.write_bytes(key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()))

    def _builder(self, subject: x509.Name, key: Any) -> x509.CertificateBuilder:
        now = datetime.now(UTC)
        return x509.CertificateBuilder(
            issuer_name=_name("Throw-away authority"),
            subject_name=subject,
            public_key=key,
            serial_number=x509.random_serial_number(),
            not_valid_before=now - _DAY,
            not_valid_after=now + 80 * _DAY,
        )


class _ByName(HTTPAdapter):
    """Speaks TLS with a host by its name, wherever its port is."""

    def __init__(self, host: str) -> None:
        self._host = host
        super().__init__()

    def init_poolmanager(self, *args: Any, **options: Any) -> None:
        super().init_poolmanager(
            *args, server_hostname=self._host, assert_hostname=self._host, **options
        )


def client(authority: Authority, host: str, port: int) -> requests.Session:
    """A session for `https://127.0.0.1:<port>` that asks for the host and trusts the authority."""
    session = requests.Session()
    session.trust_env = False
    session.verify = str(authority.file)
    session.headers["Host"] = host
    session.mount(f"https://127.0.0.1:{port}", _ByName(host))
    return session
