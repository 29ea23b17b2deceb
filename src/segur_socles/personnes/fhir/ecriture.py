"""From a person of ours to the JSON of a FHIR R4 ``Patient``, under the profiles of FR Core."""

from __future__ import annotations

from typing import Any, Final, TypeAlias

from segur_socles._core.model import invalide
from segur_socles.errors import Constat
from segur_socles.personnes.fhir.edition import (
    ATTRIBUTS,
    COMMUNE,
    COMMUNES,
    FIABILITE,
    FR_CORE_2_1,
    LIEU_NAISSANCE,
    LISTE_PRENOMS,
    PATIENT,
    PATIENT_INS,
    TYPES_FRANCAIS,
    TYPES_HL7,
    TYPES_INS,
    URN_OID,
    EditionPatient,
)
from segur_socles.personnes.identite import Identite, IdentiteQualifiee, StatutIdentite
from segur_socles.personnes.matricule import MatriculeIns
from segur_socles.personnes.traits import Sexe, TraitsIdentite
from segur_socles.personnes.usager import IdentifiantLocal, Usager

__all__ = ["ecrire_patient_fhir"]

Objet: TypeAlias = dict[str, Any]

_GENRES: Final = {Sexe.MASCULIN: "male", Sexe.FEMININ: "female"}


def ecrire_patient_fhir(usager: Usager, *, edition: EditionPatient = FR_CORE_2_1) -> Objet:
    """Write the identity of a person as a ``Patient``, ready for ``json.dumps``.

    A qualified identity follows ``fr-core-patient-ins`` and carries its INS; any other follows ``fr-core-patient``,
    without matricule (RNIV EXI ID 29). Former matricules, evidence, address and telecoms stay here. Raises
    ``ChampInvalideError`` for a qualified identity without birth place, which its profile demands.
    """
    identite, traits = usager.identite, usager.identite.traits
    ins = identite.matricule if isinstance(identite, IdentiteQualifiee) else None
    if ins and traits.lieu_naissance is None:
        champ, remede = (
            "usager.identite.traits.lieu_naissance",
            "reprendre le code officiel géographique rendu par INSi",
        )
        manque = Constat(champ, "absent d'une identité qualifiée", "FR Core, fr-core-patient-ins", remede)
        raise invalide("Patient", (manque,))
    lieu = _lieu_naissance(traits.lieu_naissance, usager.ville_naissance)
    return {
        "resourceType": "Patient",
        "meta": {"profile": [PATIENT_INS if ins else PATIENT]},
        "extension": [_fiabilite(identite, edition), *lieu],
        "identifier": [*([_ins(ins)] if ins else []), _local(usager.ipp)],
        "name": [_nom_naissance(traits), *_nom_utilise(identite)],
        "gender": _GENRES[traits.sexe],
        "birthDate": _jour(traits.naissance_hl7),
    }


def _fiabilite(identite: Identite, edition: EditionPatient) -> Objet:
    statut, commentaires = edition.statuts[identite.statut], []
    if identite.attribut and edition.commentaires:
        concept = {"coding": [_code(edition.commentaires, ATTRIBUTS[a]) for a in identite.attribut.elements]}
        commentaires = [{"url": "comment", "valueCodeableConcept": concept}]
    elif identite.attribut and identite.statut is StatutIdentite.PROVISOIRE:
        # One code only in this edition: of two attributes, the one that forbids.
        statut = ATTRIBUTS[identite.attribut.elements[-1]]
    annonce = {"url": "identityStatus", "valueCoding": _code(edition.systeme, statut)}
    return {"extension": [annonce, *commentaires], "url": FIABILITE}


def _lieu_naissance(cog: str | None, ville: str | None) -> list[Objet]:
    commune = {"extension": [{"url": COMMUNE, "valueCoding": _code(COMMUNES, cog)}]} if cog else {}
    adresse = commune | ({"city": ville} if ville else {})
    return [{"url": LIEU_NAISSANCE, "valueAddress": adresse}] if adresse else []


def _ins(matricule: MatriculeIns) -> Objet:
    # "official" for a NIA too: FR Core settled it in 2025.
    genre = {"coding": [_code(TYPES_FRANCAIS, TYPES_INS[matricule.oid])]}
    return {"use": "official", "type": genre, "system": f"{URN_OID}{matricule.oid.value}", "value": matricule.valeur}


def _local(ipp: IdentifiantLocal) -> Objet:
    # Never "official": fr-core-2 wants exactly one such identifier, the INS.
    genre = {"coding": [_code(TYPES_HL7, "PI")]}
    return {"use": "usual", "type": genre, "system": f"{URN_OID}{ipp.oid}", "value": ipp.valeur}


def _nom_naissance(traits: TraitsIdentite) -> Objet:
    return {
        "extension": [{"url": LISTE_PRENOMS, "valueString": traits.liste_prenoms}],
        "use": "official",
        "family": traits.nom_naissance,
        "given": [traits.premier_prenom],
    }


def _nom_utilise(identite: Identite) -> list[Objet]:
    parties = {"family": identite.nom_utilise, "given": identite.prenom_utilise and [identite.prenom_utilise]}
    presentes = {nom: valeur for nom, valeur in parties.items() if valeur}
    return [{"use": "usual", **presentes}] if presentes else []


def _jour(hl7: str) -> str:
    """Write an HL7 date, whole or not, as FHIR does."""
    return "-".join(filter(None, (hl7[:4], hl7[4:6], hl7[6:])))


def _code(systeme: str, code: str) -> Objet:
    return {"system": systeme, "code": code}
