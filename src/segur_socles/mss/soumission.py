"""Handing a message over to an operator: SMTP (RFC 5321), STARTTLS first, the structure's certificate.

The bytes of the message are those that were stored. Nothing is taken before the final dot: until then a failure
lets the same bytes be offered again; after it, and without an answer, nobody knows.
"""

from __future__ import annotations

import re
import smtplib
import socket
from base64 import b64encode
from contextlib import suppress
from typing import Final, Self

from segur_socles._core.deadline import Deadline
from segur_socles._core.flow import Channel
from segur_socles._core.tls import verifying_context
from segur_socles.errors import ChampInvalideError, Constat, DocumentInvalideError, Phase, SegurError
from segur_socles.mss.codes import libelle_smtp, passager_smtp
from segur_socles.mss.reception import Reception
from segur_socles.mss.refus import (
    certificat_refuse,
    code_etendu,
    coupure,
    echec_tls,
    refus_smtp,
    sans_reponse,
    sans_starttls,
)
from segur_socles.mss.types import EnvoiRefuse, MessageEnvoye, MessagePret, RefusDestinataire

__all__ = ["Soumission"]

_MORCEAU: Final = 16 * 1024
"""Bytes written between two looks at the deadline: those of one TLS record, which a socket waits for once."""

_REPONSE: Final = 64 * 1024
"""Bytes of one reply, all its lines together."""

_LIGNE: Final = re.compile(rb"([2-5][0-9]{2})(-| |$)(.*)")
_TAILLE: Final = re.compile(r"0*[1-9][0-9]{0,17}")

_ACCEPTE: Final = 2
_REFUSE: Final = frozenset({4, 5})
"""First digits of a reply: the only part of a code that must be understood (RFC 5321 §4.3.2)."""

_AUTHENTIFIE: Final = 235
_VERIFICATION_INDISPONIBLE: Final = 454
_CONTENU_ATTENDU: Final = 354
_FERMETURE: Final = 421

_ADRESSE: Final = re.compile(r"[!-;=?-~]+@[!-;=?-~]+")
"""What may stand between the angle brackets of a command: neither spaces nor brackets, which would end it."""


class _Smtp(smtplib.SMTP):
    """The library's client, that listens within the time given and within bounds."""

    def __init__(self, serveur: tuple[str, int], nom: str, deadline: Deadline, delai: float) -> None:
        self.reception = Reception(deadline)
        # By default the name of this machine would be asked of the DNS, and told.
        super().__init__(*serveur, local_hostname=nom, timeout=delai)

    def getreply(self) -> tuple[int, bytes]:
        """Read a reply: its code, -1 if it has none, and its text. Raises :class:`OSError`, the connection closed."""
        if self.sock is None:
            raise smtplib.SMTPServerDisconnected
        self.reception.attendre(_REPONSE)
        try:
            return self._reponse(self.sock)
        except OSError:
            self.close()
            raise

    def _reponse(self, prise: socket.socket) -> tuple[int, bytes]:
        codes, textes = set[bytes](), list[bytes]()
        while lue := _LIGNE.match(self.reception.ligne(prise).rstrip()):
            codes.add(lue[1])
            textes.append(lue[3])
            if lue[2] != b"-":
                return int(lue[1]) if len(codes) == 1 else -1, b"\n".join(textes)
        return -1, b""


