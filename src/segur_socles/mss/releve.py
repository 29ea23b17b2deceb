"""Reading a mailbox at its operator: IMAP4 (RFC 3501), STARTTLS first, the structure's certificate.

Reading marks nothing. A message is marked as seen once it was dealt with, and only if it still is the one that was
read: a mailbox may be renumbered. A message that cannot be read does not keep the others from being.
"""

from __future__ import annotations

import imaplib
import re
import ssl
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from hashlib import sha256
from typing import Any, Final, Self, TypeAlias, TypeVar

from segur_socles._core.deadline import Deadline
from segur_socles._core.flow import Channel
from segur_socles._core.tls import verifying_context
from segur_socles.errors import Constat, SegurError, ServiceError, VerificationIndisponibleError
from segur_socles.mss.reception import REPONSE, Reception
from segur_socles.mss.refus import (
    SERVICE,
    certificat_refuse,
    coupure,
    echec_tls,
    refus_imap,
    reponse_illisible,
    sans_starttls,
)
from segur_socles.mss.types import Emplacement

__all__ = ["Levee", "MessageLeve", "Releve"]

T = TypeVar("T")

_RUPTURES: Final = (imaplib.IMAP4.error, OSError, ValueError)
"""``abort`` and ``readonly`` are kinds of ``error``; the client raises ``ValueError`` on what is no number or no ASCII.

What they hold comes from the server.
"""

_ENTETE: Final = 256 * 1024
"""Bytes of a header that are read; a message that has more of it is known by these."""

_MARGE: Final = 256 * 1024
"""Bytes that an answer may have beyond those that were asked for or announced."""

VOLUME: Final = 64 * 1024 * 1024
"""Bytes of messages after which a reading ends, whatever their number: they are held and opened together."""

_UID: Final = re.compile(rb"\bUID ([0-9]{1,10})\b")
_TAILLE: Final = re.compile(rb"\bRFC822\.SIZE ([0-9]{1,18})\b")
_NOMBRE: Final = re.compile(rb"[0-9]{1,10}")
_MESSAGE: Final = re.compile(rb"[0-9]+ \(")
_CITE: Final = re.compile(rb'"(?:[^"\\]|\\.)*"')
_VIDE: Final = re.compile(rb"\r?\n\r?\n")
_INDISPONIBLE: Final = "[UNAVAILABLE]"

_Lu: TypeAlias = tuple[bytes, bytes | None]
"""What an answer says of one message, without what it quotes; and its literal."""


@dataclass(frozen=True, slots=True)
class MessageLeve:
    """A message as fetched: where, and its bytes; ``ecart`` says why they are not all there."""

    emplacement: Emplacement
    octets: bytes = field(repr=False)
    ecart: Constat | None = None


@dataclass(frozen=True, slots=True)
class Levee:
    """Messages fetched, oldest first, how many unseen ones come after them, and the number after which they do."""

    messages: tuple[MessageLeve, ...]
    restants: int
    apres: int | None


class _Imap(imaplib.IMAP4):
    """The library's client, that listens within the time given and within bounds."""

    def __init__(self, serveur: tuple[str, int], deadline: Deadline, delai: float) -> None:
        self.reception = Reception(deadline)
        super().__init__(*serveur, timeout=delai)

    def read(self, size: int) -> bytes:
        return self.reception.bloc(self.sock, size)

    def readline(self) -> bytes:
        return self.reception.ligne(self.sock)


