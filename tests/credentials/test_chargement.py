from __future__ import annotations

from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.serialization import (
    BestAvailableEncryption,
    Encoding,
    NoEncryption,
    PrivateFormat,
    pkcs12,
)

from segur_socles.credentials.chargement import charger_p12, charger_pem
from segur_socles.credentials.secret import Secret
from segur_socles.errors import CredentialError
from segur_socles.sandbox.pki import Ac, Emis, PkiDeTest

PHRASE = "phrase-très-secrète"


def pem_de(cle: rsa.RSAPrivateKey | ec.EllipticCurvePrivateKey, phrase: str | None = None) -> bytes:
    chiffrement = BestAvailableEncryption(phrase.encode()) if phrase else NoEncryption()
    return cle.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, chiffrement)


def test_p12_from_bytes_and_from_a_file(insi: Emis, tmp_path: Path) -> None:
    content = insi.p12(Secret(PHRASE))
    path = tmp_path / "insi.p12"
    path.write_bytes(content)
    for source in (content, path, str(path)):
        lu = charger_p12(source, Secret(PHRASE))
        assert lu.certificat == insi.certificat
        assert lu.cle.public_key() == insi.materiel.cle.public_key()
        assert [c.sujet.cn for c in lu.chaine] == [Ac.ORGANISATIONS, Ac.RACINE]
        assert [c.sujet.cn for c in lu.intermediaires] == [Ac.ORGANISATIONS]


def test_the_chain_of_a_p12_is_put_in_order(pki: PkiDeTest, insi: Emis) -> None:
    melange = [pki.certificat_ac(Ac.RACINE).brut, pki.certificat_ac(Ac.ORGANISATIONS).brut]
    content = pkcs12.serialize_key_and_certificates(
        b"x", insi.materiel.cle, insi.certificat.brut, melange, NoEncryption()
    )
    assert [c.sujet.cn for c in charger_p12(content, None).chaine] == [Ac.ORGANISATIONS, Ac.RACINE]


def test_pem_in_two_files_or_one(insi: Emis, tmp_path: Path) -> None:
    certificat, cle = insi.ecrire(tmp_path, "insi")
    assert charger_pem(certificat, cle).certificat == insi.certificat
    ensemble = insi.cle_pem + insi.certificats_pem
    assert [c.sujet.cn for c in charger_pem(ensemble, ensemble).chaine] == [Ac.ORGANISATIONS, Ac.RACINE]
    a_part = charger_pem(insi.certificat.der, cle, chaine=insi.certificats_pem)
    assert len(a_part.chaine) == 2


def test_pem_with_an_encrypted_key(insi: Emis) -> None:
    cle = pem_de(insi.materiel.cle, PHRASE)
    assert charger_pem(insi.certificat.pem, cle, mot_de_passe=Secret(PHRASE)).certificat == insi.certificat


def _p12(insi: Emis) -> bytes:
    return insi.p12(Secret(PHRASE))


@pytest.mark.parametrize(
    ("alterer", "phrase", "message"),
    [
        (lambda p12: p12, "fausse", "mot de passe refusé"),
        (lambda p12: p12, None, "un mot de passe est nécessaire"),
        (lambda p12: p12[: len(p12) // 2], PHRASE, "tronqué"),
        (lambda p12: p12[:-1], PHRASE, "tronqué"),
        (lambda p12: p12[:3], PHRASE, "tronqué"),
        (lambda _: b"\x00\x01", PHRASE, "ce n'est pas un fichier PKCS#12"),
        (lambda _: b"-----BEGIN CERTIFICATE-----", PHRASE, "c'est un fichier PEM"),
        (lambda _: b"", PHRASE, "tronqué|n'est pas un fichier PKCS#12"),
    ],
)
def test_p12_refused(insi: Emis, alterer: object, phrase: str | None, message: str) -> None:
    assert callable(alterer)
    with pytest.raises(CredentialError, match=message) as caught:
        charger_p12(alterer(_p12(insi)), Secret(phrase) if phrase else None, quoi="mon.p12")
    assert caught.value.credential == "mon.p12"
    assert caught.value.remede
    assert PHRASE not in f"{caught.value!r} {caught.value} {caught.value.__context__}"


def test_p12_without_key(insi: Emis) -> None:
    content = pkcs12.serialize_key_and_certificates(b"x", None, insi.certificat.brut, None, NoEncryption())
    with pytest.raises(CredentialError, match="ne contient pas de clé privée"):
        charger_p12(content, None)


def test_p12_whose_certificate_is_missing(insi: Emis) -> None:
    content = pkcs12.serialize_key_and_certificates(b"x", insi.materiel.cle, None, None, NoEncryption())
    with pytest.raises(CredentialError, match="aucun certificat ne correspond"):
        charger_p12(content, None)


def test_pem_of_another_key(insi: Emis, sign: Emis) -> None:
    with pytest.raises(CredentialError, match="aucun certificat ne correspond"):
        charger_pem(insi.certificat.pem, sign.cle_pem)


def test_pem_without_key(insi: Emis) -> None:
    with pytest.raises(CredentialError, match="ne contient pas de clé privée"):
        charger_pem(insi.certificat.pem, insi.certificat.pem)


@pytest.mark.parametrize(
    ("protegee", "phrase", "message"),
    [
        (True, "fausse", "mot de passe refusé"),
        (True, None, "protégée par un mot de passe"),
        (False, "inutile", "n'est pas protégée"),
    ],
)
def test_pem_password_problems(insi: Emis, protegee: bool, phrase: str | None, message: str) -> None:
    cle = pem_de(insi.materiel.cle, PHRASE if protegee else None)
    with pytest.raises(CredentialError, match=message) as caught:
        charger_pem(insi.certificat.pem, cle, mot_de_passe=Secret(phrase) if phrase else None)
    assert caught.value.remede


def test_pem_key_truncated(insi: Emis) -> None:
    cle = insi.cle_pem
    tronquee = cle[:400] + b"\n-----END PRIVATE KEY-----\n"
    with pytest.raises(CredentialError, match="contenu illisible ou tronqué"):
        charger_pem(insi.certificat.pem, tronquee)


def test_an_elliptic_key_is_refused(insi: Emis) -> None:
    with pytest.raises(CredentialError, match="n'est pas une clé RSA"):
        charger_pem(insi.certificat.pem, pem_de(ec.generate_private_key(ec.SECP256R1())))


def test_a_short_key_is_refused(insi: Emis) -> None:
    courte = rsa.generate_private_key(65537, 1024)
    with pytest.raises(CredentialError, match="1024 bits, il en faut au moins 2048"):
        charger_pem(insi.certificat.pem, pem_de(courte))


def test_files_that_cannot_be_read(tmp_path: Path) -> None:
    vide = tmp_path / "vide.p12"
    vide.touch()
    cas = {tmp_path / "absent.p12": "n'existe pas", tmp_path: "c'est un dossier", vide: "est vide"}
    for path, message in cas.items():
        with pytest.raises(CredentialError, match=message) as caught:
            charger_p12(path, Secret(PHRASE))
        assert caught.value.remede


def test_permission_denied_has_its_own_remedy(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(_: Path) -> bytes:
        raise PermissionError

    monkeypatch.setattr(Path, "read_bytes", refuse)
    with pytest.raises(CredentialError, match="pas lisible par ce compte") as caught:
        charger_p12("insi.p12", Secret(PHRASE))
    assert "lecture" in (caught.value.remede or "")
