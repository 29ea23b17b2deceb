"""A note in words as a PDF/A-1b that is the document itself, and not the copy of one."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import datetime
from typing import Final

from segur_socles.documents.document import DocumentCda
from segur_socles.documents.modeles.pdf import NoteLiaison, SectionNote
from segur_socles.documents.rendu.lecture import lire_page
from segur_socles.documents.rendu.modele import Bloc, EtatSection, Fragment, Liste, Paragraphe, Section
from segur_socles.documents.rendu.pdf import ecrire_page

__all__ = ["composer"]

_PARAGRAPHES: Final = re.compile(r"\n\s*\n")


def composer(note: NoteLiaison, en_tete: DocumentCda, cree_le: datetime) -> bytes:
    """Set ``note`` out under the header of ``en_tete``, a document whose body is empty.

    The same call gives the same bytes. Raises :class:`ConfigurationError` without the extra ``[pdf]``.
    """
    page = lire_page(en_tete)
    return ecrire_page(replace(page, sections=tuple(_section(s) for s in note.sections)), cree_le, copie=False)


def _section(section: SectionNote) -> Section:
    blocs: list[Bloc] = [Paragraphe(_lignes(p)) for p in _PARAGRAPHES.split(section.texte or "") if p.strip()]
    if section.points:
        blocs.append(Liste(tuple((Paragraphe((Fragment(point),)),) for point in section.points)))
    return Section(section.titre, None, EtatSection.RENSEIGNE, tuple(blocs))


def _lignes(paragraphe: str) -> tuple[Fragment, ...]:
    lignes = [Fragment(ligne.strip()) for ligne in paragraphe.splitlines()]
    return tuple(f for ligne in lignes for f in (Fragment("\n"), ligne))[1:]
