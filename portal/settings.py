"""The settings of the portal, read once from the environment: its secret, whether browsers reach it by TLS, who else vouches for users."""

from __future__ import annotations

import os
import secrets
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

from vocabulary.errors import ConfigurationError, Fault
from vocabulary.runs import private_folder, write_private
from vocabulary.settings import Secret, Settings

KEPT_IN = "portal.secret"
SHORTEST_SECRET = 32
ADDRESS = "HEDUI_PORTAL_ADDRESS"
OIDC = ("HEDUI_OIDC_ISSUER", "HEDUI_OIDC_CLIENT", "HEDUI_OIDC_SECRET", ADDRESS)
LDAP = ("HEDUI_LDAP_URL", "HEDUI_LDAP_USER_DN")
WHO = "{user}"
"""Where a directory's `user_dn` takes the user's id."""


@dataclass(frozen=True)
class Oidc:
    """An OpenID Connect provider. `claim` is the one that holds a user's id; `address` the portal's own, which a request cannot change."""

    issuer: str
    client: str
    secret: Secret
    address: str
    claim: str = "preferred_username"


@dataclass(frozen=True)
class Ldap:
    """A directory. `user_dn` says where a user stands in it: `uid={user},ou=people,dc=example`."""

    url: str
    user_dn: str
    ca_file: Path | None = None


@dataclass(frozen=True)
class PortalSettings:
    """`secret` signs cookies and encrypts second factors; all processes of a portal share it. `https`: browsers come by TLS."""

    secret: Secret
    https: bool = True
    oidc: Oidc | None = None
    ldap: Ldap | None = None

    @classmethod
    def from_environment(cls, settings: Settings, *, https: bool = True, environment: Mapping[str, str] = os.environ) -> PortalSettings:
        """From HEDUI_PORTAL_SECRET, else a file that is made once in HEDUI_HOME. Raises ConfigurationError with every fault at once."""
        secret = environment.get("HEDUI_PORTAL_SECRET") or kept_secret(settings.home)
        faults = (
            [Fault("portal.secret_short", "HEDUI_PORTAL_SECRET", {"shortest": SHORTEST_SECRET})] if len(secret) < SHORTEST_SECRET else []
        )
        for names in (OIDC, LDAP):
            given = [name for name in names if environment.get(name)]
            if given not in ([], [ADDRESS]) and len(given) < len(names):
                missing = ", ".join(name for name in names if name not in given)
                faults.append(Fault("portal.setting_missing", given[0], {"missing": missing}))
        faults += faults_of(environment)
        if faults:
            raise ConfigurationError(faults)
        return cls(Secret(secret), https, oidc_of(environment), ldap_of(environment))


def kept_secret(home: Path) -> str:
    """The secret in HEDUI_HOME, made where there is none."""
    path = private_folder(home) / KEPT_IN
    if not path.is_file():
        write_private(path, secrets.token_urlsafe(48))
    return path.read_text(encoding="utf-8").strip()


def faults_of(environment: Mapping[str, str]) -> Iterator[Fault]:
    """What others are asked must not cross a network in the open, and must be about one user."""
    for name in (OIDC[0], ADDRESS):
        if (told := environment.get(name)) and not is_private(told):
            yield Fault("portal.address", name)
    if (url := environment.get(LDAP[0])) and urlsplit(url).scheme not in ("ldap", "ldaps"):
        yield Fault("portal.ldap_url", LDAP[0])
    if (user_dn := environment.get(LDAP[1])) and user_dn.count(WHO) != 1:
        yield Fault("portal.ldap_user_dn", LDAP[1], {"who": WHO})
    if (ca_file := environment.get("HEDUI_LDAP_CA")) and not Path(ca_file).is_file():
        yield Fault("portal.ldap_ca", "HEDUI_LDAP_CA")


def is_private(address: str) -> bool:
    """Whether nobody on the way can read what goes to a web address: TLS, or this machine only."""
    parts = urlsplit(address)
    return bool(parts.hostname) and (parts.scheme == "https" or (parts.scheme == "http" and parts.hostname in ("localhost", "127.0.0.1")))


def oidc_of(environment: Mapping[str, str]) -> Oidc | None:
    """The provider, where one is named."""
    if not environment.get(OIDC[0]):
        return None
    issuer, client, secret, address = (environment.get(name, "") for name in OIDC)
    claim = environment.get("HEDUI_OIDC_CLAIM") or "preferred_username"
    return Oidc(issuer.rstrip("/"), client, Secret(secret), address.rstrip("/"), claim)


def ldap_of(environment: Mapping[str, str]) -> Ldap | None:
    """The directory, where one is named."""
    if not environment.get(LDAP[0]):
        return None
    ca_file = environment.get("HEDUI_LDAP_CA")
    return Ldap(environment[LDAP[0]], environment.get(LDAP[1], ""), Path(ca_file) if ca_file else None)
