"""A card played by SoftHSM2: login, signature judged by openssl, removal, refused and locked PINs."""

from __future__ import annotations

import os
import shutil
import subprocess
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from datetime import timedelta
from pathlib import Path
from types import SimpleNamespace

import pkcs11
import pytest

from judges import judge, required
from segur_socles._core.xmldsig import Signataire
from segur_socles.credentials import carte as module_carte
from segur_socles.credentials.carte import Carte, CartePkcs11, certificats_du_lecteur
from segur_socles.credentials.certificat import TypeCarte
from segur_socles.credentials.secret import Secret
from segur_socles.credentials.usages import Contexte
from segur_socles.errors import CredentialError, CredentialExpiredError
from segur_socles.sandbox.pki import Emis, PkiDeTest

MODULES = [
    *Path("/usr/lib").glob("softhsm/libsofthsm2.so"),
    *Path("/usr/lib").glob("*/softhsm/libsofthsm2.so"),
    *Path("/usr/lib64").glob("**/libsofthsm2.so"),
]
PIN = "4321"
pytestmark = pytest.mark.juge("softhsm2-util", "pkcs11-tool", "openssl")


@dataclass
class Lecteur:
    """A SoftHSM2 store: its folder is the reader, a token in it the card."""

    module: Path
    dossier: Path

    def lancer(self, *commande: str | Path) -> None:
        subprocess.run([judge(str(commande[0])), *commande[1:]], check=True, capture_output=True)

    def outil(self, *options: str | Path) -> None:
        self.lancer("pkcs11-tool", "--module", self.module, "--token-label", "CPS", *options)

    def inserer(self, emis: Emis, *, pin: str = PIN) -> None:
        pem, cle = self.dossier / "cle.pem", self.dossier / "cert.der"
        pem.write_bytes(emis.cle_pem)
        cle.write_bytes(emis.certificat.der)
        self.lancer("softhsm2-util", "--init-token", "--free", "--label", "CPS", "--so-pin", "12345678", "--pin", pin)
        importer = ("--import", pem, "--token", "CPS", "--label", "CPS_PRIV_SIG", "--id", "10", "--pin", pin)
        self.lancer("softhsm2-util", *importer)
        objet = ("--login", "--pin", pin, "--write-object")
        self.outil(*objet, cle, "--type", "cert", "--id", "10", "--label", "Certificat de Signature CPS")
        for nom, contenu, portee in (
            ("CPS_INFO_PS", b"\x80\x04SM54", ()),
            ("CPS_ACTIVITY_02_PS", b"\x86\x04SA07", ("--private",)),
            ("CPS_ACTIVITY_01_PS", b"\x84\x01X\x86\x04SA05", ("--private",)),
        ):
            fichier = self.dossier / nom
            fichier.write_bytes(contenu)
            self.outil(*objet, fichier, "--type", "data", "--label", nom, *portee)

    def retirer(self) -> Path:
        cote = self.dossier / f"retiree-{len(list(self.dossier.iterdir()))}"
        shutil.move(self.dossier / "tok", cote)
        (self.dossier / "tok").mkdir()
        pkcs11.lib(str(self.module)).reinitialize()
        return cote

    def remettre(self, cote: Path) -> None:
        shutil.rmtree(self.dossier / "tok")
        shutil.move(cote, self.dossier / "tok")
        pkcs11.lib(str(self.module)).reinitialize()


@pytest.fixture
def lecteur(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, cps: Emis) -> Iterator[Lecteur]:
    if not MODULES:
        (pytest.fail if required() else pytest.skip)("juge absent : libsofthsm2.so ; apt install softhsm2")
    (tmp_path / "tok").mkdir()
    conf = tmp_path / "softhsm2.conf"
    reglages = ("objectstore.backend = file", "log.level = ERROR", "slots.removable = false")
    conf.write_text("\n".join((f"directories.tokendir = {tmp_path / 'tok'}", *reglages)))
    monkeypatch.setenv("SOFTHSM2_CONF", str(conf))
    lecteur = Lecteur(MODULES[0], tmp_path)
    lecteur.inserer(cps)
    # The module reads its configuration when it is initialised, and keeps it as long as the process lives.
    pkcs11.lib(str(lecteur.module)).reinitialize()
    yield lecteur
    pkcs11.lib(str(lecteur.module)).finalize()


def ouvrir(lecteur: Lecteur, contexte: Contexte, pin: Secret | Callable[[], Secret] | None = None) -> CartePkcs11:
    return CartePkcs11.ouvrir(lecteur.module, "CPS", pin or Secret(PIN), contexte=replace(contexte, perimetre=None))


def verifiee(emis: Emis, data: bytes, signature: bytes, digest: str, dossier: Path) -> bool:
    (dossier / "c.pem").write_bytes(emis.certificat.pem)
    (dossier / "d").write_bytes(data)
    (dossier / "s").write_bytes(signature)
    openssl = judge("openssl")
    cle = subprocess.run(
        [openssl, "x509", "-in", dossier / "c.pem", "-noout", "-pubkey"], check=True, capture_output=True
    )
    (dossier / "p.pem").write_bytes(cle.stdout)
    verif = [openssl, "dgst", f"-{digest}", "-verify", dossier / "p.pem", "-signature", dossier / "s", dossier / "d"]
    return subprocess.run(verif, check=False, capture_output=True).returncode == 0


