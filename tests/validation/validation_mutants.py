"""One fault each, put into an official example; what our rules must say of it, written by hand.

An edit takes the root of the document. Where several faults follow from one edit, all are written.
"""

from __future__ import annotations

import copy
from collections.abc import Callable
from dataclasses import dataclass

from lxml import etree

HL7 = "urn:hl7-org:v3"
NS = {"h": HL7, "xsi": "http://www.w3.org/2001/XMLSchema-instance"}

Edit = Callable[[etree._Element], None]

ERREUR, AVERTISSEMENT = "erreur", "avertissement"
SECTIONS = "h:component/h:structuredBody/h:component/h:section"
ROLE = "h:recordTarget/h:patientRole"
PATIENT = f"{ROLE}/h:patient"
ACTE = "h:documentationOf[1]/h:serviceEvent"
EXECUTANT = f"{ACTE}/h:performer/h:assignedEntity"
SEJOUR = "h:componentOf/h:encompassingEncounter"


@dataclass(frozen=True)
class Mutant:
    """``constats``: (gravité, champ, message) of each finding that the edit adds."""

    exemple: str
    edit: Edit
    constats: frozenset[tuple[str, str, str]]


def un(racine: etree._Element, chemin: str) -> etree._Element:
    trouves = racine.xpath(chemin, namespaces=NS)
    assert isinstance(trouves, list)
    assert trouves, chemin
    assert isinstance(trouves[0], etree._Element)
    return trouves[0]


def poser(chemin: str, **attributs: str) -> Edit:
    return lambda racine: un(racine, chemin).attrib.update(attributs)


def oter(chemin: str, *attributs: str) -> Edit:
    def edit(racine: etree._Element) -> None:
        for attribut in attributs:
            del un(racine, chemin).attrib[attribut]

    return edit


def retirer(chemin: str) -> Edit:
    def edit(racine: etree._Element) -> None:
        trouves = racine.xpath(chemin, namespaces=NS)
        assert isinstance(trouves, list)
        assert trouves, chemin
        for trouve in trouves:
            assert isinstance(trouve, etree._Element)
            parent = trouve.getparent()
            assert parent is not None
            parent.remove(trouve)

    return edit


def doubler(chemin: str, **attributs: str) -> Edit:
    def edit(racine: etree._Element) -> None:
        modele = un(racine, chemin)
        double = copy.deepcopy(modele)
        double.attrib.update(attributs)
        modele.addnext(double)

    return edit


def ecrire(chemin: str, texte: str) -> Edit:
    def edit(racine: etree._Element) -> None:
        un(racine, chemin).text = texte

    return edit


def ajouter(chemin: str, xml: str, *, avant: str | None = None) -> Edit:
    def edit(racine: etree._Element) -> None:
        nouveau = etree.fromstring(f'<x xmlns="{HL7}" xmlns:xsi="{NS["xsi"]}">{xml}</x>')[0]
        parent = un(racine, chemin)
        if avant is None:
            parent.append(nouveau)
        else:
            un(parent, avant).addprevious(nouveau)

    return edit


def suite(*edits: Edit) -> Edit:
    def edit(racine: etree._Element) -> None:
        for un_edit in edits:
            un_edit(racine)

    return edit


def _m(exemple: str, edit: Edit, *constats: tuple[str, str] | tuple[str, str, str]) -> Mutant:
    complets = frozenset(c if len(c) == 3 else (ERREUR, *c) for c in constats)
    return Mutant(exemple, edit, complets)


ABSENT = "élément obligatoire absent"
ATTRIBUT = "attribut obligatoire absent"
EN_TROP = "élément en trop"
NON_ADMISE = "valeur non admise"
HORS_JEU = "code absent de la nomenclature"
DATE = "date impossible ou mal écrite"
AUTORITE = "autorité d'affectation inattendue"
IDENTIQUE = "élément répété à l'identique"

