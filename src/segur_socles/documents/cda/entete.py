"""The CDA header, from an ``Entete``; element order is the schema's."""

from __future__ import annotations

from datetime import date
from typing import Final

from segur_socles.documents.cda.balises import code, el, ii, instant, modeles, nul, texte
from segur_socles.documents.cda.coordonnees import adresse, nom_personne, telecoms
from segur_socles.documents.editions import EditionDocument
from segur_socles.documents.entete import ContactPermanent, Destinataire, Entete
from segur_socles.nomenclatures.codes import Code, nomenclature
from segur_socles.personnes.entourage import Contact, MesureProtection, TypeMesure
from segur_socles.personnes.numeros.genres import Genre
from segur_socles.personnes.numeros.idnat import STRUCT_IDNAT
from segur_socles.personnes.professionnel import Acteur, Professionnel
from segur_socles.personnes.structure import Structure
from segur_socles.personnes.traits import Sexe, TraitsIdentite
from segur_socles.personnes.usager import Usager

__all__ = ["OID_STRUCTURES", "ecrire_entete", "participant"]

OID_PROFESSIONNELS: Final = "1.2.250.1.71.4.2.1"
OID_STRUCTURES: Final = "1.2.250.1.71.4.2.2"
OID_FONCTIONS: Final = "2.16.840.1.113883.5.88"
OID_SEXE: Final = "2.16.840.1.113883.5.1"

HL7_FRANCE: Final = "2.16.840.1.113883.2.8.2.1"
CI_SIS: Final = "1.2.250.1.213.1.1.1.1"

SEXES: Final = {Sexe.FEMININ: Code("F", OID_SEXE, "Féminin"), Sexe.MASCULIN: Code("M", OID_SEXE, "Masculin")}

# Only these measures let someone else decide; a curator or a special agent assists, and is to be informed.
REPRESENTENT: Final = frozenset(
    {TypeMesure.TUTELLE, TypeMesure.HABILITATION_FAMILIALE, TypeMesure.MANDAT_PROTECTION_FUTURE}
)
ASSISTENT: Final = {
    TypeMesure.CURATELLE_SIMPLE: "CURATEUR",
    TypeMesure.CURATELLE_RENFORCEE: "CURATEUR",
    TypeMesure.SAUVEGARDE_JUSTICE: "MSVG",
}


def ecrire_entete(entete: Entete, edition: EditionDocument, participants: str = "") -> str:
    """Write everything that stands before the body; ``participants`` are those that the content names."""
    moment = entete.date_creation
    return "".join(
        (
            el("realmCode", code="FR"),
            el("typeId", extension="POCD_HD000040", root="2.16.840.1.113883.1.3"),
            modeles((HL7_FRANCE, CI_SIS)),
            modeles(edition.autres_modeles),
            ii(edition.modele, edition.extension, "templateId"),
            ii(entete.id),
            code("code", entete.type),
            texte("title", entete.titre),
            instant("effectiveTime", moment),
            code("confidentialityCode", entete.confidentialite),
            el("languageCode", code=entete.langue),
            ii(entete.set_id, nom="setId"),
            el("versionNumber", value=str(entete.version)),
            _patient(entete),
            el("author", instant("time", moment) + el("assignedAuthor", _acteur(entete.auteur, edition))),
            _entourage(entete.usager, moment.date()),
            _conservateur(entete.gardien),
            "".join([_destinataire(d) for d in entete.destinataires]),
            el(
                "legalAuthenticator",
                instant("time", moment)
                + el("signatureCode", code="S")
                + el("assignedEntity", _acteur(entete.responsable, edition)),
            ),
            _medecin_traitant(entete.usager.medecin_traitant, edition),
            participants,
            _contact_permanent(entete.contact_permanent),
            "".join([_membre(p, edition) for p in entete.equipe]),
            _acte(entete, edition),
            _remplacement(entete),
            _rencontre(entete),
        )
    )


# --- the person ------------------------------------------------------------------------------------------