class Releve:
    """One IMAP connection, open, authenticated, on INBOX. For one thread at a time; an error makes it unfit for use."""

    def __init__(self, imap: _Imap, boite: str, operation: str, deadline: Deadline) -> None:
        self._imap = imap
        self._boite = boite
        self._uidvalidity: int | None = None
        self.commencer(operation, deadline)

    @classmethod
    def ouvrir(cls, serveur: tuple[str, int], canal: Channel, boite: str, operation: str, deadline: Deadline) -> Self:
        """Connect, encrypt, authenticate, select INBOX. Errors are raised outside the handlers, as for sending."""
        try:
            imap = _Imap(serveur, deadline, deadline.remaining(operation, sent=False))
        except _RUPTURES:
            imap = None
        if imap is None:
            raise coupure(operation, deadline, phase="connect")
        ouverte = cls(imap, boite, operation, deadline)
        try:
            ouverte._chiffrer(canal)
            ouverte._authentifier()
            ouverte._choisir()
        except BaseException:
            ouverte.fermer()
            raise
        return ouverte

    def commencer(self, operation: str, deadline: Deadline) -> None:
        """Say for what, and until when, the connection serves from now on."""
        self._operation = operation
        self._deadline = deadline
        self._imap.reception.commencer(deadline)

    def repond(self) -> bool:
        """Say whether a kept connection is still of use; the server then tells what has come."""
        self._patienter(sent=False)
        with suppress(*_RUPTURES):
            return self._imap.noop()[0] == "OK"
        return False

    def lever(self, *, limite: int, apres: int, taille_maximale: int) -> Levee:
        """Fetch the unseen messages whose number is above ``apres``, oldest first, ``limite`` at most.

        Of one that is too large, the header only; of one that the server cannot give, nothing. Fewer than ``limite``
        come when together they would be beyond :data:`VOLUME`, but always one.
        """
        uids = [uid for uid in self._non_lus() if uid > apres]
        leves: list[MessageLeve] = []
        volume = vus = 0
        for uid in uids[:limite]:
            existe, taille = self._taille(uid)
            volume += taille if taille and taille <= taille_maximale else _ENTETE
            if leves and volume > VOLUME:
                break
            vus += 1
            if existe:
                leves.append(self._lever(uid, taille, taille_maximale))
        return Levee(tuple(leves), len(uids) - vus, uids[vus - 1] if vus else None)

    def marquer_lu(self, emplacement: Emplacement) -> None:
        """Mark a message as seen. Raises :class:`ServiceError` if it is not there any more."""
        if not self._est_la(emplacement):
            message = f"{self._operation} : ce message n'est plus dans la boîte, rien n'a été marqué."
            raise ServiceError(message, service=SERVICE, code="ABSENT", remede="relever de nouveau la boîte")
        self._uid("STORE", str(emplacement.uid), "+FLAGS.SILENT", r"(\Seen)", etape="le marquage")

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
        contexte = verifying_context(canal)
        # A server that says, in clear, that we are known already wants us to speak in clear.
        if self._imap.state != "NONAUTH" or "STARTTLS" not in self._imap.capabilities:
            raise sans_starttls(self._operation)
        self._patienter(sent=False)
        failure: SegurError | None = None
        try:
            self._imap.starttls(contexte)
        except _RUPTURES as error:
            failure = echec_tls(error, self._operation, chiffre=isinstance(self._imap.sock, ssl.SSLSocket))
            if failure is None and not isinstance(error, (imaplib.IMAP4.abort, OSError, ValueError)):
                failure = sans_starttls(self._operation)
        else:
            return
        self._deadline.remaining(self._operation, sent=False)
        raise failure or coupure(self._operation, self._deadline, phase="connect")

    def _authentifier(self) -> None:
        if "AUTH=EXTERNAL" not in self._imap.capabilities:
            raise certificat_refuse(self._operation, "AUTH=EXTERNAL absent")
        self._patienter(sent=False)
        failure: SegurError | None = None
        try:
            # The certificate says who we are; this, which of the structure's mailboxes is meant.
            self._imap.authenticate("EXTERNAL", lambda _: self._boite.encode("ascii"))
        except (imaplib.IMAP4.abort, OSError, ValueError) as error:
            failure = echec_tls(error, self._operation)
        except imaplib.IMAP4.error as error:
            if _INDISPONIBLE in str(error):
                failure = refus_imap(self._operation, _INDISPONIBLE, etape="l'authentification")
            else:
                failure = certificat_refuse(self._operation, "AUTHENTICATE")
        else:
            return
        raise failure or coupure(self._operation, self._deadline, phase="connect")

    def _choisir(self) -> None:
        self._commande("select", "INBOX", etape="l'ouverture de la boîte")
        _, dites = self._imap.response("UIDVALIDITY")
        dite = dites[-1]
        if isinstance(dite, bytes) and _NOMBRE.fullmatch(dite):
            self._uidvalidity = int(dite)

    # --- reading -----------------------------------------------------------------------------------------

    def _non_lus(self) -> list[int]:
        reponses = self._uid("SEARCH", "UNSEEN", etape="la recherche des messages")
        lignes = [ligne for ligne in reponses if ligne is not None]
        numeros = [n for ligne in lignes for n in (ligne.split() if isinstance(ligne, bytes) else ligne)]
        if not all(_NOMBRE.fullmatch(numero) for numero in numeros):
            raise reponse_illisible(self._operation)
        return sorted(set(map(int, numeros)))

    def _taille(self, uid: int) -> tuple[bool, int | None]:
        """Say whether a message is still there, and its size; None if the server cannot tell."""
        lus = _sauf_refus(lambda: self._lus(uid, "UID RFC822.SIZE", etape="la lecture d'une taille"))
        if lus is None:
            return True, None
        dite = next(filter(None, (_TAILLE.search(texte) for texte, _ in lus)), None)
        return bool(lus), int(dite[1]) if dite else None

    def _lever(self, uid: int, taille: int | None, taille_maximale: int) -> MessageLeve:
        ecart: Constat | None = None
        octets: bytes | None = None
        if taille is not None and taille <= taille_maximale:
            octets = _sauf_refus(lambda: self._litteral(uid, "BODY.PEEK[]", taille + _MARGE))
        elif taille is not None:
            octets, ecart = _sauf_refus(lambda: self._entete(uid)), _trop_grand(taille)
        if octets is None:
            return MessageLeve(self._emplacement(uid, None), b"", _ILLISIBLE)
        return MessageLeve(self._emplacement(uid, _empreinte(octets)), octets, ecart)

    def _est_la(self, emplacement: Emplacement) -> bool:
        if (emplacement.boite, emplacement.uidvalidity) != (self._boite, self._uidvalidity):
            return False
        if emplacement.empreinte is None:
            # Nothing of it was read: only a number that never serves again names it.
            return self._uidvalidity is not None
        entete = self._entete(emplacement.uid)
        return entete is not None and _empreinte(entete) == emplacement.empreinte

    def _emplacement(self, uid: int, empreinte: str | None) -> Emplacement:
        return Emplacement(self._boite, self._uidvalidity, uid, empreinte)

    def _entete(self, uid: int) -> bytes | None:
        return self._litteral(uid, f"BODY.PEEK[HEADER]<0.{_ENTETE}>", _ENTETE + _MARGE)

    def _litteral(self, uid: int, partie: str, plafond: int) -> bytes | None:
        """Fetch a part of a message; ``None`` if the server does not give it."""
        lus = self._lus(uid, partie, etape="la lecture d'un message", plafond=plafond)
        return next((octets for _, octets in lus if octets is not None), None)

    def _lus(self, uid: int, partie: str, *, etape: str, plafond: int = REPONSE) -> list[_Lu]:
        """Fetch something of a message. Servers tell of others too, unasked: those are left."""
        reponses = self._uid("FETCH", str(uid), f"({partie})", etape=etape, plafond=plafond)
        return [lu for lu in _par_message(reponses) if (dit := _UID.search(lu[0])) and int(dit[1]) == uid]

    def _uid(self, *arguments: str, etape: str, plafond: int = REPONSE) -> list[Any]:
        return self._commande("uid", *arguments, etape=etape, plafond=plafond)

    def _commande(self, nom: str, *arguments: str, etape: str, plafond: int = REPONSE) -> list[Any]:
        self._patienter(sent=True)
        self._imap.reception.attendre(plafond)
        # What was told unasked since the last command is of no use, and would pile up.
        self._imap.untagged_responses.clear()
        refus: SegurError | None = None
        try:
            verdict, reponses = getattr(self._imap, nom)(*arguments)
        except (imaplib.IMAP4.abort, OSError, ValueError):
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
        self._imap.reception.attendre()


