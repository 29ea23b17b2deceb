"""An operator that follows a script, on a true socket under true TLS; and what a caller needs to speak to it."""

from __future__ import annotations

import socket
import ssl
import threading
from base64 import b64decode
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from datetime import UTC, datetime
from functools import cache
from typing import Final, Self

from segur_socles._core.clock import SystemClock
from segur_socles._core.deadline import Deadline
from segur_socles.config.messagerie import OperateurMss
from segur_socles.credentials.contexte import contexte_serveur
from segur_socles.credentials.tls import CertificatTls
from segur_socles.credentials.usages import Contexte, Perimetre, Service
from segur_socles.mss.acces import AccesMss
from segur_socles.mss.types import MessagePret
from segur_socles.personnes.boite import BoiteStructure
from segur_socles.sandbox.pki import PkiDeTest

FINESS: Final = "990000019"
ADRESSE: Final = "infirmerie@ehpad.bac-a-sable.mssante.fr"
JEAN: Final = "jean.fictif@medecin.bac-a-sable.mssante.fr"
CITOYEN: Final = "279035121518989@patient.mssante.fr"
OCTETS: Final = b"From: x\r\nSubject: essai\r\n\r\nBonjour\r\n.\r\n..deux\r\n"


@cache
def pki() -> PkiDeTest:
    return PkiDeTest.creer()


@cache
def certificat(cn: str = ADRESSE) -> CertificatTls:
    """Give a TLS certificate of the structure, that the PKI of the operator knows."""
    emis = pki().auth_cli(f"1{FINESS}", "EHPAD ESSAI", cn)
    contexte = Contexte(production=False, maintenant=datetime.now(UTC), perimetre=Perimetre(f"1{FINESS}"))
    return CertificatTls.depuis(emis.materiel, service=Service.MSS, contexte=contexte, ancres=pki().ancres())


@cache
def etranger() -> CertificatTls:
    """Give a certificate that another PKI issued: the operator refuses it, and it knows the operator's all the same."""
    autre = PkiDeTest.creer()
    emis = autre.auth_cli(f"1{FINESS}", "EHPAD ESSAI", ADRESSE)
    contexte = Contexte(production=False, maintenant=datetime.now(UTC), perimetre=Perimetre(f"1{FINESS}"))
    return CertificatTls.depuis(emis.materiel, service=Service.MSS, contexte=contexte, ancres=autre.ancres())


def acces(port: int, *, imap: int | None = None, tls: CertificatTls | None = None, hote: str = "localhost") -> AccesMss:
    """Give the way into a server of this machine."""
    canal = (tls or certificat()).channel(pki().ancres())
    boite = BoiteStructure(adresse=ADRESSE, nom="EHPAD Essai")
    operateur = OperateurMss(
        domaines=("ehpad.bac-a-sable.mssante.fr",), smtp=f"{hote}:{port}", imap=f"{hote}:{imap or port}"
    )
    return AccesMss(canal, boite, operateur, "DUI000001")


def pret(*destinataires: str, octets: bytes = OCTETS) -> MessagePret:
    """Give a message ready to be sent."""
    return MessagePret(
        message_id="<essai@ehpad.bac-a-sable.mssante.fr>",
        envid="essai+1",
        expediteur=ADRESSE,
        destinataires=destinataires or (JEAN,),
        octets=octets,
        date=datetime(2026, 6, 1, tzinfo=UTC),
        matricule="279035121518989^^^&1.2.250.1.213.1.4.10&ISO^NH",
    )


def delai(secondes: float = 5.0) -> Deadline:
    return Deadline(SystemClock(), secondes)


# --- the scripted server -----------------------------------------------------------------------------------


class Prise:
    """The server's end of one connection: what it reads is kept, in clear and under TLS."""

    def __init__(self, connexion: socket.socket, clair: list[str], chiffre: list[str]) -> None:
        self._connexion = connexion
        self._fichier = connexion.makefile("rb")
        self._lu, self._chiffre = clair, chiffre

    def dire(self, texte: str) -> None:
        self._connexion.sendall(texte.replace("\n", "\r\n").encode() + b"\r\n")

    def lire(self) -> str:
        ligne = self._fichier.readline().decode("utf-8", "replace")
        if not ligne:
            raise ConnectionResetError
        self._lu.append(ligne.rstrip("\r\n"))
        return self._lu[-1]

    def chiffrer(self, contexte: ssl.SSLContext) -> None:
        self._connexion = contexte.wrap_socket(self._connexion, server_side=True)
        self._fichier = self._connexion.makefile("rb")
        self._lu = self._chiffre

    def fermer(self) -> None:
        with suppress(OSError):
            self._fichier.close()
            self._connexion.close()


