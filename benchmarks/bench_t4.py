"""T4: what signing an assertion adds to the RSA operation itself."""

from __future__ import annotations

from collections.abc import Callable

from assertions import issue, signed_by
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import padding

ID = "T4"
TITLE = "signer une assertion de 4 Ko ÷ une signature RSA-2048"
TARGET = 1.5
STRETCH = 1.3


def measure() -> tuple[Callable[[], object], Callable[[], object]]:
    signer = issue("SIGNATAIRE FICTIF")
    data = bytes(1024)
    return (
        lambda: signed_by(signer),
        lambda: signer.key.sign(data, padding.PKCS1v15(), hashes.SHA256()),
    )
