"""Writing the sandbox's records as FHIR resources, in the shapes of the published profiles (API v2)."""

from __future__ import annotations

from typing import Any, Final

from segur_socles.sandbox.annuaire.donnees import Bal, Fiche, PersonneAnnuaire, SituationAnnuaire, StructureAnnuaire

__all__ = ["ecrire", "type_de"]

Objet = dict[str, Any]

_PROFILS: Final = "https://interop.esante.gouv.fr/ig/fhir/annuaire/StructureDefinition/"
_FRCORE: Final = "https://hl7.fr/ig/fhir/core/StructureDefinition/"
_TYPES_IDENTIFIANT: Final = "https://hl7.fr/ig/fhir/core/CodeSystem/fr-core-cs-v2-0203"
_RPPS: Final = "https://rpps.esante.gouv.fr"
_FINESS: Final = "https://finess.esante.gouv.fr"
_MAJ: Final = "2026-06-01T10:00:00.000+02:00"

_TYPES: Final = {
    PersonneAnnuaire: ("Practitioner", "fr-core-practitioner", "as-dp-practitioner"),
    SituationAnnuaire: ("PractitionerRole", "fr-core-practitioner-role", "as-dp-practitionerrole"),
    StructureAnnuaire: ("Organization", "fr-core-organization", "as-dp-organization"),
}


def type_de(fiche: Fiche) -> str:
    """Give the resource type of a record."""
    return _TYPES[type(fiche)][0]


def ecrire(fiche: Fiche) -> Objet:
    """Write a record. A closed one has identifiers and ``active`` only, plus its name for a structure (certain)."""
    type_, francais, national = _TYPES[type(fiche)]
    commun: Objet = {
        "resourceType": type_,
        "id": fiche.id,
        "meta": {
            "versionId": "1",
            "lastUpdated": _MAJ,
            "source": "https://annuaire.sante.fr",
            "profile": [f"{_FRCORE}{francais}", f"{_PROFILS}{national}"],
        },
        "language": "fr",
        "identifier": _identifiants(fiche),
        "active": fiche.actif,
    }
    if isinstance(fiche, StructureAnnuaire):
        commun["name"] = fiche.nom
    if not fiche.actif:
        return commun
    return {cle: valeur for cle, valeur in {**commun, **_propre(fiche)}.items() if valeur not in (None, [])}


def _propre(fiche: Fiche) -> Objet:
    match fiche:
        case PersonneAnnuaire():
            return _personne(fiche)
        case SituationAnnuaire():
            return _situation(fiche)
        case StructureAnnuaire():
            return _structure(fiche)


def _identifiants(fiche: Fiche) -> list[Objet]:
    match fiche:
        case PersonneAnnuaire(rpps=rpps):
            return [_identifiant("IDNPS", "urn:oid:1.2.250.1.71.4.2.1", f"8{rpps}"), _identifiant("RPPS", _RPPS, rpps)]
        case SituationAnnuaire(numero=numero):
            return [{"system": _RPPS, "value": numero}]
        case StructureAnnuaire(finess=finess, juridique=juridique):
            return [
                _identifiant("IDNST", "urn:oid:1.2.250.1.71.4.2.2", f"1{finess}"),
                _identifiant("FINEJ" if juridique else "FINEG", _FINESS, finess),
            ]


def _identifiant(type_: str, systeme: str, valeur: str) -> Objet:
    codage = {"system": _TYPES_IDENTIFIANT, "code": type_}
    return {"use": "official", "type": {"coding": [codage]}, "system": systeme, "value": valeur}


def _personne(personne: PersonneAnnuaire) -> Objet:
    nom: Objet = {"use": "usual", "family": personne.nom, "given": [personne.prenom], "prefix": [personne.civilite]}
    if personne.titre:
        nom["suffix"] = [personne.titre]
    qualifications = [
        _concept(("TRE_G15-ProfessionSante", personne.profession), ("TRE_R09-CategorieProfessionnelle", "C"))
    ]
    if personne.specialite:
        qualifications.append(
            _concept(("TRE_R38-SpecialiteOrdinale", personne.specialite), ("TRE_R04-TypeSavoirFaire", "S"))
        )
    return {
        "name": [nom],
        "telecom": [_bal(bal) for bal in personne.bals],
        "qualification": [{"code": concept} for concept in qualifications],
    }


