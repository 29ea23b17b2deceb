from __future__ import annotations

import re

import pytest

from judges import reference
from segur_socles.credentials.certificat import Certificat, TypeCarte, lire_certificat, lire_certificats
from segur_socles.errors import CredentialError
from segur_socles.sandbox.pki import Ac, Emis, PkiDeTest


def test_an_organisation_certificate_made_elsewhere() -> None:
    path = reference("xds", "samples", "dmp-test-signing.pem")
    lu = lire_certificat(path.read_bytes(), quoi=path.name)
    assert lu.sujet.cn == "SERVEUR DUI FICTIF SIGN"
    assert lu.sujet.struct_idnat == "1990000019"
    assert lu.sujet.organisation == "EHPAD LES TILLEULS FICTIF"
    assert lu.sujet.departement == "Rhône (69)"
    assert lu.sujet.pays == "FR"
    assert lu.emetteur_cn == "FICTIF AC ELEMENTAIRE ORGANISATIONS"
    assert lu.usages == {"digitalSignature", "nonRepudiation"}
    assert lu.usages_etendus == {"emailProtection"}
    assert lu.numero_serie == 0x698C3F4AEC1536C82E62732980718295_1D5DDA55
    assert f"{lu.pas_avant:%Y-%m-%d} {lu.pas_apres:%Y-%m-%d}" == "2026-01-01 2036-01-01"
    assert lu.type_carte is None
    assert lu.profession is None
    assert lu.specialites == ()
    assert not lu.est_autorite
    assert lu.sujet_rfc4514 == (
        "CN=SERVEUR DUI FICTIF SIGN,OU=1990000019,O=EHPAD LES TILLEULS FICTIF,ST=Rhône (69),C=FR"
    )


def test_der_and_pem_give_equal_certificates(insi: Emis) -> None:
    der, pem = insi.certificat.der, insi.certificat.pem
    assert lire_certificat(der, quoi="x") == lire_certificat(pem, quoi="x") == insi.certificat
    assert [c.emetteur_cn for c in lire_certificats(insi.certificats_pem, quoi="x")] == [
        "TEST AC IGC-SANTE ELEMENTAIRE ORGANISATIONS",
        "TEST AC RACINE IGC-SANTE ELEMENTAIRE",
        "TEST AC RACINE IGC-SANTE ELEMENTAIRE",
    ]


def test_a_card_says_who_and_what(cps: Emis) -> None:
    lu = cps.certificat
    assert (lu.type_carte, lu.profession, lu.specialites) == (TypeCarte.CPS, 10, ("SM26",))
    assert (lu.sujet.cn, lu.sujet.nom, lu.sujet.prenom, lu.sujet.titre) == (
        "899900063480",
        "DOC0063480",
        "KIT",
        "Médecin",
    )
    assert lu.usages == {"nonRepudiation"}
    assert lu.numero_carte


@pytest.mark.parametrize(("code", "attendu"), [(0, "CPS"), (1, "CPF"), (2, "CDE-CPE"), (3, "CPA"), (9, "CPX")])
def test_kinds_of_cards_are_spelled_for_name_qualifier(cps: Emis, code: int, attendu: str) -> None:
    der = cps.certificat.der
    # OID 1.2.250.1.71.1.2.2, then OCTET STRING { INTEGER 0 }
    place = re.search(rb"\x06\x08\x2a\x81\x7a\x01\x47\x01\x02\x02\x04\x03\x02\x01(\x00)", der)
    assert place
    start = place.start(1)
    assert lire_certificat(der[:start] + bytes([code]) + der[start + 1 :], quoi="x").type_carte == attendu


def test_the_repr_of_a_person_is_masked(cps: Emis) -> None:
    for text in (repr(cps.certificat), repr(cps.certificat.sujet), repr(cps), repr(cps.materiel)):
        for trait in ("899900063480", "DOC0063480", "KIT", f"{cps.certificat.numero_serie:x}"):
            assert trait not in text


def test_the_repr_of_an_organisation_helps(insi: Emis) -> None:
    assert "INSI-AUTO" in repr(insi.certificat)
    assert "1990000019" in repr(insi.certificat)


def test_an_old_card_whose_subject_is_not_in_der_order_is_named(cps: Emis) -> None:
    der = cps.certificat.der
    # The SET of three attributes: reversed, it is no longer in DER order; lengths do not change.
    place = re.search(rb"\x31.(\x30.\x06\x03\x55\x04\x2a.{2}KIT)", der, re.DOTALL)
    assert place is not None
    start, size = place.start() + 2, der[place.start() + 1]
    content, parts = der[start : start + size], []
    while content:
        parts.append(content[: 2 + content[1]])
        content = content[2 + content[1] :]
    assert len(parts) == 3
    desordre = der[:start] + b"".join(reversed(parts)) + der[start + size :]
    with pytest.raises(CredentialError, match="ordre qu'exige le DER") as caught:
        lire_certificat(desordre, quoi="carte de test")
    assert caught.value.credential == "carte de test"
    assert "KIT" not in str(caught.value)
    assert caught.value.__context__ is None


@pytest.mark.parametrize("content", [b"", b"bonjour", b"-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----"])
def test_what_is_not_a_certificate(content: bytes) -> None:
    with pytest.raises(CredentialError, match="« x » illisible") as caught:
        lire_certificat(content, quoi="x")
    assert caught.value.remede


def test_a_truncated_card_extension_is_refused(cps: Emis) -> None:
    der = cps.certificat.der
    # INTEGER of length 1 → announced longer than its OCTET STRING.
    broken = der.replace(b"\x04\x03\x02\x01\x0a", b"\x04\x03\x02\x05\x0a")
    assert broken != der
    with pytest.raises(CredentialError, match="illisible"):
        lire_certificat(broken, quoi="x")


def test_issued_by_needs_the_name_and_the_key(pki: PkiDeTest, insi: Emis) -> None:
    assert insi.certificat.emis_par(pki.certificat_ac(Ac.ORGANISATIONS))
    assert not insi.certificat.emis_par(pki.certificat_ac(Ac.RACINE))
    autre = PkiDeTest.creer().certificat_ac(Ac.ORGANISATIONS)
    assert autre.brut.subject == insi.certificat.brut.issuer
    assert not insi.certificat.emis_par(autre)


def test_a_certificate_is_hashable_by_content(insi: Emis) -> None:
    copie = Certificat.depuis(insi.certificat.brut, quoi="x")
    assert {copie, insi.certificat} == {copie}
