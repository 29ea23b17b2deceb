"""What comes back after a sending: receipts of those who got it (MDN), delivery reports of operators (DSN).

Sources: RFC 8098, RFC 3464; CI-SIS, volet « Transmission au LPS d'un document CDA provenant d'un courriel MSSanté »
(certain).
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from email.message import Message
from typing import Final

from segur_socles.mss import mime_lecture as mime
from segur_socles.mss.codes import ActionRemise, ErreurIntegration, IssueAccuse, libelle_smtp, libelle_statut
from segur_socles.mss.types import AccuseRecu, AvisDeRemise, RemiseDestinataire

__all__ = ["NOTIFICATION", "annonce_un_echec", "lire_accuse", "lire_avis"]

NOTIFICATION: Final = "message/disposition-notification"
_REMISE: Final = "message/delivery-status"

_OBJET_ECHEC: Final = re.compile(r"\s*\[KO Int\S{1,3}gration syst\S{1,3}me ?!\]\s*\[(?P<code>\d{3})\]", re.IGNORECASE)
_CODE: Final = re.compile(r"(?<!\d)(?P<code>\d{3})\^")
_DISPOSITION: Final = re.compile(r"[^;]*;\s*(?P<type>[a-z-]+)\s*(?P<modificateur>/.*)?", re.IGNORECASE)
_COMMENTAIRE: Final = re.compile(r"\([^()]*\)")
_ERREURS: Final = {erreur.code: erreur for erreur in ErreurIntegration}
_ISSUES: Final = {issue.disposition: issue for issue in IssueAccuse}
_ACTIONS: Final = {action.action: action for action in ActionRemise}

_STATUT: Final = re.compile(r"(?<![\d.])[245]\.\d{1,3}\.\d{1,3}(?![\d.])")
_SMTP: Final = re.compile(r"(?<![\d.])[245]\d\d(?![\d.])")


def annonce_un_echec(objet: str) -> bool:
    """Say whether a subject tells that a software could not integrate a document."""
    return _OBJET_ECHEC.match(objet) is not None


def lire_accuse(message: Message, feuilles: Sequence[Message], objet: str) -> AccuseRecu | None:
    """Read a receipt; None when the message is none.

    Three forms: the report of the volet, its older one (``Disposition: …; processed/Error: 902^…``), and the ordinary
    mail that tells a failure when no receipt had been asked (``[KO Intégration système !][902] …``), provided that it
    quotes the message that failed. A notification elsewhere than in a report is none.
    """
    types = _types(feuilles)
    notification = types.get(NOTIFICATION) if _est_rapport(message, "disposition-notification") else None
    echec = _OBJET_ECHEC.match(objet)
    champs = mime.champs_du_rapport(notification) if notification else Message()
    cites = (
        mime.identifiant(mime.entete(champs, "Original-Message-ID")),
        _identifiant_de_l_original(types),
        mime.identifiant(mime.entete(message, "In-Reply-To")),
    )
    message_id = next(filter(None, cites), None)
    if notification is None and (echec is None or message_id is None):
        return None
    disposition = mime.entete(champs, "Disposition")
    trouve = _CODE.search(mime.entete(champs, "Error")) or _CODE.search(disposition) or echec
    rate = trouve is not None or "Error" in champs or "Failure" in champs
    return AccuseRecu(
        message_id=message_id,
        issue=IssueAccuse.ECHEC if rate else _issue(disposition),
        disposition=disposition.partition(";")[2].partition(":")[0].strip().lower(),
        erreur=_ERREURS.get(trouve["code"], ErreurIntegration.AUTRE) if trouve else None,
        expediteur=mime.boite(message, "From"),
        destinataire=_adresse(champs, "Final-Recipient"),
        destinataire_initial=_adresse(champs, "Original-Recipient"),
    )


def lire_avis(message: Message, feuilles: Sequence[Message]) -> AvisDeRemise | None:
    """Read a delivery report; None when the message is none, or tells nothing of any mailbox."""
    types = _types(feuilles)
    partie = types.get(_REMISE)
    if partie is None or not _est_rapport(message, "delivery-status"):
        return None
    groupes = mime.groupes_du_rapport(partie)
    remises = tuple(_remise(groupe, adresse) for groupe in groupes if (adresse := _adresse(groupe, "Final-Recipient")))
    if not remises:
        return None
    envids = (mime.entete(groupe, "Original-Envelope-Id") for groupe in groupes)
    return AvisDeRemise(_identifiant_de_l_original(types), next(filter(None, envids), None), remises)


def _types(feuilles: Sequence[Message]) -> dict[str, Message]:
    """Give the first part of each type."""
    return {partie.get_content_type(): partie for partie in reversed(feuilles)}


def _est_rapport(message: Message, genre: str) -> bool:
    return message.get_content_type() == "multipart/report" and mime.parametre(message, "report-type") == genre


def _identifiant_de_l_original(types: dict[str, Message]) -> str | None:
    original = types.get("message/rfc822") or types.get("text/rfc822-headers")
    return mime.identifiant(mime.entete(mime.champs_du_rapport(original), "Message-ID")) if original else None


def _issue(disposition: str) -> IssueAccuse:
    lue = _DISPOSITION.fullmatch(_COMMENTAIRE.sub("", disposition))
    if lue is None:
        return IssueAccuse.INCONNU
    return IssueAccuse.ECHEC if lue["modificateur"] else _ISSUES.get(lue["type"].lower(), IssueAccuse.INCONNU)


def _remise(groupe: Message, adresse: str) -> RemiseDestinataire:
    action = _ACTIONS.get(mime.entete(groupe, "Action").lower(), ActionRemise.INCONNUE)
    statut, diagnostic = mime.entete(groupe, "Status"), mime.entete(groupe, "Diagnostic-Code")
    codes = [lu[0] for texte in (statut, diagnostic) if (lu := _STATUT.search(texte))]
    codes.sort(key=lambda code: libelle_statut(code) is None)  # the first that says a cause
    smtp = _SMTP.search(diagnostic)
    causes = (*map(libelle_statut, codes), libelle_smtp(int(smtp[0])) if smtp else None)
    cause = next(filter(None, causes), None) if action in (ActionRemise.ECHEC, ActionRemise.RETARD) else None
    return RemiseDestinataire(
        adresse=adresse,
        action=action,
        statut=next(iter(codes), None),
        libelle=cause or action.libelle,
        adresse_initiale=_adresse(groupe, "Original-Recipient"),
    )


def _adresse(champs: Message, nom: str) -> str | None:
    """Read ``rfc822; jean@cabinet.mssante.fr``."""
    return mime.entete(champs, nom).partition(";")[2].strip(" <>") or None
