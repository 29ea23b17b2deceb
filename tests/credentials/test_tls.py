"""Real handshakes on the loopback: who is let in, who is refused, and on which side."""

from __future__ import annotations

import socket
import ssl
import stat
import tempfile
import threading
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

import pytest

from segur_socles.credentials.ancres import Ancres
from segur_socles.credentials.chargement import Materiel
from segur_socles.credentials.contexte import TLS_DMP, TLS_STANDARD, Versions, contexte_client, contexte_serveur
from segur_socles.credentials.tls import CanalServeur, CertificatTls
from segur_socles.credentials.usages import Contexte, Service
from segur_socles.errors import CredentialError, CredentialExpiredError
from segur_socles.sandbox.pki import Ac, Defaut, Emis, PkiDeTest


@dataclass
class Issue:
    """What each side saw of one exchange."""

    recu: bytes = b""
    client: ssl.SSLError | OSError | None = None
    serveur: ssl.SSLError | OSError | None = None
    sujet_client: object = None
    version: str | None = None
    suite: str | None = None

    @property
    def refus(self) -> str:
        return f"{self.client} / {self.serveur}"


def echanger(client: ssl.SSLContext, serveur: ssl.SSLContext, hote: str = "localhost") -> Issue:
    issue = Issue()
    ecoute = socket.create_server(("127.0.0.1", 0))

    def servir() -> None:
        brute, _ = ecoute.accept()
        brute.settimeout(10)
        try:
            with serveur.wrap_socket(brute, server_side=True) as connexion:
                certificat = connexion.getpeercert()
                issue.sujet_client = certificat.get("subject") if certificat else None
                connexion.sendall(b"bonjour" + connexion.recv(10))
        except OSError as error:
            issue.serveur = error
        finally:
            brute.close()

    fil = threading.Thread(target=servir)
    fil.start()
    try:
        with (
            socket.create_connection(ecoute.getsockname(), timeout=10) as brute,
            client.wrap_socket(brute, server_hostname=hote) as connexion,
        ):
            issue.version, issue.suite = connexion.version(), (connexion.cipher() or ("",))[0]
            connexion.sendall(b"!")
            issue.recu = connexion.recv(100)
    except OSError as error:
        issue.client = error
    finally:
        fil.join(timeout=10)
        ecoute.close()
    return issue


@pytest.fixture(scope="session")
def serveur(pki: PkiDeTest) -> Emis:
    return pki.serveur("insi")


@pytest.fixture
def exigeant(serveur: Emis, ancres: Ancres) -> ssl.SSLContext:
    return contexte_serveur(serveur.materiel, clients=ancres)


@pytest.fixture
def canal(insi: Emis, ancres: Ancres, contexte: Contexte) -> ssl.SSLContext:
    certificat = CertificatTls.depuis(insi.materiel, service=Service.INSI, contexte=contexte, ancres=ancres)
    return certificat.channel(ancres).ssl_context()


def test_mutual_authentication(canal: ssl.SSLContext, exigeant: ssl.SSLContext) -> None:
    issue = echanger(canal, exigeant)
    assert issue.recu == b"bonjour!", issue.refus
    assert (("commonName", "INSI-AUTO"),) in issue.sujet_client  # type: ignore[operator]
    assert issue.version == "TLSv1.3"
    assert echanger(canal, exigeant, "127.0.0.1").recu == b"bonjour!"


def test_a_wrong_host_name_is_refused_by_the_client(canal: ssl.SSLContext, exigeant: ssl.SSLContext) -> None:
    issue = echanger(canal, exigeant, "services-ps.ameli.fr")
    assert isinstance(issue.client, ssl.SSLCertVerificationError)
    assert "Hostname mismatch" in issue.client.verify_message