class Soumission:
    """One SMTP connection, open and authenticated. For one thread at a time; an error makes it unfit for use."""

    def __init__(self, smtp: _Smtp, operation: str, deadline: Deadline) -> None:
        self._smtp = smtp
        self.commencer(operation, deadline)

    @classmethod
    def ouvrir(cls, serveur: tuple[str, int], canal: Channel, boite: str, operation: str, deadline: Deadline) -> Self:
        """Connect, encrypt, then authenticate, by the certificate alone unless the server offers EXTERNAL too.

        smtplib's exceptions hold what the server said, which may be an address: ours are raised outside the
        handlers, here as in the rest of this file.
        """
        try:
            smtp = _Smtp(serveur, boite.rpartition("@")[2], deadline, deadline.remaining(operation, sent=False))
        except OSError:
            smtp = None
        if smtp is None:
            raise coupure(operation, deadline, phase="connect")
        ouverte = cls(smtp, operation, deadline)
        try:
            ouverte._chiffrer(canal)
            ouverte._authentifier(boite)
        except BaseException:
            ouverte.fermer()
            raise
        return ouverte

    def commencer(self, operation: str, deadline: Deadline) -> None:
        """Say for what, and until when, the connection serves from now on."""
        self._operation = operation
        self._deadline = deadline
        self._smtp.reception.commencer(deadline)

    def repond(self) -> bool:
        """Say whether a kept connection is still of use; a transaction that was left is then forgotten."""
        self._patienter()
        with suppress(OSError):
            return not self._smtp.reception.en_avance and self._smtp.rset()[0] // 100 == _ACCEPTE
        return False

    def envoyer(
        self, message: MessagePret, *, taille_maximale: int, rapports: bool = True
    ) -> MessageEnvoye | EnvoiRefuse:
        """Offer ``message``. Without ``rapports``, no delivery report comes back, as RFC 8098 §3 asks of receipts.

        Raises :class:`ServiceError` when the operator refuses the message itself, :class:`TransportError` with
        ``sent`` false if the message was cut before its end, with ``outcome_unknown`` if nothing answered its end.
        """
        contenu = _contenu(message.octets)
        for adresse in (message.expediteur, *message.destinataires):
            _exiger_adresse(adresse)
        self._exiger_taille(message.taille, taille_maximale)
        retour = message.expediteur if rapports else ""
        suivi = rapports and self._smtp.has_extn("dsn")
        code, texte = self._commande(f"MAIL FROM:<{retour}>{self._options(message, suivi=suivi)}")
        if code // 100 != _ACCEPTE:
            raise refus_smtp(self._operation, code, texte, etape="le message")
        acceptes: list[str] = []
        refus: list[RefusDestinataire] = []
        for adresse in message.destinataires:
            options = f" NOTIFY=SUCCESS,FAILURE ORCPT=rfc822;{_xtext(adresse)}" if suivi else ""
            code, texte = self._commande(f"RCPT TO:<{adresse}>{options}")
            if code // 100 == _ACCEPTE:
                acceptes.append(adresse)
            elif code // 100 in _REFUSE and code != _FERMETURE:
                refus.append(_refus(adresse, code, texte))
            else:
                raise coupure(self._operation, self._deadline, phase="send")
        if not acceptes:
            return EnvoiRefuse(message.message_id, tuple(refus))
        self._transmettre(contenu)
        return MessageEnvoye(message.message_id, tuple(acceptes), tuple(refus))

    def fermer(self) -> None:
        """Drop the connection."""
        self._smtp.close()

    def quitter(self) -> None:
        """Take leave of a connection at rest, without waiting for the answer."""
        with suppress(OSError):
            self._smtp.putcmd("QUIT")
        self.fermer()

    # --- opening -----------------------------------------------------------------------------------------

    def _chiffrer(self, canal: Channel) -> None:
        contexte = verifying_context(canal)
        self._patienter()
        failure: SegurError | None = None
        chiffre = False
        try:
            self._smtp.ehlo()
            self._smtp.starttls(context=contexte)
            chiffre = True
            self._smtp.ehlo()
        except (smtplib.SMTPNotSupportedError, smtplib.SMTPResponseException, smtplib.SMTPHeloError):
            failure = sans_starttls(self._operation)
        except OSError as error:
            failure = echec_tls(error, self._operation, chiffre=chiffre)
        else:
            if self._smtp.does_esmtp:
                return
            failure = certificat_refuse(self._operation, "EHLO")
        self._deadline.remaining(self._operation, sent=False)
        raise failure or coupure(self._operation, self._deadline, phase="connect")

    def _authentifier(self, boite: str) -> None:
        if "EXTERNAL" not in self._smtp.esmtp_features.get("auth", "").upper().split():
            return
        # The certificate says who we are; this, which of the structure's mailboxes is meant (RFC 4422, appendix A).
        code, texte = self._commande(f"AUTH EXTERNAL {b64encode(boite.encode()).decode()}", phase="connect")
        if code == _VERIFICATION_INDISPONIBLE:
            raise refus_smtp(self._operation, code, texte, etape="l'authentification")
        if code != _AUTHENTIFIE:
            raise certificat_refuse(self._operation, str(code))

    # --- sending -----------------------------------------------------------------------------------------

    def _exiger_taille(self, taille: int, maximum: int) -> None:
        # No figure and 0 mean no limit (RFC 1870 §4); so do more digits than a size has.
        annonce = self._smtp.esmtp_features.get("size", "")
        limite = min(maximum, int(annonce)) if _TAILLE.fullmatch(annonce) else maximum
        if taille > limite:
            raise refus_smtp(self._operation, 552, b"5.3.4", etape=f"un message de plus de {limite} octets")

    def _options(self, message: MessagePret, *, suivi: bool) -> str:
        annonces = self._smtp.has_extn
        options = (
            (annonces("size"), f" SIZE={message.taille}"),
            (annonces("8bitmime") and not message.octets.isascii(), " BODY=8BITMIME"),
            (suivi, f" RET=HDRS ENVID={_xtext(message.envid)}"),
        )
        return "".join(option for admise, option in options if admise)

    def _transmettre(self, contenu: bytes) -> None:
        code, texte = self._commande("DATA")
        if code // 100 in _REFUSE:
            raise refus_smtp(self._operation, code, texte, etape="le contenu")
        if code != _CONTENU_ATTENDU:
            raise coupure(self._operation, self._deadline, phase="send")
        vue = memoryview(contenu)
        entier = True
        try:
            for debut in range(0, len(vue), _MORCEAU):
                self._patienter()
                self._smtp.send(vue[debut : debut + _MORCEAU])
            self._patienter()
        except OSError:
            entier = False
        if not entier or self._smtp.reception.en_avance:
            raise coupure(self._operation, self._deadline, phase="send")
        code, texte = -1, b""
        with suppress(OSError):
            self._smtp.send(b".\r\n")
            code, texte = self._smtp.getreply()
        if code // 100 in _REFUSE:
            raise refus_smtp(self._operation, code, texte, etape="le message")
        if code // 100 != _ACCEPTE:
            raise sans_reponse(self._operation)

    def _commande(self, ligne: str, *, phase: Phase = "send") -> tuple[int, bytes]:
        self._patienter()
        with suppress(OSError):
            if not self._smtp.reception.en_avance:
                return self._smtp.docmd(ligne)
        raise coupure(self._operation, self._deadline, phase=phase)

    def _patienter(self) -> None:
        """Give the socket what remains of the time. Raises :class:`DeadlineError` when nothing does."""
        reste = self._deadline.remaining(self._operation, sent=False)
        if self._smtp.sock:
            self._smtp.sock.settimeout(reste)


