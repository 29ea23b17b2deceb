"""The pen of a PDF copy: texts, titles and tables written down the sheet, from one page to the next."""

from __future__ import annotations

from collections.abc import Container, Iterable
from datetime import datetime
from typing import TYPE_CHECKING, Final, cast

from segur_socles.documents.rendu.ecrit import ecrivable
from segur_socles.documents.rendu.grille import Case, Grille, largeurs
from segur_socles.documents.rendu.modele import INCONNU, Page
from segur_socles.documents.rendu.papier import DOUX, POLICE, feuille
from segur_socles.errors import DocumentInvalideError

if TYPE_CHECKING:
    from fpdf import FPDF

__all__ = ["BLEU", "CORPS", "ENCRE", "INTERLIGNE", "OCRE", "ROUGE", "ROUGE_VOILE", "Plume"]

CORPS: Final = 9.0
INTERLIGNE: Final = 0.46  # mm for a point of size
_RETRAIT_MAX: Final = 60.0
_SIGNES_MAX: Final = 5_000_000
_NOM_DE_COLONNE: Final = 38.0
_NOM_MAX: Final = 150

ENCRE: Final = (27, 39, 51)
BLEU: Final = (20, 80, 124)
ROUGE: Final = (163, 22, 28)
ROUGE_VOILE: Final = (253, 241, 240)
OCRE: Final = (109, 74, 0)
_VOILE: Final = (243, 246, 249)
_TRAIT: Final = (190, 201, 211)


