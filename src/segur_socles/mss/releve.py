"""Reading a mailbox at its operator: IMAP4 (RFC 3501), STARTTLS first, the structure's certificate.

Reading marks nothing. A message is marked as seen once it was dealt with, and only if it still is the one that was
read: a mailbox may be renumbered.
"""

from __future__ import annotations

import imaplib
import re
import ssl
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any, Final, Self

from segur_socles._core.deadline import Deadline
from segur_socles._core.flow import Channel
from segur_socles.errors import SegurError, ServiceError
from segur_socles.mss.lecture import lire_message
from segur_socles.mss.refus import SERVICE, certificat_refuse, coupure, echec_tls, refus_imap, sans_starttls

__all__ = ["MessageLeve", "Releve"]

_RUPTURES: Final = (imaplib.IMAP4.error, OSError)
"""``abort`` and ``readonly`` are kinds of ``error``. What they hold comes from the server."""

_MARGE: Final = 256 * 1024
"""Bytes that a literal may have beyond the size that was announced, and that a header may have."""

_UID: Final = re.compile(rb"\bUID ([0-9]{1,10})\b")
_TAILLE: Final = re.compile(rb"\bRFC822\.SIZE ([0-9]{1,18})\b")
_INDISPONIBLE: Final = "[UNAVAILABLE]"


@dataclass(frozen=True, slots=True)
class MessageLeve:
    """A message as fetched: its number and its bytes, those of the header only if it is not ``entier``."""

    uid: int
    octets: bytes = field(repr=False)
    taille: int
    entier: bool


class _Imap(imaplib.IMAP4):
    """The library's client, that reads no literal larger than what was asked for."""

    plafond = _MARGE

    def read(self, size: int) -> bytes:
        if size > self.plafond:
            raise self.abort("literal too large")
        return super().read(size)


