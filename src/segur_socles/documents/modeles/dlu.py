"""Document de liaison d'urgence: what an emergency team must know of a resident (HAS; CI-SIS DLU 2022.01)."""

from __future__ import annotations

from typing import Annotated

from pydantic import AfterValidator

from segur_socles._core.model import Booleen, Valeur
from segur_socles._core.textes import TexteLibre
from segur_socles.documents.contenu.clinique import Allergie, Directive, Pathologie, Vaccination
from segur_socles.documents.contenu.domicile import Domicile
from segur_socles.documents.contenu.etat import Autonomie, EtatPersonne, PortageBmr
from segur_socles.documents.contenu.pieces import EtablissementPreference, PieceJointe, types_distincts
from segur_socles.documents.contenu.traitement import Traitement
from segur_socles.documents.renseigne import NonRenseigne, TroisEtats

__all__ = ["Dlu"]


class Dlu(Valeur):
    """Content of a DLU. Everything is optional, nothing is assumed: what is not given is told as such.

    Clinical lists have three states (:mod:`segur_socles.documents.renseigne`); ``soins_palliatifs`` and the
    answers of ``etat`` and ``bmr`` are yes, no, or None for not known. ``domicile`` is for home services: how the
    person lives, and who comes.
    """

    etablissement_preference: EtablissementPreference | None = None
    pathologies: TroisEtats[Pathologie] = NonRenseigne()
    antecedents: TroisEtats[Pathologie] = NonRenseigne()
    allergies: TroisEtats[Allergie] = NonRenseigne()
    traitements: TroisEtats[Traitement] = NonRenseigne()
    soins_palliatifs: Booleen | None = None
    directives: TroisEtats[Directive] = NonRenseigne()
    etat: EtatPersonne = EtatPersonne()
    autonomie: Autonomie | None = None
    bmr: PortageBmr = PortageBmr()
    vaccinations: TroisEtats[Vaccination] = NonRenseigne()
    domicile: Domicile | None = None
    commentaire: TexteLibre | None = None
    pieces: Annotated[tuple[PieceJointe, ...], AfterValidator(types_distincts)] = ()
