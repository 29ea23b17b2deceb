"""The narrative: what a reader sees. Every line and every cell has an ID that entries point at."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from segur_socles._core.ids import Ids
from segur_socles._core.xml import text
from segur_socles.documents.cda.balises import el
from segur_socles.documents.editions import EditionDocument
from segur_socles.documents.entete import Entete

__all__ = ["Atelier", "Ligne", "paragraphe", "tableau"]


class Atelier:
    """What the sections of one document share: its edition, its header, fresh identifiers, anchors used once."""

    def __init__(self, ids: Ids, edition: EditionDocument, entete: Entete) -> None:
        self.edition = edition
        self.entete = entete
        self._ids = ids
        self._rangs: dict[str, int] = {}

    def id(self) -> str:
        """Write an ``id`` element holding a new UUID, in upper case as the CI-SIS advises."""
        return f'<id root="{str(self._ids.uuid()).upper()}"></id>'

    def ancre(self, prefixe: str) -> str:
        """Return a narrative ID that the document does not hold yet."""
        rang = self._rangs[prefixe] = self._rangs.get(prefixe, 0) + 1
        return f"{prefixe}-{rang}"

    def heure(self, moment: datetime) -> str:
        """Say an instant as people read it: on the clock it was given on, or the document's for one given in UTC.

        A clock that is not the document's, and UTC, which hangs on no wall, are named: an intake of an anticoagulant
        read two hours off is another intake.
        """
        horloge = self.entete.date_creation.tzinfo
        local = moment if moment.utcoffset() else moment.astimezone(horloge)
        memes = local.utcoffset() == local.astimezone(horloge).utcoffset() != timedelta(0)
        return f"{local:%d/%m/%Y} à {local:%H:%M}" + ("" if memes else f" ({_zone(local)})")


def _zone(local: datetime) -> str:
    ecart = f"{local:%z}"
    return f"UTC{ecart[:3]}:{ecart[3:5]}" if local.utcoffset() else "UTC"


@dataclass(frozen=True, slots=True)
class Ligne:
    """A row: its anchor, and one text for each column key; ``alerte`` makes it stand out.

    ``media`` is a column key and the ID of the ``observationMedia`` shown in that cell.
    """

    ancre: str
    cellules: Mapping[str, str | None]
    alerte: bool = False
    media: tuple[str, str] | None = None

    def cellule(self, cle: str) -> str:
        """Return the ID of one cell."""
        return f"{self.ancre}-{cle}"


def tableau(colonnes: Mapping[str, str], lignes: Sequence[Ligne]) -> str:
    """Write a table; a column that no row fills is left out."""
    utiles = {cle: titre for cle, titre in colonnes.items() if any(ligne.cellules.get(cle) for ligne in lignes)}
    tete = el("thead", el("tr", "".join([el("th", text(titre)) for titre in utiles.values()])))
    corps = el("tbody", "".join([_ligne(ligne, utiles) for ligne in lignes]))
    return el("table", tete + corps, border="1")


def _ligne(ligne: Ligne, cles: Iterable[str]) -> str:
    return el("tr", "".join([_cellule(ligne, cle) for cle in cles]), ID=ligne.ancre)


def _cellule(ligne: Ligne, cle: str) -> str:
    contenu = _lignes(ligne.cellules.get(cle) or "")
    if ligne.alerte and contenu:
        contenu = el("content", contenu, styleCode="Bold")
    if ligne.media and ligne.media[0] == cle:
        contenu += el("renderMultiMedia", referencedObject=ligne.media[1])
    return f'<td ID="{ligne.cellule(cle)}">{contenu}</td>'


def paragraphe(ancre: str, phrase: str) -> str:
    """Write a sentence under its anchor; line feeds become breaks."""
    return el("paragraph", el("content", _lignes(phrase), ID=ancre))


def _lignes(texte: str) -> str:
    # XML readers run lines together: a line feed that was typed becomes a break.
    return "<br></br>".join([text(ligne) for ligne in texte.splitlines()])