Script = Callable[[Prise], None]


class Scripte:
    """A server on a free port; each connection follows the next script, the last one again and again."""

    def __init__(self, *scripts: Script) -> None:
        self._scripts = list(scripts)
        self._ecoute = socket.create_server(("127.0.0.1", 0))
        self.port: int = self._ecoute.getsockname()[1]
        self.clair: list[str] = []
        self.chiffre: list[str] = []
        self.connexions = 0
        self._prises: list[Prise] = []
        self._fils: list[threading.Thread] = []

    def __enter__(self) -> Self:
        self._lancer(self._accueillir)
        return self

    def __exit__(self, *_: object) -> None:
        with suppress(OSError):
            self._ecoute.shutdown(socket.SHUT_RDWR)
        self._ecoute.close()
        for prise in self._prises:
            with suppress(OSError, ValueError):
                prise._connexion.shutdown(socket.SHUT_RDWR)
        for fil in self._fils:
            fil.join(5)

    def _lancer(self, travail: Callable[[], None]) -> None:
        fil = threading.Thread(target=travail, daemon=True)
        self._fils.append(fil)
        fil.start()

    def _accueillir(self) -> None:
        while True:
            try:
                connexion, _ = self._ecoute.accept()
            except OSError:
                return
            script = self._scripts[min(self.connexions, len(self._scripts) - 1)]
            self.connexions += 1
            prise = Prise(connexion, self.clair, self.chiffre)
            self._prises.append(prise)
            self._lancer(lambda prise=prise, script=script: self._servir(prise, script))  # type: ignore[misc]

    @staticmethod
    def _servir(prise: Prise, script: Script) -> None:
        try:
            with suppress(OSError, ValueError, LookupError):  # once shut down, a connection reads its TLS as text
                script(prise)
        finally:
            prise.fermer()


@cache
def _contexte_serveur(service: str, hote: str) -> ssl.SSLContext:
    emis = pki().serveur(service, hotes=(hote,)) if hote else pki().serveur(service)
    return contexte_serveur(emis.materiel, clients=pki().ancres(), exige=True)


COUPER: Final = None
"""A reply that is the end of the connection."""

_SMTP: Final[Mapping[str, str | None]] = {
    "ACCUEIL": "220 bonjour",
    "EHLO": "250-operateur\n250 STARTTLS",
    "STARTTLS": "220 allez-y",
    "EHLO2": "250-operateur\n250-SIZE 26214400\n250-DSN\n250 8BITMIME",
    "AUTH": "235 2.7.0 connu",
    "MAIL": "250 2.1.0 bien",
    "RCPT": "250 2.1.5 bien",
    "DATA": "354 allez-y",
    "FIN": "250 2.0.0 pris",
    "RSET": "250 2.0.0 bien",
    "QUIT": "221 2.0.0 adieu",
}


def smtp(  # noqa: C901 - one branch a command
    _hote: str = "", /, *, rcpt: Mapping[str, str] | None = None, **reponses: str | None
) -> Script:
    """Give a script of submission; each reply may be replaced, that of a recipient by ``rcpt``."""
    dites = {**_SMTP, **reponses}

    def script(prise: Prise) -> None:
        def repondre(etape: str) -> None:
            reponse = dites[etape]
            if reponse is COUPER:
                raise ConnectionResetError
            prise.dire(reponse)

        repondre("ACCUEIL")
        chiffre = False
        while True:
            ligne = prise.lire()
            verbe = ligne.split()[0].upper()
            if verbe == "EHLO":
                repondre("EHLO2" if chiffre else "EHLO")
            elif verbe == "RCPT" and rcpt is not None:
                prise.dire(next((r for adresse, r in rcpt.items() if adresse in ligne), _SMTP["RCPT"] or ""))
            else:
                repondre(verbe)
            if verbe == "STARTTLS" and (dites["STARTTLS"] or "").startswith("220"):
                prise.chiffrer(_contexte_serveur("mss-smtp", _hote))
                chiffre = True
            if verbe == "DATA" and (dites["DATA"] or "").startswith("354"):
                while prise.lire() != ".":
                    if dites.get("CONTENU", "") is COUPER:
                        raise ConnectionResetError
                repondre("FIN")

    return script


