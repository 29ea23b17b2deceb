"""The test PKI, judged by openssl: profile, chains, lists; and as fast as its keys."""

from __future__ import annotations

import ipaddress
import json
import re
import stat
import subprocess
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.serialization import Encoding

from judges import judge
from segur_socles._core.clock import FrozenClock
from segur_socles.credentials.certificat import Certificat
from segur_socles.errors import CredentialError
from segur_socles.sandbox.pki import Ac, Defaut, Emis, PkiDeTest

NOMS = "RFC2253,-esc_msb,utf8"


@pytest.fixture(scope="module")
def pki() -> PkiDeTest:
    return PkiDeTest.creer()


@pytest.fixture(scope="module")
def emis(pki: PkiDeTest) -> dict[str, Emis]:
    return {
        "auth_cli": pki.auth_cli("1990000019", "EHPAD LES TILLEULS", "INSI-AUTO"),
        "sign": pki.sign("1990000019", "EHPAD LES TILLEULS"),
        "cps": pki.cps("899900063480", "DOC0063480", "KIT", 10, specialites=("SM26",)),
        "serveur": pki.serveur("insi"),
    }


def openssl(*arguments: str | Path, stdin: bytes = b"") -> str:
    run = subprocess.run([judge("openssl"), *arguments], input=stdin, check=False, capture_output=True)
    return (run.stdout + run.stderr).decode() + f"\nstatus={run.returncode}"


def texte(certificat: Certificat) -> str:
    return openssl("x509", "-noout", "-text", "-nameopt", NOMS, stdin=certificat.pem)


def verifier(pki: PkiDeTest, certificat: Certificat, dossier: Path, ac: Ac, *options: str) -> str:
    fichiers = {
        "racine": pki.certificat_ac(Ac.RACINE).pem,
        "ac": pki.certificat_ac(ac).pem,
        "crl": x509.load_der_x509_crl(pki.crl(ac)).public_bytes(Encoding.PEM),
        "feuille": certificat.pem,
    }
    for nom, contenu in fichiers.items():
        (dossier / nom).write_bytes(contenu)
    commande = ("verify", "-CAfile", dossier / "racine", "-untrusted", dossier / "ac", "-crl_check")
    return openssl(*commande, "-CRLfile", dossier / "crl", *options, dossier / "feuille")


@pytest.mark.juge("openssl")
@pytest.mark.parametrize(
    ("nom", "ac", "objet"),
    [
        ("auth_cli", Ac.ORGANISATIONS, "sslclient"),
        ("sign", Ac.ORGANISATIONS, "smimesign"),
        ("cps", Ac.PERSONNES_FORT, "smimesign"),
        ("serveur", Ac.ORGANISATIONS, "sslserver"),
    ],
)
def test_openssl_accepts_the_chains(
    pki: PkiDeTest, emis: dict[str, Emis], tmp_path: Path, nom: str, ac: Ac, objet: str
) -> None:
    assert "OK" in verifier(pki, emis[nom].certificat, tmp_path, ac, "-purpose", objet)
    autre = {"sslclient": "sslserver", "smimesign": "sslclient", "sslserver": "smimesign"}[objet]
    assert "status=2" in verifier(pki, emis[nom].certificat, tmp_path, ac, "-purpose", autre)


@pytest.mark.juge("openssl")
@pytest.mark.parametrize(
    ("defaut", "message"),
    [
        (Defaut.EXPIRE, "certificate has expired"),
        (Defaut.PAS_ENCORE_VALIDE, "certificate is not yet valid"),
        (Defaut.AUTRE_AC, "unable to get local issuer certificate"),
        (Defaut.AC_USURPEE, "unable to get local issuer certificate"),
        (Defaut.AUTO_SIGNE, "self-signed certificate"),
        (Defaut.MAUVAIS_USAGE, "certificate purpose"),
    ],
)
def test_openssl_sees_each_defect(pki: PkiDeTest, tmp_path: Path, defaut: Defaut, message: str) -> None:
    certificat = pki.auth_cli("1990000019", "X", "INSI-AUTO", defaut=defaut).certificat
    verdict = verifier(pki, certificat, tmp_path, Ac.ORGANISATIONS, "-purpose", "sslclient")
    assert message in verdict
    assert "status=2" in verdict


@pytest.mark.juge("openssl")
def test_openssl_sees_a_revoked_certificate(tmp_path: Path) -> None:
    pki = PkiDeTest.creer()
    certificat = pki.sign("1990000019", "X").certificat
    assert "OK" in verifier(pki, certificat, tmp_path, Ac.ORGANISATIONS)
    pki.revoquer(certificat)
    assert "certificate revoked" in verifier(pki, certificat, tmp_path, Ac.ORGANISATIONS)


