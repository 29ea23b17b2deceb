"""The processing receipt that we send back (MDN, RFC 8098).

Source: CI-SIS, volet « Transmission au LPS d'un document CDA provenant d'un courriel MSSanté » (certain).
"""

from __future__ import annotations

import re
from email.utils import format_datetime
from typing import Final

from segur_socles._core.model import invalide
from segur_socles.config.messagerie import OptionsMss
from segur_socles.errors import Constat
from segur_socles.mss.codes import ErreurIntegration
from segur_socles.mss.entetes import champ, champ_boite, champ_texte, sans_accents
from segur_socles.mss.nommage import MARQUEUR
from segur_socles.mss.parties import message, texte_brut
from segur_socles.mss.reperes import Reperes, refus_nil
from segur_socles.mss.types import MessagePret, MessageRecu
from segur_socles.personnes.boite import BoiteStructure

__all__ = ["rediger_accuse"]

_ECHEC: Final = "[KO Intégration système !]"
_BARE: Final = re.compile(rb"\r(?!\n)|(?<!\r)\n")
_FIN_DE_TETE: Final = re.compile(rb"(?>\r\n|\r|\n)(?:\r\n|\r|\n)")
_OPTIONS: Final = OptionsMss()

_REUSSI: Final = "Le document a été intégré par le logiciel destinataire."


def rediger_accuse(
    recu: MessageRecu,
    *,
    boite: BoiteStructure,
    nil: str,
    rapporteur: str,
    reperes: Reperes,
    erreur: ErreurIntegration | None = None,
    options: OptionsMss = _OPTIONS,
) -> MessagePret:
    """Write the receipt of a message that asks for one: processed, or not for the reason ``erreur``.

    ``rapporteur`` names the software and its version (``Reporting-UA``). The message received goes back whole, to the
    byte; its header only, if the receipt would be larger than ``options.taille_maximale``. Raises
    :class:`ChampInvalideError` when no receipt was asked, or none may be sent.
    """
    if recu.accuse_demande is None:
        remede = "prévenir l'expéditeur par un message ordinaire"
        raise invalide("Accusé", (Constat("recu", "ce message ne demande pas d'accusé", "RFC 8098 §2.1", remede),))
    refus = (*refus_nil(nil), *_refus_frontiere(reperes.frontiere, recu.octets))
    if refus:
        raise invalide("Accusé", refus)
    texte = f"Le document n'a pas pu être intégré : {erreur.code}, {erreur.libelle}." if erreur else _REUSSI
    fil = [champ(nom, recu.message_id) for nom in ("In-Reply-To", "References") if recu.message_id]
    entetes = [
        champ_boite("From", boite.nom, boite.adresse),
        champ("To", recu.accuse_demande),
        champ_texte("Subject", _objet(recu.objet, erreur)),
        champ("Date", format_datetime(reperes.date)),
        champ("Message-ID", reperes.message_id),
        *fil,
        champ("Auto-Submitted", "auto-replied"),
        champ("X-MSS-NIL", nil),
    ]
    parties = [texte_brut(f"{texte}\n"), _notification(recu, boite, rapporteur, erreur)]

    def ecrire(original: bytes) -> bytes:
        genre = "multipart/report; report-type=disposition-notification"
        return message(entetes, genre, reperes.frontiere, [*parties, original])

    octets = ecrire(_original("message/rfc822", recu.octets))
    if len(octets) > options.taille_maximale:
        octets = ecrire(_original("text/rfc822-headers", _FIN_DE_TETE.split(recu.octets, 1)[0] + b"\r\n"))
    return MessagePret(
        message_id=reperes.message_id,
        envid=reperes.envid,
        expediteur=boite.adresse,
        destinataires=(recu.accuse_demande,),
        octets=octets,
        date=reperes.date,
    )


def _refus_frontiere(frontiere: str, original: bytes) -> tuple[Constat, ...]:
    """Nothing is encoded in the original: the boundary must not be in it, or it would end there."""
    if f"--=_{frontiere}".encode("ascii") not in original:
        return ()
    constat = Constat(
        "reperes.frontiere", "la frontière figure dans le message reçu", "RFC 2046 §5.1", "en tirer une autre"
    )
    return (constat,)


def _objet(objet: str, erreur: ErreurIntegration | None) -> str:
    if erreur is None:
        return objet
    # What stood before the mark ("Re:") was about another exchange.
    debut = max(objet.upper().find(MARQUEUR), 0)
    return f"{_ECHEC}[{erreur.code}] {objet[debut:]}"


def _notification(recu: MessageRecu, boite: BoiteStructure, rapporteur: str, erreur: ErreurIntegration | None) -> bytes:
    champs = {
        "Reporting-UA": sans_accents(rapporteur),
        "Final-Recipient": f"rfc822;{boite.adresse}",
        "Original-Message-ID": recu.message_id,
        "Disposition": f"automatic-action/MDN-sent-automatically; {'processed/error' if erreur else 'processed'}",
        "Error": sans_accents(f"{erreur.code}^{erreur.libelle}") if erreur else None,
    }
    ecrits = b"".join(champ(nom, valeur) for nom, valeur in champs.items() if valeur)
    return champ("Content-Type", "message/disposition-notification") + b"\r\n" + ecrits


def _original(type_mime: str, octets: bytes) -> bytes:
    # As fetched, to the byte; a message read from a file gets its line ends of the wire back.
    fidele = _BARE.sub(b"\r\n", octets)
    codage = "7bit" if fidele.isascii() else "8bit"
    return champ("Content-Type", type_mime) + champ("Content-Transfer-Encoding", codage) + b"\r\n" + fidele
