"""Where an element stands: in words for people, as an XPath for programs. No content is ever part of it."""

from __future__ import annotations

from typing import Final

from lxml import etree

from segur_socles.documents.cda.balises import HL7
from segur_socles.documents.validation.modeles import SECTIONS

__all__ = ["en_clair", "nom_local", "xpath"]

_ENTETE: Final = "En-tête"
_SDTC: Final = "urn:hl7-org:sdtc"

_LIBELLES: Final[dict[str, str]] = {
    "ClinicalDocument": _ENTETE,
    "realmCode": "périmètre",
    "typeId": "type de message",
    "templateId": "modèle déclaré",
    "id": "identifiant",
    "title": "titre",
    "code": "code",
    "effectiveTime": "date",
    "confidentialityCode": "confidentialité",
    "languageCode": "langue",
    "setId": "identifiant commun aux versions",
    "versionNumber": "numéro de version",
    "recordTarget": "Patient",
    "patientRole": "",
    "patient": "",
    "name": "nom",
    "family": "nom de famille",
    "given": "prénom",
    "prefix": "civilité",
    "suffix": "titre",
    "administrativeGenderCode": "sexe",
    "birthTime": "date de naissance",
    "birthplace": "lieu de naissance",
    "place": "",
    "guardian": "Représentant",
    "guardianPerson": "personne",
    "guardianOrganization": "organisme",
    "addr": "adresse",
    "telecom": "télécommunication",
    "author": "Auteur",
    "assignedAuthor": "",
    "assignedPerson": "personne",
    "assignedAuthoringDevice": "logiciel",
    "representedOrganization": "structure",
    "standardIndustryClassCode": "cadre d'exercice",
    "functionCode": "rôle",
    "time": "date",
    "dataEnterer": "Opérateur de saisie",
    "informant": "Informateur",
    "assignedEntity": "",
    "relatedEntity": "proche",
    "relatedPerson": "personne",
    "custodian": "Conservateur",
    "assignedCustodian": "",
    "representedCustodianOrganization": "structure",
    "informationRecipient": "Destinataire",
    "intendedRecipient": "",
    "receivedOrganization": "structure",
    "legalAuthenticator": "Responsable légal",
    "signatureCode": "signature",
    "authenticator": "Validateur",
    "participant": "Participant",
    "associatedEntity": "",
    "associatedPerson": "personne",
    "scopingOrganization": "structure",
    "inFulfillmentOf": "Prescription",
    "order": "",
    "documentationOf": "Acte documenté",
    "serviceEvent": "",
    "performer": "Exécutant",
    "low": "début",
    "high": "fin",
    "relatedDocument": "Document remplacé",
    "parentDocument": "",
    "authorization": "Consentement",
    "consent": "",
    "statusCode": "état",
    "componentOf": "Prise en charge",
    "encompassingEncounter": "",
    "responsibleParty": "Responsable",
    "encounterParticipant": "Intervenant",
    "location": "lieu",
    "healthCareFacility": "structure",
    "dischargeDispositionCode": "mode de sortie",
    "structuredBody": "Corps",
    "nonXMLBody": "Corps",
    "section": "Section",
    "text": "texte",
    "entry": "Entrée",
    "entryRelationship": "entrée liée",
    "observation": "observation",
    "organizer": "groupe d'observations",
    "act": "acte",
    "procedure": "acte technique",
    "substanceAdministration": "traitement",
    "supply": "dispositif",
    "encounter": "rencontre",
    "observationMedia": "pièce jointe",
    "consumable": "produit",
    "manufacturedProduct": "",
    "manufacturedMaterial": "médicament",
    "value": "valeur",
    "originalText": "texte d'origine",
    "reference": "référence au texte",
    "participantRole": "rôle",
    "playingEntity": "entité",
    "translation": "traduction",
    "doseQuantity": "dose",
    "rateQuantity": "débit",
    "routeCode": "voie",
}
"""Element → words; an empty text leaves the element out of the path."""

_EN_CONTEXTE: Final[dict[tuple[str, str], str]] = {
    ("ClinicalDocument", "code"): "type de document",
    ("ClinicalDocument", "effectiveTime"): "date de création",
    ("ClinicalDocument", "component"): "corps",
    ("patientRole", "id"): "identifiant (INS ou local)",
    ("patientRole", "patient"): "identité",
    ("recordTarget", "patientRole"): "identité",
    ("assignedAuthor", "code"): "profession",
    ("assignedEntity", "code"): "profession",
    ("associatedEntity", "code"): "profession",
    ("relatedEntity", "code"): "lien avec la personne",
    ("healthCareFacility", "code"): "secteur d'activité",
    ("encompassingEncounter", "code"): "type de prise en charge",
    ("serviceEvent", "code"): "code de l'acte",
    ("addr", "county"): "code officiel géographique",
    ("addr", "city"): "ville",
}
"""(parent, element) → words, where the element alone would be vague, and the words of a missing child."""


def nom_local(element: etree._Element) -> str:
    """Name of an element without its namespace."""
    return etree.QName(element).localname


def xpath(element: etree._Element, enfant: str | None = None) -> str:
    """Write where an element stands, or its child that is missing, with an index only where one is needed."""
    etapes: list[str] = []
    for noeud in (element, *element.iterancestors()):
        nom = nom_local(noeud)
        prefixe = "sdtc:" if etree.QName(noeud).namespace == _SDTC else ""
        rang = _rang(noeud)
        etapes.append(f"{prefixe}{nom}[{rang}]" if rang else f"{prefixe}{nom}")
    fin = f"/{enfant}" if enfant else ""
    return "/" + "/".join(reversed(etapes)) + fin


def en_clair(element: etree._Element, enfant: str | None = None) -> str:
    """Write the same in French words."""
    chaine = [element, *element.iterancestors()]
    etapes = [mot for noeud in reversed(chaine) if (mot := _mot(noeud))]
    if enfant:
        attribut = enfant.startswith("@")
        parent = nom_local(element)
        etapes.append(
            f"attribut {enfant[1:]}"
            if attribut
            else _EN_CONTEXTE.get((parent, enfant)) or _LIBELLES.get(enfant) or enfant
        )
    if len(etapes) > 1 and etapes[1] == "Corps":
        del etapes[0]
    return " › ".join(etapes)


def _mot(noeud: etree._Element) -> str:
    nom = nom_local(noeud)
    parent = noeud.getparent()
    contexte = nom_local(parent) if parent is not None else ""
    if nom == "component":  # of the document, of the body, of an organizer: the next word says it
        return ""
    if nom == "section":
        return _section(noeud)
    mot = _LIBELLES.get(nom, nom) and (_EN_CONTEXTE.get((contexte, nom)) or _LIBELLES.get(nom, nom))
    rang = _rang(noeud)
    return f"{mot} n° {rang}" if mot and rang else mot


def _section(noeud: etree._Element) -> str:
    code = noeud.find(f"{{{HL7}}}code")
    connue = SECTIONS.get("" if code is None else code.get("code", ""))
    if connue:
        return f"Section « {connue} »"
    composant = noeud.getparent()
    return f"Section n° {_rang(composant) or 1}" if composant is not None else "Section"


def _rang(noeud: etree._Element) -> int:
    """Rank among siblings of the same name, 0 when there is only one."""
    parent = noeud.getparent()
    if parent is None:
        return 0
    avant = sum(1 for _ in noeud.itersiblings(noeud.tag, preceding=True))
    if avant == 0 and next(noeud.itersiblings(noeud.tag), None) is None:
        return 0
    return avant + 1
