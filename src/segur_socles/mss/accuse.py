"""Read and processing receipts (MDN, RFC 8098): the one we send back, and those we get.

Source: CI-SIS, volet « Transmission au LPS d'un document CDA provenant d'un courriel MSSanté » (certain).
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from email.message import Message
from email.utils import format_datetime
from typing import Final

from segur_socles._core.model import invalide
from segur_socles.errors import Constat
from segur_socles.mss import mime_lecture as mime
from segur_socles.mss.codes import ErreurIntegration
from segur_socles.mss.entetes import champ, champ_boite, champ_texte, sans_accents
from segur_socles.mss.nommage import MARQUEUR
from segur_socles.mss.parties import message, texte_brut
from segur_socles.mss.reperes import Reperes, refus_nil
from segur_socles.mss.types import AccuseRecu, MessagePret, MessageRecu
from segur_socles.personnes.boite import BoiteStructure

__all__ = ["lire_accuse", "rediger_accuse"]

_ECHEC: Final = "[KO Intégration système !]"
_OBJET_ECHEC: Final = re.compile(r"\s*\[KO Int\S{1,3}gration syst\S{1,3}me ?!\]\s*\[(?P<code>\d{3})\]", re.IGNORECASE)
_CODE: Final = re.compile(r"(?<!\d)(?P<code>\d{3})\^")
_ERREURS: Final = {erreur.code: erreur for erreur in ErreurIntegration}
_BARE: Final = re.compile(rb"\r(?!\n)|(?<!\r)\n")

_REUSSI: Final = "Le document a été intégré par le logiciel destinataire."


def rediger_accuse(
    recu: MessageRecu,
    *,
    boite: BoiteStructure,
    nil: str,
    rapporteur: str,
    reperes: Reperes,
    erreur: ErreurIntegration | None = None,
) -> MessagePret:
    """Write the receipt of a message that asks for one: processed, or not for the reason ``erreur``.

    ``rapporteur`` names the software and its version (``Reporting-UA``). The message received goes back whole, to
    the byte. Raises :class:`ChampInvalideError` when no receipt was asked, or none may be sent.
    """
    if recu.accuse_demande is None:
        remede = "prévenir l'expéditeur par un message ordinaire"
        raise invalide("Accusé", (Constat("recu", "ce message ne demande pas d'accusé", "RFC 8098 §2.1", remede),))
    refus = (*refus_nil(nil), *_refus_frontiere(reperes.frontiere, recu.octets))
    if refus:
        raise invalide("Accusé", refus)
    texte = f"Le document n'a pas pu être intégré : {erreur.code}, {erreur.libelle}." if erreur else _REUSSI
    fil = [champ(nom, recu.message_id) for nom in ("In-Reply-To", "References") if recu.message_id]
    octets = message(
        [
            champ_boite("From", boite.nom, boite.adresse),
            champ("To", recu.accuse_demande),
            champ_texte("Subject", _objet(recu.objet, erreur)),
            champ("Date", format_datetime(reperes.date)),
            champ("Message-ID", reperes.message_id),
            *fil,
            champ("Auto-Submitted", "auto-replied"),
            champ("X-MSS-NIL", nil),
        ],
        "multipart/report; report-type=disposition-notification",
        reperes.frontiere,
        [texte_brut(f"{texte}\n"), _notification(recu, boite, rapporteur, erreur), _original(recu.octets)],
    )
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


def _original(octets: bytes) -> bytes:
    # As fetched, to the byte; a message read from a file gets its line ends of the wire back.
    fidele = _BARE.sub(b"\r\n", octets)
    codage = "7bit" if fidele.isascii() else "8bit"
    return champ("Content-Type", "message/rfc822") + champ("Content-Transfer-Encoding", codage) + b"\r\n" + fidele


# --- the receipts we get ---------------------------------------------------------------------------------


def lire_accuse(message: Message, feuilles: Sequence[Message], objet: str) -> AccuseRecu | None:
    """Read a receipt; None when the message is none.

    Three forms: the report of the volet, its older one (``Disposition: …; processed/Error: 902^…``), and the
    ordinary mail that tells a failure when no receipt had been asked (``[KO Intégration système !][902] …``).
    """
    types = {partie.get_content_type(): partie for partie in reversed(feuilles)}
    notification = types.get("message/disposition-notification")
    echec = _OBJET_ECHEC.match(objet)
    if notification is None and echec is None:
        return None
    champs = mime.champs_du_rapport(notification) if notification else Message()
    disposition, dite = mime.entete(champs, "Disposition"), mime.entete(champs, "Error")
    trouve = _CODE.search(dite) or _CODE.search(disposition) or echec
    resultat = disposition.partition(";")[2].partition(":")[0].strip().lower() or ("processed/error" if echec else "")
    original = types.get("message/rfc822") or types.get("text/rfc822-headers")
    cite = (
        mime.entete(champs, "Original-Message-ID"),
        mime.entete(mime.champs_du_rapport(original), "Message-ID") if original else "",
        mime.entete(message, "In-Reply-To"),
    )
    return AccuseRecu(
        message_id=next(filter(None, map(mime.identifiant, cite)), None),
        disposition=resultat,
        erreur=_ERREURS.get(trouve["code"], ErreurIntegration.AUTRE) if trouve else None,
        destinataire=mime.entete(champs, "Final-Recipient").partition(";")[2].strip() or None,
    )
