"""T19: a sandbox made, its keys generated, listening, then stopped ÷ generating as many keys."""

from __future__ import annotations

from collections.abc import Callable
from unittest.mock import patch

from cryptography.hazmat.primitives.asymmetric import rsa

from segur_socles.sandbox import pki
from segur_socles.sandbox.sandbox import Sandbox

ID = "T19"
TITLE = "bac à sable prêt, clés comprises ÷ génération de ses clés"
TARGET = 3.0
STRETCH: float | None = None
CLOCK = "wall"
ROUNDS = 20


def cle() -> rsa.RSAPrivateKey:
    """Generate a key of the size that certificates have."""
    return rsa.generate_private_key(public_exponent=65537, key_size=2048)


def bac() -> None:
    """Start a sandbox and stop it."""
    with Sandbox():
        pass


def measure() -> tuple[Callable[[], object], Callable[[], object]]:
    """Return both sides; the second generates as many keys as a sandbox was seen to."""
    with patch.object(pki, "_cle", side_effect=cle) as generation:
        bac()
    return bac, lambda: [cle() for _ in range(generation.call_count)]
