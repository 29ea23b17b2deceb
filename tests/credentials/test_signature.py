from __future__ import annotations

import subprocess
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace
from typing import TYPE_CHECKING, NoReturn

import pytest
from cryptography.exceptions import UnsupportedAlgorithm

from judges import judge
from segur_socles._core.xmldsig import Signataire
from segur_socles.credentials.ancres import Ancres
from segur_socles.credentials.secret import Secret
from segur_socles.credentials.signature import CertificatSignature, Digest, signer_rsa
from segur_socles.credentials.usages import Contexte, Usage
from segur_socles.errors import CredentialError
from segur_socles.sandbox.pki import Ac, CarteCpsSimulee, Defaut, Emis, PkiDeTest

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.asymmetric import rsa


def verifie_par_openssl(certificat: bytes, data: bytes, signature: bytes, digest: Digest, dossier: Path) -> bool:
    openssl = judge("openssl")
    (dossier / "cert.pem").write_bytes(certificat)
    (dossier / "data").write_bytes(data)
    (dossier / "sig").write_bytes(signature)
    cle = subprocess.run(
        [openssl, "x509", "-in", dossier / "cert.pem", "-noout", "-pubkey"], check=True, capture_output=True
    )
    (dossier / "pub.pem").write_bytes(cle.stdout)
    commande = [openssl, "dgst", f"-{digest}", "-verify", dossier / "pub.pem", "-signature", dossier / "sig"]
    return subprocess.run([*commande, dossier / "data"], check=False, capture_output=True).returncode == 0


@pytest.mark.juge("openssl")
@pytest.mark.parametrize("digest", ["sha1", "sha256"])
def test_openssl_accepts_the_signature(
    sign: Emis, contexte: Contexte, ancres: Ancres, digest: Digest, tmp_path: Path
) -> None:
    certificat = CertificatSignature.depuis(sign.materiel, contexte=contexte, ancres=ancres)
    signature = certificat.sign("à signer".encode(), digest)
    assert verifie_par_openssl(sign.certificat.pem, "à signer".encode(), signature, digest, tmp_path)
    assert not verifie_par_openssl(sign.certificat.pem, b"a signer", signature, digest, tmp_path)


def test_it_is_what_the_xml_signer_wants(sign: Emis, contexte: Contexte, ancres: Ancres) -> None:
    content = sign.p12(Secret("x"))
    certificat = CertificatSignature.charger_p12(
        content, Secret("x"), contexte=contexte, ancres=ancres, quoi="sign.p12"
    )
    signataire: Signataire = certificat
    assert signataire.certificat_der == sign.certificat.der
    assert signataire.sujet_rfc4514 == "CN=DUI SIGNATURE,OU=1990000019,O=EHPAD LES TILLEULS,ST=Rhône (69),C=FR"
    assert not signataire.blocking
    assert [c.sujet.cn for c in certificat.materiel.chaine] == [Ac.ORGANISATIONS, Ac.RACINE]
    assert signataire.chaine_der == tuple(c.der for c in certificat.materiel.chaine)
    assert certificat.materiel.nom == "sign.p12"


def test_anchors_complete_a_lone_certificate(sign: Emis, contexte: Contexte, ancres: Ancres, tmp_path: Path) -> None:
    seul, cle = tmp_path / "seul.pem", tmp_path / "seul.key"
    seul.write_bytes(sign.certificat.pem)
    cle.write_bytes(sign.cle_pem)
    assert len(CertificatSignature.charger_pem(seul, cle, contexte=contexte, ancres=ancres).chaine_der) == 2


def test_the_tls_certificate_does_not_sign(insi: Emis, contexte: Contexte, ancres: Ancres) -> None:
    with pytest.raises(CredentialError, match="nonRepudiation"):
        CertificatSignature.depuis(insi.materiel, contexte=contexte, ancres=ancres)
    air = CertificatSignature.depuis(insi.materiel, contexte=contexte, ancres=ancres, usage=Usage.SIGNATURE_AIR)
    assert [c.champ for c in air.constats] == ["certificat.usages"]


def test_a_forged_issuer_does_not_sign(pki: PkiDeTest, contexte: Contexte, ancres: Ancres) -> None:
    faux = pki.sign("1990000019", "X", defaut=Defaut.AC_USURPEE)
    with pytest.raises(CredentialError, match="chaîne de certification refusée"):
        CertificatSignature.depuis(faux.materiel, contexte=contexte, ancres=ancres)


def test_a_signature_belongs_to_a_structure(sign: Emis, contexte: Contexte, ancres: Ancres) -> None:
    with pytest.raises(CredentialError, match="autre structure"):
        CertificatSignature.depuis(sign.materiel, contexte=replace(contexte, perimetre=None), ancres=ancres)


@pytest.mark.parametrize(("digest", "message"), [("sha1", "interdit de signer avec SHA-1"), ("sha256", "SHA256")])
def test_a_hardened_machine_is_named(digest: Digest, message: str) -> None:
    def refuser(*_: object) -> NoReturn:
        raise UnsupportedAlgorithm("digital envelope routines: disabled")

    cle: rsa.RSAPrivateKey = SimpleNamespace(sign=refuser)  # type: ignore[assignment]
    with pytest.raises(CredentialError, match=message) as caught:
        signer_rsa(cle, b"", digest, quoi="x")
    assert caught.value.remede


def test_trying_a_digest_at_start_up(
    sign: Emis, contexte: Contexte, ancres: Ancres, monkeypatch: pytest.MonkeyPatch
) -> None:
    certificat = CertificatSignature.depuis(sign.materiel, contexte=contexte, ancres=ancres)
    certificat.essayer("sha1")

    def refuser(*_: object, quoi: str) -> NoReturn:
        raise CredentialError(quoi)

    monkeypatch.setattr("segur_socles.credentials.signature.signer_rsa", refuser)
    with pytest.raises(CredentialError):
        certificat.essayer("sha1")


@pytest.mark.juge("openssl")
def test_the_simulated_card_signs_like_a_true_one(pki: PkiDeTest, cps: Emis, tmp_path: Path) -> None:
    carte = CarteCpsSimulee(cps, secteur="SA05")
    signataire: Signataire = carte
    assert verifie_par_openssl(cps.certificat.pem, b"x", signataire.sign(b"x", "sha256"), "sha256", tmp_path)
    donnees = carte.donnees
    assert (donnees.type_carte, donnees.id_nat, donnees.secteur) == ("CPS", "899900063480", "SA05")
    assert (donnees.profession, donnees.specialites) == (10, ("SM26",))
    for trait in ("899900063480", "DOC0063480", "KIT"):
        assert trait not in f"{carte!r} {donnees!r} {donnees}"
    infirmier = CarteCpsSimulee(pki.cps("899900000001", "X", "Y", 60, fort=False)).donnees
    assert (infirmier.profession, infirmier.specialites, infirmier.secteur) == (60, (), None)
