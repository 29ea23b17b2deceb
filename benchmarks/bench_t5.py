"""T5: verifying an assertion with every check against wrapping, beside signxml on the same bytes."""

from __future__ import annotations

import tempfile
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

from assertions import issue, signed_by
from cryptography.hazmat.primitives.serialization import Encoding
from signxml.verifier import XMLVerifier

from segur_socles._core.xmldsig import verify_enveloped

ID = "T5"
TITLE = "vérifier une assertion de 4 Ko ÷ signxml"
TARGET = 0.7
STRETCH = 0.5


def measure() -> tuple[Callable[[], object], Callable[[], object]]:
    root = issue("RACINE FICTIVE", authority=True)
    middle = issue("INTERMEDIAIRE FICTIF", root, authority=True)
    signed = signed_by(issue("SIGNATAIRE FICTIF", middle))
    now = datetime.now(UTC)
    folder = tempfile.TemporaryDirectory()
    authorities = Path(folder.name, "ca.pem")
    authorities.write_bytes(middle.certificate.public_bytes(Encoding.PEM) + root.certificate.public_bytes(Encoding.PEM))

    def ours() -> object:
        return verify_enveloped(signed, anchors=[root.certificate], intermediates=[middle.certificate], at=now)

    def signxml(keep: object = folder) -> object:
        del keep  # the folder lives as long as this function
        return XMLVerifier().verify(signed, ca_pem_file=str(authorities), id_attribute="ID")

    return ours, signxml
