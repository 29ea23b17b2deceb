"""Lettre de liaison à l'entrée, or « note de transfert »: who comes to hospital, why, with what (LDL-EES 2022.01)."""

from __future__ import annotations

from segur_socles._core.model import Valeur
from segur_socles._core.textes import TexteLibre
from segur_socles.documents.contenu.acte import Acte
from segur_socles.documents.contenu.clinique import Allergie, Pathologie
from segur_socles.documents.contenu.traitement import Traitement
from segur_socles.documents.renseigne import NonRenseigne, TroisEtats

__all__ = ["LettreLiaisonEntree"]


class LettreLiaisonEntree(Valeur):
    """Content of the letter. Everything is optional, nothing is assumed: what is not given is told as such.

    ``raisons``: why the person is sent, a text a reason. Clinical lists have three states.
    """

    raisons: tuple[TexteLibre, ...] = ()
    traitements: TroisEtats[Traitement] = NonRenseigne()
    allergies: TroisEtats[Allergie] = NonRenseigne()
    antecedents_medicaux: TroisEtats[Pathologie] = NonRenseigne()
    antecedents_chirurgicaux: TroisEtats[Acte] = NonRenseigne()
    commentaire: TexteLibre | None = None
