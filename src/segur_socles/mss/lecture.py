"""Reading a message of the MSSanté space: what it brings, what it asks, and where it breaks the rules."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from email.message import Message
from typing import Final, TypeAlias

from pydantic import TypeAdapter, ValidationError

from segur_socles.errors import Constat, Gravite
from segur_socles.mss import mime_lecture as mime
from segur_socles.mss.ecarts import ecarts, ecarts_du_contenu, ecarts_du_retour, est_zip, expediteur_ambigu, non_lus
from segur_socles.mss.nommage import ARCHIVE, MARQUEUR
from segur_socles.mss.retours import NOTIFICATION, annonce_un_echec, lire_accuse, lire_avis
from segur_socles.mss.types import Emplacement, MessageRecu, PieceJointe
from segur_socles.personnes.adresses_mss import AdresseMss
from segur_socles.xds.xdm_lecture import ArchiveLue, ArchiveRefusee, lire_xdm

__all__ = ["LireArchive", "lire_message"]

LireArchive: TypeAlias = Callable[[bytes], ArchiveLue | ArchiveRefusee]
"""Verifies an ``IHE_XDM.ZIP`` and reads it."""

_ADRESSE: Final = TypeAdapter[str](AdresseMss)
_PRECEDENCES: Final = frozenset({"auto_reply", "bulk", "junk", "list"})


def lire_message(
    octets: bytes, *, emplacement: Emplacement | None = None, lire_archive: LireArchive = lire_xdm
) -> MessageRecu:
    """Read a message as fetched. Never fails, whatever the bytes: what cannot be read is told in ``constats``.

    The archive is the attachment named ``IHE_XDM.ZIP`` in any case, or the only zip of a message whose subject says
    that it brings documents. That of a report (receipt or delivery report), which gives back what we sent, is not
    read, nor are those of messages inside the message: ``constats`` tell them.
    """
    message, demesure = mime.ouvrir(octets)
    feuilles = () if demesure else tuple(mime.feuilles(message))
    textes = [partie for partie in feuilles if _est_texte(partie)]
    pieces = tuple(
        PieceJointe(mime.nom(partie), partie.get_content_type(), mime.contenu(partie))
        for partie in feuilles
        if partie not in textes
    )
    objet, expediteur = mime.entete(message, "Subject"), mime.boite(message, "From")
    accuse, avis = lire_accuse(message, feuilles, objet), lire_avis(message, feuilles)
    rapport = avis is not None or (accuse is not None and message.get_content_type() == "multipart/report")
    archive, lues = (None, 0) if rapport else _archive(pieces, objet, lire_archive)
    automatique = _automatique(message) or annonce_un_echec(objet)
    demande, du_demandeur = (None, ()) if automatique else _accuse_demande(message, expediteur)
    constats = [*expediteur_ambigu(message, expediteur)]
    if demesure:
        constats.append(Constat("message", f"{demesure} : pièces jointes non lues", "limites de lecture"))
    else:
        if not rapport:
            constats += ecarts(message, archive, expediteur)
            constats += ecarts_du_contenu(objet, archive, textes, pieces)
            notifie = any(piece.type_mime == NOTIFICATION for piece in pieces)
            constats += ecarts_du_retour(notifie=notifie, echoue=accuse is None and annonce_un_echec(objet))
        constats += non_lus(feuilles, pieces, lues, retour=rapport or accuse is not None)
    return MessageRecu(
        octets=octets,
        emplacement=emplacement,
        message_id=mime.identifiant(mime.entete(message, "Message-ID")),
        expediteur=expediteur,
        destinataires=(*mime.adresses(message, "To"), *mime.adresses(message, "Cc")),
        objet=objet,
        date=mime.date(message),
        texte="\n".join(map(mime.texte, textes)),
        pieces=pieces,
        archive=archive,
        accuse=accuse,
        avis=avis,
        accuse_demande=demande,
        constats=(*constats, *du_demandeur),
    )


def _est_texte(partie: Message) -> bool:
    if partie.get_content_type() != "text/plain" or mime.nom(partie):
        return False
    return not mime.entete(partie, "Content-Disposition").lower().startswith("attachment")


def _archive(
    pieces: Sequence[PieceJointe], objet: str, lire: LireArchive
) -> tuple[ArchiveLue | ArchiveRefusee | None, int]:
    """Give the archive, and how many zips its verdict is about."""
    archives = [piece for piece in pieces if piece.nom.upper() == ARCHIVE]
    if not archives and MARQUEUR in objet.upper():
        archives = [piece for piece in pieces if est_zip(piece.type_mime, piece.nom)]
    if len(archives) > 1:
        remede = "demander à l'expéditeur un message par personne, avec une seule archive"
        constat = Constat("archive", "plusieurs archives sont jointes au message", "MSSanté ECO.2.1.1", remede)
        return ArchiveRefusee((constat,)), len(archives)
    return (lire(archives[0].octets), 1) if archives else (None, 0)


# --- who wants a receipt ---------------------------------------------------------------------------------


def _automatique(message: Message) -> bool:
    """Say whether a program wrote by itself: nothing automatic may answer that (RFC 3834). What it brings is read."""
    envoi = mime.entete(message, "Auto-Submitted").lower()
    return (
        message.get_content_type() == "multipart/report"
        or (envoi != "" and not envoi.startswith("no"))
        or mime.entete(message, "Return-Path") == "<>"
        or mime.entete(message, "Precedence").lower() in _PRECEDENCES
    )


def _accuse_demande(message: Message, expediteur: str) -> tuple[str | None, tuple[Constat, ...]]:
    nom = "Disposition-Notification-To"
    if nom not in message:
        return None, ()
    demande = mime.boite(message, nom)
    # A receipt sends the message back: only to the mailbox it came from (RFC 8098 §2.1).
    retour = mime.boite(message, "Return-Path") if "Return-Path" in message else expediteur
    if not demande or demande.lower() != retour.lower():
        ecart = "l'accusé est demandé pour une autre boîte que celle de l'expéditeur : aucun n'est envoyé"
        constat = Constat(nom, ecart, "RFC 8098 §2.1", "répondre par un message ordinaire", Gravite.AVERTISSEMENT)
        return None, (constat,)
    try:
        return _ADRESSE.validate_python(demande), ()
    except ValidationError:
        return None, ()  # outside the MSSanté space, which the sender's own finding tells
