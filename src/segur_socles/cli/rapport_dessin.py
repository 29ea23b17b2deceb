"""The picture of the journey: seven places, what was played at each, and the doctor who comes back to the DMP.

Drawn as SVG, across for a screen and down for a phone. Colours belong to the style sheet.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Final

from segur_socles.cli.balisage import Html, balise, suite
from segur_socles.cli.recit import EtapeJouee, Lieu

__all__ = ["dessin"]


@dataclass(frozen=True, slots=True)
class _Enseigne:
    """How a place is shown: its name in one or two lines, what it does, and its icon, a path in a square of 24."""

    nom: tuple[str, ...]
    role: str
    icone: str


_ENSEIGNES: Final = {
    Lieu.STRUCTURE: _Enseigne(
        ("La structure",), "écrit le document", "M3 11.5 12 4l9 7.5M5.5 9.8V20h13V9.8M10 20v-5.5h4V20"
    ),
    Lieu.PSC: _Enseigne(
        ("Pro Santé", "Connect"),
        "dit qui agit",
        "M12.3 8.6a4.4 4.4 0 1 1-8.8 0 4.4 4.4 0 0 1 8.8 0M11 11.7l8.5 8.3M16.2 16.8l2.2-2.2M7.9 8.6v.1",
    ),
    Lieu.INSI: _Enseigne(
        ("INSi",),
        "donne l'identité",
        "M3 5.5h18v13H3zM10.3 10a1.9 1.9 0 1 1-3.8 0 1.9 1.9 0 0 1 3.8 0M5.2 15.6c.5-1.7 1.7-2.4 3.2-2.4s2.7.7 3.2 2.4"
        "M14.5 10h4M14.5 14h4",
    ),
    Lieu.DMP: _Enseigne(
        ("DMP",),
        "le garde",
        "M3 6.8a1 1 0 0 1 1-1h5.2l2.2 2.6H20a1 1 0 0 1 1 1v8.8a1 1 0 0 1-1 1H4a1 1 0 0 1-1-1zM12 11v5M9.5 13.5h5",
    ),
    Lieu.ANNUAIRE: _Enseigne(
        ("Annuaire", "Santé"),
        "donne l'adresse",
        "M5 18.4V5.6A1.6 1.6 0 0 1 6.6 4H19v12.8H6.6a1.6 1.6 0 0 0 0 3.2H19v-3.2M9 8h6.5M9 11.5h6.5",
    ),
    Lieu.MSS: _Enseigne(("MSSanté",), "le transmet", "M3 6h18v12.5H3zM3.4 6.6 12 13.2l8.6-6.6"),
    Lieu.URGENCES: _Enseigne(("Les urgences",), "le lisent", "M2.5 13h4.2l2.1-5 3.8 9.5 2.6-7 1.2 2.5h5.1"),
}
_RAYON: Final = 30
_ECART: Final = 7  # between a circle and an arrow
_NOTE: Final = "le document est lu dans le DMP"
_NON_JOUE: Final = "non joué"
_NON_ABOUTI: Final = "n'a pas abouti"
_ECHEC: Final = "contrôle en échec"
_PAS: Final = 128
_PAS_DEBOUT: Final = 88


@dataclass(frozen=True, slots=True)
class _Plan:
    """One of the two layouts. ``sens`` is the direction of the journey, ``detour`` the one of the way back.

    ``note`` is where the way back is told, if there is room.
    """

    classe: str
    largeur: int
    hauteur: int
    depart: tuple[int, int]
    pas: int
    sens: tuple[int, int]
    detour: tuple[int, int]
    note: tuple[int, int] | None = None

    def centre(self, rang: int) -> tuple[int, int]:
        return self.depart[0] + self.sens[0] * self.pas * rang, self.depart[1] + self.sens[1] * self.pas * rang


_COUCHE: Final = _Plan("couche", 896, 196, (64, 92), _PAS, (1, 0), (0, -1), (640, 38))
_DEBOUT: Final = _Plan("debout", 320, 8 + _PAS_DEBOUT * len(Lieu), (88, 48), _PAS_DEBOUT, (0, 1), (-1, 0))


def dessin(etapes: Sequence[EtapeJouee]) -> Html:
    """Draw the journey twice, across and down; the style sheet shows the one that fits.

    A place that no step reached, or where one came to nothing, is dashed and says so; so does one where a check failed.
    """
    resume = "Trajet du document : " + ", puis ".join([_en_mots(lieu, etapes) for lieu in Lieu]) + "."
    return suite(*[_svg(plan, etapes, resume) for plan in (_COUCHE, _DEBOUT)])


def _en_mots(lieu: Lieu, etapes: Sequence[EtapeJouee]) -> str:
    ici = [e for e in etapes if e.lieu is lieu]
    numeros = " et ".join([str(e.numero) for e in ici])
    quand = f"étape{'s' if len(ici) > 1 else ''} {numeros}" if ici else _NON_JOUE
    inabouti = f", {_NON_ABOUTI}" if not all(e.aboutie for e in ici) else ""
    echec = f", {_ECHEC}" if any(e.echecs for e in ici) else ""
    return f"{' '.join(_ENSEIGNES[lieu].nom)} ({quand}{inabouti}{echec})"


def _svg(plan: _Plan, etapes: Sequence[EtapeJouee], resume: str) -> Html:
    joues = {e.lieu for e in etapes if e.aboutie}
    lieux = list(enumerate(Lieu))
    marge = _RAYON + _ECART
    traits = [
        _trait(_lien(plan, avant, apres, marge), joue={lieu, suivant} <= joues)
        for (avant, lieu), (apres, suivant) in pairwise(lieux)
    ]
    rangs = {lieu: rang for rang, lieu in lieux}
    retour = _retour(plan, rangs[Lieu.URGENCES], rangs[Lieu.DMP], marge)
    relu = {Lieu.DMP, Lieu.URGENCES} <= joues
    return balise(
        "svg",
        *traits,
        _trait(retour, joue=relu, classe="retour"),
        balise("text", _NOTE, x=plan.note[0], y=plan.note[1], class_="note") if relu and plan.note else "",
        *[_halte(plan, rang, lieu, [e for e in etapes if e.lieu is lieu]) for rang, lieu in lieux],
        class_=f"trajet {plan.classe}",
        viewBox=f"0 0 {plan.largeur} {plan.hauteur}",
        role="img",
        aria_label=resume,
    )


def _trait(chemin: str, *, joue: bool, classe: str = "lien") -> Html:
    return balise("path", d=chemin, class_=classe if joue else f"{classe} absent")


def _lien(plan: _Plan, avant: int, apres: int, marge: int) -> str:
    (x1, y1), (x2, y2), (dx, dy) = plan.centre(avant), plan.centre(apres), plan.sens
    x2, y2 = x2 - dx * marge, y2 - dy * marge
    return f"M{x1 + dx * marge} {y1 + dy * marge}L{x2} {y2}{_pointe(x2, y2, (dx, dy))}"


def _retour(plan: _Plan, avant: int, apres: int, marge: int) -> str:
    """Leave the circle sideways, come back to the other one the same way."""
    (x1, y1), (x2, y2), (dx, dy) = plan.centre(avant), plan.centre(apres), plan.detour
    loin = marge + 52
    x3, y3 = x2 + dx * marge, y2 + dy * marge
    return (
        f"M{x1 + dx * marge} {y1 + dy * marge}"
        f"C{x1 + dx * loin} {y1 + dy * loin} {x2 + dx * loin} {y2 + dy * loin} {x3} {y3}{_pointe(x3, y3, (-dx, -dy))}"
    )


def _pointe(x: int, y: int, sens: tuple[int, int]) -> str:
    """Draw the head of an arrow that arrives at a point."""
    dx, dy = sens
    ailes = [(x - 8 * dx - 5 * dy * cote, y - 8 * dy - 5 * dx * cote) for cote in (1, -1)]
    return f"M{ailes[0][0]} {ailes[0][1]}L{x} {y}L{ailes[1][0]} {ailes[1][1]}"


def _halte(plan: _Plan, rang: int, lieu: Lieu, etapes: Sequence[EtapeJouee]) -> Html:
    x, y = plan.centre(rang)
    enseigne = _ENSEIGNES[lieu]
    etat, role = "joue", enseigne.role
    if not etapes:
        etat, role = "absent", _NON_JOUE
    elif not all(e.aboutie for e in etapes):
        etat, role = "absent", _NON_ABOUTI
    elif any(e.echecs for e in etapes):
        etat, role = "echec", _ECHEC
    icone = balise("path", d=enseigne.icone, class_="icone", transform=f"translate({x - 18} {y - 18}) scale(1.5)")
    return balise(
        "g",
        balise("circle", cx=x, cy=y, r=_RAYON),
        icone,
        *_pastille(x + 23, y - 24, [str(e.numero) for e in etapes]),
        *_legende(plan, x, y, enseigne.nom, role),
        class_=f"halte {etat}",
    )


def _pastille(x: int, y: int, numeros: Sequence[str]) -> tuple[Html, ...]:
    """Write the numbers of the steps in a small badge."""
    if not numeros:
        return ()
    texte = "·".join(numeros)
    largeur = 13 + 9 * len(texte)
    cadre = balise("rect", x=x - 11, y=y - 11, width=largeur, height=22, rx=11)
    return cadre, balise("text", texte, x=x - 11 + largeur / 2, y=y + 4.5, class_="numero")


def _legende(plan: _Plan, x: int, y: int, nom: tuple[str, ...], role: str) -> list[Html]:
    """Write name and role under the circle, or at its right."""
    if plan is _DEBOUT:
        x, y, lignes = x + 62, y - 2, [(" ".join(nom), "nom"), (role, "role")]
    else:
        y, lignes = y + _RAYON + 24, [*[(ligne, "nom") for ligne in nom], (role, "role")]
    return [balise("text", ligne, x=x, y=y + 18 * rang, class_=classe) for rang, (ligne, classe) in enumerate(lignes)]
