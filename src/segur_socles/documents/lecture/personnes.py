"""People and places that a header names beside the patient and those who wrote: whom to call, and for what.

A role is read from the code that means it and from nothing else: someone to call in an emergency is not a
« personne de confiance », even when both are one person.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from enum import StrEnum
from typing import Final

from lxml import etree

from segur_socles._core.model import Valeur
from segur_socles.documents.lecture.noeuds import attribut, enfant, enfants
from segur_socles.documents.lecture.renvois import Renvois
from segur_socles.documents.lecture.valeurs import CodeLu, PeriodeLue, lire_code, lire_periode

__all__ = ["PersonneLue", "RoleLu", "TelecomLu", "lire_personnes"]


class RoleLu(StrEnum):
    """What someone is to the person, or to their care."""

    PERSONNE_DE_CONFIANCE = "personne de confiance"
    A_PREVENIR = "personne à prévenir en cas d'urgence"
    AIDANT = "aidant"
    CONTACT = "contact"
    USAGER = "usager lui-même"
    REPRESENTANT = "représentant légal"
    MEDECIN_TRAITANT = "médecin traitant"
    CONTACT_24H = "contact joignable 24 h sur 24"
    ETABLISSEMENT_PREFERE = "établissement de santé de préférence"
    EQUIPE = "membre de l'équipe de soins"
    AUTRE = "autre"


_CLASSES: Final[Mapping[str, RoleLu]] = {
    "NOK": RoleLu.PERSONNE_DE_CONFIANCE,
    "ECON": RoleLu.A_PREVENIR,
    "CAREGIVER": RoleLu.AIDANT,
    "CON": RoleLu.CONTACT,
    "PAT": RoleLu.USAGER,
    "GUARD": RoleLu.REPRESENTANT,
}
"""``relatedEntity/@classCode`` (CI-SIS, certain)."""

_FONCTIONS: Final[Mapping[str, RoleLu]] = {
    "PCP": RoleLu.MEDECIN_TRAITANT,
    "CORRE": RoleLu.CONTACT_24H,
    "ES-PREF": RoleLu.ETABLISSEMENT_PREFERE,
    "353": RoleLu.EQUIPE,
}
"""``functionCode`` of a participant or of a performer (JDV_J47, certain)."""


class TelecomLu(Valeur):
    """A way to reach someone: ``tel``, ``mailto``…, the number or address, its use as written."""

    genre: str
    valeur: str
    usage: str | None = None

    _visible = ("genre", "usage")


class PersonneLue(Valeur):
    """Someone, or an organisation, in one role. One who has two roles comes twice.

    ``lien`` is the kinship or the profession, ``fonction`` the function as coded, ``classe`` the HL7 class or
    participation as written.
    """

    role: RoleLu
    classe: str | None = None
    fonction: CodeLu | None = None
    lien: CodeLu | None = None
    civilite: str | None = None
    titre: str | None = None
    nom: str | None = None
    prenom: str | None = None
    identifiants: tuple[tuple[str, str], ...] = ()
    telecoms: tuple[TelecomLu, ...] = ()
    adresse: str | None = None
    organisation: str | None = None
    periode: PeriodeLue | None = None

    _visible = ("role", "classe")


def lire_personnes(racine: etree._Element) -> tuple[PersonneLue, ...]:
    """Read guardians, informants, participants and performers, in that order."""
    return tuple(_personnes(racine, Renvois(())))


def _personnes(racine: etree._Element, renvois: Renvois) -> Iterator[PersonneLue]:
    patient = enfant(racine, "recordTarget", "patientRole", "patient")
    for garde in () if patient is None else enfants(patient, "guardian"):
        yield _personne(garde, RoleLu.REPRESENTANT, "GUARD", renvois)
    for informant in enfants(racine, "informant"):
        for proche in enfants(informant, "relatedEntity"):
            classe = attribut(proche, "classCode")
            yield _personne(proche, _CLASSES.get(classe or "", RoleLu.AUTRE), classe, renvois)
        for pro in enfants(informant, "assignedEntity"):
            yield _personne(pro, RoleLu.AUTRE, "ASSIGNED", renvois)
    for participant in enfants(racine, "participant"):
        yield from _en_fonction(participant, "associatedEntity", renvois)
    for evenement in (enfant(d, "serviceEvent") for d in enfants(racine, "documentationOf")):
        for executant in () if evenement is None else enfants(evenement, "performer"):
            yield from _en_fonction(executant, "assignedEntity", renvois)


def _en_fonction(noeud: etree._Element, entite: str, renvois: Renvois) -> Iterator[PersonneLue]:
    fonction = lire_code(enfant(noeud, "functionCode"), renvois)
    role = _FONCTIONS.get((fonction.code if fonction else None) or "", RoleLu.AUTRE)
    for qui in enfants(noeud, entite):
        periode = lire_periode(enfant(noeud, "time"), renvois)
        yield _personne(qui, role, attribut(noeud, "typeCode"), renvois, fonction, periode)


_NOMS: Final = ("relatedPerson", "associatedPerson", "assignedPerson", "guardianPerson")
_ORGANISATIONS: Final = ("scopingOrganization", "representedOrganization", "guardianOrganization")


def _personne(
    noeud: etree._Element,
    role: RoleLu,
    classe: str | None,
    renvois: Renvois,
    fonction: CodeLu | None = None,
    periode: PeriodeLue | None = None,
) -> PersonneLue:
    nom = next((n for balise in _NOMS if (n := enfant(noeud, balise, "name")) is not None), None)
    organisation = next((o for balise in _ORGANISATIONS if (o := enfant(noeud, balise)) is not None), None)
    return PersonneLue(
        role=role,
        classe=classe,
        fonction=fonction,
        lien=lire_code(enfant(noeud, "code"), renvois),
        civilite=_texte(enfant(nom, "prefix")),
        titre=_texte(enfant(nom, "suffix")),
        # A name that is one text, without parts, is still a name.
        nom=_texte(enfant(nom, "family")) or (None if nom is None or len(nom) else _texte(nom)),
        prenom=_texte(enfant(nom, "given")),
        identifiants=tuple((i.get("root", ""), i.get("extension", "")) for i in enfants(noeud, "id") if i.get("root")),
        telecoms=_telecoms(noeud) or _telecoms(organisation),
        adresse=_adresse(enfant(noeud, "addr")) or _adresse(enfant(organisation, "addr")),
        organisation=_texte(enfant(organisation, "name")),
        periode=periode,
    )


def _telecoms(noeud: etree._Element | None) -> tuple[TelecomLu, ...]:
    return () if noeud is None else tuple(lu for t in enfants(noeud, "telecom") if (lu := _telecom(t)))


def _telecom(noeud: etree._Element) -> TelecomLu | None:
    genre, deux_points, valeur = (attribut(noeud, "value") or "").partition(":")
    if not deux_points:
        genre, valeur = "tel", genre
    return TelecomLu(genre=genre.lower(), valeur=valeur, usage=attribut(noeud, "use")) if valeur else None


_VOIE: Final = ("houseNumber", "houseNumberNumeric", "streetNameType", "streetName")
_LIGNES: Final = (_VOIE, ("streetAddressLine",), ("additionalLocator", "unitID"), ("postBox",), ("postalCode", "city"))


def _adresse(noeud: etree._Element | None) -> str | None:
    """Write an address on one line, in the order of an envelope."""
    if noeud is None:
        return None
    lignes = (
        " ".join(t for nom in noms for e in enfants(noeud, nom) if (t := _texte(e)))
        for noms in (*_LIGNES, ("country",))
    )
    return ", ".join(filter(None, lignes)) or _texte(noeud)


def _texte(noeud: etree._Element | None) -> str | None:
    return None if noeud is None else " ".join(" ".join(map(str, noeud.itertext())).split()) or None