def bloc(text: str, titre: str) -> str:
    """Give the heading of an extension and the line below it."""
    found = re.search(rf"^ *({re.escape(titre)}.*)\n +(.*?) *$", text, re.MULTILINE)
    assert found, f"{titre} absent:\n{text}"
    return f"{found[1].strip()} {found[2].strip()}"


@pytest.mark.juge("openssl")
def test_profile_of_an_organisation(emis: dict[str, Emis]) -> None:
    text = texte(emis["auth_cli"].certificat)
    assert "Subject: CN=INSI-AUTO,OU=1990000019,O=EHPAD LES TILLEULS,ST=Rhône (69),C=FR" in text
    assert (
        "Issuer: CN=TEST AC IGC-SANTE ELEMENTAIRE ORGANISATIONS,OU=IGC-SANTE TEST,OU=0002 187512751,O=ASIP-SANTE,C=FR"
        in text
    )
    assert "Public-Key: (2048 bit)" in text
    assert "Signature Algorithm: sha256WithRSAEncryption" in text
    assert bloc(text, "X509v3 Key Usage") == "X509v3 Key Usage: critical Digital Signature"
    assert bloc(text, "X509v3 Extended Key Usage").endswith("TLS Web Client Authentication")
    assert bloc(text, "X509v3 Basic Constraints") == "X509v3 Basic Constraints: CA:FALSE"  # not critical
    assert "Policy: 1.2.250.1.213.1.7.2.1.1.1.1" in text
    for extension in ("Subject Key Identifier", "Authority Key Identifier", "CRL Distribution", "Freshest CRL"):
        assert f"X509v3 {extension}" in text
    assert "OCSP - URI:" in text
    asn1 = openssl("asn1parse", stdin=emis["auth_cli"].certificat.pem)
    assert re.search(r"OBJECT +:1\.2\.250\.1\.71\.1\.2\.5\n.*OCTET STRING +\[HEX DUMP\]:040183", asn1)


@pytest.mark.juge("openssl")
def test_profile_of_a_signature_certificate(emis: dict[str, Emis]) -> None:
    text = texte(emis["sign"].certificat)
    assert bloc(text, "X509v3 Key Usage") == "X509v3 Key Usage: critical Digital Signature, Non Repudiation"
    assert bloc(text, "X509v3 Extended Key Usage").endswith("E-mail Protection")


@pytest.mark.juge("openssl")
def test_profile_of_a_card(emis: dict[str, Emis]) -> None:
    text = texte(emis["cps"].certificat)
    sujet = re.search(r"Subject: (.*)", text)
    assert sujet is not None
    multiple, titre, pays = sujet[1].split(",")
    assert set(multiple.split("+")) == {"CN=899900063480", "SN=DOC0063480", "GN=KIT"}
    assert (titre, pays) == ("title=Médecin", "C=FR")
    assert "Issuer: CN=TEST AC IGC-SANTE FORT PERSONNES," in text
    assert bloc(text, "X509v3 Key Usage") == "X509v3 Key Usage: critical Non Repudiation"
    asn1 = openssl("asn1parse", stdin=emis["cps"].certificat.pem)
    for oid, valeur in (
        (r"1\.2\.250\.1\.71\.1\.2\.2", "020100"),
        (r"1\.2\.250\.1\.71\.1\.2\.7", "02010A"),
        (r"1\.2\.250\.1\.71\.4\.2\.5", "30061304534D3236"),
    ):
        assert re.search(rf":{oid}\n.*HEX DUMP\]:{valeur}\n", asn1), oid


@pytest.mark.juge("openssl")
def test_profile_of_authorities_and_their_mark(pki: PkiDeTest) -> None:
    racine, organisations = texte(pki.certificat_ac(Ac.RACINE)), texte(pki.certificat_ac(Ac.ORGANISATIONS))
    assert "O=SEGUR-SOCLES BAC A SABLE" in racine
    assert bloc(racine, "X509v3 Basic Constraints") == "X509v3 Basic Constraints: critical CA:TRUE, pathlen:1"
    assert bloc(organisations, "X509v3 Basic Constraints") == "X509v3 Basic Constraints: critical CA:TRUE, pathlen:0"
    assert bloc(organisations, "X509v3 Key Usage") == "X509v3 Key Usage: critical Certificate Sign, CRL Sign"


def test_every_published_address_is_invalid(emis: dict[str, Emis]) -> None:
    for item in emis.values():
        adresses = re.findall(rb"(?:https?|ldap)://([a-z0-9.-]+)", item.certificat.der)
        assert len(adresses) == 3
        assert all(adresse.endswith(b".invalid") for adresse in adresses)


