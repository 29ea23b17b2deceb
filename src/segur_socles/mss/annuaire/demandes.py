"""What is asked of the directory: a search checked before anything leaves, and written as an address."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from typing import Final
from urllib.parse import quote, quote_plus, urlencode

from segur_socles._core.model import invalide
from segur_socles.errors import ChampInvalideError, Constat
from segur_socles.personnes.adresses_mss import est_adresse_mss, est_citoyenne
from segur_socles.personnes.numeros.genres import Genre
from segur_socles.personnes.numeros.idnat import PS_IDNAT, STRUCT_IDNAT

__all__ = [
    "PORTEURS_DE_BOITE",
    "Demande",
    "commence_par",
    "par_adresse",
    "par_finess",
    "par_nom_de_famille",
    "par_nom_de_structure",
    "par_rpps",
]

FINESS: Final = "https://finess.esante.gouv.fr"
"""System of FINESS numbers, v2 of the API (certain)."""

PORTEURS_DE_BOITE: Final = ("Practitioner", "PractitionerRole", "Organization")
"""Resources that may carry a mailbox (certain)."""

_CODE_POSTAL: Final = re.compile(r"[0-9]{2,5}", re.ASCII)
_NOM_MIN: Final = 2
_NOM_MAX: Final = 100


@dataclass(frozen=True, slots=True, repr=False)
class Demande:
    """One search. ``criteres`` are parameters in order; ``termes`` what names someone, never to be repeated."""

    ressource: str
    criteres: tuple[tuple[str, str], ...]
    termes: tuple[str, ...]

    def url(self, base: str, taille: int) -> str:
        """Write the address of the first page, of ``taille`` resources."""
        return f"{base}/{self.ressource}?{urlencode((*self.criteres, ('_count', str(taille))))}"

    @property
    def cites(self) -> tuple[str, ...]:
        """The terms, in every form in which a server may quote them."""
        return tuple({forme for t in self.termes for forme in (t, quote(t), quote_plus(t), _sans_accent(t))})


def par_rpps(rpps: str) -> Demande:
    """Search a professional and all his or her situations. ``rpps``: 11 digits, or PS_IdNat (``8`` + RPPS)."""
    numero = PS_IDNAT.numero(rpps, Genre.RPPS).valeur
    criteres = (("identifier", numero), ("_revinclude", "PractitionerRole:practitioner"))
    return Demande("Practitioner", criteres, (numero,))


def par_finess(finess: str) -> Demande:
    """Search a structure. ``finess``: 9 characters, geographic or legal, or Struct_IdNat (``1`` + FINESS)."""
    numero = STRUCT_IDNAT.numero(finess, Genre.FINESS).valeur
    return Demande("Organization", (("identifier", f"{FINESS}|{numero}"),), (numero,))


def par_nom_de_famille(nom: str) -> Demande:
    """Search professionals in activity whose name of exercise begins with ``nom``."""
    nom = _nom(nom)
    return Demande("Practitioner", (("family", _echapper(nom)), ("active", "true")), (nom,))


def par_nom_de_structure(nom: str, *, contient: bool, code_postal: str | None) -> Demande:
    """Search open structures whose name begins with ``nom``, or holds it.

    ``code_postal`` is checked here and compared by the caller: two text criteria at once take the service 30
    seconds (issue 331 of its documentation, certain).
    """
    nom = _nom(nom)
    if code_postal is not None and not _CODE_POSTAL.fullmatch(code_postal):
        remede = "donner de 2 à 5 chiffres : le code, ou son début"
        raise _refus("code_postal", "code postal mal formé", "code postal", remede)
    critere = "name:contains" if contient else "name"
    return Demande("Organization", ((critere, _echapper(nom)), ("active", "true")), (nom,))


def par_adresse(adresse: str) -> tuple[Demande, ...]:
    """Search who carries a mailbox: one search for each kind of resource.

    A citizen's address is refused: it holds a matricule, and no citizen is in the directory.
    """
    adresse = adresse.strip()
    if est_citoyenne(adresse):
        remede = (
            "ne vérifier que les boîtes de professionnels ; celle d'un usager se construit depuis son INS qualifiée"
        )
        raise _refus("adresse", "adresse d'un usager", "l'annuaire ne contient aucun usager", remede)
    if not est_adresse_mss(adresse):
        remede = "écrire une adresse de l'espace de confiance, par exemple …@….mssante.fr"
        raise _refus("adresse", "ce n'est pas une adresse MSSanté", "domaines de l'espace MSSanté", remede)
    # A comma means "or". The exact search minds the case; the directory is nearly always in lower case.
    valeur = ",".join(dict.fromkeys((_echapper(adresse), _echapper(adresse.lower()))))
    return tuple(Demande(r, (("mailbox-mss:exact", valeur),), (adresse,)) for r in PORTEURS_DE_BOITE)


def commence_par(texte: str, debut: str) -> bool:
    """Compare as the service does: case and accents do not count."""
    return _sans_accent(texte).casefold().startswith(_sans_accent(debut).casefold())


def _nom(nom: str) -> str:
    nom = " ".join(nom.split())
    if not _NOM_MIN <= len(nom) <= _NOM_MAX or not nom.isprintable():
        remede = f"donner de {_NOM_MIN} à {_NOM_MAX} caractères : le nom, ou son début"
        raise _refus("nom", "nom trop court, trop long ou illisible", "recherche par nom", remede)
    return nom


def _echapper(valeur: str) -> str:
    """Escape the signs that FHIR gives a meaning to in a value (FHIR R4, search, certain)."""
    return re.sub(r"([\\,$|])", r"\\\1", valeur)


def _sans_accent(texte: str) -> str:
    return "".join(c for c in unicodedata.normalize("NFKD", texte) if not unicodedata.combining(c))


def _refus(champ: str, message: str, regle: str, remede: str) -> ChampInvalideError:
    return invalide("Recherche dans l'annuaire", (Constat(champ, message, regle, remede),))
