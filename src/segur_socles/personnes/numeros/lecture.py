"""Reading a national number: as a field holds it (strict), or as a person types it (tolerant of its groups)."""

from __future__ import annotations

import string
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Final

from segur_socles._core.model import RegleError, invalide
from segur_socles.errors import Constat, Gravite
from segur_socles.personnes.numeros import nir
from segur_socles.personnes.numeros.genres import REGLES, Genre

__all__ = ["Numero", "compacter", "examiner", "grouper", "lire", "verifier"]

_SEPARATEURS: Final = " .-\t\r\n\u00a0\u2009\u202f"
# ASCII letters alone change case: upper() would turn a dotless i or a long s into an ASCII letter.
_SAISIE: Final = str.maketrans(string.ascii_lowercase, string.ascii_uppercase, _SEPARATEURS)


@dataclass(frozen=True, slots=True)
class Numero:
    """A national number that was checked. ``valeur`` has no separator."""

    genre: Genre
    valeur: str

    @property
    def affichage(self) -> str:
        """In groups, for the screen: ``10 003 461 033``. :func:`lire` reads it back."""
        return grouper(self.valeur, REGLES[self.genre].groupes)

    @property
    def explication(self) -> str:
        """What the number is, for the screen; the remarks follow it."""
        regle = REGLES[self.genre]
        remarques = (f" Attention : {r.message} ; {r.remede}." for r in self.remarques)
        return f"{regle.nom} {self.affichage} : {regle.explication}.{''.join(remarques)}"

    @property
    def remarques(self) -> tuple[Constat, ...]:
        """What is odd about it without refusing it: warnings, whatever a field would say of it alone."""
        return tuple(replace(c, gravite=Gravite.AVERTISSEMENT) for c in examiner(self.valeur, self.genre))


def compacter(saisie: str) -> str:
    """Remove the separators that people and screens put in numbers, and put ASCII letters in upper case."""
    return saisie.translate(_SAISIE)


def grouper(valeur: str, groupes: tuple[int, ...]) -> str:
    """Write ``valeur`` in groups of these lengths, separated by spaces."""
    debuts = [sum(groupes[:rang]) for rang in range(len(groupes))]
    return " ".join(filter(None, (valeur[d : d + n] for d, n in zip(debuts, groupes, strict=True))))


def examiner(valeur: str, genre: Genre) -> tuple[Constat, ...]:
    """Give what stands against ``valeur`` as a number of this kind, errors or warnings; never the value."""
    return tuple(_constats(valeur, genre))


def verifier(valeur: str, genre: Genre) -> str:
    """Check the field of a value type; :class:`RegleError` when it is refused."""
    for constat in examiner(valeur, genre):
        if constat.gravite is Gravite.ERREUR:
            raise RegleError(constat.message, regle=constat.regle, remede=constat.remede)
    return valeur


def lire(saisie: str, genre: Genre) -> Numero:
    """Read a number as typed or pasted: grouped, in lower case. Raises :class:`ChampInvalideError`."""
    valeur = compacter(saisie)
    erreurs = tuple(c for c in examiner(valeur, genre) if c.gravite is Gravite.ERREUR)
    if erreurs:
        raise invalide(f"Numéro {REGLES[genre].nom}", erreurs)
    return Numero(genre, valeur)


def _constats(valeur: str, genre: Genre) -> Iterator[Constat]:
    regle = REGLES[genre]
    attendu = f"{regle.nom} : {regle.attendu}"
    if not regle.forme.fullmatch(valeur):
        yield Constat(genre.value, _mal_forme(valeur, genre), attendu, "recopier le numéro sans rien y ajouter")
        return
    if regle.cle is not None and not regle.cle(valeur):
        gravite = Gravite.ERREUR if regle.cle_exigee else Gravite.AVERTISSEMENT
        remede = "vérifier chaque chiffre" + ("" if regle.cle_exigee else " (des numéros de test ont une clé fausse)")
        message = f"la clé de contrôle du numéro {regle.nom} est fausse"
        yield Constat(genre.value, message, f"{regle.nom} : clé de Luhn", remede, gravite)
    if regle.historique:
        message = f"le numéro {regle.nom} n'est plus attribué"
        remede = "demander le numéro RPPS du professionnel"
        yield Constat(genre.value, message, None, remede, Gravite.AVERTISSEMENT)


def _mal_forme(valeur: str, genre: Genre) -> str:
    """Say what the number looks like when it is another one: the usual mistake is the wrong field."""
    nom = REGLES[genre].nom
    if not valeur:
        return f"numéro {nom} vide"
    if nir.COMPLET.fullmatch(valeur):
        return f"ce n'est pas un numéro {nom} : il a la forme d'un matricule INS"
    autres = [regle.nom for regle in REGLES.values() if not regle.historique and regle.forme.fullmatch(valeur)]
    return f"numéro {nom} mal formé" + (f" (il a la forme d'un numéro {' ou '.join(autres)})" if autres else "")
