"""What a scanner typed, as an INS to be confirmed: its known faults are repaired and told, nothing is guessed.

Blocks are read one after the other, by their length or up to their separator, in whatever order they come.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final, TypeVar

from segur_socles._core.model import invalide
from segur_socles.errors import ChampInvalideError, Constat, Gravite
from segur_socles.personnes.datamatrix.blocs import BLOCS, EN_TETE, FORMAT, GS, Bloc
from segur_socles.personnes.datamatrix.scannee import InsScannee
from segur_socles.personnes.matricule import MatriculeIns
from segur_socles.personnes.traits import TraitsIdentite

__all__ = ["lire_ins_scannee"]

_T = TypeVar("_T")

_TAILLE_MAX: Final = 1_000
"""Three times the longest text of the format."""

_LECTEUR: Final = "lecteur"
_LIEU: Final = "S7"
_LUNAIRE: Final = re.compile(r"(?:00-[0-9]{2}|[0-9]{2}-00)-[0-9]{4}")
_REGLER_LE_LECTEUR: Final = "régler le lecteur pour qu'il envoie le contenu tel quel, caractère GS (ASCII 29) compris"


def lire_ins_scannee(texte: str | bytes | bytearray) -> InsScannee:
    """Read what the scanner typed, the bytes it sent on its serial port, or :attr:`DatamatrixIns.texte`.

    Repaired, each with a warning among ``constats``: blanks and separators around, symbology prefix (``]d1``),
    lower case, separators lost or sent as another control character, as a text (``<GS>``) or as a space, names with
    diacritics. A lost separator loses nothing: names hold no digit, so that the next block shows.

    Raises :class:`ChampInvalideError` for all the rest, with every finding and no value: another code (a 2D-Doc),
    another version, a keyboard layout that is not the computer's, a block unknown, twice or missing, a key or a trait
    that breaks its own rule.
    """
    if isinstance(texte, bytes | bytearray):
        texte = _texte(texte)
    if len(texte) > _TAILLE_MAX:
        raise _refus(Constat(_LECTEUR, "contenu trop long pour un datamatrix INS", FORMAT, _SCANNER_LE_BON))
    reparations: list[Constat] = []
    for reparation in _REPARATIONS:
        repare = reparation.motif.sub(reparation.ecrire, texte)
        if repare != texte:
            reparations.append(_averti(_LECTEUR, reparation.message))
        texte = repare
    for motif, message, remede in _AUTRES_ENTETES:
        if motif.match(texte):
            raise _refus(Constat(_LECTEUR, message, FORMAT, remede))
    valeurs = _decouper(texte[len(EN_TETE) :], reparations)
    return _juger(valeurs, reparations)


def _texte(octets: bytes | bytearray) -> str:
    """Read bytes as UTF-8, of which the ASCII of the format is a part; guessing another encoding could make a name."""
    try:
        return octets.decode()
    except UnicodeDecodeError:
        pass
    raise _refus(Constat(_LECTEUR, "octets qui ne sont pas un texte UTF-8", FORMAT, _REGLER_LE_LECTEUR))


@dataclass(frozen=True, slots=True)
class _Reparation:
    motif: re.Pattern[str]
    ecrire: str | Callable[[re.Match[str]], str]
    message: str


def _reparation(motif: str, ecrire: str | Callable[[re.Match[str]], str], message: str) -> _Reparation:
    return _Reparation(re.compile(motif, re.IGNORECASE | re.ASCII), ecrire, message)


_REPARATIONS: Final = (
    _reparation(r"\A[\x00-\x20]+|[\x00-\x20]+\Z", "", "blancs ou caractères de contrôle ajoutés autour du contenu"),
    _reparation(r"\A\]d[0-9]", "", "préfixe de symbologie ajouté devant le contenu"),
    # None of these characters has a place in a value.
    _reparation(
        r"[<\[{]GS[>\]}]|\\x1D|\\u001D|\^\]|[\x1c\x1e\x1f\u241d]", GS, "séparateurs remplacés par un autre signe"
    ),
    _reparation(r" +(?=S[0-9])", GS, "séparateurs remplacés par un espace"),
    _reparation(rf"{GS}+\Z", "", "séparateur ajouté à la fin"),
    _Reparation(re.compile(r"[a-z]+"), lambda trouve: trouve[0].upper(), "contenu en minuscules, lu en majuscules"),
)

_SCANNER_LE_BON: Final = f"scanner le code légendé « INS à scanner », et {_REGLER_LE_LECTEUR}"

# Letters that a layout swaps cannot be told from a name: the header tells the layout, and the scan is refused.
_AUTRES_ENTETES: Final = (
    (re.compile(r"\Z"), "rien n'a été lu", "scanner de nouveau"),
    (
        re.compile(r"IS(?:à&|\)!)"),
        "le lecteur n'a pas la disposition de clavier du poste (AZERTY, QWERTY)",
        "régler le lecteur sur la disposition de clavier du poste, puis scanner de nouveau",
    ),
    (re.compile(r"DC"), "ce code est un 2D-Doc, pas un datamatrix INS", _SCANNER_LE_BON),
    (re.compile(r"IS(?!01)[0-9]{2}"), "version du format inconnue", "mettre à jour le logiciel"),
    (re.compile(rf"(?!{EN_TETE})"), "ce code n'est pas un datamatrix INS", _SCANNER_LE_BON),
)


def _decouper(texte: str, reparations: list[Constat]) -> dict[str, str]:
    """Cut the blocks, the header gone; repairs made on the way are added to ``reparations``."""
    valeurs: dict[str, str] = {}
    while texte:
        code = texte[:2]
        bloc = BLOCS.get(code)
        if bloc is None:
            message = "un bloc inconnu suit ceux qui ont été lus"
            raise _refus(Constat(_LECTEUR, message, FORMAT, _REGLER_LE_LECTEUR))
        if code in valeurs:
            raise _refus(Constat(code, f"{bloc.libelle} : présent deux fois", FORMAT, "scanner de nouveau"))
        valeur = _valeur(bloc, texte[2:])
        reste = texte[2 + len(valeur) :]
        texte = reste.lstrip(GS)
        # Separators in excess (or lacking, if negative); after the last block, none is needed.
        ecart = len(reste) - len(texte) - (0 if bloc.ferme(valeur) or not texte else 1)
        if not valeur or (ecart < 0 and valeur[-1] in "'-"):
            # What looks like the end of a name may be what stands for the separator.
            message = f"{bloc.libelle} : longueur ou caractères refusés"
            raise _refus(Constat(code, message, FORMAT, f"scanner de nouveau, ou {_REGLER_LE_LECTEUR}"))
        valeurs[code] = valeur
        if ecart:
            defaut = "perdu" if ecart < 0 else "ajouté"
            reparations.append(_averti(code, f"{bloc.libelle} : séparateur {defaut} après ce bloc"))
    return valeurs


def _valeur(bloc: Bloc, texte: str) -> str:
    """Value at the start of ``texte``, up to its separator, the next block or the end; ``""`` if there is none."""
    trouve = re.match(rf"{bloc.signes}{{{bloc.minimum},{bloc.maximum}}}?(?={GS}|S[0-9]|\Z)", texte)
    return trouve[0] if trouve else ""


def _juger(valeurs: dict[str, str], reparations: list[Constat]) -> InsScannee:
    constats = [
        Constat(code, f"{bloc.libelle} : absent", FORMAT, "scanner de nouveau, ou saisir les traits à la main")
        for code, bloc in BLOCS.items()
        if code not in valeurs and code != _LIEU
    ]
    if constats:
        raise _refus(*constats)
    lunaire = bool(_LUNAIRE.fullmatch(valeurs["S6"]))
    if lunaire:
        message = "jour ou mois à zéro : date qui n'est pas du calendrier, gardée telle quelle"
        reparations.append(_averti("S6", message))
    donnees = {
        "nom_naissance": valeurs["S4"],
        "prenoms": valeurs["S3"].split(),
        "sexe": valeurs["S5"],
        "date_naissance": "-".join(reversed(valeurs["S6"].split("-"))),
        "date_lunaire": lunaire,
        "lieu_naissance": valeurs.get(_LIEU),
    }
    matricule = _essayer("matricule", lambda: MatriculeIns.lire(valeurs["S1"], valeurs["S2"]), constats)
    traits = _essayer("traits", lambda: TraitsIdentite.model_validate(donnees), constats)
    if matricule is None or traits is None:
        raise _refus(*constats)
    normalises = {"S3": traits.liste_prenoms, "S4": traits.nom_naissance}
    reparations += (
        _averti(code, f"{BLOCS[code].libelle} : réécrits en lettres capitales sans accent")
        for code, normalise in normalises.items()
        if normalise != valeurs[code]
    )
    return InsScannee(traits, matricule, tuple(reparations))


def _essayer(prefixe: str, faire: Callable[[], _T], constats: list[Constat]) -> _T | None:
    try:
        return faire()
    except ChampInvalideError as error:
        constats += (Constat(f"{prefixe}.{c.champ}", c.message, c.regle, c.remede) for c in error.constats)
        return None


def _averti(champ: str, message: str) -> Constat:
    return Constat(champ, message, FORMAT, _REGLER_LE_LECTEUR, Gravite.AVERTISSEMENT)


def _refus(*constats: Constat) -> ChampInvalideError:
    return invalide("Datamatrix INS", constats)
