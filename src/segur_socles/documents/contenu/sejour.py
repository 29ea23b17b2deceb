"""A hospital stay as its discharge letter tells it: how it began and ended, and what happened in between."""

from __future__ import annotations

from typing import Annotated, Self

from pydantic import model_validator

from segur_socles._core.model import Booleen, RegleError, Valeur
from segur_socles._core.textes import Texte, TexteLibre
from segur_socles.documents.contenu.communs import DatePartielle, dans_l_ordre
from segur_socles.documents.renseigne import NonRenseigne, Renseigne, TroisEtats
from segur_socles.nomenclatures.codes import Code, JeuDeValeurs

__all__ = ["SyntheseSejour"]


class SyntheseSejour(Valeur):
    """What happened during the stay (CI-SIS LDL-SES, ORG-070, ORG-074, MED-142 to MED-148 and MED-309; certain).

    - ``modalite_entree``, ``modalite_sortie``: codes of JDV_ModaliteEntree and JDV_ModaliteSortie;
    - ``synthese``: the hospital's account of the stay;
    - yes, no, or None for not known: ``recherche_bmr`` (multi-resistant or emerging bacteria were looked for),
      ``transfusion`` (blood products), ``derives_du_sang`` (blood derivatives);
    - three states, a text an event: ``evenements_indesirables``, ``bmr_identifiees``,
      ``accidents_transfusionnels``, ``evenements_derives_du_sang``.
    """

    entree_le: DatePartielle | None = None
    modalite_entree: Annotated[Code, JeuDeValeurs("JDV_ModaliteEntree")] | None = None
    sortie_le: DatePartielle | None = None
    modalite_sortie: Annotated[Code, JeuDeValeurs("JDV_ModaliteSortie")] | None = None
    synthese: TexteLibre | None = None
    evenements_indesirables: TroisEtats[Texte] = NonRenseigne()
    recherche_bmr: Booleen | None = None
    recherche_bmr_le: DatePartielle | None = None
    bmr_identifiees: TroisEtats[Texte] = NonRenseigne()
    transfusion: Booleen | None = None
    accidents_transfusionnels: TroisEtats[Texte] = NonRenseigne()
    derives_du_sang: Booleen | None = None
    evenements_derives_du_sang: TroisEtats[Texte] = NonRenseigne()

    @model_validator(mode="after")
    def _coherence(self) -> Self:
        dans_l_ordre(self.entree_le, self.sortie_le, "sortie_le")
        if self.recherche_bmr_le and not self.recherche_bmr:
            message = "une recherche qui n'a pas eu lieu a une date"
            raise RegleError(message, champ="recherche_bmr_le", remede="renseigner recherche_bmr à true")
        # An accident of what was not given would be believed: one of the two answers is a slip.
        for acte, suites in (
            ("recherche_bmr", "bmr_identifiees"),
            ("transfusion", "accidents_transfusionnels"),
            ("derives_du_sang", "evenements_derives_du_sang"),
        ):
            if getattr(self, acte) is False and isinstance(getattr(self, suites), Renseigne):
                message = f"des suites sont dites d'un acte nié ({acte})"
                raise RegleError(message, champ=suites, remede=f"corriger {acte}, ou retirer ces suites")
        return self
