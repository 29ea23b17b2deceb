"""Finding a person by traits, as INSi does: what is asked must be well written, then match."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Final

from lxml import etree

from segur_socles.sandbox.donnees import Issue, PersonneInsi
from segur_socles.sandbox.insi.fautes import RefusInsi

__all__ = ["Demande", "Trouvaille", "chercher", "lire_demande"]

NS_DEMANDE: Final = "http://www.cnamts.fr/INSiRecSans"
RACINE: Final = f"{{{NS_DEMANDE}}}RECSANSVITALE"
_ORDRE: Final = ("NomNaissance", "Prenom", "Sexe", "DateNaissance", "LieuNaissance")

# What a name may not hold (SEL-MP-043 §3.4.1, probable), told the other way round from what a client checks.
_FAUTIF: Final = r"[^A-Z' -]|^[ -]| $|[ ']{2}"
_NOM_FAUTIF: Final = re.compile(_FAUTIF + r"|---", re.ASCII)
_PRENOM_FAUTIF: Final = re.compile(_FAUTIF + r"|--|['-]$", re.ASCII)
_DATE: Final = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_LIEU: Final = re.compile(r"[0-9][0-9AB][0-9]{3}")
_SEPARATEURS: Final = re.compile(r"[ '-]+")


@dataclass(frozen=True, slots=True)
class Demande:
    """What is searched; ``lieu`` is optional."""

    nom: str = field(repr=False)
    prenom: str = field(repr=False)
    sexe: str = field(repr=False)
    naissance: str = field(repr=False)
    lieu: str | None = field(repr=False)


def lire_demande(corps: etree._Element) -> Demande:
    """Read ``RECSANSVITALE``. Raises :class:`RefusInsi` when its shape or a trait is not acceptable."""
    enfants = list(corps.iterchildren("{*}*"))
    noms = [etree.QName(enfant).localname for enfant in enfants]
    if any(etree.QName(enfant).namespace != NS_DEMANDE for enfant in enfants) or not set(noms) <= set(_ORDRE):
        raise RefusInsi("SANDBOX_CORPS", "élément inconnu dans la demande")
    if noms != sorted(noms, key=_ORDRE.index):
        raise RefusInsi("SANDBOX_CORPS", f"ordre des éléments attendu : {', '.join(_ORDRE)}")
    if len(set(noms)) != len(noms):
        # The schema allows several Prenom; how the national service combines them is not public.
        raise RefusInsi("SANDBOX_CORPS", "un seul élément de chaque nom est admis (un prénom par appel)")
    valeurs = {nom: enfant.text or "" for nom, enfant in zip(noms, enfants, strict=True)}
    for nom in ("NomNaissance", "Prenom", "DateNaissance"):
        if not valeurs.get(nom):
            raise RefusInsi("SANDBOX_TRAIT_ABSENT", f"trait obligatoire absent : {nom}")
    for nom, code, admis in _REGLES:
        if nom in valeurs and not admis(valeurs[nom]):
            raise RefusInsi(code)
    if "Sexe" not in valeurs:
        raise RefusInsi("insi_24")
    return Demande(
        valeurs["NomNaissance"],
        valeurs["Prenom"],
        valeurs["Sexe"],
        valeurs["DateNaissance"],
        valeurs.get("LieuNaissance"),
    )


# In this order: an empty sex has its own code; any other badly written trait gave the technical fault.
_REGLES: Final[tuple[tuple[str, str, Callable[[str], object]], ...]] = (
    ("Sexe", "insi_24", lambda v: v in {"M", "F"}),
    ("NomNaissance", "insi_102", lambda v: not _NOM_FAUTIF.search(v)),
    ("Prenom", "insi_102", lambda v: not _PRENOM_FAUTIF.search(v)),
    ("DateNaissance", "insi_102", _DATE.fullmatch),
    ("LieuNaissance", "insi_102", _LIEU.fullmatch),
)


@dataclass(frozen=True, slots=True)
class Trouvaille:
    """Outcome of a search: ``code`` of the report, and the person when there is exactly one."""

    code: str
    personne: PersonneInsi | None = None


def chercher(demande: Demande, personnes: Sequence[PersonneInsi], *, qualification: bool) -> Trouvaille:
    """Search. A person nobody knows gives ``01``, as in production.

    With ``qualification`` he or she gives the technical fault, as on the national qualification platform.
    Raises :class:`RefusInsi` for that fault, and for the people who always give it.
    """
    homonymes = [p for p in personnes if _meme_etat_civil(demande, p)]
    if any(p.issue is Issue.PANNE for p in homonymes) or (qualification and not homonymes):
        raise RefusInsi("insi_102")
    trouvees = [p for p in homonymes if p.issue is Issue.CONNUE and _concorde(demande, p)]
    match trouvees:
        case []:
            return Trouvaille("01")
        case [personne]:
            return Trouvaille("00", personne)
        case _:
            return Trouvaille("02")


def _meme_etat_civil(demande: Demande, personne: PersonneInsi) -> bool:
    return (
        demande.nom in {personne.nom, *personne.autres_noms}
        and demande.sexe == personne.sexe
        and demande.naissance in {personne.naissance, *personne.autres_naissances}
    )


def _concorde(demande: Demande, personne: PersonneInsi) -> bool:
    return _debute(demande.prenom, personne.prenoms) and demande.lieu in (None, personne.lieu)


def _debute(prenom: str, liste: str) -> bool:
    """Whether ``prenom`` is how the list begins, hyphens and apostrophes counting as spaces (EXI SI 29, probable)."""
    demandes, connus = _SEPARATEURS.split(prenom), _SEPARATEURS.split(liste)
    return connus[: len(demandes)] == demandes
