"""The VIHF: read from the samples, written in canonical form, accepted by xmlsec1."""

from __future__ import annotations

import subprocess
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from cryptography.hazmat.primitives import serialization
from dmp_outils import (
    MAINTENANT,
    MATRICULE,
    acteur,
    appelant,
    conduire,
    identite,
    intermediaire,
    racine,
    sans_reseau,
    signataire,
)
from lxml import etree

from judges import judge, reference
from segur_socles._core.model import RegleError
from segur_socles._core.xml import exc_c14n, parse
from segur_socles._core.xmldsig import verify_enveloped
from segur_socles.dmp.roles import roles_de
from segur_socles.dmp.vihf import USAGE_NORMAL, Role, Vihf, ecrire_vihf, lire_vihf, signer_vihf
from segur_socles.dmp.vihf_appelant import vihf_de
from segur_socles.errors import DocumentInvalideError
from segur_socles.nomenclatures.codes import nomenclature
from segur_socles.personnes.professionnel import MoyenAuthentification
from segur_socles.xds.formats import Cx

EXPIRE = MAINTENANT + timedelta(minutes=5)

# The unsigned sample, copied by hand.
ATTENDU = Vihf(
    id="_5a3a5c0e-8d1b-4c58-9d6e-2f6f7a1b0c01",
    emis_le=datetime(2026, 1, 15, 9, 30, 5, 120000, tzinfo=UTC),
    emetteur="CN=SERVEUR DUI FICTIF,OU=1990000019,O=EHPAD LES TILLEULS FICTIF,ST=Sarthe (72),C=FR",
    utilisateur="899900000017",
    authentifie_le=datetime(2026, 1, 15, 9, 30, 5, 120000, tzinfo=UTC),
    contexte="urn:oasis:names:tc:SAML:2.0:ac:classes:Password",
    mode="INDIRECTE",
    version="3.0",
    structure="1990000019",
    secteur="SA17^1.2.250.1.71.4.2.4",
    nom="MARTIN Claire",
    roles=(Role("60", "1.2.250.1.71.1.2.7", "G15", "Infirmier"),),
    patient=Cx("235079999999960", "1.2.250.1.213.1.4.10", "NH"),
    usage=USAGE_NORMAL,
    lps_id="INSTANCE-0001",
    lps_nom="DUI FICTIF",
    lps_version="1.0",
    lps_homologation="XXX-xxx-000-00-xxx-xxx-X0",
)


def exemple(nom: str) -> etree._Element:
    return parse(reference("xds", "samples", nom).read_bytes(), what="l'exemple")


def canonical(element: etree._Element) -> bytes:
    return exc_c14n(element)


def test_sample_read_to_the_last_field() -> None:
    assert lire_vihf(exemple("dmp-vihf-indirecte-unsigned.xml")) == ATTENDU


def test_air_sample_with_typed_values_and_two_roles() -> None:
    lu = lire_vihf(exemple("dmp-vihf-air-signed.xml"))
    assert lu.mode == "INDIRECTE_RENFORCEE"
    assert lu.declaration == "APP_BROWSER_AUTH"
    assert lu.contexte.endswith("MobileTwoFactorUnregistered")
    assert [(r.code, r.systeme) for r in lu.roles] == [("10", "1.2.250.1.71.1.2.7"), ("SM26", "1.2.250.1.71.4.2.5")]


def test_written_is_the_sample() -> None:
    """Compared in exclusive canonical form, where our xsi declarations and the sample's are the same."""
    written = "".join(ecrire_vihf(ATTENDU))
    assert canonical(parse(written.encode(), what="x")) == canonical(exemple("dmp-vihf-indirecte-unsigned.xml"))


@pytest.mark.parametrize(
    "vihf",
    [
        ATTENDU,
        replace(ATTENDU, nom="D'ARC & <Fils>\r\n", declaration="APP_BROWSER_AUTH", expire_le=EXPIRE),
        replace(ATTENDU, patient=None, usage=None, roles=(), lps_id=""),
        replace(ATTENDU, roles=(Role("10", "1.2", 'G"15"', "Médecin <x>"), Role("SM26", "1.3", "R01", "é & è"))),
    ],
)
def test_written_text_is_its_own_canonical_form(vihf: Vihf) -> None:
    written = "".join(ecrire_vihf(vihf, nom_attribut_mode="Authentification_Mode")).encode()
    assert written == canonical(parse(written, what="x"))
    relu = lire_vihf(parse(written, what="x"))
    assert replace(relu, nom="") == replace(vihf, nom="")
    assert relu.nom == vihf.nom.strip()


def signe(vihf: Vihf) -> bytes:
    return bytes(conduire(signer_vihf(vihf, signataire()), sans_reseau))


