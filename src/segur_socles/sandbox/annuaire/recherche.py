"""Judging the parameters of a search, and finding what they ask for, as the directory's FHIR server does."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any, Final

from segur_socles.sandbox.annuaire.donnees import Fiche, PersonneAnnuaire, SituationAnnuaire, StructureAnnuaire
from segur_socles.sandbox.annuaire.fhir import ecrire, type_de

__all__ = ["RESSOURCES", "Recherche", "RefusAnnuaire", "lire_recherche"]

RESSOURCES: Final = ("Practitioner", "PractitionerRole", "Device", "Organization", "HealthcareService")
"""What the server says it knows, in its words and order (certain)."""

_COMPTE: Final = 50
_COMPTE_MAX: Final = 20_000
_SEPARATEUR: Final = re.compile(r"(?<!\\),")


class RefusAnnuaire(Exception):  # noqa: N818 - a refusal is this service's ordinary answer, as in the other rooms
    """An answer other than results: HTTP status, FHIR issue code, text, as the national service words it."""

    def __init__(self, statut: int, code: str, texte: str) -> None:
        super().__init__(code)
        self.statut = statut
        self.code = code
        self.texte = texte


Critere = Callable[[Fiche], bool]


@dataclass(frozen=True, slots=True)
class Recherche:
    """A search that was understood: its criteria, what comes with the results, the size of a page."""

    ressource: str
    criteres: tuple[Critere, ...]
    jointures: tuple[str, ...]
    compte: int
    textuelle: bool

    def trouver(self, fiches: Sequence[Fiche]) -> list[Fiche]:
        """Give the records that match, in order."""
        return [f for f in fiches if type_de(f) == self.ressource and all(critere(f) for critere in self.criteres)]

    def joindre(self, trouvees: Sequence[Fiche], fiches: Sequence[Fiche]) -> list[Fiche]:
        """Give the records that come with those of one page."""
        jointes = {id(f): f for nom in self.jointures for t in trouvees for f in fiches if _JOINTURES[nom](t, f)}
        return [f for f in jointes.values() if f not in trouvees]


def lire_recherche(ressource: str, parametres: Iterable[tuple[str, str]]) -> Recherche:
    """Read the parameters of a search. Raises :class:`RefusAnnuaire` for one that the service does not know."""
    if ressource not in RESSOURCES:
        connues = ", ".join(RESSOURCES)
        texte = f"HAPI-0302: Unknown resource type '{ressource}' - Server knows how to handle: [{connues}]"
        raise RefusAnnuaire(404, "processing", texte)
    if ressource not in _PARAMETRES:
        raise RefusAnnuaire(501, "SANDBOX_RESSOURCE", f"{ressource} n'est pas joué par le bac à sable")
    criteres: list[Critere] = []
    jointures: list[str] = []
    compte = _COMPTE
    textuelle = False
    for nom, valeur in parametres:
        base, _, modificateur = nom.partition(":")
        if base == "_count":
            compte = _lire_compte(valeur)
        elif base in ("_include", "_revinclude"):
            jointures.append(_lire_jointure(ressource, nom, valeur))
        elif base in _PARAMETRES[ressource]:
            criteres.append(_critere(base, modificateur, valeur))
            textuelle = textuelle or base in _TEXTES
        elif base in _NON_JOUES:
            raise RefusAnnuaire(501, "SANDBOX_PARAMETRE", f"le paramètre {base} n'est pas joué par le bac à sable")
        else:
            raise RefusAnnuaire(400, "processing", f"Parameter {nom} not found")
    return Recherche(ressource, tuple(criteres), tuple(jointures), compte, textuelle)


_PARAMETRES: Final = {
    "Practitioner": frozenset({"_id", "active", "family", "given", "name", "identifier", "mailbox-mss"}),
    "PractitionerRole": frozenset({"_id", "active", "identifier", "mailbox-mss", "organization", "practitioner"}),
    "Organization": frozenset({
        "_id", "active", "address-city", "address-postalcode", "identifier", "mailbox-mss", "name", "partof", "type",
    }),
}  # fmt: skip
"""Resource → parameters played here; all are in the capability statement (certain)."""

_NON_JOUES: Final = frozenset({
    "_elements", "_format", "_lastUpdated", "_pretty", "_total", "address", "address-line",
    "data-information-system", "data-registration-authority", "identifier-type", "number-smartcard",
    "pharmacy-licence", "qualification-code", "role", "type-smartcard",
})  # fmt: skip
"""Known by the national service and not played: saying so is better than saying that they do not exist."""

_TEXTES: Final = frozenset({"family", "given", "name", "address-city", "address-postalcode", "mailbox-mss"})
_JETONS: Final = frozenset({"_id", "active", "identifier", "type"})
_MODIFICATEURS: Final = {"": "debut", "contains": "dedans", "exact": "exact"}


def _lire_compte(valeur: str) -> int:
    if not re.fullmatch(r"[0-9]{1,5}", valeur, re.ASCII) or not 0 < int(valeur) <= _COMPTE_MAX:
        raise RefusAnnuaire(400, "invalid", "_count : un nombre positif est attendu")
    return int(valeur)


def _critere(nom: str, modificateur: str, valeur: str) -> Critere:
    if not valeur:
        raise RefusAnnuaire(400, "invalid", f"{nom} : une valeur est attendue")
    admis = _MODIFICATEURS if nom in _TEXTES else {"": ""}
    if modificateur not in admis:
        raise RefusAnnuaire(400, "processing", f"Parameter {nom}:{modificateur} not found")
    choix = [re.sub(r"\\([\\,$|])", r"\1", v) for v in _SEPARATEUR.split(valeur)]  # a comma means "or"
    if nom in _TEXTES:
        comparer = _COMPARER[modificateur]
        return lambda fiche: any(comparer(texte, v) for texte in _valeurs(fiche, nom) for v in choix)
    if nom in _JETONS:
        return lambda fiche: any(_jeton(connu, v) for connu in _jetons(fiche, nom) for v in choix)
    return lambda fiche: any(r == v or r.endswith(f"/{v}") for r in _valeurs(fiche, nom) for v in choix)


def _plat(texte: str) -> str:
    return "".join(c for c in unicodedata.normalize("NFKD", texte) if not unicodedata.combining(c)).casefold()


_COMPARER: Final[dict[str, Callable[[str, str], bool]]] = {
    "": lambda texte, v: _plat(texte).startswith(_plat(v)),
    "contains": lambda texte, v: _plat(v) in _plat(texte),
    "exact": lambda texte, v: texte == v,
}


def _valeurs(fiche: Fiche, nom: str) -> list[str]:
    """Give the texts or references of a record that a parameter looks at. A closed record keeps none."""
    ressource: dict[str, Any] = ecrire(fiche)
    noms: dict[str, Any] = next(iter(ressource["name"]), {}) if isinstance(ressource.get("name"), list) else {}
    adresse: dict[str, Any] = next(iter(ressource.get("address", [])), {})
    match nom:
        case "family":
            trouvees = [noms.get("family")]
        case "given":
            trouvees = noms.get("given", [])
        case "name" if isinstance(fiche, PersonneAnnuaire):
            trouvees = [noms.get("family"), *noms.get("given", [])]
        case "name":
            trouvees = [ressource.get("name"), *ressource.get("alias", [])]
        case "address-city":
            trouvees = [adresse.get("city")]
        case "address-postalcode":
            trouvees = [adresse.get("postalCode")]
        case "mailbox-mss":  # ordinary addresses of structures match too (certain)
            trouvees = [t["value"] for t in ressource.get("telecom", []) if t["system"] == "email"]
        case _:
            cle = {"partof": "partOf"}.get(nom, nom)
            trouvees = [ressource.get(cle, {}).get("reference")]
    return [t for t in trouvees if t]


def _jetons(fiche: Fiche, nom: str) -> list[tuple[str, str]]:
    """Give the (system, code) pairs of a record that a parameter looks at."""
    ressource = ecrire(fiche)
    match nom:
        case "_id":
            return [("", fiche.id)]
        case "active":
            return [("", "true" if fiche.actif else "false")]
        case "identifier":
            return [(i["system"], i["value"]) for i in ressource["identifier"]]
        case _:
            return [(c["system"], c["code"]) for t in ressource.get("type", []) for c in t["coding"]]


def _jeton(connu: tuple[str, str], demande: str) -> bool:
    """Compare a token: ``code``, ``system|code`` or ``system|``."""
    systeme, barre, code = demande.rpartition("|")
    return (not barre or connu[0] == systeme) and code in ("", connu[1])


def _lire_jointure(ressource: str, nom: str, valeur: str) -> str:
    cle = f"{nom}={valeur}"
    if cle not in _JOINTURES or _DEPART[cle] != ressource:
        raise RefusAnnuaire(501, "SANDBOX_JOINTURE", f"{nom} : cette jointure n'est pas jouée par le bac à sable")
    return cle


def _situation_de(cible: Fiche, fiche: Fiche) -> bool:
    """Whether ``fiche`` is a situation of exercise of ``cible``, a professional or a structure."""
    return isinstance(fiche, SituationAnnuaire) and cible.id in (fiche.personne, fiche.structure)


_JOINTURES: Final[dict[str, Callable[[Fiche, Fiche], bool]]] = {
    "_revinclude=PractitionerRole:practitioner": _situation_de,
    "_revinclude=PractitionerRole:organization": _situation_de,
    "_include=PractitionerRole:practitioner": lambda trouvee, fiche: (
        isinstance(trouvee, SituationAnnuaire) and fiche.id == trouvee.personne
    ),
    "_include=PractitionerRole:organization": lambda trouvee, fiche: (
        isinstance(trouvee, SituationAnnuaire) and fiche.id == trouvee.structure
    ),
    "_include=Organization:partof": lambda trouvee, fiche: (
        isinstance(trouvee, StructureAnnuaire) and fiche.id == trouvee.rattachement
    ),
}
"""What may come with results: (a result, another record) → whether it does."""

_DEPART: Final = {
    "_revinclude=PractitionerRole:practitioner": "Practitioner",
    "_revinclude=PractitionerRole:organization": "Organization",
    "_include=PractitionerRole:practitioner": "PractitionerRole",
    "_include=PractitionerRole:organization": "PractitionerRole",
    "_include=Organization:partof": "Organization",
}
