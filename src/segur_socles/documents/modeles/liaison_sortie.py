"""Lettre de liaison à la sortie: what a hospital tells of a stay, and of what comes next (LDL-SES 2022.01)."""

from __future__ import annotations

from typing import Annotated

from segur_socles._core.model import Valeur
from segur_socles._core.textes import TexteLibre
from segur_socles.documents.contenu.clinique import Allergie
from segur_socles.documents.contenu.dispositif import DispositifMedical
from segur_socles.documents.contenu.sejour import SyntheseSejour
from segur_socles.documents.contenu.suites import Suite
from segur_socles.documents.contenu.traitement import Traitement, TraitementArrete
from segur_socles.documents.renseigne import NonRenseigne, TroisEtats
from segur_socles.nomenclatures.codes import Code, JeuDeValeurs

__all__ = ["LettreLiaisonSortie"]


class LettreLiaisonSortie(Valeur):
    """Content of the letter; what is not given is told as such.

    - ``statut``: code of JDV_StatutDoc, demanded by the model: whether the letter itself is finished;
    - ``raisons``: why the person was in hospital, a text a reason;
    - ``traitements_arretes`` were given and are no longer to be taken, ``traitements_sortie`` are to be taken;
    - ``resultats``: results of examinations, in words;
    - ``suites``: what is to be done next. Lists have three states.
    """

    statut: Annotated[Code, JeuDeValeurs("JDV_StatutDoc")]
    raisons: tuple[TexteLibre, ...] = ()
    sejour: SyntheseSejour = SyntheseSejour()
    traitements_arretes: TroisEtats[TraitementArrete] = NonRenseigne()
    traitements_sortie: TroisEtats[Traitement] = NonRenseigne()
    resultats: TexteLibre | None = None
    suites: TroisEtats[Suite] = NonRenseigne()
    dispositifs: TroisEtats[DispositifMedical] = NonRenseigne()
    allergies: TroisEtats[Allergie] = NonRenseigne()

    _visible = ("statut",)