def test_a_server_certificate_per_service(pki: PkiDeTest, emis: dict[str, Emis]) -> None:
    dmp = pki.serveur("dmp")
    assert dmp.certificat != emis["serveur"].certificat
    for item in (dmp, emis["serveur"]):
        san = item.certificat.brut.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
        assert san.get_values_for_type(x509.DNSName) == ["localhost"]
        assert san.get_values_for_type(x509.IPAddress) == [ipaddress.ip_address("127.0.0.1")]
    assert dmp.certificat.sujet.cn == "dmp.localhost"


def test_two_structures_never_share_a_key(pki: PkiDeTest) -> None:
    cles = [pki.auth_cli(f"199000000{n}", "X", "dui").materiel.cle.public_key().public_numbers().n for n in range(3)]
    assert len(set(cles)) == 3


# --- folder ---


def test_written_and_read_again(pki: PkiDeTest, tmp_path: Path) -> None:
    pki = PkiDeTest.creer()
    revoque = pki.sign("1990000019", "X").certificat
    pki.revoquer(revoque)
    dossier = tmp_path / "pki"
    pki.ecrire(dossier)
    pki.ecrire(dossier)  # a second time over the first
    relue = PkiDeTest.lire(dossier)
    assert relue.ancres_pem == pki.ancres_pem
    crl = x509.load_der_x509_crl(relue.crl(Ac.ORGANISATIONS))
    assert crl.get_revoked_certificate_by_serial_number(revoque.numero_serie) is not None
    nouveau = relue.sign("1990000019", "X")
    assert nouveau.certificat.emis_par(pki.certificat_ac(Ac.ORGANISATIONS))


def test_keys_are_private(pki: PkiDeTest, emis: dict[str, Emis], tmp_path: Path) -> None:
    dossier = tmp_path / "pki"
    pki.ecrire(dossier)
    _, cle = emis["sign"].ecrire(dossier, "sign")
    cles = list(dossier.glob("*.key"))
    assert cle in cles
    assert len(cles) >= 3
    assert {stat.S_IMODE(path.stat().st_mode) for path in cles} == {0o600}
    assert stat.S_IMODE(dossier.stat().st_mode) == 0o700
    cle.chmod(0o644)
    emis["sign"].ecrire(dossier, "sign")
    assert stat.S_IMODE(cle.stat().st_mode) == 0o600


@pytest.mark.parametrize(
    "etat",
    ["", "{", "[]", "null", json.dumps({"format": 99, "autorites": [], "revoques": {}, "cartes": 0}), '{"format": 1}'],
)
def test_a_folder_that_is_no_pki(tmp_path: Path, etat: str) -> None:
    (tmp_path / "pki.json").write_text(etat)
    with pytest.raises(CredentialError):
        PkiDeTest.lire(tmp_path)


def test_a_folder_without_state(tmp_path: Path) -> None:
    with pytest.raises(CredentialError, match="n'existe pas"):
        PkiDeTest.lire(tmp_path)


# --- time ---


@pytest.mark.parametrize("annee", [2021, 2040])
def test_a_frozen_clock_and_the_machine_both_find_it_valid(annee: int) -> None:
    fige = datetime(annee, 1, 15, 9, 30, tzinfo=UTC)
    pki = PkiDeTest.creer(FrozenClock(fige))
    for certificat in (pki.sign("1990000019", "X").certificat, pki.certificat_ac(Ac.RACINE)):
        for instant in (fige, datetime.now(UTC), fige + timedelta(days=365)):
            assert certificat.pas_avant <= instant <= certificat.pas_apres
    crl = x509.load_der_x509_crl(pki.crl(Ac.ORGANISATIONS))
    assert crl.next_update_utc is not None
    assert crl.last_update_utc <= min(fige, datetime.now(UTC))
    assert crl.next_update_utc >= max(fige, datetime.now(UTC))


def test_time_goes_into_the_keys() -> None:
    """Key generation varies a lot, so the keys made are counted rather than timed against others."""
    faites: list[float] = []
    vraie = rsa.generate_private_key

    def compter(public_exponent: int, key_size: int) -> rsa.RSAPrivateKey:
        debut = time.perf_counter()
        cle = vraie(public_exponent, key_size)
        faites.append(time.perf_counter() - debut)
        return cle

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(rsa, "generate_private_key", compter)
        debut = time.perf_counter()
        pki = PkiDeTest.creer()
        for service in ("insi", "dmp", "mss", "psc"):
            pki.serveur(service)
        pki.auth_cli("1990000019", "X", "INSI-AUTO")
        pki.sign("1990000019", "X")
        pki.ancres()
        total = time.perf_counter() - debut
    assert len(faites) == 5  # root, organisations, servers, TLS, signature
    assert total <= 3 * sum(faites)
