"""The second factor: a code from a phone that changes every half minute (RFC 6238), each good once. Its secret is kept encrypted."""

from __future__ import annotations

import base64
import hashlib
from datetime import datetime

import pyotp
import segno
from cryptography.fernet import Fernet, InvalidToken

from portal.settings import PortalSettings
from sql.accounts import User

ISSUER = "hedui 核对"
STEP = 30
"""Seconds; one step before and after is taken too, for clocks that are not quite right."""


def cipher(portal: PortalSettings) -> Fernet:
    """Encrypts secrets under a key of its own, drawn from the portal's secret."""
    key = hashlib.sha256(b"second factor " + portal.secret.reveal().encode()).digest()
    return Fernet(base64.urlsafe_b64encode(key))


def new_secret() -> str:
    """A secret for a phone, as the user types or scans it."""
    return str(pyotp.random_base32())


def sealed(portal: PortalSettings, secret: str) -> str:
    """As the state keeps it."""
    return cipher(portal).encrypt(secret.encode()).decode()


def opened(portal: PortalSettings, kept: str) -> str | None:
    """What was sealed; None for what was not, or under another secret."""
    try:
        return cipher(portal).decrypt(kept.encode()).decode()
    except InvalidToken:
        return None


def picture(secret: str, user_id: str) -> str:
    """The code to scan, as an SVG in a data address."""
    uri = pyotp.TOTP(secret).provisioning_uri(name=user_id, issuer_name=ISSUER)
    return str(segno.make(uri, error="m").svg_data_uri(scale=5, border=2))


def step_of(secret: str, code: str, moment: datetime) -> int | None:
    """The time step that a code is of; None for a wrong one."""
    now = int(moment.timestamp()) // STEP
    digits = code.strip().replace(" ", "")
    return next((step for step in (now - 1, now, now + 1) if pyotp.utils.strings_equal(pyotp.TOTP(secret).at(step * STEP), digits)), None)


def accepted(portal: PortalSettings, user: User, code: str, moment: datetime) -> int | None:
    """The time step of a right code; None for a wrong one, or one that is not newer than the last. `use_step` then takes it, once."""
    secret = opened(portal, user.totp_secret or "")
    step = step_of(secret, code, moment) if secret else None
    return step if step is not None and (user.totp_last is None or step > user.totp_last) else None
