"""A structured CDA as a PDF/A-1b copy: the same reading as the page, on paper, for ten years from now."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Final, cast

from segur_socles.documents.document import DocumentCda
from segur_socles.documents.rendu.ecrit import ecrivable, en_gras, en_texte
from segur_socles.documents.rendu.grille import Case, Grille, grille, largeurs
from segur_socles.documents.rendu.lecture import PDF, lire_page
from segur_socles.documents.rendu.modele import (
    INCONNU,
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
from segur_socles.documents.rendu.papier import DOUX, POLICE, cote_du_code, dessiner_code, feuille
from segur_socles.errors import ConfigurationError, DocumentInvalideError
from segur_socles.personnes.datamatrix.ecriture import LEGENDE
from segur_socles.personnes.datamatrix.symbole import Modules

if TYPE_CHECKING:
    from fpdf import FPDF

__all__ = ["pdf_a"]

_CORPS: Final = 9.0
_INTERLIGNE: Final = 0.46  # mm for a point of size
_LEGENDE: Final = 8.0
"""Room under a datamatrix for its caption and its nature, in mm."""

_RETRAIT_MAX: Final = 60.0
_SIGNES_MAX: Final = 5_000_000

_ENCRE: Final = (27, 39, 51)
_BLEU: Final = (20, 80, 124)
_ROUGE: Final = (163, 22, 28)
_VOILE: Final = (243, 246, 249)
_ROUGE_VOILE: Final = (253, 241, 240)
_OCRE: Final = (109, 74, 0)
_TRAIT: Final = (190, 201, 211)

_ETATS: Final = {
    EtatSection.AUCUN: ((29, 92, 58), (238, 247, 241), False),
    EtatSection.NON_RENSEIGNE: (_OCRE, (255, 248, 230), True),
    EtatSection.CONTRADICTOIRE: (_ROUGE, _ROUGE_VOILE, False),
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
    copie = _Copie(page, cree_le.astimezone(UTC))
    try:
        copie.ecrire()
        return copie.octets()
    finally:
        copie.fermer()


class _Copie:
    """Writes a page down the sheet, from one block to the next."""

    def __init__(self, page: Page, cree_le: datetime) -> None:
        self._page = page
        self._pdf, self._glyphes = feuille(page, cree_le)
        self._signes = 0

    def octets(self) -> bytes:
        return bytes(self._pdf.output())

    def fermer(self) -> None:
        from fpdf.fonts import TTFFont

        # The library reads fonts lazily, and leaves their files open.
        for police in self._pdf.fonts.values():
            if isinstance(police, TTFFont):
                police.close()

    # --- the document ------------------------------------------------------------------------------------

    def ecrire(self) -> None:
        page, pdf = self._page, self._pdf
        pdf.add_page()
        self._texte(page.titre, 16, gras=True, couleur=_BLEU)
        self._texte(page.sous_titre, _CORPS, couleur=DOUX)
        pdf.ln(3)
        self._patient(page.patient)
        if page.corps is None:
            self._alertes(page)
        self._personnes("À contacter", page.proches)
        for section in page.sections:
            self._section(section, 1)
        if isinstance(page.corps, str):
            self._titre("Contenu du document", 1)
            self._texte(page.corps, _CORPS)
        self._personnes("Professionnels et structures", page.professionnels)
        self._titre("Ce document", 1)
        self._definitions(page.informations, 2)
        pdf.ln(2)
        self._texte("Copie d'un document CDA. Le document d'origine fait foi.", 8, couleur=DOUX)

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
                    self._texte(MATRICULE_DE_TEST, _CORPS, gras=True, couleur=_OCRE)
            self._texte(patient.mention, 8, couleur=DOUX)
            pdf.ln(1)
            self._definitions(patient.traits, 3)
            if patient.coordonnees:
                pdf.ln(1)
            for ligne in patient.coordonnees:
                self._texte(ligne, _CORPS)
        pdf.set_right_margin(droite)
        pdf.ln(2)
        if pdf.page == feuillet:
            bas = max(pdf.get_y(), haut + cote + _LEGENDE if cote else 0)
            pdf.set_draw_color(*_BLEU)
            pdf.set_line_width(0.5)
            pdf.rect(pdf.l_margin, haut, pdf.epw, bas - haut)
            pdf.set_y(bas)

    def _code(self, ins: InsMontree, modules: Modules, gauche: float, haut: float) -> None:
        """Draw the datamatrix, its caption and its nature under it."""
        pdf, cote = self._pdf, cote_du_code(modules)
        dessiner_code(pdf, modules, gauche, haut)
        pdf.set_xy(gauche, haut + cote - 1)
        self._police(8, _ENCRE, gras=True)
        pdf.cell(cote, 3.8, LEGENDE, align="C", new_x="LEFT", new_y="NEXT")
        self._police(7, _ENCRE)
        pdf.cell(cote, 3.2, ins.nature, align="C")

    def _alertes(self, page: Page) -> None:
        self._titre("À lire en premier", 1, _ROUGE)
        for section in page.alertes:
            self._section(section, 2)
        if not page.alertes:
            self._texte("Ce document ne contient pas de rubrique sur les allergies.", _CORPS, couleur=_OCRE)
        for titre, tableau in page.signalements:
            self._titre(f"Signalé : {titre}", 2, _ROUGE)
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
                self._texte("Cette rubrique ne contient aucun texte.", _CORPS, couleur=DOUX)
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
        lignes = self._lignes(phrase, pdf.epw - 8, _CORPS, gras=False)
        hauteur = 5 + 4 + len(lignes) * _CORPS * _INTERLIGNE
        self._place(hauteur)
        pdf.set_draw_color(*couleur)
        pdf.set_fill_color(*fond)
        pdf.set_line_width(0.4)
        if tirets:
            pdf.set_dash_pattern(dash=1.5, gap=1)
        haut = pdf.get_y()
        pdf.rect(pdf.l_margin, haut, pdf.epw, hauteur, style="DF")
        pdf.set_dash_pattern()
        pdf.set_y(haut + 1.5)
        with self._retrait(4):
            self._texte(etiquette, 8, gras=True, couleur=couleur)
            self._texte(phrase, _CORPS)
        pdf.set_y(max(pdf.get_y(), haut + hauteur) + 1)

    # --- blocks ------------------------------------------------------------------------------------------

    def _blocs(self, blocs: Iterable[Bloc]) -> None:
        for bloc in blocs:
            if isinstance(bloc, Paragraphe):
                self._texte(en_texte(bloc.fragments), _CORPS, gras=bloc.legende or en_gras(bloc.fragments))
                self._pdf.ln(1)
            elif isinstance(bloc, Liste):
                self._liste(bloc)
            else:
                self._tableau(bloc)

    def _liste(self, liste: Liste) -> None:
        for rang, item in enumerate(liste.items, 1):
            puce = f"{rang}. " if liste.ordonnee else "• "
            premier = item[0] if item and isinstance(item[0], Paragraphe) else None
            self._texte(puce + (en_texte(premier.fragments) if premier else ""), _CORPS)
            with self._retrait(5):
                self._blocs(item[1:] if premier else item)
        self._pdf.ln(1)

    def _tableau(self, tableau: Tableau) -> None:
        if tableau.legende:
            self._texte(tableau.legende, _CORPS, gras=True)
        self._grille(grille(tableau))

    def _definitions(self, paires: Iterable[tuple[str, str]], colonnes: int) -> None:
        """Write labels above their values, several side by side."""
        pdf = self._pdf
        lot = list(paires)
        largeur = pdf.epw / colonnes
        for debut in range(0, len(lot), colonnes):
            rangee = lot[debut : debut + colonnes]
            inconnus = [bool(INCONNU.fullmatch(valeur)) for _, valeur in rangee]
            valeurs = [
                self._mots(f"? {valeur}" if inconnu else valeur)
                for inconnu, (_, valeur) in zip(inconnus, rangee, strict=True)
            ]
            hauteur = max(len(self._lignes(v, largeur - 2, _CORPS, gras=True)) for v in valeurs) * 4.2 + 4.5
            self._place(hauteur)
            haut = pdf.get_y()
            for place, (nom, _) in enumerate(rangee):
                x = pdf.l_margin + place * largeur
                pdf.set_xy(x, haut)
                self._police(7.5, DOUX)
                pdf.multi_cell(largeur - 2, 3.6, self._mots(nom), align="L")
                pdf.set_xy(x, haut + 3.6)
                self._police(_CORPS, _OCRE if inconnus[place] else _ENCRE, gras=True)
                pdf.multi_cell(largeur - 2, 4.2, valeurs[place], align="L")
            pdf.set_xy(pdf.l_margin, haut + hauteur)

    def _grille(self, table: Grille) -> None:
        for taille in (_CORPS, 8.0, 7.0):
            self._police(taille, _ENCRE, gras=True)
            parts = largeurs(table, lambda texte: self._pdf.get_string_width(self._mots(texte)) + 3.5, self._pdf.epw)
            if parts:
                break
        else:
            self._en_lignes(table, table.corps)
            return
        # A head never stays alone at the foot of a sheet.
        premieres = (*table.tete, *table.corps[:1])
        self._place(min(sum(self._hauteur(r, parts, taille) for r in premieres), self._pdf.eph / 3))
        for case in table.tete:
            self._rangee(case, parts, taille, table)
        for numero, rangee in enumerate(table.corps):
            self._rangee(rangee, parts, taille, table, alerte=numero in table.alertes)
        self._pdf.ln(2)

    def _rangee(
        self, cases: tuple[Case, ...], parts: tuple[float, ...], taille: float, table: Grille, *, alerte: bool = False
    ) -> None:
        pdf, pas = self._pdf, taille * _INTERLIGNE
        textes, tailles = [self._mots(c.texte) for c in cases], _tailles(cases, parts)
        hauteur = self._hauteur(cases, parts, taille)
        if hauteur > pdf.eph - 20:
            self._en_lignes(table, (cases,))
            return
        if self._place(hauteur) and cases not in table.tete:
            for tete in table.tete:
                self._rangee(tete, parts, taille, table)
        haut, x = pdf.get_y(), pdf.l_margin
        for case, texte, large in zip(cases, textes, tailles, strict=True):
            pdf.set_draw_color(*(_ROUGE if alerte else _TRAIT))
            pdf.set_fill_color(*(_ROUGE_VOILE if alerte else _VOILE))
            pdf.set_line_width(0.2)
            pdf.rect(x, haut, large, hauteur, style="DF" if alerte or case.entete else "D")
            pdf.set_xy(x + 1, haut + 1)
            self._police(taille, _OCRE if case.inconnu else _ENCRE, gras=case.gras or case.entete)
            pdf.multi_cell(large - 2, pas, texte, align="L", padding=0)
            x += large
        pdf.set_xy(pdf.l_margin, haut + hauteur)

    def _hauteur(self, cases: tuple[Case, ...], parts: tuple[float, ...], taille: float) -> float:
        lignes = [
            len(self._lignes(self._mots(c.texte), large - 2, taille, gras=c.gras or c.entete))
            for c, large in zip(cases, _tailles(cases, parts), strict=True)
        ]
        return max(lignes) * taille * _INTERLIGNE + 2

    def _en_lignes(self, table: Grille, rangees: Iterable[tuple[Case, ...]]) -> None:
        """Tell rows as lines "column: text", for a table too wide or a cell too long for a sheet."""
        noms = {}
        for tete in table.tete:
            colonne = 0
            for case in tete:
                noms.update(dict.fromkeys(range(colonne, colonne + case.colonnes), case.texte))
                colonne += case.colonnes
        for rangee in rangees:
            colonne = 0
            for case in rangee:
                if case.texte:
                    nom = noms.get(colonne)
                    self._texte(f"{nom} : {case.texte}" if nom else case.texte, _CORPS, gras=case.gras)
                colonne += case.colonnes
            self._pdf.ln(2)

    # --- the pen -----------------------------------------------------------------------------------------

    def _titre(self, titre: str, niveau: int, couleur: tuple[int, int, int] = _BLEU) -> None:
        self._pdf.ln(3 if niveau == 1 else 1.5)
        self._place(22)  # a title never stays alone at the foot of a sheet
        self._texte(titre, 11.5 if niveau == 1 else 10, gras=True, couleur=couleur)
        if niveau == 1:
            pdf = self._pdf
            pdf.set_draw_color(*couleur)
            pdf.set_line_width(0.3)
            pdf.line(pdf.l_margin, pdf.get_y() + 0.4, pdf.l_margin + pdf.epw, pdf.get_y() + 0.4)
            pdf.ln(1.8)

    def _texte(self, texte: str, taille: float, *, gras: bool = False, couleur: tuple[int, int, int] = _ENCRE) -> None:
        self._police(taille, couleur, gras=gras)
        self._pdf.multi_cell(0, taille * _INTERLIGNE, self._mots(texte), align="L", new_x="LMARGIN", new_y="NEXT")

    def _police(self, taille: float, couleur: tuple[int, int, int], *, gras: bool = False) -> None:
        self._pdf.set_font(POLICE, "B" if gras else "", taille)
        self._pdf.set_text_color(*couleur)

    def _lignes(self, texte: str, largeur: float, taille: float, *, gras: bool) -> list[str]:
        self._police(taille, _ENCRE, gras=gras)
        lignes = self._pdf.multi_cell(largeur, 4, texte, align="L", dry_run=True, output="LINES")
        return cast("list[str]", lignes) or [""]

    def _mots(self, texte: str) -> str:
        self._signes += len(texte)
        if self._signes > _SIGNES_MAX:  # each text passes here a few times: measured, then drawn
            message = "Le document est trop long pour une copie PDF."
            raise DocumentInvalideError(message, remede="lire la page HTML, ou demander un document plus court")
        return ecrivable(texte, self._glyphes)

    def _place(self, hauteur: float) -> bool:
        """Begin a sheet if ``hauteur`` does not fit on this one; say whether it did."""
        pdf = self._pdf
        if not pdf.will_page_break(hauteur) or pdf.get_y() <= pdf.t_margin:
            return False
        pdf.add_page()
        return True

    def _retrait(self, mm: float) -> _Retrait:
        return _Retrait(self._pdf, mm)


class _Retrait:
    """Moves both margins inwards for a while, as long as there is room left to write."""

    def __init__(self, pdf: FPDF, mm: float) -> None:
        self._pdf = pdf
        self._mm = mm if pdf.l_margin + mm <= _RETRAIT_MAX else 0.0

    def __enter__(self) -> None:
        self._regler(self._mm)

    def __exit__(self, *_: object) -> None:
        self._regler(-self._mm)

    def _regler(self, mm: float) -> None:
        self._pdf.set_left_margin(self._pdf.l_margin + mm)
        self._pdf.set_right_margin(self._pdf.r_margin + mm)
        self._pdf.set_x(self._pdf.l_margin)


def _tailles(cases: tuple[Case, ...], parts: tuple[float, ...]) -> list[float]:
    debuts = [sum(c.colonnes for c in cases[:i]) for i in range(len(cases))]
    return [sum(parts[d : d + c.colonnes]) for d, c in zip(debuts, cases, strict=True)]


def _case(texte: str, *, gras: bool = False, entete: bool = False) -> Case:
    return Case(texte, gras=gras, entete=entete, colonnes=1)
