"""A directory on this machine: slapd (OpenLDAP) as a process of its own, with a certificate of an authority that is made for it."""

from __future__ import annotations

import shutil
import socket
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from ipaddress import ip_address
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec

SLAPD = shutil.which("slapd", path="/usr/sbin:/usr/lib/openldap:/usr/bin")
BASE = "dc=example,dc=cn"
CONFIG = """include /etc/ldap/schema/core.schema
include /etc/ldap/schema/cosine.schema
include /etc/ldap/schema/inetorgperson.schema
modulepath /usr/lib/ldap
moduleload back_mdb
pidfile {folder}/slapd.pid
TLSCACertificateFile {folder}/ca.pem
TLSCertificateFile {folder}/server.pem
TLSCertificateKeyFile {folder}/server.key
allow bind_anon_cred bind_anon_dn
database mdb
suffix {base}
rootdn cn=admin,{base}
rootpw {{CLEARTEXT}}admin
directory {folder}/data
"""
PERSON = """dn: uid={user},ou=people,{base}
objectClass: inetOrgPerson
uid: {user}
cn: {user}
sn: {user}
userPassword: {password}

"""


@dataclass(frozen=True)
class Directory:
    """Where it answers, in the clear (until StartTLS) and by TLS, and whose certificates it has."""

    plain: str
    tls: str
    ca_file: Path


def key_and_certificate(
    folder: Path, name: str, signer: tuple[x509.Name, ec.EllipticCurvePrivateKey] | None
) -> tuple[x509.Name, ec.EllipticCurvePrivateKey]:
    """A key with its certificate in the folder; its own authority where no other signs."""
    key, called = ec.generate_private_key(ec.SECP256R1()), x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, name)])
    issuer, signing = signer or (called, key)
    start = datetime.now(UTC) - timedelta(hours=1)
    made = (
        x509.CertificateBuilder()
        .subject_name(called)
        .issuer_name(issuer)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
    )
    made = (
        made.not_valid_before(start)
        .not_valid_after(start + timedelta(days=2))
        .add_extension(x509.BasicConstraints(ca=signer is None, path_length=None), True)
    )
    if signer:
        made = made.add_extension(x509.SubjectAlternativeName([x509.IPAddress(ip_address("127.0.0.1"))]), False)
    pem = serialization.Encoding.PEM
    (folder / f"{name}.pem").write_bytes(made.sign(signing, hashes.SHA256()).public_bytes(pem))
    (folder / f"{name}.key").write_bytes(key.private_bytes(pem, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()))
    return called, key


def free_port() -> int:
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        port: int = found.getsockname()[1]
        return port


@contextmanager
def running(folder: Path, people: dict[str, str]) -> Iterator[Directory]:
    """One that knows these people by their passwords."""
    assert SLAPD, "apt-get install slapd"
    (folder / "data").mkdir(parents=True)
    key_and_certificate(folder, "server", key_and_certificate(folder, "ca", None))
    (folder / "slapd.conf").write_text(CONFIG.format(folder=folder, base=BASE))
    roots = f"dn: {BASE}\nobjectClass: domain\ndc: example\n\ndn: ou=people,{BASE}\nobjectClass: organizationalUnit\nou: people\n\n"
    entries = roots + "".join(PERSON.format(user=user, password=password, base=BASE) for user, password in people.items())
    subprocess.run(
        [SLAPD, "-T", "add", "-f", str(folder / "slapd.conf")], input=entries.encode(), check=True, capture_output=True, timeout=30
    )
    plain, tls = free_port(), free_port()
    addresses = f"ldap://127.0.0.1:{plain} ldaps://127.0.0.1:{tls}"
    process = subprocess.Popen([SLAPD, "-d", "0", "-f", str(folder / "slapd.conf"), "-h", addresses], stderr=subprocess.DEVNULL)
    try:
        for _ in range(200):
            with socket.socket() as tried:
                if tried.connect_ex(("127.0.0.1", tls)) == 0:
                    break
            time.sleep(0.05)
        yield Directory(f"ldap://127.0.0.1:{plain}", f"ldaps://127.0.0.1:{tls}", folder / "ca.pem")
    finally:
        process.terminate()
        process.wait(10)