class Plume:
    """Writes texts and tables; a subclass says what they are."""

    def __init__(self, page: Page, cree_le: datetime) -> None:
        self._pdf, self._glyphes = feuille(page, cree_le)
        self._signes = 0

    def octets(self) -> bytes:
        """Give the file."""
        return bytes(self._pdf.output())

    def fermer(self) -> None:
        """Let go of the fonts' files."""
        from fpdf.fonts import TTFFont

        # The library reads fonts lazily, and leaves their files open.
        for police in self._pdf.fonts.values():
            if isinstance(police, TTFFont):
                police.close()

    # --- tables ------------------------------------------------------------------------------------------

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
            hauteur = max(len(self._lignes(v, largeur - 2, CORPS, gras=True)) for v in valeurs) * 4.2 + 4.5
            self._place(hauteur)
            haut = pdf.get_y()
            for place, (nom, _) in enumerate(rangee):
                x = pdf.l_margin + place * largeur
                pdf.set_xy(x, haut)
                self._police(7.5, DOUX)
                pdf.multi_cell(largeur - 2, 3.6, self._mots(nom), align="L")
                pdf.set_xy(x, haut + 3.6)
                self._police(CORPS, OCRE if inconnus[place] else ENCRE, gras=True)
                pdf.multi_cell(largeur - 2, 4.2, valeurs[place], align="L")
            pdf.set_xy(pdf.l_margin, haut + hauteur)

    def _grille(self, table: Grille) -> None:
        for taille in (CORPS, 8.0, 7.0):
            self._police(taille, ENCRE, gras=True)
            parts = largeurs(table, lambda texte: self._pdf.get_string_width(self._mots(texte)) + 3.5, self._pdf.epw)
            if parts:
                break
        else:
            self._en_fiches(table, table.corps, table.alertes)
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
        pdf, pas = self._pdf, taille * INTERLIGNE
        textes, tailles = [self._mots(c.texte) for c in cases], _tailles(cases, parts)
        hauteur = self._hauteur(cases, parts, taille)
        if hauteur > pdf.eph - 20:
            self._en_fiches(table, (cases,), range(int(alerte)))
            return
        if self._place(hauteur) and cases not in table.tete:
            for tete in table.tete:
                self._rangee(tete, parts, taille, table)
        haut, x = pdf.get_y(), pdf.l_margin
        for case, texte, large in zip(cases, textes, tailles, strict=True):
            pdf.set_draw_color(*(ROUGE if alerte else _TRAIT))
            pdf.set_fill_color(*(ROUGE_VOILE if alerte else _VOILE))
            pdf.set_line_width(0.2)
            pdf.rect(x, haut, large, hauteur, style="DF" if alerte or case.entete else "D")
            pdf.set_xy(x + 1, haut + 1)
            self._police(taille, OCRE if case.inconnu else ENCRE, gras=case.gras or case.entete)
            pdf.multi_cell(large - 2, pas, texte, align="L", padding=0)
            x += large
        pdf.set_xy(pdf.l_margin, haut + hauteur)

    def _hauteur(self, cases: tuple[Case, ...], parts: tuple[float, ...], taille: float) -> float:
        lignes = [
            len(self._lignes(self._mots(c.texte), large - 2, taille, gras=c.gras or c.entete))
            for c, large in zip(cases, _tailles(cases, parts), strict=True)
        ]
        return max(lignes) * taille * INTERLIGNE + 2

    def _en_fiches(self, table: Grille, rangees: Iterable[tuple[Case, ...]], alertes: Container[int] = ()) -> None:
        """Tell each row as a card, a line a cell after the name of its column: for a table too wide for a sheet."""
        noms: dict[int, str] = {}
        for tete in table.tete:
            colonne = 0
            for case in tete:
                noms.update(dict.fromkeys(range(colonne, colonne + case.colonnes), case.texte))
                colonne += case.colonnes
        for numero, rangee in enumerate(rangees):
            colonne, lignes = 0, list[tuple[str, Case]]()
            for case in rangee:
                if case.texte:
                    lignes.append((noms.get(colonne, ""), case))
                colonne += case.colonnes
            self._fiche(lignes, ROUGE if numero in alertes else _TRAIT)
        self._pdf.ln(2)

    def _fiche(self, lignes: Iterable[tuple[str, Case]], couleur: tuple[int, int, int]) -> None:
        pdf = self._pdf
        self._place(20)  # a card never begins with its first lines at the foot of a sheet
        pdf.set_draw_color(*couleur)
        pdf.set_line_width(0.3)
        pdf.line(pdf.l_margin, pdf.get_y(), pdf.l_margin + pdf.epw, pdf.get_y())
        pdf.ln(0.8)
        for nom, case in lignes:
            if not 0 < len(nom) <= _NOM_MAX:
                self._texte(f"{nom} : {case.texte}" if nom else case.texte, CORPS, gras=case.gras)
                continue
            hauteur = len(self._lignes(self._mots(nom), _NOM_DE_COLONNE - 2, 7.5, gras=False)) * 3.6
            self._place(max(hauteur, CORPS * INTERLIGNE))
            haut, feuillet = pdf.get_y(), pdf.page
            self._police(7.5, DOUX)
            pdf.multi_cell(_NOM_DE_COLONNE - 2, 3.6, self._mots(nom), align="L")
            pdf.set_xy(pdf.l_margin + _NOM_DE_COLONNE, haut)
            self._police(CORPS, OCRE if case.inconnu else ENCRE, gras=case.gras)
            large, texte = pdf.epw - _NOM_DE_COLONNE, self._mots(case.texte)
            pdf.multi_cell(large, CORPS * INTERLIGNE, texte, align="L", new_x="LMARGIN", new_y="NEXT")
            if pdf.page == feuillet:
                pdf.set_y(max(pdf.get_y(), haut + hauteur))
        pdf.ln(1.2)

    # --- the pen -----------------------------------------------------------------------------------------

    def _titre(self, titre: str, niveau: int, couleur: tuple[int, int, int] = BLEU) -> None:
        self._pdf.ln(3 if niveau == 1 else 1.5)
        self._place(22)  # a title never stays alone at the foot of a sheet
        self._texte(titre, 11.5 if niveau == 1 else 10, gras=True, couleur=couleur)
        if niveau == 1:
            pdf = self._pdf
            pdf.set_draw_color(*couleur)
            pdf.set_line_width(0.3)
            pdf.line(pdf.l_margin, pdf.get_y() + 0.4, pdf.l_margin + pdf.epw, pdf.get_y() + 0.4)
            pdf.ln(1.8)

    def _texte(self, texte: str, taille: float, *, gras: bool = False, couleur: tuple[int, int, int] = ENCRE) -> None:
        self._police(taille, couleur, gras=gras)
        self._pdf.multi_cell(0, taille * INTERLIGNE, self._mots(texte), align="L", new_x="LMARGIN", new_y="NEXT")

    def _police(self, taille: float, couleur: tuple[int, int, int], *, gras: bool = False) -> None:
        self._pdf.set_font(POLICE, "B" if gras else "", taille)
        self._pdf.set_text_color(*couleur)

    def _lignes(self, texte: str, largeur: float, taille: float, *, gras: bool) -> list[str]:
        self._police(taille, ENCRE, gras=gras)
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
