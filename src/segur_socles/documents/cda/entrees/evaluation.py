"""FR-Evaluation: a group of questions about the person's state and their answers (E16)."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import Final

from segur_socles.documents.cda.balises import code, el, jour, modeles, valeur_booleenne
from segur_socles.documents.cda.entrees.observation import fait
from segur_socles.documents.cda.recit import Atelier
from segur_socles.documents.cda.sections import ANS_ENTREE, CCD, PCC
from segur_socles.documents.contenu.communs import Reponse
from segur_socles.nomenclatures.codes import Code

__all__ = ["evaluation", "reponse_evaluee"]

_GROUPE: Final = modeles((f"{CCD}.32", f"{PCC}.1.12.3.7", f"{ANS_ENTREE}.95"))
_REPONSE: Final = modeles((f"{CCD}.31", f"{PCC}.1.12.3.6", f"{PCC}.4.13", f"{ANS_ENTREE}.25"))


def evaluation(nature: Code, reponses: Iterable[str], le: date | None, atelier: Atelier) -> str:
    """Write the group of ``nature``, holding ``reponses`` (written by :func:`reponse_evaluee`)."""
    corps = (
        _GROUPE
        + atelier.id()
        + code("code", nature)
        + '<statusCode code="completed"></statusCode>'
        + jour("effectiveTime", le)
        + "".join([el("component", reponse, typeCode="COMP") for reponse in reponses])
    )
    return el("organizer", corps, classCode="CLUSTER", moodCode="EVN")


def reponse_evaluee(question: Code, reponse: Reponse, ancre: str, atelier: Atelier, le: date | None) -> str:
    """Write one answer: yes, no, or no information. Its side is told only: this entry may not hold one (IHE PCC)."""
    quand = jour("effectiveTime", le)
    return fait(code("code", question), valeur_booleenne(reponse), ancre, atelier, quand=quand, gabarit=_REPONSE)
