"""A directory that vouches for users (LDAP): it is asked to log in as the user, over TLS or not at all. The extra `ldap`: python-ldap."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlsplit

from portal.settings import WHO, Ldap
from vocabulary.errors import ConfigurationError, Fault, Unreachable

SECONDS = 5
"""How long a directory may take to answer."""
WHERE = "HEDUI_LDAP_URL"


def library() -> Any:
    """python-ldap. Raises ConfigurationError where the extra is not installed."""
    try:
        import ldap
        import ldap.dn
    except ImportError:
        raise ConfigurationError(Fault("portal.ldap_missing", WHERE)) from None
    return ldap


def vouches(directory: Ldap, user_id: str, password: str) -> bool:
    """Whether the directory lets the user in with this password. Raises Unreachable, ConfigurationError.

    An empty password is refused here: a directory takes it for a visitor without a name, and says yes (RFC 4513, section 5.1.2).
    """
    if not password or "\0" in password:
        return False
    ldap = library()
    name = directory.user_dn.replace(WHO, ldap.dn.escape_dn_chars(user_id))
    try:
        connection = reached(ldap, directory)
    except ldap.LDAPError:
        raise Unreachable(Fault("portal.vouching_failed", WHERE)) from None
    try:
        connection.simple_bind_s(name, password)
        return True
    except (ldap.INVALID_CREDENTIALS, ldap.NO_SUCH_OBJECT, ldap.INVALID_DN_SYNTAX, ldap.UNWILLING_TO_PERFORM, ldap.CONSTRAINT_VIOLATION):
        return False
    except ldap.LDAPError:
        pass
    finally:
        connection.unbind_s()
    raise Unreachable(Fault("portal.vouching_failed", WHERE))


def reached(ldap: Any, directory: Ldap) -> Any:
    """A connection under TLS, whose certificate was checked."""
    connection = ldap.initialize(directory.url)
    connection.protocol_version = ldap.VERSION3
    options = {
        ldap.OPT_REFERRALS: 0,
        ldap.OPT_NETWORK_TIMEOUT: SECONDS,
        ldap.OPT_TIMEOUT: SECONDS,
        ldap.OPT_X_TLS_REQUIRE_CERT: ldap.OPT_X_TLS_DEMAND,
    }
    for option, value in options.items():
        connection.set_option(option, value)
    if directory.ca_file:
        connection.set_option(ldap.OPT_X_TLS_CACERTFILE, str(directory.ca_file))
    connection.set_option(ldap.OPT_X_TLS_NEWCTX, 0)  # last: only now do the ones above hold
    if urlsplit(directory.url).scheme == "ldap":
        connection.start_tls_s()
    return connection
