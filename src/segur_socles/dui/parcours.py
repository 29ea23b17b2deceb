"""The main job in three calls: a record's identity is qualified, its liaison document written, then filed.

Each function is what an editor would write around the clients; the demonstration is their first user.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import tzinfo
from typing import Final
from zoneinfo import ZoneInfo

from segur_socles.dmp.types import ResultatAlimentation
from segur_socles.documents.cda.ecriture import ContenuDocument, ecrire_document
from segur_socles.documents.document import DocumentCda
from segur_socles.documents.editions import DLU_2022_01, FLUDT_2022_01, EditionDocument
from segur_socles.documents.modeles.transfert import FicheTransfertUrgences
from segur_socles.dui.dlu import construire_dlu, entete_dlu
from segur_socles.dui.dossier import Dossier
from segur_socles.dui.droits import autorisation_alimentation
from segur_socles.errors import Constat, IdentiteError
from segur_socles.ins.types import InsTrouvee
from segur_socles.personnes.identite import IdentiteQualifiee
from segur_socles.segur.session import Session

__all__ = ["Qualifiee", "deposer", "qualifier", "rediger", "rediger_transfert"]


PARIS: Final = ZoneInfo("Europe/Paris")


@dataclass(frozen=True, slots=True)
class Qualifiee:
    """What INSi answered, and the identity that the record's decision made of it."""

    trouvee: InsTrouvee
    identite: IdentiteQualifiee


def qualifier(session: Session, dossier: Dossier) -> Qualifiee:
    """Search the person at INSi and apply the decision that the record holds.

    Raises:
        IdentiteError: the record holds no decision (nothing is sent), INSi knows nobody or several persons, or
            the decision is not about this answer: a difference it does not name, or of another value.
    """
    qualification = dossier.qualification
    if qualification is None:
        remede = "contrôler une pièce d'identité et enregistrer qui a décidé, quand, et quels écarts sont acceptés"
        manque = Constat("qualification", "aucune décision n'est enregistrée", "RNIV EXI ID 29", remede)
        raise IdentiteError("L'identité de ce dossier ne peut pas être qualifiée.", constats=(manque,))
    identite = dossier.usager.identite
    match session.insi.rechercher(identite):
        case InsTrouvee(identite=proposee) as trouvee:
            qualifiee = proposee.qualifier(
                qualification.controle,
                qualification.par,
                qualification.le,
                qualification.differences_acceptees.par_trait,
                identite,
            )
            return Qualifiee(trouvee, qualifiee)
        case autre:
            raise IdentiteError(autre.explication, remede="corriger le dossier, puis recommencer")


def rediger(session: Session, dossier: Dossier, identite: IdentiteQualifiee, *, fuseau: tzinfo = PARIS) -> DocumentCda:
    """Write the record's liaison document (DLU), authored by the session's actor, under the qualified identity.

    ``fuseau`` is the zone in which times are written; overseas structures give theirs.
    """
    return _ecrire(session, dossier, identite, construire_dlu(dossier), DLU_2022_01, fuseau)


def rediger_transfert(
    session: Session,
    dossier: Dossier,
    identite: IdentiteQualifiee,
    fiche: FicheTransfertUrgences,
    *,
    edition: EditionDocument = FLUDT_2022_01,
    fuseau: tzinfo = PARIS,
) -> DocumentCda:
    """Write a transfer sheet to the emergency department, as :func:`rediger` does the liaison document.

    ``fiche`` is what :func:`construire_transfert` gives; ``edition`` is ``FLUDT_2022_01`` or ``FT_SU_2025_01``.
    """
    return _ecrire(session, dossier, identite, fiche, edition, fuseau)


def _ecrire(
    session: Session,
    dossier: Dossier,
    identite: IdentiteQualifiee,
    contenu: ContenuDocument,
    edition: EditionDocument,
    fuseau: tzinfo,
) -> DocumentCda:
    appelant = session.appelant
    entete = entete_dlu(
        dossier,
        identite,
        session.acteur,
        logiciel_oid_racine=appelant.logiciel.oid_racine,
        ids=appelant.ids,
        clock=appelant.clock,
        fuseau=fuseau,
        edition=edition,
    )
    return ecrire_document(contenu, entete, appelant.ids, edition=edition)


def deposer(
    session: Session, dossier: Dossier, identite: IdentiteQualifiee, document: DocumentCda
) -> ResultatAlimentation:
    """File the document in the person's DMP, if the rights that the record holds allow it today."""
    jour = document.entete.date_creation.date()
    autorisation = autorisation_alimentation(dossier, session.acteur, jour)
    return session.dmp.alimenter(session.dmp.preparer(document, identite), autorisation)