CAPACITES: Final = "IMAP4rev1 AUTH=EXTERNAL"


def imap(  # noqa: C901 - one branch a command
    *messages: bytes,
    capacites: str = "IMAP4rev1 STARTTLS LOGINDISABLED",
    accueil: str = "* OK bonjour",
    starttls: str | None = "OK allez-y",
    capacites2: str = CAPACITES,
    external: str | None = "OK connu",
    select: str | None = "OK [READ-WRITE] ouverte",
    tailles: Mapping[int, int] | None = None,
    fetch: str | None = "OK lu",
    store: str | None = "OK marque",
    recherche: str | None = None,
    validite: str = "* OK [UIDVALIDITY 7] bonne",
    un_message: Mapping[int, str | Script] | None = None,
    hote: str = "",
) -> Script:
    """Give a script of reading: ``messages`` have the numbers 1, 2… and are never seen.

    ``un_message``: what is answered instead, or done before ``OK``, when the bytes of that one are asked for.
    """

    def script(prise: Prise) -> None:  # noqa: C901 - one branch a command
        def finir(etiquette: str, reponse: str | None) -> None:
            if reponse is COUPER:
                raise ConnectionResetError
            prise.dire(f"{etiquette} {reponse}")

        prise.dire(accueil)
        chiffre = False
        while True:
            etiquette, verbe, *reste = prise.lire().split(" ", 2)
            arguments = reste[0] if reste else ""
            match verbe.upper():
                case "CAPABILITY":
                    prise.dire(f"* CAPABILITY {capacites2 if chiffre else capacites}")
                    finir(etiquette, "OK voila")
                case "STARTTLS":
                    finir(etiquette, starttls)
                    if (starttls or "").startswith("OK"):
                        prise.chiffrer(_contexte_serveur("mss-imap", hote))
                        chiffre = True
                case "AUTHENTICATE":
                    if (external or "OK").startswith("OK"):
                        prise.dire("+ ")
                        prise._lu.append(b64decode(prise.lire()).decode())
                    finir(etiquette, external)
                case "SELECT":
                    prise.dire(f"* {len(messages)} EXISTS\n{validite}")
                    finir(etiquette, select)
                case "UID" if isinstance(dit := (un_message or {}).get(_corps(arguments)), str):
                    finir(etiquette, dit)
                case "UID" if dit is not None:
                    dit(prise)
                    finir(etiquette, "OK lu")
                case "UID":
                    _uid(prise, arguments, messages, tailles or {}, recherche)
                    finir(etiquette, store if arguments.startswith("STORE") else fetch)
                case "LOGOUT":
                    return
                case _:
                    finir(etiquette, "OK bien")

    return script


def _corps(arguments: str) -> int:
    """Give the number of the message whose bytes are asked for; 0 for any other command."""
    verbe, _, suite = arguments.partition(" ")
    return int(suite.split()[0]) if verbe == "FETCH" and "BODY" in suite else 0


def _uid(
    prise: Prise,
    arguments: str,
    messages: tuple[bytes, ...],
    tailles: Mapping[int, int],
    recherche: str | None,
) -> None:
    verbe, _, suite = arguments.partition(" ")
    if verbe == "SEARCH":
        # The order of a SEARCH is the server's business: the newest first, here.
        prise.dire(f"* SEARCH {recherche or ' '.join(str(n) for n in range(len(messages), 0, -1))}")
    if verbe != "FETCH":
        return
    numeros, _, parties = suite.partition(" ")
    for numero in map(int, numeros.split(",")):
        octets = messages[numero - 1]
        if "RFC822.SIZE" in parties:
            prise.dire(f"* {numero} FETCH (UID {numero} RFC822.SIZE {tailles.get(numero, len(octets))})")
            continue
        partie = octets.split(b"\r\n\r\n")[0] + b"\r\n\r\n" if "HEADER" in parties else octets
        section = "HEADER" if "HEADER" in parties else ""
        if "<0." in parties:
            partie = partie[: int(parties.partition("<0.")[2].partition(">")[0])]
        prise._connexion.sendall(
            f"* {numero} FETCH (FLAGS (\\Recent) UID {numero} BODY[{section}] {{{len(partie)}}}\r\n".encode() + partie
        )
        prise.dire(")")


@contextmanager
def serveur(*scripts: Script) -> Iterator[Scripte]:
    with Scripte(*scripts) as ouvert:
        yield ouvert