def test_openssl_accepts_what_the_card_signs(lecteur: Lecteur, contexte: Contexte, cps: Emis, tmp_path: Path) -> None:
    with ouvrir(lecteur, contexte) as carte:
        for digest in ("sha1", "sha256"):
            signature = carte.sign(b"assertion", digest)  # type: ignore[arg-type]
            assert verifiee(cps, b"assertion", signature, digest, tmp_path)
            assert not verifiee(cps, b"Assertion", signature, digest, tmp_path)


def test_what_the_card_says(lecteur: Lecteur, contexte: Contexte, cps: Emis) -> None:
    with ouvrir(lecteur, contexte) as carte:
        signataire: Signataire = carte
        lue: Carte = carte
        assert signataire.blocking
        assert signataire.certificat_der == cps.certificat.der
        assert signataire.chaine_der == ()
        assert signataire.sujet_rfc4514 == cps.certificat.sujet_rfc4514
        assert lue.donnees.type_carte is TypeCarte.CPS
        assert lue.donnees.id_nat == "899900063480"
        assert lue.donnees.specialites == ("SM26",)  # that of the certificate, before that of CPS_INFO_PS
        assert lue.donnees.secteur == "SA05"  # the first activity
        for trait in ("899900063480", "DOC0063480", PIN):
            assert trait not in f"{carte!r} {lue.donnees!r} {vars(carte)!r}"


def test_without_a_pin_certificates_are_listed(lecteur: Lecteur, cps: Emis) -> None:
    assert certificats_du_lecteur(lecteur.module, "CPS") == (cps.certificat,)


def test_threads_share_a_card(lecteur: Lecteur, contexte: Contexte, cps: Emis) -> None:
    with ouvrir(lecteur, contexte) as carte, ThreadPoolExecutor(8) as fils:
        signatures = list(fils.map(lambda n: carte.sign(b"%d" % n, "sha256"), range(32)))
    attendues = [_pkcs1(cps, b"%d" % n) for n in range(32)]  # PKCS#1 v1.5 is deterministic
    assert signatures == attendues


def _pkcs1(emis: Emis, data: bytes) -> bytes:
    from cryptography.hazmat.primitives import hashes
    from cryptography.hazmat.primitives.asymmetric import padding

    return emis.materiel.cle.sign(data, padding.PKCS1v15(), hashes.SHA256())


def test_two_objects_on_one_card(lecteur: Lecteur, contexte: Contexte) -> None:
    with ouvrir(lecteur, contexte) as une, ouvrir(lecteur, contexte) as autre:
        assert une.sign(b"x", "sha256") == autre.sign(b"x", "sha256")


def test_a_wrong_pin(lecteur: Lecteur, contexte: Contexte) -> None:
    with pytest.raises(CredentialError, match="code porteur refusé") as caught:
        ouvrir(lecteur, contexte, Secret("9876"))
    assert "trois codes faux" in (caught.value.remede or "")
    assert "9876" not in f"{caught.value!r} {caught.value} {caught.value.__context__!r} {caught.value.__cause__!r}"
    with ouvrir(lecteur, contexte) as carte:
        assert carte.sign(b"x", "sha256")


def test_the_pin_may_be_asked_for(lecteur: Lecteur, contexte: Contexte) -> None:
    demandes: list[int] = []

    def demander() -> Secret:
        demandes.append(1)
        return Secret(PIN)

    with ouvrir(lecteur, contexte, demander) as carte:
        for _ in range(3):
            carte.sign(b"x", "sha256")
    assert len(demandes) == 1


def test_a_card_taken_out_and_put_back(lecteur: Lecteur, contexte: Contexte) -> None:
    demandes: list[int] = []

    def demander() -> Secret:
        demandes.append(1)
        return Secret(PIN)

    with ouvrir(lecteur, contexte, demander) as carte:
        avant = carte.sign(b"x", "sha256")
        cote = lecteur.retirer()
        with pytest.raises(CredentialError, match="carte absente du lecteur"):
            carte.sign(b"x", "sha256")
        lecteur.remettre(cote)
        assert carte.sign(b"x", "sha256") == avant
        assert len(demandes) == 2


def test_threads_that_find_the_card_closed_ask_for_the_pin_once(lecteur: Lecteur, contexte: Contexte) -> None:
    demandes: list[int] = []

    def demander() -> Secret:
        demandes.append(1)
        time.sleep(0.05)  # long enough for every thread to meet the closed session
        return Secret(PIN)

    with ouvrir(lecteur, contexte, demander) as carte, ThreadPoolExecutor(8) as fils:
        carte.close()
        assert len(set(fils.map(lambda _: carte.sign(b"x", "sha256"), range(8)))) == 1
    assert len(demandes) == 2