def _patient(entete: Entete) -> str:
    usager = entete.usager
    traits = usager.identite.traits
    qualifiee = entete.identite_qualifiee
    # The INS leaves only when the identity is qualified (RNIV EXI ID 29).
    ids = ii(qualifiee.matricule.oid.value, qualifiee.matricule.valeur) if qualifiee else ""
    protection = usager.protection
    represente = protection and protection.active(entete.date_creation.date()) and protection.type in REPRESENTENT
    patient = (
        _nom_patient(usager, traits)
        + code("administrativeGenderCode", SEXES[traits.sexe])
        + el("birthTime", value=traits.naissance_hl7)
        + (_representant(protection) if protection and represente else "")
        + _lieu_naissance(usager)
    )
    role = (
        ids
        + ii(usager.ipp.oid, usager.ipp.valeur)
        + adresse(usager.adresse)
        + telecoms(usager.telecoms, qualifiee=qualifiee is not None)
        + el("patient", patient, classCode="PSN")
    )
    return el("recordTarget", el("patientRole", role))


def _nom_patient(usager: Usager, traits: TraitsIdentite) -> str:
    identite = usager.identite
    return el(
        "name",
        texte("family", traits.nom_naissance, qualifier="BR")
        + texte("given", traits.liste_prenoms)
        + texte("given", traits.premier_prenom, qualifier="BR")
        + texte("family", identite.nom_utilise, "usager.identite.nom_utilise", qualifier="CL")
        + texte("given", identite.prenom_utilise, "usager.identite.prenom_utilise", qualifier="CL"),
    )


def _lieu_naissance(usager: Usager) -> str:
    cog = usager.identite.traits.lieu_naissance
    if cog is None and usager.ville_naissance is None:
        return ""
    lieu = texte("county", cog) + texte("city", usager.ville_naissance)
    return el("birthplace", el("place", el("addr", lieu)))


def _representant(mesure: MesureProtection) -> str:
    if mesure.organisme:
        qui = el("guardianOrganization", texte("name", mesure.protecteur_nom))
    else:
        qui = el("guardianPerson", nom_personne(mesure.protecteur_nom, mesure.protecteur_prenom))
    return el("guardian", adresse(mesure.adresse) + telecoms(mesure.telecoms) + qui)


# --- those around the person -----------------------------------------------------------------------------


def _entourage(usager: Usager, aujourd_hui: date) -> str:
    # One informant a role: the same person with two roles is written twice.
    proches = "".join([_proche(contact, role.value) for contact in usager.entourage for role in contact.roles])
    mesure = usager.protection
    if mesure and mesure.active(aujourd_hui) and mesure.type in ASSISTENT:
        proches += _assistant(mesure)
    return proches


def _proche(contact: Contact, role: str) -> str:
    corps = (
        (code("code", contact.lien) if contact.lien else "")
        + adresse(contact.adresse, "NAV")
        + telecoms(contact.telecoms)
        + el("relatedPerson", nom_personne(contact.nom, contact.prenom, contact.civilite))
    )
    return el("informant", el("relatedEntity", corps, classCode=role))


def _assistant(mesure: MesureProtection) -> str:
    lien = code("code", nomenclature("JDV_J11").code(ASSISTENT[mesure.type]))
    joindre = adresse(mesure.adresse, "NAV") + telecoms(mesure.telecoms)
    if mesure.organisme:
        organisme = el("representedOrganization", texte("name", mesure.protecteur_nom))
        return el("informant", el("assignedEntity", nul("id", "UNK") + lien + joindre + organisme))
    personne = el("relatedPerson", nom_personne(mesure.protecteur_nom, mesure.protecteur_prenom))
    return el("informant", el("relatedEntity", lien + joindre + personne, classCode="CON"))


def _destinataire(destinataire: Destinataire) -> str:
    d = destinataire
    structure = (ii(OID_STRUCTURES, STRUCT_IDNAT.ecrire(Genre.FINESS, d.finess)) if d.finess else "") + texte(
        "name", d.structure
    )
    corps = (
        (ii(OID_PROFESSIONNELS, d.id_nat) if d.id_nat else "")
        + adresse(d.adresse)
        + telecoms(d.telecoms)
        + (el("informationRecipient", nom_personne(d.nom, d.prenom)) if d.nom else "")
        + (el("receivedOrganization", structure) if structure else "")
    )
    return el("informationRecipient", el("intendedRecipient", corps))


