"""Medical devices, prostheses and personal objects."""

from __future__ import annotations

from collections.abc import Iterator

from lxml import etree

from segur_socles.documents.contenu.communs import Reponse
from segur_socles.documents.lecture.elements import Contexte, ElementLu, affirmation, communs
from segur_socles.documents.lecture.noeuds import attribut, enfant, enfants
from segur_socles.documents.lecture.observations import dedans, mesure
from segur_socles.documents.lecture.traitements import lire_delivrance
from segur_socles.documents.lecture.valeurs import CodeLu, QuantiteLue, lire_code, lire_quantite

__all__ = ["DispositifLu", "lire_fourniture", "lire_objet"]


class DispositifLu(ElementLu):
    """A device or a personal object. ``present`` is the answer of a transfer sheet, None when it gives none.

    ``identifiant`` is that of the device (UDI, serial number) as ``root`` or ``root^extension``.
    """

    cote: CodeLu | None = None
    present: Reponse = None
    identifiant: str | None = None
    quantite: QuantiteLue | None = None

    @property
    def nom(self) -> str | None:
        """The label of the code, else the words of the narrative."""
        return (self.code.nom if self.code else None) or self.texte


def lire_fourniture(noeud: etree._Element, contexte: Contexte) -> Iterator[ElementLu]:
    """Read a ``supply``: of a device, or of a medicine when it holds a product."""
    if enfant(noeud, "product") is not None:
        yield from lire_delivrance(noeud, contexte)
        return
    renvois = contexte.renvois
    participants = enfants(noeud, "participant")
    choisis = [p for p in participants if p.get("typeCode") == "DEV"] or participants
    role = enfant(choisis[0], "participantRole") if choisis else None
    ed = enfant(role, "playingDevice", "code", "originalText")
    code = lire_code(enfant(role, "playingDevice", "code"), renvois)
    champs = communs(noeud, contexte, code)
    champs["texte"] = champs["texte"] or renvois.texte(ed)
    champs["ligne"] = champs["ligne"] or renvois.ligne(ed)
    parts = (attribut(enfant(role, "id"), nom) for nom in ("root", "extension"))
    yield DispositifLu(
        **champs,
        affirmation=affirmation(noeud, (champs["code"],), champs["texte"] or contexte.phrase),
        identifiant="^".join(filter(None, parts)) or None,
        quantite=lire_quantite(enfant(noeud, "quantity"), renvois),
    )
    yield from dedans(noeud, contexte)


def lire_objet(noeud: etree._Element, contexte: Contexte) -> Iterator[ElementLu]:
    """Read a personal object, written as an observation of a transfer sheet."""
    lu = mesure(noeud, contexte)
    yield DispositifLu(
        **{nom: lu[nom] for nom in ElementLu.model_fields},
        cote=lu["site"],
        present=lu["reponse"],
    )
