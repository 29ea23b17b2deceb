"""Reading one FHIR resource of the directory (profiles ``as-dp-*``, API v2): Practitioner, role, Organization."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import lru_cache
from typing import Any, Final, TypedDict

from segur_socles.mss.annuaire.types import (
    AdresseAnnuaire,
    BoiteMss,
    CodeAnnuaire,
    FicheAnnuaire,
    FicheProfessionnel,
    FicheStructure,
    Reconnaissance,
    SituationExercice,
)
from segur_socles.personnes.adresses_mss import est_adresse_mss
from segur_socles.personnes.numeros.genres import Genre
from segur_socles.personnes.numeros.idnat import PS_IDNAT

__all__ = ["LECTEURS", "liste", "texte"]

Objet = dict[str, Any]

_TYPE_DE_COURRIEL: Final = "https://hl7.fr/ig/fhir/core/StructureDefinition/fr-core-contact-point-email-type"
_METADONNEES: Final = "https://interop.esante.gouv.fr/ig/fhir/annuaire/StructureDefinition/as-ext-mailbox-mss-metadata"
_COMMUNE: Final = "https://hl7.fr/ig/fhir/core/StructureDefinition/fr-core-address-insee-code"
_ADXP: Final = "http://hl7.org/fhir/StructureDefinition/iso21090-ADXP-"
_LIEU_DIT: Final = "as-ext-lieu-dit"
_RUE: Final = ("houseNumber", "buildingNumberSuffix", "streetNameType", "streetNameBase")
_AUTOUR: Final = ("careOf", "additionalLocator", "postBox")

_SYSTEMES: Final = {
    "urn:oid:1.2.250.1.71.4.2.1": "IDNPS",
    "urn:oid:1.2.250.1.71.4.2.2": "IDNST",
    "https://rpps.esante.gouv.fr": "RPPS",
    "http://rpps.fr": "RPPS",
    "https://finess.esante.gouv.fr": "FINESS",
    "http://finess.sante.gouv.fr": "FINESS",
}
"""System → kind of identifier, for those that come without a type. The second ones are those of older samples."""


# --- shapes ---


def texte(valeur: object) -> str | None:
    """Give a text that is not empty, trimmed; None for anything else."""
    return (valeur.strip() or None) if isinstance(valeur, str) else None


def liste(valeur: object) -> Iterator[Objet]:
    """Iterate the objects of a list; nothing if it is not one."""
    if isinstance(valeur, list):
        for item in valeur:
            if isinstance(item, dict):
                yield item


def _textes(valeur: object) -> tuple[str, ...]:
    return tuple(t for item in valeur if (t := texte(item))) if isinstance(valeur, list) else ()


def _booleen(valeur: object) -> bool | None:
    return valeur if isinstance(valeur, bool) else None


def _reference(valeur: object) -> str | None:
    """Give a reference as ``Type/id``: some servers write it whole, or with a version."""
    ecrite = texte(valeur.get("reference")) if isinstance(valeur, dict) else None
    return None if ecrite is None else "/".join(ecrite.partition("/_history/")[0].split("/")[-2:])


def _valeur(extension: Objet) -> object:
    """Give the value of an extension, whatever its type: a code when it is a concept or a coding."""
    brute = next((v for cle, v in extension.items() if cle.startswith("value")), None)
    if not isinstance(brute, dict):
        return brute
    codage = next(liste(brute.get("coding")), brute)
    return codage.get("code")


@lru_cache(maxsize=256)
def _nomenclature(systeme: str) -> str:
    """Short name of a code system: what follows ``/NOS/``, else its last part."""
    _, nos, suite = systeme.partition("/NOS/")
    return suite.partition("/")[0] if nos else systeme.rstrip("/").rpartition("/")[2]


def _codes(concepts: Iterator[Objet]) -> tuple[CodeAnnuaire, ...]:
    return tuple(
        CodeAnnuaire(_nomenclature(texte(codage.get("system")) or ""), code, texte(codage.get("display")))
        for concept in concepts
        for codage in liste(concept.get("coding"))
        if (code := texte(codage.get("code")))
    )


def _identifiants(ressource: Objet) -> dict[str, str]:
    """Give the identifiers by kind (``RPPS``, ``FINEG``…): the type says it, else the system."""
    trouves: dict[str, str] = {}
    for identifiant in liste(ressource.get("identifier")):
        valeur = texte(identifiant.get("value"))
        genre = identifiant.get("type")
        codes = [texte(c.get("code")) for c in liste(genre.get("coding"))] if isinstance(genre, dict) else []
        nom = next((c for c in codes if c), None) or _SYSTEMES.get(texte(identifiant.get("system")) or "")
        if valeur and nom:
            trouves.setdefault(nom, valeur)
    return trouves


class _Commun(TypedDict):
    id: str
    actif: bool | None
    partielle: bool
    maj: str | None
    boites: tuple[BoiteMss, ...]


def _commun(ressource: Objet) -> _Commun:
    brute = ressource.get("meta")
    meta: Objet = brute if isinstance(brute, dict) else {}
    identifiant = texte(ressource.get("id")) or ""
    return {
        "id": identifiant,
        "actif": _booleen(ressource.get("active")),
        "partielle": any(tag.get("code") == "SUBSETTED" for tag in liste(meta.get("tag"))),
        "maj": texte(meta.get("lastUpdated")),
        "boites": _boites(ressource, f"{ressource['resourceType']}/{identifiant}"),
    }


# --- mailboxes ---


def _boites(ressource: Objet, porteur: str) -> tuple[BoiteMss, ...]:
    boites = (_boite(telecom, porteur) for telecom in liste(ressource.get("telecom")))
    return tuple(boite for boite in boites if boite)


def _boite(telecom: Objet, porteur: str) -> BoiteMss | None:
    """Read a telecom as a mailbox; None if it is an ordinary contact.

    Whatever its extensions say, an address outside the MSSanté space is not one: what is written there would leave it.
    """
    adresse = texte(telecom.get("value"))
    if telecom.get("system") != "email" or adresse is None or not est_adresse_mss(adresse):
        return None
    extensions = {texte(e.get("url")): e for e in liste(telecom.get("extension"))}
    type_, metadonnees = extensions.get(_TYPE_DE_COURRIEL), extensions.get(_METADONNEES)
    if type_ is not None:
        if _valeur(type_) != "MSSANTE":
            return None
        reconnaissance = Reconnaissance.EXTENSION
    elif metadonnees is not None:
        reconnaissance = Reconnaissance.METADONNEES
    else:
        reconnaissance = Reconnaissance.ADRESSE
    details = {texte(e.get("url")): _valeur(e) for e in liste((metadonnees or {}).get("extension"))}
    rang = telecom.get("rank")
    return BoiteMss(
        adresse,
        reconnaissance,
        type=texte(details.get("type")),
        description=texte(details.get("description")),
        service=texte(details.get("service")),
        telephone=texte(details.get("phone")),
        rang=rang if isinstance(rang, int) and not isinstance(rang, bool) else None,
        zero_papier=_booleen(details.get("digitization")),
        liste_rouge=_booleen(details.get("listeRouge")),
        porteurs=(porteur,),
    )


# --- resources ---


def _professionnel(ressource: Objet) -> FicheProfessionnel:
    identifiants = _identifiants(ressource)
    id_nat = identifiants.get("IDNPS")
    nom = next(liste(ressource.get("name")), {})
    return FicheProfessionnel(
        **_commun(ressource),
        rpps=identifiants.get("RPPS") or PS_IDNAT.extraire(id_nat, Genre.RPPS),
        id_nat=id_nat,
        nom=texte(nom.get("family")),
        prenoms=_textes(nom.get("given")),
        civilite=next(iter(_textes(nom.get("prefix"))), None),
        titre=next(iter(_textes(nom.get("suffix"))), None),
        qualifications=_codes(
            code for q in liste(ressource.get("qualification")) if isinstance(code := q.get("code"), dict)
        ),
    )


def _situation(ressource: Objet) -> SituationExercice:
    numeros = (texte(i.get("value")) for i in liste(ressource.get("identifier")))
    return SituationExercice(
        **_commun(ressource),
        numero=next((n for n in numeros if n), None),
        professionnel=_reference(ressource.get("practitioner")),
        structure=_reference(ressource.get("organization")),
        codes=_codes(liste(ressource.get("code"))),
    )


def _structure(ressource: Objet) -> FicheStructure:
    identifiants = _identifiants(ressource)
    commun = _commun(ressource)
    codes = _codes(liste(ressource.get("type")))
    # A FINESS without a type is that of what the structure says to be.
    juridique = any(c.code == "LEGAL-ENTITY" for c in codes)
    sans_type = identifiants.get("FINESS")
    secures = {boite.adresse for boite in commun["boites"]}
    return FicheStructure(
        **commun,
        id_nat=identifiants.get("IDNST"),
        finess_eg=identifiants.get("FINEG") or (None if juridique else sans_type),
        finess_ej=identifiants.get("FINEJ") or (sans_type if juridique else None),
        nom=texte(ressource.get("name")),
        enseignes=_textes(ressource.get("alias")),
        codes=codes,
        telephones=_contacts(ressource, "phone"),
        courriels=tuple(c for c in _contacts(ressource, "email") if c not in secures),
        adresse=next((_adresse(a) for a in liste(ressource.get("address"))), None),
        rattachement=_reference(ressource.get("partOf")),
    )


def _contacts(ressource: Objet, systeme: str) -> tuple[str, ...]:
    contacts = (texte(t.get("value")) for t in liste(ressource.get("telecom")) if t.get("system") == systeme)
    return tuple(c for c in contacts if c)


def _adresse(adresse: Objet) -> AdresseAnnuaire:
    parties: dict[str, str] = {}
    for ligne in liste(adresse.get("_line")):
        for extension in liste(ligne.get("extension")):
            url, valeur = texte(extension.get("url")) or "", texte(_valeur(extension))
            if valeur:
                parties[_LIEU_DIT if url.endswith(_LIEU_DIT) else url.removeprefix(_ADXP)] = valeur
    rue = " ".join(parties[p] for p in _RUE if p in parties)
    detail = (*(parties.get(p, "") for p in _AUTOUR[:2]), rue, *(parties.get(p, "") for p in (_AUTOUR[2], _LIEU_DIT)))
    communes = (texte(_valeur(e)) for e in liste(adresse.get("extension")) if e.get("url") == _COMMUNE)
    return AdresseAnnuaire(
        _textes(adresse.get("line")) or tuple(ligne for ligne in detail if ligne),
        texte(adresse.get("postalCode")),
        texte(adresse.get("city")),
        next((c for c in communes if c), None),
    )


LECTEURS: Final[dict[str, Callable[[Objet], FicheAnnuaire]]] = {
    "Practitioner": _professionnel,
    "PractitionerRole": _situation,
    "Organization": _structure,
}
"""Resource type → its reader. Other types of the directory carry no mailbox, and are left out."""