def _refus(adresse: str, code: int, texte: bytes) -> RefusDestinataire:
    etendu = code_etendu(texte)
    return RefusDestinataire(adresse, code, etendu, libelle_smtp(code), passager_smtp(code))


def _contenu(octets: bytes) -> bytes:
    """Write a message as DATA wants it: whole lines, those that begin with a dot doubled.

    A lone CR or LF would let a server that takes it for an end of line read something else than what we wrote.
    """
    lignes = octets.count(b"\r\n")
    if not lignes == octets.count(b"\n") == octets.count(b"\r"):
        constat = Constat("octets", "fin de ligne autre que CR LF", "RFC 5321 §2.3.8", "préparer de nouveau le message")
        raise DocumentInvalideError("Message illisible pour un serveur ; rien n'a été envoyé.", constats=(constat,))
    doubles = (b"." if octets.startswith(b".") else b"") + octets.replace(b"\r\n.", b"\r\n..")
    return doubles if doubles.endswith(b"\r\n") else doubles + b"\r\n"


def _exiger_adresse(adresse: str) -> None:
    if not _ADRESSE.fullmatch(adresse):
        constat = Constat("destinataires", "ce n'est pas une adresse", "RFC 5321 §4.1.2", "vérifier chaque adresse")
        raise ChampInvalideError("Message : 1 champ à corriger ; rien n'a été envoyé.", constats=(constat,))


def _xtext(valeur: str) -> str:
    """Write a parameter as RFC 3461 §4 wants it."""
    return "".join(c if "!" <= c <= "~" and c not in "+=" else f"+{ord(c):02X}" for c in valeur)
