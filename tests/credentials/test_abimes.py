"""Damaged files: whatever is broken, the only error is ours."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Callable

import pytest

from segur_socles.credentials.certificat import lire_certificat
from segur_socles.credentials.chargement import charger_p12, charger_pem
from segur_socles.credentials.revocation import Revocation
from segur_socles.credentials.secret import Secret
from segur_socles.errors import CredentialError
from segur_socles.sandbox.pki import Ac, Emis, PkiDeTest

# cryptography warns of a long country code or a negative serial number; damage makes some.
pytestmark = pytest.mark.filterwarnings("ignore::UserWarning")


def abimer(content: bytes, alea: random.Random) -> bytes:
    damaged = bytearray(content)
    for place in alea.sample(range(len(damaged)), k=alea.randint(1, 3)):
        damaged[place] ^= 1 << alea.randrange(8)
    return bytes(damaged)


def issues(lire: Callable[[bytes], object], content: bytes, tours: int) -> Counter[str]:
    alea, found = random.Random(20260115), Counter[str]()
    for _ in range(tours):
        try:
            lire(abimer(content, alea))
        except CredentialError:
            found["refus"] += 1
        else:
            found["lu"] += 1
    return found


def test_certificates(cps: Emis) -> None:
    found = issues(lambda der: repr(lire_certificat(der, quoi="x")), cps.certificat.der, 4000)
    assert found["refus"] > 1000
    assert found["lu"] > 1000  # a damaged key or signature still reads: it is refused where it is used


def test_revocation_lists(pki: PkiDeTest) -> None:
    revocation = Revocation([pki.certificat_ac(Ac.ORGANISATIONS)])
    assert issues(revocation.ajouter, pki.crl(Ac.ORGANISATIONS), 2000)["refus"] > 1950


def test_pkcs12(insi: Emis) -> None:
    phrase = Secret("x")
    assert issues(lambda p12: charger_p12(p12, phrase), insi.p12(phrase), 100)["refus"] == 100


def test_keys(insi: Emis) -> None:
    assert issues(lambda cle: charger_pem(insi.certificat.pem, cle), insi.cle_pem, 80)["refus"] > 60


def test_truncated_certificates(cps: Emis) -> None:
    der = cps.certificat.der
    for size in range(len(der)):
        with pytest.raises(CredentialError):
            lire_certificat(der[:size], quoi="x")
