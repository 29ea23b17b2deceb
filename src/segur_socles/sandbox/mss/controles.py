"""What the operator demands of a message: one table of rules, each with the code it is refused by.

The sources name no code for these: all begin with ``SANDBOX_``. Rules are those of the Référentiel socle MSSanté #2
(ECO numbers; near certain, unless said otherwise) and of RFC 5322. Written apart from what the library writes
messages with, so that a mistake is not mirrored.
"""

from __future__ import annotations

import email
import re
from collections.abc import Callable
from dataclasses import dataclass, field
from email.message import Message
from email.utils import getaddresses
from functools import cached_property
from typing import Final

from segur_socles.sandbox.mss.archive import Archive, ArchiveIllisibleError, lire_archive, piece_xdm
from segur_socles.sandbox.mss.boites import CITOYENS

__all__ = ["REGLES", "SANS_EXPEDITEUR", "Envoi", "Regle"]

SANS_EXPEDITEUR: Final = "<>"
"""The envelope sender of a receipt: nobody, so that no answer to it ever loops (RFC 8098 2.1)."""

_LIGNE: Final = 998
_NU: Final = re.compile(rb"(?<!\r)\n|\r(?!\n)")
_MESSAGE_ID: Final = re.compile(r"<[^<>@\s]+@[^<>@\s]+>")


@dataclass
class Envoi:
    """A message offered: its bytes, and the addresses of its envelope."""

    octets: bytes = field(repr=False)
    expediteur: str = field(repr=False)
    destinataires: tuple[str, ...] = field(repr=False)

    @cached_property
    def message(self) -> Message:
        """The message, parsed leniently."""
        return email.message_from_bytes(self.octets)

    @cached_property
    def archive(self) -> Archive | None:
        """Its archive; ``None`` without one, or when it cannot be read."""
        piece = piece_xdm(self.message)
        contenu = None if piece is None else piece.get_payload(decode=True)
        if not isinstance(contenu, bytes):
            return None
        try:
            return lire_archive(contenu)
        except ArchiveIllisibleError:
            return None

    @property
    def porte_du_cda(self) -> bool:
        """Whether the archive holds a CDA."""
        return self.archive is not None and bool(self.archive.documents)

    def entetes(self, nom: str) -> list[str]:
        """Values of a header, unfolded, in order."""
        return [" ".join(str(valeur).split()) for valeur in self.message.get_all(nom, [])]

    @property
    def auteurs(self) -> list[str]:
        """Addresses of ``From``, in lower case."""
        return [adresse.lower() for _, adresse in getaddresses(self.entetes("From"))]

    @property
    def citoyens(self) -> frozenset[str]:
        """Matricules of the citizens it is addressed to."""
        decoupes = (adresse.lower().rpartition("@") for adresse in self.destinataires)
        return frozenset(local for local, _, domaine in decoupes if domaine == CITOYENS)


@dataclass(frozen=True, slots=True)
class Regle:
    """A rule: the code of its refusal, its French name in the journal, and the check."""

    code: str
    controle: str
    tient: Callable[[Envoi], bool]


def _lignes_courtes(envoi: Envoi) -> bool:
    return all(len(ligne) <= _LIGNE for ligne in envoi.octets.split(b"\r\n"))


def _message_id(envoi: Envoi) -> bool:
    valeurs = envoi.entetes("Message-ID")
    return len(valeurs) == 1 and _MESSAGE_ID.fullmatch(valeurs[0]) is not None


def _auteur(envoi: Envoi) -> bool:
    if envoi.expediteur == SANS_EXPEDITEUR:
        # Only a receipt may have no sender (RFC 8098 3).
        return len(envoi.auteurs) == 1 and envoi.message.get_content_type() == "multipart/report"
    return envoi.auteurs == [envoi.expediteur.lower()]


def _nil(envoi: Envoi) -> bool:
    valeurs = envoi.entetes("X-MSS-NIL")
    return len(valeurs) == 1 and bool(valeurs[0])