MUTANTS: dict[str, Mutant] = {
    # --- root
    "périmètre étranger": _m(
        "FLUDT", poser("h:realmCode", code="BE"), ("En-tête › périmètre › attribut code", NON_ADMISE)
    ),
    "autre message HL7": _m(
        "FLUDT", poser("h:typeId", extension="X"), ("En-tête › type de message › attribut extension", NON_ADMISE)
    ),
    "sans modèle HL7 France": _m(
        "FLUDT",
        retirer("h:templateId[@root='2.16.840.1.113883.2.8.2.1']"),
        ("En-tête › modèle déclaré", "le modèle HL7 France doit être déclaré une fois"),
    ),
    "modèle CI-SIS deux fois": _m(
        "FLUDT",
        doubler("h:templateId[@root='1.2.250.1.213.1.1.1.1']", extension="2"),
        ("En-tête › modèle déclaré", "le modèle CI-SIS doit être déclaré une fois"),
    ),
    "aucun modèle de document": _m(
        "N1",
        retirer("h:templateId[@root='1.3.6.1.4.1.19376.1.2.20']"),
        ("En-tête › modèle déclaré", "un document non structuré déclare trois modèles"),
    ),
    "modèle inconnu": _m(
        "FLUDT",
        poser("h:templateId[@root='1.2.250.1.213.1.1.1.23']", root="1.2.250.1.213.1.1.1.999"),
        (AVERTISSEMENT, "En-tête › modèle déclaré", "modèle de document inconnu d'ici"),
    ),
    "N1 et un autre modèle": _m(
        "N1",
        ajouter(".", '<templateId root="1.2.250.1.213.1.1.1.999"/>', avant="h:id"),
        ("En-tête › modèle déclaré", "un document non structuré déclare trois modèles"),
    ),
    "identifiant qui n'est ni OID ni UUID": _m(
        "FLUDT", poser("h:id", root="FLUDT-1"), ("En-tête › identifiant › attribut root", "forme refusée")
    ),
    "OID à zéro de tête": _m(
        "FLUDT", poser("h:id", root="1.2.250.01"), ("En-tête › identifiant › attribut root", "forme refusée")
    ),
    "type sans libellé": _m(
        "FLUDT", oter("h:code", "displayName"), ("En-tête › type de document › attribut displayName", ATTRIBUT)
    ),
    "type hors de J07": _m(
        "LDL-SES",
        poser("h:code", code="00000-0"),
        ("En-tête › type de document", HORS_JEU),
        ("En-tête › type de document", "type contraire au modèle"),
    ),
    "type d'un autre système": _m(
        "FLUDT", poser("h:code", codeSystem="2.16.840.1.113883.6.96"), ("En-tête › type de document", HORS_JEU)
    ),
    "type d'une édition plus récente": _m(
        "N1",
        poser("h:code", code="34876-3"),
        (AVERTISSEMENT, "En-tête › type de document", "code d'une édition plus récente de la nomenclature"),
    ),
    "type d'un autre modèle": _m(
        "FLUDT", poser("h:code", code="78341-5"), ("En-tête › type de document", "type contraire au modèle")
    ),
    "sans titre": _m("FLUDT", retirer("h:title"), ("En-tête › titre", ABSENT)),
    "deux titres": _m("FLUDT", doubler("h:title"), ("En-tête › titre n° 2", EN_TROP)),
    "confidentialité de masquage": _m(
        "FLUDT",
        poser("h:confidentialityCode", code="MASQUE_PS"),
        ("En-tête › confidentialité › attribut code", NON_ADMISE),
    ),
    "confidentialité retirée depuis": _m(
        "FLUDT",
        poser("h:confidentialityCode", code="L"),
        (AVERTISSEMENT, "En-tête › confidentialité › attribut code", "valeur déconseillée"),
    ),
    "langue sans pays": _m(
        "FLUDT", poser("h:languageCode", code="fr"), ("En-tête › langue › attribut code", NON_ADMISE)
    ),
    "sans setId": _m("FLUDT", retirer("h:setId"), ("En-tête › identifiant commun aux versions", ABSENT)),
    "version zéro": _m(
        "FLUDT", poser("h:versionNumber", value="0"), ("En-tête › numéro de version › attribut value", "forme refusée")
    ),
    "élément déplacé": _m(
        "FLUDT",
        lambda racine: un(racine, "h:custodian").addnext(un(racine, "h:recordTarget")),
        ("En-tête › Patient", "élément mal placé"),
    ),
    "élément inconnu": _m(
        "FLUDT", ajouter(".", "<toto/>", avant="h:title"), ("En-tête › toto", "élément inconnu dans l'en-tête")
    ),
    # --- versions
    "nouvelle version orpheline": _m(
        "FLUDT",
        poser("h:versionNumber", value="2"),
        ("En-tête", "une nouvelle version ne dit pas laquelle elle remplace"),
    ),
    "remplacée plus récente": _m(
        "IPS-FR",
        poser("h:relatedDocument/h:parentDocument/h:versionNumber", value="3"),
        ("En-tête › Document remplacé › numéro de version", "la version remplacée n'est pas antérieure"),
    ),
    "la version 1 en remplace une autre": _m(
        "IPS-FR",
        suite(poser("h:versionNumber", value="1"), retirer("h:relatedDocument/h:parentDocument/h:versionNumber")),
        ("En-tête › numéro de version", "la version 1 ne remplace rien"),
    ),
    "se remplace soi-même": _m(
        "IPS-FR",
        poser("h:relatedDocument/h:parentDocument/h:id", root="1.2.250.1.213.1.1.1.51.2024.1.1"),
        ("En-tête › Document remplacé › identifiant", "le document se remplace lui-même"),
    ),
    "autre setId": _m(
        "IPS-FR",
        ajouter("h:relatedDocument/h:parentDocument", '<setId root="1.2.3"/>', avant="h:versionNumber"),
        ("En-tête › Document remplacé › identifiant commun aux versions", "l'identifiant commun aux versions a changé"),
    ),
    "ajout (APND)": _m(
        "IPS-FR",
        poser("h:relatedDocument", typeCode="APND"),
        (AVERTISSEMENT, "En-tête › Document remplacé › attribut typeCode", "valeur déconseillée"),
    ),
    "relation inconnue": _m(
        "IPS-FR",
        poser("h:relatedDocument", typeCode="X"),
        ("En-tête › Document remplacé › attribut typeCode", NON_ADMISE),
    ),
    # --- person
    "INS mal formée": _m(
        "FLUDT",
        poser(f"{ROLE}/h:id[1]", extension="27903512151898"),
        ("En-tête › Patient › identifiant (INS ou local) n° 1 › attribut extension", "matricule INS mal formé"),
    ),
    "clé fausse": _m(
        "FLUDT",
        poser(f"{ROLE}/h:id[1]", extension="279035121518988"),
        ("En-tête › Patient › identifiant (INS ou local) n° 1 › attribut extension", "clé du matricule INS fausse"),
    ),
    "INS-C": _m(
        "FLUDT",
        poser(f"{ROLE}/h:id[1]", root="1.2.250.1.213.1.4.2"),
        (
            "En-tête › Patient › identifiant (INS ou local) n° 1 › attribut root",
            "cet identifiant est un INS-C, identifiant calculé et obsolète",
        ),
    ),
    "identifiant du patient nul": _m(
        "FLUDT",
        suite(oter(f"{ROLE}/h:id[2]", "root", "extension"), poser(f"{ROLE}/h:id[2]", nullFlavor="UNK")),
        ("En-tête › Patient › identifiant (INS ou local) n° 2", "identifiant du patient nul"),
        ("En-tête › Patient › identifiant (INS ou local) n° 2 › attribut root", ATTRIBUT),
        ("En-tête › Patient › identifiant (INS ou local) n° 2 › attribut extension", ATTRIBUT),
    ),
    "nom de naissance absent": _m(
        "FLUDT",
        retirer(f"{PATIENT}/h:name/h:family[@qualifier='BR']"),
        ("En-tête › Patient › nom", "nom de naissance absent"),
    ),
    "nom sans nature": _m(
        "FLUDT",
        oter(f"{PATIENT}/h:name/h:family[@qualifier='CL']", "qualifier"),
        ("En-tête › Patient › nom › nom de famille n° 2 › attribut qualifier", ATTRIBUT),
    ),
    "premier prénom absent": _m(
        "FLUDT",
        retirer(f"{PATIENT}/h:name/h:given[@qualifier='BR']"),
        ("En-tête › Patient › nom", "premier prénom de naissance absent"),
    ),
    "liste des prénoms absente": _m(
        "FLUDT",
        retirer(f"{PATIENT}/h:name/h:given[not(@qualifier)]"),
        ("En-tête › Patient › nom", "liste des prénoms de naissance absente"),
    ),
    "prénom de nature inconnue": _m(
        "FLUDT",
        poser(f"{PATIENT}/h:name/h:given[@qualifier='CL']", qualifier="SP"),
        ("En-tête › Patient › nom › prénom n° 3 › attribut qualifier", NON_ADMISE),
    ),
    "lieu de naissance absent": _m(
        "FLUDT",
        retirer(f"{PATIENT}/h:birthplace/h:place/h:addr/h:county"),
        ("En-tête › Patient › lieu de naissance", "code officiel géographique du lieu de naissance absent"),
    ),
    "sans INS, rien n'est exigé de plus": _m(
        "FLUDT",
        suite(retirer(f"{ROLE}/h:id[1]"), retirer(f"{PATIENT}/h:birthplace")),
    ),
    "sans date de naissance": _m(
        "FLUDT", retirer(f"{PATIENT}/h:birthTime"), ("En-tête › Patient › date de naissance", ABSENT)
    ),
    "date de naissance nulle": _m(
        "FLUDT",
        suite(oter(f"{PATIENT}/h:birthTime", "value"), poser(f"{PATIENT}/h:birthTime", nullFlavor="UNK")),
        ("En-tête › Patient › date de naissance › attribut value", ATTRIBUT),
    ),
    "date de naissance impossible": _m(
        "FLUDT",
        poser(f"{PATIENT}/h:birthTime", value="19790231"),
        ("En-tête › Patient › date de naissance › attribut value", DATE),
    ),
    "sexe hors de la liste": _m(
        "FLUDT", poser(f"{PATIENT}/h:administrativeGenderCode", code="U"), ("En-tête › Patient › sexe", HORS_JEU)
    ),
    # --- actors
    "sans auteur": _m("FLUDT", retirer("h:author"), ("En-tête › Auteur", ABSENT)),
    "auteur sans date": _m("FLUDT", retirer("h:author/h:time"), ("En-tête › Auteur › date", ABSENT)),
    "auteur sans identifiant": _m(
        "FLUDT", retirer("h:author/h:assignedAuthor/h:id"), ("En-tête › Auteur › identifiant", ABSENT)
    ),
    "profession inconnue": _m(
        "FLUDT", poser("h:author/h:assignedAuthor/h:code", code="G15_999"), ("En-tête › Auteur › profession", HORS_JEU)
    ),
    "profession sans libellé": _m(
        "FLUDT",
        oter("h:author/h:assignedAuthor/h:code", "displayName"),
        ("En-tête › Auteur › profession › attribut displayName", ATTRIBUT),
    ),
    "organisme qui protège la personne": _m(
        "FLUDT",
        ajouter(
            ".",
            '<informant><assignedEntity><id nullFlavor="UNK"/><code code="CURATEUR" '
            'codeSystem="1.2.250.1.213.1.1.4.327" displayName="Curateur"/><representedOrganization><name>UDAF</name>'
            "</representedOrganization></assignedEntity></informant>",
            avant="h:custodian",
        ),
    ),
    "titre inconnu": _m(
        "FLUDT",
        ecrire("h:author/h:assignedAuthor/h:assignedPerson/h:name/h:suffix", "DOCTEUR"),
        ("En-tête › Auteur › personne › nom › titre", HORS_JEU),
    ),
    "auteur personne et logiciel": _m(
        "FLUDT",
        ajouter(
            "h:author/h:assignedAuthor",
            "<assignedAuthoringDevice><manufacturerModelName>a</manufacturerModelName><softwareName>b</softwareName>"
            "</assignedAuthoringDevice>",
            avant="h:representedOrganization",
        ),
        ("En-tête › Auteur", "deux éléments qui s'excluent"),
    ),
    "cadre d'exercice inconnu": _m(
        "FLUDT",
        poser(f"{EXECUTANT}/h:representedOrganization/h:standardIndustryClassCode", code="EHPAD"),
        ("En-tête › Acte documenté › Exécutant › structure › cadre d'exercice", HORS_JEU),
    ),
    "informateur sans personne": _m(
        "DLU",
        retirer("h:informant[h:relatedEntity][1]/h:relatedEntity"),
        ("En-tête › Informateur n° 1", ABSENT),
    ),
    "rôle d'entourage inconnu": _m(
        "DLU",
        poser("h:informant[1]/h:relatedEntity", classCode="PRS"),
        ("En-tête › Informateur n° 1 › proche › attribut classCode", NON_ADMISE),
    ),
    "sans conservateur": _m("FLUDT", retirer("h:custodian"), ("En-tête › Conservateur", ABSENT)),
    "conservateur d'une autre autorité": _m(
        "FLUDT",
        poser("h:custodian/h:assignedCustodian/h:representedCustodianOrganization/h:id", root="1.2.3"),
        ("En-tête › Conservateur › structure › identifiant › attribut root", AUTORITE),
    ),
    "sans responsable légal": _m("FLUDT", retirer("h:legalAuthenticator"), ("En-tête › Responsable légal", ABSENT)),
    "responsable sans signature": _m(
        "FLUDT", retirer("h:legalAuthenticator/h:signatureCode"), ("En-tête › Responsable légal › signature", ABSENT)
    ),
    "signature inattendue": _m(
        "FLUDT",
        poser("h:legalAuthenticator/h:signatureCode", code="X"),
        ("En-tête › Responsable légal › signature › attribut code", NON_ADMISE),
    ),
    "DLU sans médecin traitant": _m(
        "DLU",
        retirer("h:participant[h:functionCode/@code='PCP']"),
        ("En-tête › Participant", "médecin traitant absent"),
    ),
    "participant sans date": _m("DLU", retirer("h:participant/h:time"), ("En-tête › Participant › date", ABSENT)),
    "participant de rôle inconnu": _m(
        "DLU",
        doubler("h:participant", typeCode="ZZZ"),
        ("En-tête › Participant n° 2 › attribut typeCode", HORS_JEU),
    ),
    "période de participant vide": _m(
        "DLU",
        lambda racine: un(racine, "h:participant/h:time").clear(),
        ("En-tête › Participant › date", "période sans début ni fin"),
    ),
    "IPS-FR, libellé du médecin traitant": _m(
        "IPS-FR",
        poser("h:participant[@typeCode='INF']/h:functionCode", displayName="Docteur"),
        ("En-tête › Participant", "aucun participant INF n'a le rôle et le libellé attendus"),
    ),
    # --- act and stay
    "sans acte": _m("LDL-SES", retirer("h:documentationOf"), ("En-tête › Acte documenté", ABSENT)),
    "acte d'un autre modèle": _m(
        "FLUDT",
        poser(f"{ACTE}/h:code", code="34117-2"),
        ("En-tête › Acte documenté › code de l'acte", "acte contraire au modèle"),
    ),
    "acte sans début": _m(
        "FLUDT", retirer(f"{ACTE}/h:effectiveTime/h:low"), ("En-tête › Acte documenté › date › début", ABSENT)
    ),
    "acte fini avant d'avoir commencé": _m(
        "FLUDT",
        ajouter(f"{ACTE}/h:effectiveTime", '<high value="20200326153500+0100"/>'),
        ("En-tête › Acte documenté › date", "la fin précède le début"),
    ),
    "sans exécutant": _m("FLUDT", retirer(f"{ACTE}/h:performer"), ("En-tête › Acte documenté › Exécutant", ABSENT)),
    "exécutant sans structure": _m(
        "FLUDT",
        retirer(f"{EXECUTANT}/h:representedOrganization"),
        ("En-tête › Acte documenté › Exécutant › structure", ABSENT),
    ),
    "exécutant sans cadre d'exercice": _m(
        "FLUDT",
        retirer(f"{EXECUTANT}/h:representedOrganization/h:standardIndustryClassCode"),
        ("En-tête › Acte documenté › Exécutant › structure › cadre d'exercice", ABSENT),
    ),
    "sans prise en charge": _m("FLUDT", retirer("h:componentOf"), ("En-tête › Prise en charge", ABSENT)),
    "prise en charge sans dates": _m(
        "FLUDT",
        lambda racine: un(racine, f"{SEJOUR}/h:effectiveTime").clear(),
        ("En-tête › Prise en charge › date", "période sans début ni fin"),
    ),
    "sans lieu": _m("FLUDT", retirer(f"{SEJOUR}/h:location"), ("En-tête › Prise en charge › lieu", ABSENT)),
    "secteur inconnu": _m(
        "FLUDT",
        poser(f"{SEJOUR}/h:location/h:healthCareFacility/h:code", code="SA99"),
        ("En-tête › Prise en charge › lieu › structure › secteur d'activité", HORS_JEU),
    ),
    # --- data types
    "attribut vide": _m(
        "FLUDT", poser("h:title", language=""), ("En-tête › titre › attribut language", "attribut vide")
    ),
    "valeur et nullFlavor": _m(
        "FLUDT",
        poser(f"{EXECUTANT}/h:id", nullFlavor="UNK"),
        ("En-tête › Acte documenté › Exécutant › identifiant", "une valeur et un nullFlavor à la fois"),
    ),
    "nullFlavor inventé": _m(
        "FLUDT",
        suite(
            oter(f"{PATIENT}/h:name/h:family[@qualifier='CL']", "qualifier"),
            poser(f"{PATIENT}/h:name/h:family[2]", nullFlavor="RIEN", qualifier="CL"),
        ),
        ("En-tête › Patient › nom › nom de famille n° 2", "nullFlavor inconnu"),
    ),
    "code sans système": _m(
        "FLUDT",
        oter(f"({SECTIONS}/h:entry/h:observation/h:code)[1]", "codeSystem"),
        (
            "Corps › Section « Résultats d'événements » › Entrée n° 1 › observation › code › attribut codeSystem",
            "code sans son système",
        ),
    ),
    "deux fois la même télécommunication": _m(
        "FLUDT",
        doubler(f"{EXECUTANT}/h:representedOrganization/h:telecom"),
        ("En-tête › Acte documenté › Exécutant › structure › télécommunication n° 2", IDENTIQUE),
    ),
    "deux fois la même adresse": _m(
        "FLUDT",
        doubler(f"{EXECUTANT}/h:representedOrganization/h:addr"),
        ("En-tête › Acte documenté › Exécutant › structure › adresse n° 2", IDENTIQUE),
    ),
    "deux fois le même identifiant": _m(
        "FLUDT",
        doubler("h:author/h:assignedAuthor/h:id"),
        ("En-tête › Auteur › identifiant n° 2", IDENTIQUE),
    ),
    "adresse nulle à côté d'une vraie": _m(
        "FLUDT",
        ajouter(
            f"{EXECUTANT}/h:representedOrganization", '<addr nullFlavor="NASK"/>', avant="h:standardIndustryClassCode"
        ),
        (
            "En-tête › Acte documenté › Exécutant › structure › adresse n° 2",
            "un élément nul à côté d'un élément renseigné",
        ),
    ),
    "adresse en lignes et en parties": _m(
        "FLUDT",
        ajouter(f"{EXECUTANT}/h:representedOrganization/h:addr", "<streetAddressLine>x</streetAddressLine>"),
        (
            AVERTISSEMENT,
            "En-tête › Acte documenté › Exécutant › structure › adresse",
            "adresse en lignes et en parties à la fois",
        ),
    ),
    "ville répétée": _m(
        "FLUDT",
        ajouter(f"{EXECUTANT}/h:representedOrganization/h:addr", "<city>x</city>"),
        ("En-tête › Acte documenté › Exécutant › structure › adresse", "partie d'adresse répétée"),
    ),
    "texte dans une adresse": _m(
        "FLUDT",
        ecrire(f"{EXECUTANT}/h:representedOrganization/h:addr", "ici"),
        ("En-tête › Acte documenté › Exécutant › structure › adresse", "adresse mêlant texte et éléments"),
    ),
    "huit lignes d'adresse": _m(
        "FLUDT",
        lambda racine: (
            un(racine, f"{EXECUTANT}/h:addr")
            .getparent()
            .replace(  # type: ignore[union-attr]
                un(racine, f"{EXECUTANT}/h:addr"),
                etree.fromstring(f'<addr xmlns="{HL7}">{"<streetAddressLine>x</streetAddressLine>" * 8}</addr>'),
            )
        ),
        ("En-tête › Acte documenté › Exécutant › adresse", "trop de lignes d'adresse"),
    ),
    "usage inconnu": _m(
        "FLUDT",
        poser(f"{EXECUTANT}/h:representedOrganization/h:telecom", use="BUREAU"),
        ("En-tête › Acte documenté › Exécutant › structure › télécommunication › attribut use", "usage inconnu"),
    ),
    "téléphone avec des espaces": _m(
        "FLUDT",
        poser(f"{EXECUTANT}/h:representedOrganization/h:telecom", value="tel:01 31 93 19 02"),
        (
            "En-tête › Acte documenté › Exécutant › structure › télécommunication › attribut value",
            "moyen de communication mal écrit",
        ),
    ),
    "téléphone sans protocole": _m(
        "FLUDT",
        poser(f"{EXECUTANT}/h:representedOrganization/h:telecom", value="0131931902"),
        (
            "En-tête › Acte documenté › Exécutant › structure › télécommunication › attribut value",
            "moyen de communication mal écrit",
        ),
    ),
    "télécommunication vide": _m(
        "FLUDT",
        oter(f"{EXECUTANT}/h:representedOrganization/h:telecom", "value"),
        ("En-tête › Acte documenté › Exécutant › structure › télécommunication", "moyen de communication sans valeur"),
    ),
    "mois 13": _m(
        "FLUDT",
        poser("h:effectiveTime", value="20201327153500+0100"),
        ("En-tête › date de création › attribut value", DATE),
    ),
    "date à la française": _m(
        "FLUDT", poser("h:effectiveTime", value="27/03/2020"), ("En-tête › date de création › attribut value", DATE)
    ),
    "heure 25": _m(
        "FLUDT", poser("h:effectiveTime", value="2020032725"), ("En-tête › date de création › attribut value", DATE)
    ),
    # --- sections and narrative
    "section exigée absente": _m(
        "FLUDT",
        retirer("h:component/h:structuredBody/h:component[h:section/h:code/@code='8716-3']"),
        ("Corps", "section « Signes vitaux » absente"),
    ),
    "section en double": _m(
        "LDL-SES",
        doubler("h:component/h:structuredBody/h:component[h:section/h:code/@code='33557-0']"),
        ("Corps › Section « Statut du document »", "section répétée"),
        ("", "ID déjà employé"),
    ),
    "code de section faux": _m(
        "FLUDT",
        poser(f"{SECTIONS}/h:code[@code='46264-8']", code="46264-9"),
        ("Corps › Section n° 6 › code", "code de section contraire au modèle"),
    ),
    "section sans texte": _m(
        "FLUDT",
        retirer(f"{SECTIONS}[h:code/@code='47420-5']/h:text"),
        ("Corps › Section « Statut fonctionnel » › texte", "section sans texte"),
        (
            AVERTISSEMENT,
            "Corps › Section « Statut fonctionnel » › texte",
            "des entrées sans texte : un lecteur ne les verra pas",
        ),
    ),
    "section sans entrée": _m(
        "FLUDT",
        retirer(f"{SECTIONS}[h:code/@code='10160-0']/h:entry"),
        ("Corps › Section « Traitements » › Entrée", "section sans entrée"),
    ),
    "ID en double": _m(
        "FLUDT",
        lambda racine: un(racine, f"({SECTIONS}/h:text//*[@ID])[2]").set(
            "ID", un(racine, f"({SECTIONS}/h:text//*[@ID])[1]").get("ID") or ""
        ),
        ("", "ID déjà employé"),
        (AVERTISSEMENT, "", "référence à un passage qui n'existe pas"),
    ),
    "référence dans le vide": _m(
        "FLUDT",
        poser(f"({SECTIONS}[h:code/@code='8716-3']//h:reference[@value='pouls'])[1]", value="#nulle-part"),
        (
            AVERTISSEMENT,
            "",
            "référence à un passage qui n'existe pas",
        ),
    ),
    "pièce jointe introuvable": _m(
        "DLU",
        poser("(//h:renderMultiMedia)[1]", referencedObject="nulle-part"),
        ("", "pièce jointe introuvable"),
    ),
    # --- unstructured
    "N1 d'un type inconnu": _m(
        "N1",
        poser("h:component/h:nonXMLBody/h:text", mediaType="video/mp4"),
        ("Corps › texte › attribut mediaType", "type de fichier non admis"),
    ),
    "N1 sans base 64": _m(
        "N1",
        oter("h:component/h:nonXMLBody/h:text", "representation"),
        ("Corps › texte › attribut representation", "fichier qui n'est pas en base 64"),
    ),
    "N1 tronqué": _m(
        "N1", ecrire("h:component/h:nonXMLBody/h:text", "JVBERi0xLjQ"), ("Corps › texte", "base 64 illisible")
    ),
    "N1 vide": _m("N1", ecrire("h:component/h:nonXMLBody/h:text", " "), ("Corps › texte", "fichier vide")),
    "N1 qui n'est pas un PDF": _m(
        "N1",
        ecrire("h:component/h:nonXMLBody/h:text", "AAAA"),
        ("Corps › texte", "le fichier n'est pas du type annoncé"),
    ),
    "N1 en PDF/A-3": _m(
        "N1",
        ecrire("h:component/h:nonXMLBody/h:text", "JVBERi0xLjcgcGRmYWlkOnBhcnQ+Mzwv"),
        (AVERTISSEMENT, "Corps › texte", "le PDF déclare une autre partie que PDF/A-1"),
    ),
    "N1 en PDF/A-1": _m("N1", ecrire("h:component/h:nonXMLBody/h:text", "JVBERi0xLjQgcGRmYWlkOnBhcnQ+MTwv")),
    "N1 sans corps de fichier": _m("N1", retirer("h:component/h:nonXMLBody/h:text"), ("Corps › texte", "corps vide")),
}
"""Name → mutant. A finding whose place is empty is compared by its message alone."""
