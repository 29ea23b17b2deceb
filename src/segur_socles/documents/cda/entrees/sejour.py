"""The observations of a discharge letter: its status, and what happened during the stay (E7)."""

from __future__ import annotations

from typing import Final

from segur_socles._core.xml import text
from segur_socles.documents.cda.balises import code, el, instant, jour, modeles, nul, valeur_booleenne
from segur_socles.documents.cda.entrees.observation import fait
from segur_socles.documents.cda.recit import Atelier
from segur_socles.documents.cda.sections import ANS_ENTREE, PCC, TA_ASIP
from segur_socles.documents.contenu.communs import Reponse
from segur_socles.documents.renseigne import AucunConnu, NonRenseigne, Renseigne
from segur_socles.nomenclatures.codes import Code

__all__ = ["observation_du_sejour", "statut_du_document", "valeur_du_sejour"]

_SIMPLE: Final = (f"{PCC}.4.13", f"{ANS_ENTREE}.48")
STATUT: Final = Code("GEN-065", TA_ASIP, "Statut du document")


def statut_du_document(statut: Code, ancre: str, atelier: Atelier) -> str:
    """Write whether the letter is finished, as it is when it is made."""
    gabarit = modeles((*_SIMPLE, f"{ANS_ENTREE}.48.16", f"{ANS_ENTREE}.48.16.1"))
    valeur = code("value", statut, xsi_type="CD")
    quand = instant("effectiveTime", atelier.entete.date_creation)
    return fait(code("code", STATUT), valeur, ancre, atelier, quand=quand, gabarit=gabarit)


def observation_du_sejour(nature: Code, rang: int, valeur: str, le: str | None, ancre: str, atelier: Atelier) -> str:
    """Write one observation of the stay; ``rang`` is the number of its template."""
    gabarit = modeles((*_SIMPLE, f"{ANS_ENTREE}.48.{rang}"))
    return fait(code("code", nature), valeur, ancre, atelier, quand=jour("effectiveTime", le), gabarit=gabarit)


def valeur_du_sejour(dit: Code | str | Reponse | Renseigne[str] | AucunConnu | NonRenseigne, genre: str) -> str:
    """Write a value of ``genre`` (CE, ST or BL). What is not known is said so, and is never a no."""
    if isinstance(dit, Code):
        return code("value", dit, xsi_type=genre)
    if isinstance(dit, bool):
        return valeur_booleenne(dit)
    if dit is None or isinstance(dit, NonRenseigne):
        return nul("value", "NI", xsi_type=genre)
    if isinstance(dit, AucunConnu):
        dit = "Aucun"
    return el("value", text(dit if isinstance(dit, str) else " ; ".join(dit.items)), xsi_type=genre)