def _sauf_refus(lire: Callable[[], T]) -> T | None:
    """Read something of a message; ``None`` if the server refuses that one, and not everything for now."""
    try:
        return lire()
    except VerificationIndisponibleError:
        raise
    except ServiceError:
        return None


def _par_message(reponses: list[Any]) -> list[_Lu]:
    """Put together what FETCH answers say of each message: its name may come after its bytes."""
    lus: list[_Lu] = []
    for reponse in reponses:
        texte, octets = reponse if isinstance(reponse, tuple) else (reponse or b"", None)
        dit = _CITE.sub(b'""', texte)
        if _MESSAGE.match(dit) or not lus:
            lus.append((dit, octets))
        else:
            avant, lu = lus[-1]
            lus[-1] = (avant + b" " + dit, octets if lu is None else lu)
    return lus


def _empreinte(octets: bytes) -> str:
    """Digest a header, the same whether it was fetched alone or with its message."""
    return sha256(_VIDE.split(octets[:_ENTETE], 1)[0].rstrip(b"\r\n")).hexdigest()


_ILLISIBLE: Final = Constat(
    "message",
    "l'opérateur n'a pas pu donner ce message",
    remede="l'ouvrir dans le webmail de l'opérateur, et le lui signaler",
)


def _trop_grand(taille: int) -> Constat:
    return Constat(
        "message",
        f"trop volumineux pour être relevé ({taille} octets) : seul son en-tête est lu",
        remede="l'ouvrir dans le webmail de l'opérateur, ou augmenter OptionsMss.taille_maximale",
    )
