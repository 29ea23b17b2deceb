"""Where a received message breaks the rules of the MSSanté space, or leaves something unread."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from email.message import Message
from typing import Final

from segur_socles.errors import Constat, Gravite
from segur_socles.mss import mime_lecture as mime
from segur_socles.mss.nommage import ARCHIVE, MARQUEUR
from segur_socles.mss.objet_lu import contradictions
from segur_socles.mss.types import PieceJointe
from segur_socles.personnes.adresses_mss import est_adresse_mss, est_citoyenne
from segur_socles.personnes.matricule import OidIns
from segur_socles.personnes.recue import IdentiteRecue
from segur_socles.xds.xdm_lecture import ArchiveLue, ArchiveRefusee

__all__ = ["ecarts", "ecarts_du_contenu", "ecarts_du_retour", "est_zip", "expediteur_ambigu", "non_lus"]

_ZIP: Final = frozenset({"application/zip", "application/x-zip", "application/x-zip-compressed"})


def est_zip(type_mime: str, nom: str) -> bool:
    """Say whether a part is a zip, by its type or by its name."""
    return type_mime in _ZIP or nom.upper().endswith(".ZIP")


def expediteur_ambigu(message: Message, expediteur: str) -> Iterator[Constat]:
    """Tell that From cannot be relied upon to name one mailbox."""
    if not expediteur and "From" in message:
        ecart = "l'expéditeur n'est pas désigné sans ambiguïté : plusieurs adresses, ou adresse mal formée"
        yield Constat("From", ecart, "RFC 5322 §3.6.2", "ne rien rattacher à un expéditeur sans l'avoir vérifié")


def ecarts(message: Message, archive: ArchiveLue | ArchiveRefusee | None, expediteur: str) -> Iterator[Constat]:
    """Tell what is wrong with the headers, by themselves and against the archive."""
    if not est_adresse_mss(expediteur) and (expediteur or "From" not in message):
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


def ecarts_du_contenu(
    objet: str,
    archive: ArchiveLue | ArchiveRefusee | None,
    textes: Sequence[Message],
    pieces: Sequence[PieceJointe],
) -> Iterator[Constat]:
    """Tell what is wrong with the subject and the parts, by themselves and against the archive."""
    types = [piece.type_mime for piece in pieces]
    if not textes and "text/html" in types:
        yield Constat("message", "texte en HTML seulement", "MSSanté ECO.2.2.4")
    annonce = MARQUEUR in objet.upper()
    if annonce and archive is None:
        yield Constat("message", f"l'objet annonce un document, et {ARCHIVE} n'est pas jointe", "MSSanté ECO.2.1.1")
    if archive and not annonce:
        yield Constat("Subject", f"l'objet ne porte pas {MARQUEUR}", "MSSanté ECO.2.1.3", None, Gravite.AVERTISSEMENT)
    if isinstance(archive, ArchiveLue):
        libelles = [document.entete.type.libelle for document in archive.documents]
        if contraires := contradictions(objet, archive.identite, libelles):
            ecart = f"l'objet ne désigne pas la personne de l'archive : {', '.join(contraires)}"
            yield Constat("Subject", ecart, "MSSanté ECO.2.1.2", "vérifier auprès de l'expéditeur avant de classer")
        if types.count("application/pdf") < len(archive.documents):
            ecart = "tous les documents ne sont pas joints en PDF"
            yield Constat("message", ecart, "MSSanté ECO.2.1.1", None, Gravite.AVERTISSEMENT)


def ecarts_du_retour(*, notifie: bool, echoue: bool) -> Iterator[Constat]:
    """Tell that a message looks like a receipt and is none: a notification out of place, a failure of no message."""
    remede = "lire le message : ce qu'il dit n'est rattaché à aucun envoi"
    if notifie:
        ecart = "une notification est jointe hors d'un accusé bien formé : elle n'est pas lue"
        yield Constat("message", ecart, "RFC 8098 §3", remede, Gravite.AVERTISSEMENT)
    if echoue:
        ecart = "l'objet annonce un échec d'intégration sans que le message en cause soit cité"
        yield Constat("Subject", ecart, "CI-SIS, transmission au LPS", remede, Gravite.AVERTISSEMENT)


def non_lus(
    feuilles: Sequence[Message], pieces: Sequence[PieceJointe], lues: int, *, retour: bool
) -> Iterator[Constat]:
    """Tell what may hold documents and was not opened: zips beyond the ``lues`` first, forwarded messages.

    What a ``retour`` (receipt or delivery report) gives back as a message is ours: only what is beside it is told.
    """
    zips = sum(est_zip(piece.type_mime, piece.nom) for piece in pieces) - lues
    if zips > 0:
        ecart = f"{zips} archive{'s' * (zips > 1)} ZIP {'non lues' if zips > 1 else 'non lue'}"
        remede = "ouvrir à part, après en avoir vérifié l'origine"
        yield Constat("pieces", ecart, "MSSanté ECO.2.1.1", remede, Gravite.AVERTISSEMENT)
    joints = 0 if retour else sum(map(_porte_une_archive, feuilles))
    if joints:
        s = "s" * (joints > 1)
        ecart = f"{joints} message{s} transféré{s} avec une archive, qui n'est pas lue"
        remede = "demander à l'expéditeur d'origine d'écrire à cette boîte"
        yield Constat("pieces", ecart, "MSSanté ECO.2.1.1", remede, Gravite.AVERTISSEMENT)


def _porte_une_archive(feuille: Message) -> bool:
    if feuille.get_content_maintype() != "message":
        return False
    return any(est_zip(partie.get_content_type(), mime.nom(partie)) for partie in mime.parties_jointes(feuille))


def _ins_complete(identite: IdentiteRecue) -> bool:
    """Matricule, its OID, and the four traits that ``X-MSS-INS`` vouches for."""
    prenom = identite.premier_prenom or identite.prenoms
    traits = (identite.nom_naissance, prenom, identite.date_naissance, identite.sexe)
    return all(traits) and any(oid in set(OidIns) and valeur for oid, valeur in identite.identifiants)