class Releve:
    """One IMAP connection, open, authenticated, on INBOX. For one thread at a time; an error makes it unfit for use."""

    def __init__(self, imap: _Imap, operation: str, deadline: Deadline) -> None:
        self._imap = imap
        self.commencer(operation, deadline)

    @classmethod
    def ouvrir(cls, serveur: tuple[str, int], canal: Channel, boite: str, operation: str, deadline: Deadline) -> Self:
        """Connect, encrypt, authenticate, select INBOX. Errors are raised outside the handlers, as for sending."""
        try:
            imap = _Imap(*serveur, timeout=deadline.remaining(operation, sent=False))
        except _RUPTURES:
            imap = None
        if imap is None:
            raise coupure(operation, deadline, phase="connect")
        ouverte = cls(imap, operation, deadline)
        try:
            ouverte._chiffrer(canal)
            ouverte._authentifier(boite)
            ouverte._commande("select", "INBOX", etape="l'ouverture de la boîte")
        except BaseException:
            ouverte.fermer()
            raise
        return ouverte

    def commencer(self, operation: str, deadline: Deadline) -> None:
        """Say for what, and until when, the connection serves from now on."""
        self._operation = operation
        self._deadline = deadline

    def repond(self) -> bool:
        """Say whether a kept connection is still of use; the server then tells what has come."""
        self._patienter(sent=False)
        with suppress(*_RUPTURES):
            return self._imap.noop()[0] == "OK"
        return False

    def lever(self, *, limite: int, taille_maximale: int) -> tuple[MessageLeve, ...]:
        """Fetch the unseen messages, oldest first, ``limite`` at most. Of one that is too large, the header only."""
        trouves = self._uid("SEARCH", "UNSEEN", etape="la recherche des messages")
        uids = sorted({int(uid) for ligne in trouves if ligne for uid in ligne.split()})[:limite]
        if not uids:
            return ()
        tailles = self._tailles(uids)
        return tuple(leve for uid in uids if uid in tailles for leve in self._lever(uid, tailles[uid], taille_maximale))

    def marquer_lu(self, uid: int, message_id: str | None) -> None:
        """Mark a message as seen. Raises :class:`ServiceError` if it is not there any more."""
        entete = self._litteral(uid, "BODY.PEEK[HEADER]", _MARGE)
        # Read as the message was: senders decorate what stands in the header.
        if entete is None or lire_message(entete).message_id != message_id:
            message = f"{self._operation} : ce message n'est plus dans la boîte, rien n'a été marqué."
            raise ServiceError(message, service=SERVICE, code="ABSENT", remede="relever de nouveau la boîte")
        self._uid("STORE", str(uid), "+FLAGS.SILENT", r"(\Seen)", etape="le marquage")

    def fermer(self) -> None:
        """Drop the connection."""
        with suppress(OSError):
            self._imap.shutdown()

    def quitter(self) -> None:
        """Take leave of a connection at rest, without waiting for the answer."""
        with suppress(OSError):
            self._imap.send(b"FIN LOGOUT\r\n")
        self.fermer()

    # --- opening -----------------------------------------------------------------------------------------

    def _chiffrer(self, canal: Channel) -> None:
        contexte = canal.ssl_context()
        # A server that says, in clear, that we are known already wants us to speak in clear.
        if self._imap.state != "NONAUTH" or "STARTTLS" not in self._imap.capabilities:
            raise sans_starttls(self._operation)
        self._patienter(sent=False)
        failure: SegurError | None = None
        try:
            self._imap.starttls(contexte)
        except _RUPTURES as error:
            failure = echec_tls(error, self._operation, chiffre=isinstance(self._imap.sock, ssl.SSLSocket))
            if failure is None and not isinstance(error, (imaplib.IMAP4.abort, OSError)):
                failure = sans_starttls(self._operation)
        else:
            return
        self._deadline.remaining(self._operation, sent=False)
        raise failure or coupure(self._operation, self._deadline, phase="connect")

    def _authentifier(self, boite: str) -> None:
        if "AUTH=EXTERNAL" not in self._imap.capabilities:
            raise certificat_refuse(self._operation, "AUTH=EXTERNAL absent")
        self._patienter(sent=False)
        failure: SegurError | None = None
        try:
            # The certificate says who we are; this, which of the structure's mailboxes is meant.
            self._imap.authenticate("EXTERNAL", lambda _: boite.encode("ascii"))
        except (imaplib.IMAP4.abort, OSError) as error:
            failure = echec_tls(error, self._operation)
        except imaplib.IMAP4.error as error:
            if _INDISPONIBLE in str(error):
                failure = refus_imap(self._operation, _INDISPONIBLE, etape="l'authentification")
            else:
                failure = certificat_refuse(self._operation, "AUTHENTICATE")
        else:
            return
        raise failure or coupure(self._operation, self._deadline, phase="connect")

    # --- reading -----------------------------------------------------------------------------------------

    def _tailles(self, uids: list[int]) -> dict[int, int]:
        reponses = self._uid("FETCH", ",".join(map(str, uids)), "(UID RFC822.SIZE)", etape="la lecture des tailles")
        tailles: dict[int, int] = {}
        for ligne in reponses:
            uid, taille = (motif.search(ligne) if isinstance(ligne, bytes) else None for motif in (_UID, _TAILLE))
            if uid and taille:
                tailles[int(uid[1])] = int(taille[1])
        return tailles

    def _lever(self, uid: int, taille: int, taille_maximale: int) -> Iterator[MessageLeve]:
        entier = taille <= taille_maximale
        partie, plafond = ("BODY.PEEK[]", taille + _MARGE) if entier else ("BODY.PEEK[HEADER]", _MARGE)
        octets = self._litteral(uid, partie, plafond)
        if octets is not None:
            yield MessageLeve(uid, octets, taille, entier)

    def _litteral(self, uid: int, partie: str, plafond: int) -> bytes | None:
        """Fetch a part of a message; ``None`` if another reader removed it."""
        self._imap.plafond = plafond
        reponses = self._uid("FETCH", str(uid), f"({partie})", etape="la lecture d'un message")
        return next((morceau[1] for morceau in reponses if isinstance(morceau, tuple)), None)

    def _uid(self, *arguments: str, etape: str) -> list[Any]:
        return self._commande("uid", *arguments, etape=etape)

    def _commande(self, nom: str, *arguments: str, etape: str) -> list[Any]:
        self._patienter(sent=True)
        refus: SegurError | None = None
        try:
            verdict, reponses = getattr(self._imap, nom)(*arguments)
        except (imaplib.IMAP4.abort, OSError):
            pass
        except imaplib.IMAP4.error:
            refus = refus_imap(self._operation, "[BAD]", etape=etape)
        else:
            if verdict == "OK":
                return list(reponses)
            texte = b" ".join(r for r in reponses if isinstance(r, bytes)).decode("ascii", "replace")
            refus = refus_imap(self._operation, texte, etape=etape)
        raise refus or coupure(self._operation, self._deadline, phase="answer", sent=True)

    def _patienter(self, *, sent: bool) -> None:
        """Give the socket what remains of the time. Raises :class:`DeadlineError` when nothing does."""
        self._imap.sock.settimeout(self._deadline.remaining(self._operation, sent=sent))