def test_a_lost_session_is_opened_again(lecteur: Lecteur, contexte: Contexte) -> None:
    with ouvrir(lecteur, contexte) as carte:
        avant = carte.sign(b"x", "sha256")
        assert carte._session is not None
        carte._session.close()
        assert carte.sign(b"x", "sha256") == avant


def test_another_card_does_not_sign_for_the_first(lecteur: Lecteur, contexte: Contexte, pki: PkiDeTest) -> None:
    with ouvrir(lecteur, contexte) as carte:
        lecteur.retirer()
        lecteur.inserer(pki.cps("899900000001", "AUTRE", "X", 60))
        pkcs11.lib(str(lecteur.module)).reinitialize()
        with pytest.raises(CredentialError, match="n'est plus la même"):
            carte.sign(b"x", "sha256")
        assert carte._session is None


def test_a_fixed_pin_refused_once_is_not_tried_again(
    lecteur: Lecteur, contexte: Contexte, monkeypatch: pytest.MonkeyPatch
) -> None:
    with ouvrir(lecteur, contexte) as carte:
        carte.close()
        lecteur.outil("--login", "--pin", PIN, "--change-pin", "--new-pin", "5555")
        pkcs11.lib(str(lecteur.module)).reinitialize()
        with pytest.raises(CredentialError, match="code porteur refusé"):
            carte.sign(b"x", "sha256")
        connexions: list[object] = []
        jeton = SimpleNamespace(flags=pkcs11.TokenFlag(0), open=lambda **_: connexions.append(1))
        bibliotheque = SimpleNamespace(get_token=lambda **_: jeton)
        monkeypatch.setattr(module_carte, "_bibliotheque", lambda _: bibliotheque)
        for _ in range(3):
            with pytest.raises(CredentialError, match="code porteur refusé"):
                carte.sign(b"x", "sha256")
        assert connexions == []


def test_a_locked_card_is_not_tried(lecteur: Lecteur, contexte: Contexte, monkeypatch: pytest.MonkeyPatch) -> None:
    # SoftHSM2 never locks a PIN: the flag a card shows is played here.
    jeton = SimpleNamespace(flags=pkcs11.TokenFlag.USER_PIN_LOCKED)
    bibliotheque = SimpleNamespace(get_token=lambda **_: jeton)
    monkeypatch.setattr(module_carte, "_bibliotheque", lambda _: bibliotheque)
    with pytest.raises(CredentialError, match="carte bloquée") as caught:
        ouvrir(lecteur, contexte)
    assert "débloquer" in (caught.value.remede or "")


def test_no_such_card_or_key(lecteur: Lecteur, contexte: Contexte) -> None:
    with pytest.raises(CredentialError, match="carte absente"):
        CartePkcs11.ouvrir(lecteur.module, "AUTRE", Secret(PIN), contexte=contexte)
    with pytest.raises(CredentialError, match="carte absente"):
        certificats_du_lecteur(lecteur.module, "AUTRE")
    with pytest.raises(CredentialError, match="clé de signature introuvable"):
        CartePkcs11.ouvrir(lecteur.module, "CPS", Secret(PIN), contexte=contexte, cle="AUTRE")
    with CartePkcs11.ouvrir(
        lecteur.module, "CPS", Secret(PIN), contexte=contexte, cle=None, cle_id=b"\x10"
    ) as par_identifiant:
        assert par_identifiant.sign(b"x", "sha256")


def test_a_key_without_its_certificate(lecteur: Lecteur, contexte: Contexte) -> None:
    lecteur.outil("--login", "--pin", PIN, "--delete-object", "--type", "cert", "--id", "10")
    pkcs11.lib(str(lecteur.module)).reinitialize()
    with pytest.raises(CredentialError, match="pas de certificat pour sa clé"):
        ouvrir(lecteur, contexte)


def test_the_certificate_of_the_card_is_checked(lecteur: Lecteur, contexte: Contexte, cps: Emis) -> None:
    tard = replace(contexte, maintenant=cps.certificat.pas_apres + timedelta(days=1))
    with pytest.raises(CredentialExpiredError, match="« carte »"):
        ouvrir(lecteur, tard)
    with pytest.raises(CredentialError, match="certificat de test en production"):
        ouvrir(lecteur, replace(contexte, production=True))


def test_modules_that_are_none(contexte: Contexte, tmp_path: Path) -> None:
    with pytest.raises(CredentialError, match=r"« libcps3_pkcs11_lux\.so » est introuvable"):
        CartePkcs11.ouvrir(tmp_path / "libcps3_pkcs11_lux.so", "CPS", Secret(PIN), contexte=contexte)
    faux = tmp_path / "faux.so"
    faux.write_bytes(os.urandom(100))
    with pytest.raises(CredentialError, match=r"« faux\.so » n'est pas une bibliothèque PKCS#11"):
        CartePkcs11.ouvrir(faux, "CPS", Secret(PIN), contexte=contexte)


def test_every_refusal_has_a_remedy_in_french() -> None:
    for nom in (*module_carte._REFUS, "CKR_INCONNU"):
        error = module_carte._refus(nom)
        assert error.remede
        assert error.message.startswith("Carte : ")
    assert "(FunctionFailed)" in module_carte._refus("FunctionFailed").message