@pytest.mark.parametrize(
    ("defaut", "raison"),
    [
        (Defaut.EXPIRE, "certificate has expired"),
        (Defaut.PAS_ENCORE_VALIDE, "certificate is not yet valid"),
        (Defaut.AUTRE_AC, "unable to get local issuer certificate"),
        (Defaut.AC_USURPEE, "unable to get local issuer certificate|signature failure"),
        (Defaut.AUTO_SIGNE, "self-signed certificate|unable to get local issuer"),
        (Defaut.MAUVAIS_USAGE, "unsuitable certificate purpose|unsupported certificate purpose"),
    ],
)
def test_a_bad_server_is_refused_by_the_client(
    pki: PkiDeTest, ancres: Ancres, canal: ssl.SSLContext, defaut: Defaut, raison: str
) -> None:
    mauvais = pki.serveur("insi", defaut=defaut)
    issue = echanger(canal, contexte_serveur(mauvais.materiel, clients=ancres))
    assert isinstance(issue.client, ssl.SSLCertVerificationError)
    assert any(part in issue.client.verify_message for part in raison.split("|")), issue.client
    assert issue.recu == b""


@pytest.mark.parametrize(
    ("defaut", "raison"),
    [
        (Defaut.EXPIRE, "certificate has expired"),
        (Defaut.AUTRE_AC, "unable to get local issuer certificate"),
        (Defaut.AC_USURPEE, "unable to get local issuer certificate|signature failure"),
        (Defaut.MAUVAIS_USAGE, "unsuitable certificate purpose|unsupported certificate purpose"),
    ],
)
def test_a_bad_client_is_refused_by_the_server(
    pki: PkiDeTest, ancres: Ancres, exigeant: ssl.SSLContext, defaut: Defaut, raison: str
) -> None:
    mauvais = pki.auth_cli("1990000019", "X", "INSI-AUTO", defaut=defaut)
    issue = echanger(contexte_client(ancres, mauvais.materiel, TLS_STANDARD), exigeant)
    assert issue.recu == b""
    assert any(part in str(issue.serveur) for part in raison.split("|")), issue.refus


def test_revoked_certificates_are_refused_on_both_sides(insi: Emis, contexte: Contexte) -> None:
    pki = PkiDeTest.creer()
    serveur = pki.serveur("insi")
    client = pki.auth_cli("1990000019", "X", "INSI-AUTO")
    avant = pki.ancres()
    bon = contexte_serveur(serveur.materiel, clients=avant)
    assert echanger(contexte_client(avant, client.materiel, TLS_STANDARD), bon).recu == b"bonjour!"

    pki.revoquer(client.certificat)
    apres = pki.ancres()
    issue = echanger(
        contexte_client(apres, client.materiel, TLS_STANDARD), contexte_serveur(serveur.materiel, clients=apres)
    )
    assert "certificate revoked" in str(issue.serveur)
    with pytest.raises(CredentialExpiredError, match="révoqué"):
        CertificatTls.depuis(client.materiel, service=Service.INSI, contexte=contexte, ancres=apres)

    pki.revoquer(serveur.certificat)
    issue = echanger(contexte_client(pki.ancres(), insi.materiel, TLS_STANDARD), bon)
    assert isinstance(issue.client, ssl.SSLCertVerificationError)
    assert issue.client.verify_message == "certificate revoked"


def test_a_revoked_authority_vouches_for_nobody(contexte: Contexte) -> None:
    pki = PkiDeTest.creer()
    serveur, client = pki.serveur("insi"), pki.auth_cli("1990000019", "X", "INSI-AUTO")
    pki.revoquer(pki.certificat_ac(Ac.ORGANISATIONS))
    ancres = pki.ancres()
    with pytest.raises(CredentialExpiredError, match=f"révoqué par l'autorité « {Ac.RACINE}"):
        CertificatTls.depuis(client.materiel, service=Service.INSI, contexte=contexte, ancres=ancres)
    sans = pki.ancres(listes=False)
    issue = echanger(CanalServeur(ancres).ssl_context(), contexte_serveur(serveur.materiel))
    assert isinstance(issue.client, ssl.SSLCertVerificationError)
    assert issue.client.verify_message == "certificate revoked"
    strict = contexte_serveur(serveur.materiel, clients=ancres)
    assert "certificate revoked" in str(echanger(contexte_client(sans, client.materiel, TLS_STANDARD), strict).serveur)


def test_the_list_of_the_root_is_needed_too(pki: PkiDeTest, insi: Emis, serveur: Emis, contexte: Contexte) -> None:
    sans_racine = pki.ancres(listes=False).avec_listes([pki.crl(Ac.ORGANISATIONS)])
    with pytest.raises(CredentialError, match=f"aucune liste de l'autorité « {Ac.RACINE}"):
        CertificatTls.depuis(insi.materiel, service=Service.INSI, contexte=contexte, ancres=sans_racine)
    issue = echanger(CanalServeur(sans_racine).ssl_context(), contexte_serveur(serveur.materiel))
    assert isinstance(issue.client, ssl.SSLCertVerificationError)
    assert "unable to get certificate CRL" in issue.client.verify_message


