"""Reading a message of the MSSanté space: what it brings, what it asks, and where it breaks the rules."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from email.message import Message
from typing import Final, TypeAlias

from pydantic import TypeAdapter, ValidationError

from segur_socles.errors import Constat, Gravite
from segur_socles.mss import mime_lecture as mime
from segur_socles.mss.accuse import lire_accuse
from segur_socles.mss.nommage import ARCHIVE, MARQUEUR
from segur_socles.mss.types import AccuseRecu, Emplacement, MessageRecu, PieceJointe
from segur_socles.personnes.adresses_mss import AdresseMss, est_citoyenne
from segur_socles.personnes.matricule import OidIns
from segur_socles.personnes.recue import IdentiteRecue
from segur_socles.xds.xdm_lecture import ArchiveLue, ArchiveRefusee, lire_xdm

__all__ = ["LireArchive", "lire_message"]

LireArchive: TypeAlias = Callable[[bytes], ArchiveLue | ArchiveRefusee]
"""Verifies an ``IHE_XDM.ZIP`` and reads it."""

_ADRESSE: Final = TypeAdapter[str](AdresseMss)
_ZIP: Final = frozenset({"application/zip", "application/x-zip", "application/x-zip-compressed"})


def lire_message(
    octets: bytes, *, emplacement: Emplacement | None = None, lire_archive: LireArchive = lire_xdm
) -> MessageRecu:
    """Read a message as fetched. Never fails, whatever the bytes: what cannot be read is told in ``constats``.

    The archive is the attachment named ``IHE_XDM.ZIP`` in any case, or the only zip of a message whose subject says
    that it brings documents. That of a receipt, which gives back what we sent, is not read.
    """
    message, demesure = mime.ouvrir(octets)
    feuilles = () if demesure else tuple(mime.feuilles(message))
    textes = [partie for partie in feuilles if _est_texte(partie)]
    pieces = tuple(
        PieceJointe(mime.nom(partie), partie.get_content_type(), mime.contenu(partie))
        for partie in feuilles
        if partie not in textes
    )
    objet, expediteur = mime.entete(message, "Subject"), next(iter(mime.adresses(message, "From")), "")
    accuse = lire_accuse(message, feuilles, objet)
    archive = None if accuse or _automatique(message) else _archive(pieces, objet, lire_archive)
    demande, du_demandeur = _accuse_demande(message, accuse)
    constats: list[Constat] = []
    if demesure:
        constats += [Constat("message", f"{demesure} : pièces jointes non lues", "limites de lecture")]
    elif not (accuse or _automatique(message)):
        constats += _ecarts(message, archive, expediteur)
        constats += _ecarts_du_contenu(objet, archive, textes, pieces)
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
        accuse_demande=demande,
        constats=(*constats, *du_demandeur),
    )


def _est_texte(partie: Message) -> bool:
    if partie.get_content_type() != "text/plain" or mime.nom(partie):
        return False
    return not mime.entete(partie, "Content-Disposition").lower().startswith("attachment")


def _archive(pieces: Sequence[PieceJointe], objet: str, lire: LireArchive) -> ArchiveLue | ArchiveRefusee | None:
    archives = [piece for piece in pieces if piece.nom.upper() == ARCHIVE]
    if not archives and MARQUEUR in objet.upper():
        archives = [piece for piece in pieces if piece.type_mime in _ZIP or piece.nom.upper().endswith(".ZIP")]
    if len(archives) > 1:
        remede = "demander à l'expéditeur un message par personne, avec une seule archive"
        constat = Constat("archive", "plusieurs archives sont jointes au message", "MSSanté ECO.2.1.1", remede)
        return ArchiveRefusee((constat,))
    return lire(archives[0].octets) if archives else None


# --- who wants a receipt ---------------------------------------------------------------------------------


def _automatique(message: Message) -> bool:
    """Say whether a program answered by itself: nothing automatic may answer that (RFC 3834)."""
    envoi = mime.entete(message, "Auto-Submitted").lower()
    return (
        message.get_content_type() == "multipart/report"
        or (envoi != "" and not envoi.startswith("no"))
        or mime.entete(message, "Return-Path") == "<>"
    )


def _accuse_demande(message: Message, accuse: AccuseRecu | None) -> tuple[str | None, tuple[Constat, ...]]:
    nom = "Disposition-Notification-To"
    demandes = mime.adresses(message, nom)
    if accuse or _automatique(message) or not demandes:
        return None, ()
    # A receipt sends the message back: only to the mailbox it came from (RFC 8098 §2.1).
    retour = mime.adresses(message, "Return-Path") or mime.adresses(message, "From")
    if [a.lower() for a in demandes] != [a.lower() for a in retour]:
        ecart = "l'accusé est demandé pour une autre boîte que celle de l'expéditeur : aucun n'est envoyé"
        constat = Constat(nom, ecart, "RFC 8098 §2.1", "répondre par un message ordinaire", Gravite.AVERTISSEMENT)
        return None, (constat,)
    try:
        return _ADRESSE.validate_python(demandes[0]), ()
    except ValidationError:
        return None, ()  # outside the MSSanté space, which the sender's own finding tells


# --- where the rules are broken --------------------------------------------------------------------------


def _ecarts(message: Message, archive: ArchiveLue | ArchiveRefusee | None, expediteur: str) -> Iterator[Constat]:
    try:
        _ADRESSE.validate_python(expediteur)
    except ValidationError:
        yield Constat("From", "expéditeur hors de l'espace de confiance MSSanté", "MSSanté, liste blanche")
    if mime.identifiant(mime.entete(message, "Message-ID")) is None:
        yield Constat("Message-ID", "identifiant du message absent", "MSSanté ECO.2.2.1")
    # Citizens write from Mon espace santé, which is no software of the professionals' space.
    if not mime.entete(message, "X-MSS-NIL") and not est_citoyenne(expediteur):
        yield Constat("X-MSS-NIL", "numéro du logiciel émetteur absent", "MSSanté ECO.2.4.3")
    codes, ins = mime.entete(message, "X-MSS-CODECDA"), mime.entete(message, "X-MSS-INS")
    if archive is None:
        for nom, valeur in (("X-MSS-CODECDA", codes), ("X-MSS-INS", ins)):
            if valeur:
                yield Constat(nom, "en-tête présent alors qu'aucune archive n'est jointe", "MSSanté ECO.2.4.1/2")
    if isinstance(archive, ArchiveLue):
        dits = {code.strip() for code in codes.replace(";", ",").split(",")}
        if dits != {document.entete.type.code for document in archive.documents}:
            yield Constat("X-MSS-CODECDA", "les codes ne sont pas ceux des documents joints", "MSSanté ECO.2.4.1")
        if ins != ("O" if _ins_complete(archive.identite) else "N"):
            yield Constat("X-MSS-INS", "la mention ne correspond pas à l'identité de l'archive", "MSSanté ECO.2.4.2")


def _ecarts_du_contenu(
    objet: str,
    archive: ArchiveLue | ArchiveRefusee | None,
    textes: Sequence[Message],
    pieces: Sequence[PieceJointe],
) -> Iterator[Constat]:
    types = [piece.type_mime for piece in pieces]
    if not textes and "text/html" in types:
        yield Constat("message", "texte en HTML seulement", "MSSanté ECO.2.2.4")
    annonce = MARQUEUR in objet.upper()
    if annonce and archive is None:
        yield Constat("message", f"l'objet annonce un document, et {ARCHIVE} n'est pas jointe", "MSSanté ECO.2.1.1")
    if archive and not annonce:
        yield Constat("Subject", f"l'objet ne porte pas {MARQUEUR}", "MSSanté ECO.2.1.3", None, Gravite.AVERTISSEMENT)
    if isinstance(archive, ArchiveLue) and types.count("application/pdf") < len(archive.documents):
        ecart = "tous les documents ne sont pas joints en PDF"
        yield Constat("message", ecart, "MSSanté ECO.2.1.1", None, Gravite.AVERTISSEMENT)


def _ins_complete(identite: IdentiteRecue) -> bool:
    """Matricule, its OID, and the four traits that ``X-MSS-INS`` vouches for."""
    prenom = identite.premier_prenom or identite.prenoms
    traits = (identite.nom_naissance, prenom, identite.date_naissance, identite.sexe)
    return all(traits) and any(oid in set(OidIns) and valeur for oid, valeur in identite.identifiants)
