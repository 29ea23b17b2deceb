"""Documents without structured body (CDA R2 level 1): a PDF of the editor's, or a note that becomes one."""

from __future__ import annotations

from typing import Annotated, Self

from pydantic import model_validator

from segur_socles._core.model import Booleen, NonVide, RegleError, Valeur
from segur_socles._core.textes import Texte, TexteLibre
from segur_socles.documents.contenu.pdf import examiner_pdf
from segur_socles.documents.contenu.pieces import Fichier
from segur_socles.errors import Constat, Gravite

__all__ = ["DocumentPdf", "NoteLiaison", "SectionNote"]


class DocumentPdf(Valeur):
    """A ready PDF, for any type of JDV_J07 (bytes in Python, base64 in JSON).

    A file that is no PDF, truncated, encrypted or over 50 MiB is refused. So is one that does not say it is
    PDF/A-1, which the CI-SIS asks for, unless ``admettre_non_pdfa`` says that it was decided to send it all the
    same: ``avertissements`` then tells so. A receiver may refuse it.
    """

    pdf: Fichier
    admettre_non_pdfa: Booleen = False

    _visible = ("admettre_non_pdfa",)

    @model_validator(mode="after")
    def _recevable(self) -> Self:
        for constat in examiner_pdf(self.pdf):
            if constat.gravite is Gravite.ERREUR or not self.admettre_non_pdfa:
                raise RegleError(constat.message, champ=constat.champ, regle=constat.regle, remede=constat.remede)
        return self

    @property
    def avertissements(self) -> tuple[Constat, ...]:
        """What was admitted by decision."""
        return examiner_pdf(self.pdf)


class SectionNote(Valeur):
    """A part of a note: a title, a text (a blank line begins a paragraph), and points of a list."""

    titre: Texte
    texte: TexteLibre | None = None
    points: tuple[Texte, ...] = ()

    _visible = ()

    @model_validator(mode="after")
    def _remplie(self) -> Self:
        if self.texte is None and not self.points:
            raise RegleError("une partie sans texte", champ="texte", remede="donner un texte ou des points")
        return self


class NoteLiaison(Valeur):
    """A note to those who care for the person, in words: it is sent as a PDF/A-1b that is made from it.

    Its type is that of the header: 28653-4 for any note, or another of
    :data:`~segur_socles.documents.secteur.DOCUMENTS_DU_SECTEUR`. Needs the extra ``[pdf]`` to be written.
    """

    sections: Annotated[tuple[SectionNote, ...], NonVide]

    @classmethod
    def ciblee(cls, cible: str, *, donnees: str, actions: str | None = None, resultat: str | None = None) -> Self:
        """Make a « transmission ciblée »: the target, what is seen, what was done, what came of it."""
        parties = {"Cible": cible, "Données": donnees, "Actions": actions, "Résultat": resultat}
        return cls.model_validate({"sections": [{"titre": t, "texte": x} for t, x in parties.items() if x is not None]})