def _texte(envoi: Envoi) -> bool:
    textes = [p for p in _parties(envoi.message) if p.get_content_type() == "text/plain" and p.get_filename() is None]
    return bool(textes) and all(_est_utf8(p) for p in textes)


def _est_utf8(partie: Message) -> bool:
    contenu = partie.get_payload(decode=True)
    if (partie.get_content_charset() or "us-ascii") not in {"utf-8", "us-ascii"} or not isinstance(contenu, bytes):
        return False
    try:
        contenu.decode("utf-8")
    except UnicodeDecodeError:
        return False
    return True


def _parties(message: Message) -> list[Message]:
    """Parts of a message, without those of a message it quotes."""
    if message.get_content_maintype() == "message":
        return []
    contenu = message.get_payload()
    if not isinstance(contenu, list):
        return [message]
    return [partie for enfant in contenu if isinstance(enfant, Message) for partie in _parties(enfant)]


def _archive(envoi: Envoi) -> bool:
    return piece_xdm(envoi.message) is None or envoi.porte_du_cda


def _objet(envoi: Envoi) -> bool:
    return not envoi.porte_du_cda or any("XDM/1.0/DDM" in objet.upper() for objet in envoi.entetes("Subject"))


def _codes(envoi: Envoi) -> bool:
    valeurs = envoi.entetes("X-MSS-CODECDA")
    if envoi.archive is None or not envoi.archive.documents:
        return not valeurs
    # Which of the two separators the national text asks for is not certain.
    lus = sorted(code.strip() for code in re.split("[,;]", valeurs[0])) if len(valeurs) == 1 else []
    return lus == sorted(document.code for document in envoi.archive.documents)


def _ins(envoi: Envoi) -> bool:
    valeurs = envoi.entetes("X-MSS-INS")
    if envoi.archive is None or not envoi.archive.documents:
        return not valeurs
    return valeurs == ["O" if all(document.qualifiee for document in envoi.archive.documents) else "N"]


def _un_usager(envoi: Envoi) -> bool:
    citoyens = envoi.citoyens
    if envoi.archive is None or not envoi.archive.documents:
        return len(citoyens) <= 1
    premier, *autres = envoi.archive.documents
    return (
        len(envoi.archive.patients) <= 1
        and all(document.patient & premier.patient for document in autres)
        and all(document.matricule == premier.matricule for document in autres)
        and citoyens <= {premier.matricule}
    )


REGLES: Final = (
    Regle("SANDBOX_FIN_DE_LIGNE", "fins de ligne CRLF", lambda e: _NU.search(e.octets) is None),
    Regle("SANDBOX_LIGNE_TROP_LONGUE", f"lignes de {_LIGNE} octets au plus", _lignes_courtes),
    Regle("SANDBOX_MESSAGE_ID", "Message-ID unique et bien formé (ECO.2.2.1)", _message_id),
    Regle("SANDBOX_FROM", "From égal à l'expéditeur de l'enveloppe", _auteur),
    Regle("SANDBOX_X_MSS_NIL", "X-MSS-NIL présent (ECO.2.4.3)", _nil),
    Regle("SANDBOX_TEXTE", "texte seul présent, en UTF-8 (ECO.2.2.3, ECO.2.2.4)", _texte),
    Regle("SANDBOX_ARCHIVE", "IHE_XDM.ZIP lisible, contenant du CDA (ECO.2.1.1)", _archive),
    Regle("SANDBOX_OBJET", "objet XDM/1.0/DDM d'un message à archive (ECO.2.1.3)", _objet),
    Regle("SANDBOX_X_MSS_CODECDA", "X-MSS-CODECDA égal aux codes de l'archive (ECO.2.4.1)", _codes),
    Regle("SANDBOX_X_MSS_INS", "X-MSS-INS conforme à l'archive (ECO.2.4.2)", _ins),
    Regle("SANDBOX_USAGER", "un seul usager par message (ECO.2.1.1)", _un_usager),
)
"""In the order they are told."""