def test_an_out_of_date_list_closes_the_door(pki: PkiDeTest, insi: Emis, serveur: Emis) -> None:
    perimees = pki.ancres(listes=False).avec_listes([pki.crl(Ac.ORGANISATIONS, perimee=True)])
    issue = echanger(contexte_client(perimees, insi.materiel, TLS_STANDARD), contexte_serveur(serveur.materiel))
    assert isinstance(issue.client, ssl.SSLCertVerificationError)
    assert "CRL has expired" in issue.client.verify_message


def test_a_client_without_certificate(ancres: Ancres, serveur: Emis, exigeant: ssl.SSLContext) -> None:
    seul = CanalServeur(ancres).ssl_context()
    assert "did not return a certificate" in str(echanger(seul, exigeant).serveur)
    facultatif = contexte_serveur(serveur.materiel, clients=ancres, exige=False)
    issue = echanger(seul, facultatif)
    assert (issue.recu, issue.sujet_client) == (b"bonjour!", None)


def test_the_dmp_gets_tls_1_2_and_its_suites(
    insi: Emis, ancres: Ancres, contexte: Contexte, exigeant: ssl.SSLContext, serveur: Emis
) -> None:
    certificat = CertificatTls.depuis(insi.materiel, service=Service.DMP, contexte=contexte, ancres=ancres)
    client = certificat.channel(ancres, versions=TLS_DMP).ssl_context()
    issue = echanger(client, exigeant)
    assert (issue.recu, issue.version, issue.suite) == (b"bonjour!", "TLSv1.2", "ECDHE-RSA-AES256-GCM-SHA384")
    cbc = contexte_serveur(
        serveur.materiel, clients=ancres, versions=Versions(ssl.TLSVersion.TLSv1_2, ("ECDHE-RSA-AES256-SHA384",))
    )
    assert echanger(client, cbc).suite == "ECDHE-RSA-AES256-SHA384"
    hors_liste = contexte_serveur(
        serveur.materiel, clients=ancres, versions=Versions(ssl.TLSVersion.TLSv1_2, ("ECDHE-RSA-AES128-SHA256",))
    )
    assert echanger(client, hors_liste).recu == b""
    exigeant.minimum_version = ssl.TLSVersion.TLSv1_3
    assert echanger(client, exigeant).recu == b""


def test_verification_cannot_be_absent(canal: ssl.SSLContext, ancres: Ancres) -> None:
    for context in (canal, CanalServeur(ancres).ssl_context()):
        assert context.verify_mode is ssl.CERT_REQUIRED
        assert context.check_hostname
        assert context.minimum_version is ssl.TLSVersion.TLSv1_2
        assert context.verify_flags & ssl.VerifyFlags.VERIFY_CRL_CHECK_CHAIN == ssl.VerifyFlags.VERIFY_CRL_CHECK_CHAIN


def test_only_the_given_anchors_are_trusted(canal: ssl.SSLContext) -> None:
    noms = {dict(pair[0] for pair in ca["subject"])["commonName"] for ca in canal.get_ca_certs()}  # type: ignore[misc]
    assert {Ac.RACINE.value, Ac.ORGANISATIONS.value} <= noms
    assert all(nom.startswith("TEST AC ") for nom in noms)


def test_the_context_is_built_once(
    insi: Emis, ancres: Ancres, contexte: Contexte, monkeypatch: pytest.MonkeyPatch
) -> None:
    construits: list[ssl.SSLContext] = []

    def compter(ancres: Ancres, identite: Materiel | None, versions: Versions) -> ssl.SSLContext:
        construits.append(contexte_client(ancres, identite, versions))
        return construits[-1]

    monkeypatch.setattr("segur_socles.credentials.tls.contexte_client", compter)
    certificat = CertificatTls.depuis(insi.materiel, service=Service.INSI, contexte=contexte, ancres=ancres)
    barriere = threading.Barrier(32)

    def demander(_: int) -> ssl.SSLContext:
        barriere.wait()
        return certificat.channel(ancres).ssl_context()

    with ThreadPoolExecutor(32) as fils:
        contextes = list(fils.map(demander, range(32)))
    assert len(construits) == 1
    assert {id(c) for c in contextes} == {id(construits[0])}