def _situation(situation: SituationAnnuaire) -> Objet:
    codes = [_concept(("TRE_R22-GenreActivite", "GENR01")), _concept(("TRE_R23-ModeExercice", situation.mode))]
    if situation.fonction:
        codes.append(_concept(("TRE_R21-Fonction", situation.fonction)))
    return {
        "practitioner": {"reference": f"Practitioner/{situation.personne}"},
        "organization": {"reference": f"Organization/{situation.structure}"},
        "code": codes,
        "telecom": [_bal(bal) for bal in situation.bals],
    }


def _structure(structure: StructureAnnuaire) -> Objet:
    nature = "LEGAL-ENTITY" if structure.juridique else "GEOGRAPHICAL-ENTITY"
    systeme = "https://hl7.fr/ig/fhir/core/CodeSystem/fr-core-cs-v2-3307"
    types: list[Objet] = [{**_facette("organizationType"), "coding": [{"system": systeme, "code": nature}]}]
    if structure.secteur:
        types.append({**_facette("secteurActiviteRASS"), **_concept(("TRE_R02-SecteurActivite", structure.secteur))})
    if structure.categorie:  # has no facet in the published profile (certain)
        types.append(_concept(("TRE_R66-CategorieEtablissement", structure.categorie)))
    contacts = [
        {"system": systeme, "value": valeur}
        for systeme, valeur in (("phone", structure.telephone), ("email", structure.courriel))
        if valeur
    ]
    return {
        "alias": [structure.enseigne] if structure.enseigne else None,
        "type": types,
        "telecom": [*contacts, *(_bal(bal) for bal in structure.bals)],
        "address": [_adresse(structure)],
        "partOf": {"reference": f"Organization/{structure.rattachement}"} if structure.rattachement else None,
    }


def _adresse(structure: StructureAnnuaire) -> Objet:
    parties = {
        "houseNumber": structure.numero,
        "streetNameType": structure.type_voie,
        "streetNameBase": structure.voie,
    }
    lignes = [
        {"url": f"http://hl7.org/fhir/StructureDefinition/iso21090-ADXP-{nom}", "valueString": valeur}
        for nom, valeur in parties.items()
        if valeur
    ]
    adresse: Objet = {"city": structure.ville, "postalCode": structure.code_postal}
    if lignes:
        adresse["_line"] = [{"extension": lignes}]
    if structure.commune:
        codage = {"system": _nos("TRE_R13-Commune"), "code": structure.commune}
        adresse["extension"] = [{"url": f"{_FRCORE}fr-core-address-insee-code", "valueCoding": codage}]
    return {cle: valeur for cle, valeur in adresse.items() if valeur}


def _bal(bal: Bal) -> Objet:
    details: list[Objet] = [{"url": "type", "valueCodeableConcept": _concept(("TRE_R257-TypeBAL", bal.type))}]
    for nom, valeur in (("description", bal.description), ("service", bal.service)):
        if valeur:
            details.append({"url": nom, "valueString": valeur})
    telecom: Objet = {
        "extension": [
            {
                "url": f"{_FRCORE}fr-core-contact-point-email-type",
                "valueCoding": {"system": _nos("TRE_R256-TypeMessagerie"), "code": "MSSANTE"},
            },
            {"url": f"{_PROFILS}as-ext-mailbox-mss-metadata", "extension": details},
        ],
        "system": "email",
        "value": bal.adresse,
    }
    return telecom if bal.rang is None else {**telecom, "rank": bal.rang}


def _facette(nom: str) -> Objet:
    return {"extension": [{"url": f"{_PROFILS}as-ext-organization-types", "valueCode": nom}]}


def _concept(*codes: tuple[str, str]) -> Objet:
    return {"coding": [{"system": _nos(nomenclature), "code": code} for nomenclature, code in codes]}


def _nos(nomenclature: str) -> str:
    return f"https://mos.esante.gouv.fr/NOS/{nomenclature}/FHIR/{nomenclature.replace('_', '-')}"
