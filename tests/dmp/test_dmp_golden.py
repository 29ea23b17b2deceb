"""Golden captures: what the DMP receives changes only with notice (« Ce qui change sur le fil »)."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from dmp_outils import (
    ACCORD,
    DOCUMENT_ID,
    FauxDmp,
    appelant,
    conduire,
    document,
    flux,
    identite,
    lot,
    octets,
    sans_reseau,
)

from segur_socles._core.flow import Http, Request, Response

GOLDEN = Path(__file__).parents[1] / "golden"

# What keys and certificates made for this run put in a message.
PROPRES = (
    re.compile(r"(<(?:ds:)?(?:DigestValue|SignatureValue|X509Certificate|X509SerialNumber)[^>]*>)(?!AA==)[^<]+"),
    re.compile(r'(id="Signature01".*?name="hash"><rim:ValueList><rim:Value>)[^<]+', re.DOTALL),
    re.compile(r'(id="Signature01".*?name="size"><rim:ValueList><rim:Value>)[^<]+', re.DOTALL),
)


def capture(request: Request) -> str:
    lines = [f"{request.method} {request.url}", *(f"{name}: {value}" for name, value in request.headers), ""]
    written = "\n".join(lines) + "\n" + octets(request).decode().replace("\r\n", "\n")
    for pattern in PROPRES:
        written = pattern.sub(r"\1…", written)
    return written


def existence() -> Request:
    seen: list[Request] = []

    def repondre(http: Http, request: Request) -> Response:
        seen.append(request)
        return sans_reseau(http, request)

    with pytest.raises(AssertionError):
        conduire(flux(appelant()).tester_existence(identite()), repondre)
    return seen[0]


def alimentation() -> list[Request]:
    pour = appelant()
    dmp = FauxDmp(depots=["perdue-apres"])
    conduire(flux(pour).alimenter(lot(pour), ACCORD), dmp)
    return dmp.recus


def remplacement() -> Request:
    pour = appelant()
    dmp = FauxDmp(connus={"1.2.250.1.999.7"})
    conduire(flux(pour).alimenter(lot(pour, document(version=2, remplace="1.2.250.1.999.7")), ACCORD), dmp)
    return dmp.recus[-1]


CAPTURES = {
    "dmp-tester-existence.txt": existence,
    "dmp-alimenter.txt": lambda: alimentation()[0],
    "dmp-regler.txt": lambda: alimentation()[1],
    "dmp-remplacer.txt": remplacement,
}


@pytest.mark.parametrize("nom", CAPTURES)
def test_golden_capture(nom: str) -> None:
    assert capture(CAPTURES[nom]()) == (GOLDEN / nom).read_text("utf-8")


def test_two_runs_send_the_same_bytes_outside_keys() -> None:
    assert capture(alimentation()[0]) == capture(alimentation()[0])
    assert DOCUMENT_ID in capture(alimentation()[1])
