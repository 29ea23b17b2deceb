"""The narrative of a CDA section (HL7 CDA R2 §4.3.5), read into our own blocks. No text is ever dropped.

An element that the standard does not know counts for the text it holds, and nothing else: what a hostile
sender writes becomes words on the page.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from typing import Final

from lxml import etree

from segur_socles.documents.cda.balises import HL7
from segur_socles.documents.rendu.modele import (
    Bloc,
    Cellule,
    Fragment,
    Liste,
    Media,
    Paragraphe,
    Rangee,
    Style,
    Tableau,
)

__all__ = ["lire_recit"]

_BLANCS: Final = re.compile("[ \t\r\n]+")
_ADRESSE: Final = re.compile(r"(?:https?://|mailto:|tel:)[^\s<>\"'`\\\x00-\x20]{1,2000}", re.IGNORECASE)
_ETENDUE_MAX: Final = 50

_STYLES: Final[Mapping[str, Style]] = {
    "bold": Style.GRAS,
    "italics": Style.ITALIQUE,
    "underline": Style.SOULIGNE,
    "emphasis": Style.ITALIQUE,
}
_EN_LIGNE: Final[Mapping[str, Style]] = {"sub": Style.INDICE, "sup": Style.EXPOSANT}


def lire_recit(noeud: etree._Element | None, medias: Mapping[str, Media]) -> tuple[Bloc, ...]:
    """Read the ``text`` of a section; ``medias`` are the files its ``renderMultiMedia`` point at, by ID."""
    if noeud is None:
        return ()
    lecteur = _Lecteur(medias)
    lecteur.contenu(noeud, Style.AUCUN)
    return lecteur.finir()


class _Lecteur:
    """Gathers runs into paragraphs, and closes the paragraph at hand when a block begins."""

    def __init__(self, medias: Mapping[str, Media]) -> None:
        self._medias = medias
        self._blocs: list[Bloc] = []
        self._fragments: list[Fragment] = []

    def finir(self) -> tuple[Bloc, ...]:
        self.clore()
        return tuple(self._blocs)

    def clore(self, *, legende: bool = False) -> None:
        fragments = _sans_bords(self._fragments)
        self._fragments = []
        if fragments:
            self._blocs.append(Paragraphe(fragments, legende))

    def contenu(self, noeud: etree._Element, style: Style, lien: str | None = None) -> None:
        self._texte(noeud.text, style, lien)
        for enfant in noeud:
            if not callable(enfant.tag):  # lxml gives comments and instructions a function as their tag
                self._element(enfant, style, lien)
            self._texte(enfant.tail, style, lien)

    def _texte(self, texte: str | None, style: Style, lien: str | None) -> None:
        if not texte:
            return
        texte = _BLANCS.sub(" ", texte)
        precedent = self._fragments[-1].texte if self._fragments else "\n"
        if precedent.endswith((" ", "\n")):
            texte = texte.lstrip(" ")
        if texte:
            self._fragments.append(Fragment(texte, style, lien))

    def _element(self, noeud: etree._Element, style: Style, lien: str | None) -> None:
        nom = _nom(noeud)
        if bloc := _BLOCS.get(nom):
            self.clore()
            bloc(self, noeud, style)
        elif nom in _HORS_TABLEAU:
            self.clore()
            self.contenu(noeud, style | _style(noeud, nom))
            self.clore()
        elif nom == "br":
            self._fragments.append(Fragment("\n"))
            self.contenu(noeud, style, lien)
        elif nom == "linkHtml":
            adresse = (noeud.get("href") or "").strip()
            self.contenu(noeud, style, adresse if _ADRESSE.fullmatch(adresse) else None)
        elif nom == "renderMultiMedia":
            absent = Media("", None)
            for ref in (noeud.get("referencedObject") or "").split():
                self._fragments.append(Fragment("", style, media=self._medias.get(ref, absent)))
            self.contenu(noeud, style)
        else:
            self.contenu(noeud, style | _style(noeud, nom), lien)

    def paragraphe(self, noeud: etree._Element, style: Style) -> None:
        self.contenu(noeud, style | _style(noeud, "paragraph"))
        self.clore()

    def legende(self, noeud: etree._Element, style: Style) -> None:
        self.contenu(noeud, style)
        self.clore(legende=True)

    def liste(self, noeud: etree._Element, style: Style) -> None:
        items = []
        self._texte(noeud.text, style, None)
        for enfant in noeud:
            nom = _nom(enfant)
            if nom == "item":
                items.append(self._dedans(enfant, style))
            elif nom:
                self._element(enfant, style, None)
            self._texte(enfant.tail, style, None)
        self.clore()
        if items:
            self._blocs.append(Liste(tuple(items), ordonnee=noeud.get("listType") == "ordered"))

    def tableau(self, noeud: etree._Element, style: Style) -> None:
        legende: list[str] = []
        rangees: dict[bool, list[Rangee]] = {True: [], False: []}
        self._texte(noeud.text, style, None)
        for enfant in noeud:
            nom = _nom(enfant)
            if nom in ("tr", "thead", "tbody", "tfoot"):
                rangees[nom == "thead"] += self._rangees(enfant, style)
            elif nom:
                dedans = self._dedans(enfant, style)
                legende += [bloc.texte for bloc in dedans if isinstance(bloc, Paragraphe)]
                self._blocs += [bloc for bloc in dedans if not isinstance(bloc, Paragraphe)]
            self._texte(enfant.tail, style, None)
        self.clore()
        self._blocs.append(Tableau(tuple(rangees[True]), tuple(rangees[False]), " ".join(legende) or None))

    def _rangees(self, noeud: etree._Element, style: Style) -> Iterator[Rangee]:
        """Read the rows of a part of a table; what stands there outside any row makes one of its own."""
        nom = _nom(noeud)
        if nom == "tr":
            yield self._rangee(noeud, style, entete=False)
            return
        for part in _parts(noeud):
            if isinstance(part, str):
                yield Rangee((Cellule(_en_bloc(part, style)),))
            elif _nom(part) == "tr":
                yield self._rangee(part, style, entete=nom == "thead")
            else:
                yield Rangee((Cellule(self._dedans(part, style)),))

    def _rangee(self, noeud: etree._Element, style: Style, *, entete: bool) -> Rangee:
        style |= _style(noeud, "tr")
        cellules = tuple(
            Cellule(_en_bloc(c, style))
            if isinstance(c, str)
            else Cellule(
                self._dedans(c, style | _style(c, "td")),
                entete=_nom(c) == "th",
                colonnes=_etendue(c, "colspan"),
                rangees=_etendue(c, "rowspan"),
            )
            for c in _parts(noeud)
        )
        return Rangee(cellules, alerte=not entete and _toute_en_gras(cellules))

    def _dedans(self, noeud: etree._Element, style: Style) -> tuple[Bloc, ...]:
        return _lire_dedans(noeud, self._medias, style)


_HORS_TABLEAU: Final = frozenset({"item", "tbody", "td", "tfoot", "th", "thead", "tr"})
"""Parts of a table or of a list, met outside one: without a break, the words of two cells would become one."""

_BLOCS: Final[Mapping[str, Callable[[_Lecteur, etree._Element, Style], None]]] = {
    "paragraph": _Lecteur.paragraphe,
    "list": _Lecteur.liste,
    "table": _Lecteur.tableau,
    "caption": _Lecteur.legende,
}


def _lire_dedans(noeud: etree._Element, medias: Mapping[str, Media], style: Style) -> tuple[Bloc, ...]:
    lecteur = _Lecteur(medias)
    lecteur.contenu(noeud, style)
    return lecteur.finir()


def _parts(noeud: etree._Element) -> Iterator[etree._Element | str]:
    """Give the elements of a table or of a row, and the words that strayed between them."""
    if (noeud.text or "").strip():
        yield noeud.text or ""
    for enfant in noeud:
        if not callable(enfant.tag):
            yield enfant
        if (enfant.tail or "").strip():
            yield enfant.tail or ""


def _en_bloc(texte: str, style: Style) -> tuple[Bloc, ...]:
    return (Paragraphe((Fragment(" ".join(texte.split()), style),)),)


def _nom(noeud: etree._Element) -> str:
    if callable(noeud.tag):
        return ""
    nom = etree.QName(noeud)
    return nom.localname if nom.namespace == HL7 else "?"


def _style(noeud: etree._Element, nom: str) -> Style:
    style = _EN_LIGNE.get(nom, Style.AUCUN)
    for code in (noeud.get("styleCode") or "").split():
        style |= _STYLES.get(code.lower(), Style.AUCUN)
    # A deleted text that looked like any other could be taken for true.
    return style | Style.BARRE if noeud.get("revised") == "delete" else style


def _etendue(cellule: etree._Element, attribut: str) -> int:
    lu = cellule.get(attribut, "1")
    return min(max(int(lu), 1), _ETENDUE_MAX) if re.fullmatch("[0-9]{1,4}", lu) else 1


_CELLULES_D_UNE_ALERTE: Final = 2


def _toute_en_gras(cellules: tuple[Cellule, ...]) -> bool:
    pleines = [c for c in cellules if c.texte.strip() and not c.entete]
    return len(pleines) >= _CELLULES_D_UNE_ALERTE and all(
        Style.GRAS in f.style for c in pleines for f in c.fragments if f.texte.strip()
    )


def _sans_bords(fragments: list[Fragment]) -> tuple[Fragment, ...]:
    """Leave out the blanks and breaks at both ends, and the blanks before a break."""
    suite: list[Fragment] = []
    for fragment in fragments:
        if fragment.texte == "\n" and suite and suite[-1].texte.endswith(" "):
            suite[-1] = _rogner(suite[-1])
        if suite or fragment.media or fragment.texte.strip(" \n"):
            suite.append(fragment)
    while suite and not suite[-1].media and not suite[-1].texte.strip(" \n"):
        suite.pop()
    if suite:
        suite[-1] = _rogner(suite[-1])
    return tuple(suite)


def _rogner(fragment: Fragment) -> Fragment:
    return Fragment(fragment.texte.rstrip(" \n"), fragment.style, fragment.lien, fragment.media)
