"""The sections of a body: what people read, and what it says to a program."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Final

from lxml import etree

from segur_socles.documents.lecture.allergies import AllergieLu
from segur_socles.documents.lecture.elements import Affirmation, Contexte, ElementLu, Lecteur, avec_sujet
from segur_socles.documents.lecture.entrees import PAR_SECTION, lire_entree
from segur_socles.documents.lecture.noeuds import declarations, enfant, enfants, modeles_de
from segur_socles.documents.lecture.problemes import ProblemeLu
from segur_socles.documents.lecture.renvois import Renvois
from segur_socles.documents.lecture.structure import rubriques, textes_de, titre_de
from segur_socles.documents.lecture.traitements import TraitementLu
from segur_socles.documents.lecture.vaccinations import VaccinationLu
from segur_socles.documents.lecture.valeurs import CodeLu, lire_code
from segur_socles.documents.rendu.etat import etat_section, phrase
from segur_socles.documents.rendu.modele import Bloc, Cellule, EtatSection, Media
from segur_socles.documents.rendu.recit import lire_recit

__all__ = ["SectionLue", "lire_sections"]


@dataclass(frozen=True, slots=True, repr=False)
class SectionLue:
    """A section: its title, its LOINC code, which of the three states it is in, its text, its entries, those inside it.

    ``blocs`` is the whole narrative; ``texte`` the same without its layout.
    """

    titre: str | None
    code: CodeLu | None
    modeles: tuple[str, ...]
    etat: EtatSection
    blocs: tuple[Bloc, ...]
    elements: tuple[ElementLu, ...]
    sections: tuple[SectionLue, ...] = ()

    @property
    def texte(self) -> str:
        """The narrative as plain text, blocks apart by line breaks."""
        return Cellule(self.blocs).texte

    def parcourir(self) -> Iterator[SectionLue]:
        """Give this section, then those inside it, in reading order."""
        yield self
        for section in self.sections:
            yield from section.parcourir()


_CLINIQUES: Final = (AllergieLu, ProblemeLu, TraitementLu, VaccinationLu)
"""What a section that states « none known » or « not recorded » cannot hold."""


def lire_sections(corps: etree._Element, medias: Mapping[str, Media]) -> tuple[SectionLue, ...]:
    """Read every section under an element."""
    renvois = Renvois(texte for section in _toutes(corps) for texte in enfants(section, "text"))
    return tuple(_sections(corps, medias, Contexte(renvois, lire_entree)))


def _toutes(noeud: etree._Element) -> Iterator[etree._Element]:
    for section in rubriques(noeud):
        yield section
        yield from _toutes(section)


def _sections(parent: etree._Element, medias: Mapping[str, Media], contexte: Contexte) -> Iterator[SectionLue]:
    for noeud in rubriques(parent):
        textes, modeles = textes_de(noeud), modeles_de(noeud)
        blocs = tuple(bloc for texte in textes for bloc in lire_recit(texte, medias))
        code = lire_code(enfant(noeud, "code"), contexte.renvois)
        ici = replace(
            avec_sujet(noeud, contexte),
            renvois=contexte.renvois.dans(textes),
            rubrique=code.code if code else None,
            par_defaut=_par_defaut(code, modeles) or contexte.par_defaut,
            phrase=phrase(blocs) or None,
        )
        elements = tuple(
            e for entree in enfants(noeud, "entry") for _, n in declarations(entree) for e in lire_entree(n, ici)
        )
        sections = tuple(_sections(noeud, medias, replace(ici, renvois=contexte.renvois)))
        yield SectionLue(
            titre=titre_de(noeud) or (code.libelle if code else None),
            code=code,
            modeles=tuple(sorted(modeles)),
            etat=_etat(etat_section(noeud, blocs, contient=bool(sections)), elements),
            blocs=blocs,
            elements=elements,
            sections=sections,
        )


def _par_defaut(code: CodeLu | None, modeles: frozenset[str]) -> dict[str, Lecteur] | None:
    connus = [PAR_SECTION[cle] for cle in (*modeles, (code.code if code else None) or "") if cle in PAR_SECTION]
    return connus[0] if connus else None


def _etat(dit: EtatSection, elements: tuple[ElementLu, ...]) -> EtatSection:
    """Give the state of a section: a text that states an absence over an entry that states something is at odds."""
    affirme = any(e.affirmation is Affirmation.AFFIRME and isinstance(e, _CLINIQUES) for e in elements)
    return EtatSection.CONTRADICTOIRE if affirme and dit in (EtatSection.AUCUN, EtatSection.NON_RENSEIGNE) else dit