@pytest.mark.juge("xmlsec1")
def test_xmlsec1_accepts_ours(tmp_path: Path) -> None:
    pour = appelant()
    vihf = vihf_de(pour, signataire().sujet_rfc4514, identite().matricule)
    (tmp_path / "vihf.xml").write_bytes(signe(vihf))
    for name, certificate in (("racine", racine()), ("milieu", intermediaire())):
        (tmp_path / f"{name}.pem").write_bytes(certificate.public_bytes(serialization.Encoding.PEM))
    command = [
        judge("xmlsec1"), "--verify", "--enabled-key-data", "x509", "--trusted-pem", "racine.pem",
        "--untrusted-pem", "milieu.pem", "--verification-time", "2026-01-16 00:00:00",
        "--id-attr:ID", "urn:oasis:names:tc:SAML:2.0:assertion:Assertion", "vihf.xml",
    ]  # fmt: skip
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert "SignedInfo References (ok/all): 1/1" in done.stdout + done.stderr
    verifie = verify_enveloped(signe(vihf), anchors=[racine()], intermediates=[intermediaire()], at=MAINTENANT)
    assert lire_vihf(verifie.element) == vihf


def test_vihf_of_a_caller() -> None:
    vihf = vihf_de(appelant(), "CN=X", identite().matricule)
    assert (vihf.utilisateur, vihf.structure, vihf.secteur) == ("899900000017", "1990000019", "SA17^1.2.250.1.71.4.2.4")
    assert (vihf.nom, vihf.mode, vihf.version) == ("MARTIN Claire", "INDIRECTE", "3.0")
    assert vihf.patient is not None
    assert vihf.patient.cx() == f"{MATRICULE}^^^&1.2.250.1.213.1.4.10&ISO^NH"
    assert vihf.roles == (Role("60", "1.2.250.1.71.1.2.7", "G15", "Infirmier"),)
    assert (vihf.emis_le, vihf.expire_le) == (MAINTENANT, None)
    assert vihf.id != vihf_de(appelant(graine=2), "CN=X", None).id
    assert MATRICULE not in repr(vihf)
    assert "MARTIN" not in repr(vihf)


def test_vihf_of_an_automate() -> None:
    vihf = vihf_de(appelant(acteur(moyen=MoyenAuthentification.AUTOMATE)), "CN=X", None)
    assert vihf.contexte == "urn:oasis:names:tc:SAML:2.0:ac:classes:unspecified"
    assert vihf.roles == (Role("AUTOMATE", "1.2.250.1.213.1.1.4.6", "A00", "Automate"),)
    assert vihf.nom == "DUI FICTIF, 1.0, EHPAD LES TILLEULS (FICTIF)"
    assert vihf.utilisateur == "899900000017"


@pytest.mark.parametrize(
    ("profession", "roles"),
    [
        ("G15_60", [("60", "1.2.250.1.71.1.2.7")]),
        ("G15_60/SI01", [("60", "1.2.250.1.71.1.2.7")]),
        ("G15_10/SM26", [("10", "1.2.250.1.71.1.2.7"), ("SM26", "1.2.250.1.71.4.2.5")]),
        ("G15_21/D", [("21", "1.2.250.1.71.1.2.7"), ("D", "1.2.250.1.71.4.2.6")]),
        ("93", [("93", "1.2.250.1.213.1.6.1.109")]),
        ("41", [("41", "1.2.250.1.213.1.6.1.4")]),
        ("313", [("99", "1.2.250.1.213.1.6.1.140"), ("313", "1.2.250.1.213.1.6.1.107")]),
        ("LOGICIEL_DUI", [("LOGICIEL_DUI", "1.2.250.1.213.1.1.4.6")]),
    ],
)
def test_roles_of_professions(profession: str, roles: list[tuple[str, str]]) -> None:
    found = roles_de(nomenclature("JDV_J01").code(profession))
    assert [(r.code, r.systeme) for r in found] == roles
    assert all(r.libelle for r in found)


@pytest.mark.parametrize("profession", ["G15_10", "G15_21", "G16_10"])
def test_professions_without_a_whole_role_are_refused(profession: str) -> None:
    with pytest.raises(RegleError):
        roles_de(nomenclature("JDV_J01").code(profession))


def test_every_profession_has_roles_or_a_reason() -> None:
    refused = set()
    for code in nomenclature("JDV_J01").codes.values():
        try:
            roles = roles_de(code)
        except RegleError:
            refused.add(code.code)
        else:
            assert 1 <= len(roles) <= 2
    assert refused == {"G15_10", "G15_21", "G16_10", "G16_21", "G16_40", "G16_50"}


@pytest.mark.parametrize(
    ("avant", "apres"),
    [
        ('Name="LPS_ID"', 'Name="LPS_Nom"'),
        ('Name="LPS_ID"', 'Name="Authentification_Mode"'),
        ('IssueInstant="2026-01-15T09:30:05.120Z"', 'IssueInstant="hier"'),
        ('IssueInstant="2026-01-15T09:30:05.120Z"', 'IssueInstant="2026-01-15T09:30:05"'),
        ("saml2:Assertion", "saml2:Advice"),
    ],
)
def test_readers_refusals(avant: str, apres: str) -> None:
    written = "".join(ecrire_vihf(ATTENDU))
    assert avant in written
    with pytest.raises(DocumentInvalideError):
        lire_vihf(parse(written.replace(avant, apres).encode(), what="x"))
