"""A network of this machine alone: every name is at one port of it, under a certificate for all of Teams' names."""

import ssl
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from ipaddress import ip_address
from pathlib import Path
from typing import Any, Self

from aiohttp.abc import AbstractResolver, ResolveResult
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import rsa

from bot.teams.verifier import METADATA_URL

HOSTS = ("smba.trafficmanager.net", "login.microsoftonline.com", METADATA_URL.split("/")[2])


class Everywhere(AbstractResolver):
    """Every name is this machine, at one port."""

    def __init__(self, port: int) -> None:
        self.port = port

    async def resolve(self, host: str, port: int = 0, family: Any = 0) -> list[ResolveResult]:  # noqa: ARG002  # aiohttp's
        return [
            ResolveResult(hostname=host, host="127.0.0.1", port=self.port, family=2, proto=0, flags=0),
        ]

    async def close(self) -> None:
        pass


@dataclass(frozen=True)
class Certificate:
    """A certificate that vouches for itself, for whoever is told to trust it, and its key; two files."""

    file: Path
    key: Path

    @classmethod
    def made(cls, folder: Path) -> Self:
        key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
        name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "A Teams of our own")])
        names: list[x509.GeneralName] = [x509.DNSName(host) for host in HOSTS]
        now = datetime.now(UTC)
        made = (
            x509.CertificateBuilder()
            .subject_name(name)
            .issuer_name(name)
            .public_key(key.public_key())
            .serial_number(1)
            .not_valid_before(now - timedelta(days=1))
            .not_valid_after(now + timedelta(days=1))
            .add_extension(
                x509.SubjectAlternativeName([*names, x509.IPAddress(ip_address("127.0.0.1"))]), critical=False
            )
            .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
            .sign(key, hashes.SHA256())
        )
        certificate, private = folder / "teams.crt", folder / "teams.key"
        certificate.write_bytes(made.public_bytes(serialization.Encoding.PEM))
        form = serialization.PrivateFormat.PKCS8
        private.write_bytes(key.private_bytes(serialization.Encoding.PEM, form, serialization.NoEncryption()))
        return cls(certificate, private)

    def chain(self) -> ssl.SSLContext:
        """For a server that shows it."""
        chain = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        chain.load_cert_chain(self.file, self.key)
        return chain

    def trust(self) -> ssl.SSLContext:
        """For a client that trusts nothing else."""
        return ssl.create_default_context(cafile=str(self.file))
