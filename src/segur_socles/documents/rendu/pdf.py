"""A structured CDA as a PDF/A-1b copy: the same reading as the page, on paper, for ten years from now."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime
from itertools import zip_longest
from typing import Final

from segur_socles.documents.document import DocumentCda
from segur_socles.documents.rendu.ecrit import en_gras, en_texte
from segur_socles.documents.rendu.grille import Case, Grille, grille
from segur_socles.documents.rendu.lecture import PDF, lire_page
from segur_socles.documents.rendu.modele import (
    Bloc,
    EtatSection,
    InsMontree,
    Intervenant,
    Liste,
    Media,
    Page,
    Paragraphe,
    Patient,
    Section,
    Tableau,
)
from segur_socles.documents.rendu.page import MATRICULE_DE_TEST
from segur_socles.documents.rendu.papier import DOUX, cote_du_code, dessiner_code
from segur_socles.documents.rendu.plume import BLEU, CORPS, ENCRE, INTERLIGNE, OCRE, ROUGE, ROUGE_VOILE, Plume
from segur_socles.errors import ConfigurationError, DocumentInvalideError
from segur_socles.personnes.datamatrix.ecriture import LEGENDE
from segur_socles.personnes.datamatrix.symbole import Modules

__all__ = ["ecrire_page", "pdf_a"]

_LEGENDE: Final = 8.0
"""Room under a datamatrix for its caption and its nature, in mm."""

_ETATS: Final = {
    EtatSection.AUCUN: ((29, 92, 58), (238, 247, 241), False),
    EtatSection.NON_RENSEIGNE: (OCRE, (255, 248, 230), True),
    EtatSection.CONTRADICTOIRE: (ROUGE, ROUGE_VOILE, False),
}
"""Frame, ground, dashed: two states that must not be mistaken for each other, even in black and white."""


def pdf_a(document: bytes | DocumentCda, cree_le: datetime) -> bytes:
    """Copy a CDA R2 (a DLU, or any other) into a PDF built to the rules of PDF/A-1b.

    ``cree_le`` is when the copy is made, an aware instant: the same call gives the same bytes. Files joined to
    the document are named, not copied (PDF/A-1 holds no file). A character that the font lacks is written
    ``[U+1F600]``. The INS and its datamatrix are on the first sheet under the conditions of :func:`page_html`.
    Needs the extra ``[pdf]``. Source: ISO 19005-1 (the result is checked for its structure in our tests; no PDF/A
    validator has certified it).

    A document whose body is a PDF gives that PDF back, to the byte: it is not made here, and may not be a PDF/A
    (:func:`pdf_d_origine` tells).

    Raises :class:`DocumentInvalideError`: not a readable CDA, or one whose body is another file;
    :class:`ConfigurationError`: the extra is not installed, or ``cree_le`` has no time zone.
    """
    if cree_le.tzinfo is None:
        raise ConfigurationError("L'instant de la copie n'a pas de fuseau.", champ="cree_le", remede="donner tzinfo")
    page = lire_page(document)
    if isinstance(page.corps, Media):
        if page.corps.octets is not None and page.corps.type == PDF:
            return page.corps.octets
        message = "Le corps de ce document est un fichier qui n'est ni du texte ni un PDF : il n'est pas copié."
        raise DocumentInvalideError(message, remede="remettre le fichier que le document contient")
    return ecrire_page(page, cree_le, copie=True)


def ecrire_page(page: Page, cree_le: datetime, *, copie: bool) -> bytes:
    """Write a page as a PDF/A-1b; ``copie`` tells whether it copies a document or is one. Errors as :func:`pdf_a`."""
    sortie = _Copie(page, cree_le.astimezone(UTC))
    try:
        if copie:
            sortie.ecrire()
        else:
            sortie.ecrire_original()
        return sortie.octets()
    finally:
        sortie.fermer()


class _Copie(Plume):
    """Writes a page down the sheet, from one block to the next."""

    def __init__(self, page: Page, cree_le: datetime) -> None:
        super().__init__(page, cree_le)
        self._page = page

    # --- the document ------------------------------------------------------------------------------------

    def ecrire(self) -> None:
        page, pdf = self._page, self._pdf
        self._ouverture()
        if isinstance(page.corps, str):
            self._titre("Contenu du document", 1)
            self._texte(page.corps, CORPS)
        else:
            self._alertes(page)
        self._personnes("À contacter", page.proches)
        for section in page.sections:
            self._section(section, 1)
        self._personnes("Professionnels et structures", page.professionnels)
        self._titre("Ce document", 1)
        self._definitions(page.informations, 2)
        pdf.ln(2)
        self._texte("Copie d'un document CDA. Le document d'origine fait foi.", 8, couleur=DOUX)

    def ecrire_original(self) -> None:
        """Write a document that has no other form: what it says comes first, and it copies nothing."""
        page = self._page
        self._ouverture()
        for section in page.sections:
            self._section(section, 1)
        self._personnes("Professionnels et structures", page.professionnels)
        self._personnes("À contacter", page.proches)
        self._titre("Ce document", 1)
        self._definitions(page.informations, 2)

    def _ouverture(self) -> None:
        page, pdf = self._page, self._pdf
        pdf.add_page()
        self._texte(page.titre, 16, gras=True, couleur=BLEU)
        self._texte(page.sous_titre, CORPS, couleur=DOUX)
        pdf.ln(3)
        self._patient(page.patient)

    def _patient(self, patient: Patient) -> None:
        pdf, ins = self._pdf, patient.ins
        modules = ins.modules if ins else None
        cote = cote_du_code(modules) if modules else 0.0
        if ins and modules:
            self._place(cote + _LEGENDE)
        haut, feuillet = pdf.get_y(), pdf.page
        if ins and modules:
            self._code(ins, modules, pdf.l_margin + pdf.epw - cote, haut)
        pdf.set_y(haut + 2)
        droite = pdf.r_margin
        pdf.set_right_margin(droite + cote)
        with self._retrait(3):
            self._texte(patient.nom, 13, gras=True)
            if ins:
                self._texte(f"Matricule INS : {ins.matricule} ({ins.nature})", 10.5, gras=True)
                if ins.essai:
                    self._texte(MATRICULE_DE_TEST, CORPS, gras=True, couleur=OCRE)
            self._texte(patient.mention, 8, couleur=DOUX)
            pdf.ln(1)
            self._definitions(patient.traits, 3)
            if patient.coordonnees:
                pdf.ln(1)
            for ligne in patient.coordonnees:
                self._texte(ligne, CORPS)
        pdf.set_right_margin(droite)
        pdf.ln(2)
        if pdf.page == feuillet:
            bas = max(pdf.get_y(), haut + cote + _LEGENDE if cote else 0)
            pdf.set_draw_color(*BLEU)
            pdf.set_line_width(0.5)
            pdf.rect(pdf.l_margin, haut, pdf.epw, bas - haut)
            pdf.set_y(bas)

    def _code(self, ins: InsMontree, modules: Modules, gauche: float, haut: float) -> None:
        """Draw the datamatrix, its caption and its nature under it."""
        pdf, cote = self._pdf, cote_du_code(modules)
        dessiner_code(pdf, modules, gauche, haut)
        pdf.set_xy(gauche, haut + cote - 1)
        self._police(8, ENCRE, gras=True)
        pdf.cell(cote, 3.8, LEGENDE, align="C", new_x="LEFT", new_y="NEXT")
        self._police(7, ENCRE)
        pdf.cell(cote, 3.2, ins.nature, align="C")

    def _alertes(self, page: Page) -> None:
        self._titre("À lire en premier", 1, ROUGE)
        if not page.dit_les_allergies:
            self._texte("Ce document ne contient pas de rubrique sur les allergies.", CORPS, couleur=OCRE)
        for section in page.alertes:
            self._section(section, 2)
        for titre, tableau in page.signales:
            if titre:
                self._titre(f"Signalé : {titre}", 2, ROUGE)
            self._tableau(tableau)

    def _personnes(self, titre: str, personnes: Iterable[Intervenant]) -> None:
        rangees = [
            (_case(" · ".join(p.roles), entete=True), _case(p.nom, gras=True), _case("\n".join(p.lignes)))
            for p in personnes
        ]
        if rangees:
            self._titre(titre, 1)
            entetes = tuple(_case(t, entete=True) for t in ("Rôle", "Nom", "Coordonnées"))
            self._grille(Grille(3, (entetes,), tuple(rangees), frozenset()))

    def _section(self, section: Section, niveau: int) -> None:
        self._titre(section.titre, niveau)
        if section.etat in _ETATS:
            self._etat(section)
        else:
            self._blocs(section.blocs)
            if not section.blocs and not section.sections:
                self._texte("Cette rubrique ne contient aucun texte.", CORPS, couleur=DOUX)
        for dedans in section.sections:
            self._section(dedans, niveau + 1)

    def _etat(self, section: Section) -> None:
        couleur, fond, tirets = _ETATS[section.etat]
        pdf = self._pdf
        etiquette = f"{section.etat.signe} {section.etat.value.upper()}"
        if not all(isinstance(bloc, Paragraphe) for bloc in section.blocs):
            self._texte(etiquette, 8, gras=True, couleur=couleur)
            self._blocs(section.blocs)
            return
        dit = [en_texte(bloc.fragments) for bloc in section.blocs if isinstance(bloc, Paragraphe)]
        phrase = self._mots("\n".join(dit) or "Cette rubrique ne contient aucun texte.")
        lignes = self._lignes(phrase, pdf.epw - 8, CORPS, gras=False)
        hauteur = 5 + 4 + len(lignes) * CORPS * INTERLIGNE
        self._place(hauteur)
        pdf.set_draw_color(*couleur)
        pdf.set_fill_color(*fond)
        pdf.set_line_width(0.4)
        if tirets:
            pdf.set_dash_pattern(dash=1.5, gap=1)
        haut = pdf.get_y()
        pdf.rect(pdf.l_margin, haut, pdf.epw, hauteur, style="DF")
        pdf.set_dash_pattern()
        if section.etat is EtatSection.AUCUN:
            pdf.set_fill_color(*couleur)
            pdf.rect(pdf.l_margin, haut, 1.6, hauteur, style="F")
        elif section.etat is EtatSection.CONTRADICTOIRE:
            pdf.rect(pdf.l_margin + 0.8, haut + 0.8, pdf.epw - 1.6, hauteur - 1.6)
        pdf.set_y(haut + 1.5)
        with self._retrait(4):
            self._texte(etiquette, 8, gras=True, couleur=couleur)
            self._texte(phrase, CORPS)
        pdf.set_y(max(pdf.get_y(), haut + hauteur) + 1)

    # --- blocks ------------------------------------------------------------------------------------------

    def _blocs(self, blocs: Iterable[Bloc]) -> None:
        lus = tuple(blocs)
        for bloc, suivant in zip_longest(lus, lus[1:]):
            if isinstance(bloc, Paragraphe):
                if isinstance(suivant, (Liste, Tableau)):
                    self._place(22)  # what introduces a table stays with it
                self._texte(en_texte(bloc.fragments), CORPS, gras=bloc.legende or en_gras(bloc.fragments))
                self._pdf.ln(1)
            elif isinstance(bloc, Liste):
                self._liste(bloc)
            elif bloc:
                self._tableau(bloc)

    def _liste(self, liste: Liste) -> None:
        for rang, item in enumerate(liste.items, 1):
            puce = f"{rang}. " if liste.ordonnee else "• "
            premier = item[0] if item and isinstance(item[0], Paragraphe) else None
            self._texte(puce + (en_texte(premier.fragments) if premier else ""), CORPS)
            with self._retrait(5):
                self._blocs(item[1:] if premier else item)
        self._pdf.ln(1)

    def _tableau(self, tableau: Tableau) -> None:
        if tableau.legende:
            self._texte(tableau.legende, CORPS, gras=True)
        self._grille(grille(tableau))


def _case(texte: str, *, gras: bool = False, entete: bool = False) -> Case:
    return Case(texte, gras=gras, entete=entete, colonnes=1)