def participant(genre: str, fonction: str, qui: str) -> str:
    """Write one participant: ``genre`` is a code of JDV_J144, ``fonction`` a functionCode, ``qui`` what names it."""
    quand = nul("time", "UNK", xsi_type="IVL_TS")
    return el("participant", fonction + quand + el("associatedEntity", qui, classCode="PROV"), typeCode=genre)


def _medecin_traitant(medecin: Professionnel | None, edition: EditionDocument) -> str:
    # Where it is demanded, it stands there even when nobody knows the médecin traitant: it then names no one.
    if medecin is None and not edition.medecin_traitant_exige:
        return ""
    fonction = code("functionCode", Code("PCP", OID_FONCTIONS, edition.libelle_medecin_traitant))
    return participant("INF", fonction, _professionnel(medecin, edition) if medecin else "")


def _membre(professionnel: Professionnel, edition: EditionDocument) -> str:
    fonction = code("functionCode", nomenclature("JDV_J47").code("353"))
    return participant("PRF", fonction, _professionnel(professionnel, edition))


def _contact_permanent(contact: ContactPermanent | None) -> str:
    if contact is None:
        return ""
    fonction = code("functionCode", nomenclature("JDV_J47").code("CORRE"), texte("originalText", "Contact 24h/24"))
    qui = telecoms(contact.telecoms) + el("scopingOrganization", texte("name", contact.nom))
    return participant("PRF", fonction, qui)


# --- professionals and structures ------------------------------------------------------------------------


def _nom_professionnel(professionnel: Professionnel) -> str:
    p = professionnel
    return nom_personne(p.nom, p.prenom, p.civilite, p.titre)


def _professionnel(professionnel: Professionnel, edition: EditionDocument) -> str:
    p = professionnel
    return (
        ii(OID_PROFESSIONNELS, p.id_nat)
        + code("code", edition.code(p.profession))
        + adresse(p.adresse)
        + telecoms(p.telecoms)
        + el("associatedPerson", _nom_professionnel(p))
    )


def _acteur(acteur: Acteur, edition: EditionDocument) -> str:
    p = acteur.professionnel
    return (
        ii(OID_PROFESSIONNELS, p.id_nat)
        + code("code", edition.code(p.profession))
        + adresse(p.adresse)
        + telecoms(p.telecoms)
        + el("assignedPerson", _nom_professionnel(p))
        + _organisation("representedOrganization", acteur.structure, cadre=True)
    )


def _organisation(nom: str, structure: Structure, *, cadre: bool) -> str:
    # Only a custodian is limited to one telecom, and has no practice setting.
    joindre = structure.telecoms if cadre else structure.telecoms[:1]
    corps = (
        ii(OID_STRUCTURES, structure.struct_idnat)
        + texte("name", structure.nom)
        + telecoms(joindre)
        + adresse(structure.adresse)
        + (code("standardIndustryClassCode", structure.cadre) if cadre else "")
    )
    return el(nom, corps)


def _conservateur(structure: Structure) -> str:
    return el(
        "custodian", el("assignedCustodian", _organisation("representedCustodianOrganization", structure, cadre=False))
    )


# --- the act ---------------------------------------------------------------------------------------------


def _acte(entete: Entete, edition: EditionDocument) -> str:
    acte = entete.acte
    periode = instant("low", acte.debut) + (instant("high", acte.fin) if acte.fin else "")
    executant = el("performer", el("assignedEntity", _acteur(entete.auteur, edition)), typeCode="PRF")
    corps = (code("code", acte.code) if acte.code else "") + el("effectiveTime", periode) + executant
    return el("documentationOf", el("serviceEvent", corps))


def _remplacement(entete: Entete) -> str:
    if entete.remplace is None:
        return ""
    ancienne = ii(entete.remplace) + el("versionNumber", value=str(entete.version - 1))
    return el("relatedDocument", el("parentDocument", ancienne), typeCode="RPLC")


def _rencontre(entete: Entete) -> str:
    rencontre = entete.rencontre
    bornes = (instant("low", rencontre.debut) if rencontre.debut else "") + (
        instant("high", rencontre.fin) if rencontre.fin else ""
    )
    corps = (
        (code("code", rencontre.type) if rencontre.type else "")
        + (el("effectiveTime", bornes) if bornes else nul("effectiveTime", "NA"))
        + el("location", el("healthCareFacility", code("code", entete.secteur)))
    )
    return el("componentOf", el("encompassingEncounter", corps))
