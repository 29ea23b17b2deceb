"""From the record to the liaison document: its content, and the header of any document of the record."""

from __future__ import annotations

from datetime import UTC, datetime, time, tzinfo
from typing import Final

from segur_socles._core.clock import Clock
from segur_socles._core.ids import Ids
from segur_socles.documents.editions import DLU_2022_01, EditionDocument
from segur_socles.documents.entete import Entete, Rencontre
from segur_socles.documents.modeles.dlu import Dlu
from segur_socles.dui.dossier import Dossier
from segur_socles.personnes.entourage import MesureProtection, TypeMesure
from segur_socles.personnes.identite import IdentiteQualifiee
from segur_socles.personnes.professionnel import Acteur

__all__ = ["construire_dlu", "entete_dlu", "mesure_en_clair"]

LIBELLES_MESURES: Final[dict[TypeMesure, str]] = {
    TypeMesure.SAUVEGARDE_JUSTICE: "sauvegarde de justice",
    TypeMesure.CURATELLE_SIMPLE: "curatelle simple",
    TypeMesure.CURATELLE_RENFORCEE: "curatelle renforcée",
    TypeMesure.TUTELLE: "tutelle",
    TypeMesure.HABILITATION_FAMILIALE: "habilitation familiale",
    TypeMesure.MANDAT_PROTECTION_FUTURE: "mandat de protection future",
}


def construire_dlu(dossier: Dossier) -> Dlu:
    """Return the content of the DLU: the clinical part of the record, and the protection measure in words.

    The CDA header names who represents or assists the person, but has no place for the kind of measure.
    """
    mesure = dossier.usager.protection
    if mesure is None:
        return dossier.soins
    commentaire = "\n".join(filter(None, (mesure_en_clair(mesure), dossier.soins.commentaire)))
    return dossier.soins.model_copy(update={"commentaire": commentaire})


def mesure_en_clair(mesure: MesureProtection) -> str:
    """Say a protection measure in words: its kind, since when, until when, who exercises it."""
    fin = f" jusqu'au {mesure.fin:%d/%m/%Y}" if mesure.fin else ""
    protecteur = " ".join(filter(None, (mesure.protecteur_prenom, mesure.protecteur_nom)))
    libelle = LIBELLES_MESURES[mesure.type]
    return f"Mesure de protection : {libelle} depuis le {mesure.debut:%d/%m/%Y}{fin}, exercée par {protecteur}."


def entete_dlu(  # noqa: PLR0913 - each is a separate fact of the header, all but three by keyword
    dossier: Dossier,
    identite: IdentiteQualifiee,
    acteur: Acteur,
    *,
    logiciel_oid_racine: str,
    ids: Ids,
    clock: Clock,
    remplace: Entete | None = None,
    fuseau: tzinfo = UTC,
    edition: EditionDocument = DLU_2022_01,
) -> Entete:
    """Return the header of a DLU (or of the document of another ``edition``) made now by ``acteur``.

    It is made under the qualified identity.

    ``logiciel_oid_racine`` is the editor's OID arc, under which identifiers are drawn; ``remplace`` the header
    of the version that this one replaces; ``fuseau`` the zone in which times are written.
    """
    maintenant = clock.now().astimezone(fuseau).replace(microsecond=0)
    entree = datetime.combine(dossier.entree, time(), fuseau) if dossier.entree else None
    return Entete.du_modele(
        edition,
        id=ids.oid(logiciel_oid_racine),
        set_id=remplace.set_id if remplace else ids.oid(logiciel_oid_racine),
        version=remplace.version + 1 if remplace else 1,
        remplace=remplace.id if remplace else None,
        date_creation=maintenant,
        usager=dossier.usager.avec(identite),
        auteur=acteur,
        # A model that names the encounter speaks of this visit, not of the stay in the establishment.
        rencontre=Rencontre(type=edition.rencontre) if edition.rencontre else Rencontre(debut=entree),
    )
