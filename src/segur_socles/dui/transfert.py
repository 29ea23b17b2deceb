"""From the record, and from what is seen as the person leaves, to the transfer sheet."""

from __future__ import annotations

from typing import Any

from segur_socles.documents.contenu.traitement import Traitement, TraitementPris
from segur_socles.documents.modeles.transfert import FicheTransfertUrgences
from segur_socles.documents.renseigne import AucunConnu, NonRenseigne, Renseigne
from segur_socles.dui.dlu import mesure_en_clair
from segur_socles.dui.dossier import Dossier

__all__ = ["construire_transfert"]


def construire_transfert(dossier: Dossier, **constats: Any) -> FicheTransfertUrgences:
    """Return the content of a transfer sheet: what the record knows, completed by what is seen now.

    ``constats`` are fields of :class:`FicheTransfertUrgences`, in Python or as in JSON; each replaces what the record
    says. The record gives the treatments, the preferred hospital as destination, and the protection measure in words
    (before the comment). Raises ``ChampInvalideError`` with each field's path.
    """
    souhait, mesure = dossier.soins.etablissement_preference, dossier.usager.protection
    connus: dict[str, Any] = {"traitements": _en_cours(dossier.soins.traitements)}
    if souhait:
        connus["destination"] = dict(souhait)
    fiche = FicheTransfertUrgences.model_validate(connus | constats)
    if mesure is None:
        return fiche
    commentaire = "\n".join(filter(None, (mesure_en_clair(mesure), fiche.commentaire)))
    return fiche.model_copy(update={"commentaire": commentaire})


def _en_cours(
    etat: Renseigne[Traitement] | AucunConnu | NonRenseigne,
) -> Renseigne[TraitementPris] | AucunConnu | NonRenseigne:
    # When each was last taken is nothing that a record knows.
    if not isinstance(etat, Renseigne):
        return etat
    return Renseigne[TraitementPris](items=tuple(TraitementPris(**dict(prescrit)) for prescrit in etat.items))