def test_keys_of_channels(pki: PkiDeTest, insi: Emis, ancres: Ancres, contexte: Contexte) -> None:
    def charger(emis: Emis) -> CertificatTls:
        return CertificatTls.depuis(emis.materiel, service=Service.INSI, contexte=contexte, ancres=ancres)

    a = charger(insi).channel(ancres)
    assert a.key == charger(insi).channel(Ancres.charger(ancres.pem, listes_revocation=ancres.pem)).key
    autres = [
        charger(pki.auth_cli("1990000019", "X", "INSI-AUTO")).channel(ancres),
        charger(insi).channel(pki.ancres(listes=False)),
        charger(insi).channel(ancres, versions=TLS_DMP),
        CanalServeur(ancres),
    ]
    assert len({a.key, *(c.key for c in autres)}) == 5


def test_the_private_key_is_on_disk_for_a_moment_only(
    insi: Emis, ancres: Ancres, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    vus: list[tuple[int, int, bytes]] = []
    charger = ssl.SSLContext.load_cert_chain

    def espionner(self: ssl.SSLContext, certfile: Path, *, password: str) -> None:
        mode, dossier = certfile.stat().st_mode, certfile.parent.stat().st_mode
        vus.append((stat.S_IMODE(mode), stat.S_IMODE(dossier), certfile.read_bytes()))
        charger(self, certfile, password=password)

    monkeypatch.setattr(ssl.SSLContext, "load_cert_chain", espionner)
    contexte_client(ancres, insi.materiel, TLS_STANDARD)
    ((mode, dossier, contenu),) = vus
    assert (mode, dossier) == (0o600, 0o700)
    assert b"-----BEGIN ENCRYPTED PRIVATE KEY-----" in contenu
    assert b"-----BEGIN PRIVATE KEY-----" not in contenu
    assert list(tmp_path.iterdir()) == []


def test_the_folder_is_emptied_even_when_openssl_refuses(
    insi: Emis, ancres: Ancres, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuser(_self: ssl.SSLContext, _certfile: Path, *, password: str) -> None:
        raise ssl.SSLError(1, f"EE_KEY_TOO_SMALL {password}")

    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    monkeypatch.setattr(ssl.SSLContext, "load_cert_chain", refuser)
    with pytest.raises(CredentialError, match="refusé par OpenSSL") as caught:
        contexte_client(ancres, insi.materiel, TLS_STANDARD)
    assert caught.value.__context__ is None
    assert list(tmp_path.iterdir()) == []


def test_loading_names_the_file(insi: Emis, tmp_path: Path, contexte: Contexte, ancres: Ancres) -> None:
    certificat, cle = insi.ecrire(tmp_path, "insi-auto")
    charge = CertificatTls.charger_pem(certificat, cle, service=Service.INSI, contexte=contexte, ancres=ancres)
    assert charge.certificat == insi.certificat
    tard = Contexte(
        production=False, maintenant=insi.certificat.pas_apres + timedelta(days=1), perimetre=contexte.perimetre
    )
    with pytest.raises(CredentialExpiredError, match=r"« insi-auto\.pem »"):
        CertificatTls.charger_pem(certificat, cle, service=Service.INSI, contexte=tard, ancres=ancres)


def test_a_forged_issuer_is_refused_at_load(pki: PkiDeTest, ancres: Ancres, contexte: Contexte) -> None:
    faux = pki.auth_cli("1990000019", "X", "INSI-AUTO", defaut=Defaut.AC_USURPEE)
    with pytest.raises(CredentialError, match="chaîne de certification refusée"):
        CertificatTls.depuis(faux.materiel, service=Service.INSI, contexte=contexte, ancres=ancres)


def test_a_tls_certificate_belongs_to_a_structure(insi: Emis, contexte: Contexte, ancres: Ancres) -> None:
    sans = Contexte(production=False, maintenant=contexte.maintenant)
    with pytest.raises(CredentialError, match="autre structure"):
        CertificatTls.depuis(insi.materiel, service=Service.INSI, contexte=sans, ancres=ancres)
