"""Reading the header of any CDA R2, ours or foreign, by namespace and without trusting it."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta, timezone
from typing import Annotated, Final

from lxml import etree
from pydantic import Field

from segur_socles._core.model import Valeur
from segur_socles._core.xml import DOCUMENT, parse
from segur_socles.documents.cda.balises import HL7
from segur_socles.errors import Constat, DocumentInvalideError
from segur_socles.nomenclatures.codes import Code
from segur_socles.personnes.recue import IdentiteRecue
from segur_socles.personnes.traits import LIBELLES, Sexe, Trait, egaux, normaliser

__all__ = [
    "UN_USAGER",
    "ActeurLu",
    "EnteteLu",
    "StructureLue",
    "entete_de",
    "instant_hl7",
    "lire_entete",
    "lire_patient",
    "lire_racine",
]

UN_USAGER: Final = "CDA R2, recordTarget : un seul usager"
"""Rule of the findings about a document that names several persons, or gives one person contradictory traits."""

_NS: Final = {"h": HL7}
_TS: Final = re.compile(r"(\d{14}|\d{12})(?:\.\d+)?([+-])(\d{2})(\d{2})")
_ENTIER: Final = re.compile("[0-9]{1,9}")
_SEXES: Final = {"F": Sexe.FEMININ, "M": Sexe.MASCULIN}


class StructureLue(Valeur):
    """A structure as written: national identifier (``1`` + FINESS…), name, practice setting."""

    identifiant: str | None = None
    nom: str | None = None
    cadre: Code | None = None

    _visible = ("identifiant", "nom")


class ActeurLu(Valeur):
    """An author or a legal authenticator as written; ``logiciel`` when a software signed."""

    identifiant: str | None = None
    nom: str | None = None
    prenom: str | None = None
    profession: Code | None = None
    logiciel: str | None = None
    structure: StructureLue | None = None
    moment: str | None = None

    _visible = ("identifiant",)


class EnteteLu(Valeur):
    """Header of a received document, as written. Times are raw HL7 texts: see :func:`instant_hl7`.

    ``modeles`` are the roots of its templateIds, ``unique_id`` the XDS form of its identifier (``root`` or
    ``root^extension``).
    """

    unique_id: str
    set_id: str | None = None
    version: int | None = None
    remplace: str | None = None
    modeles: tuple[str, ...] = ()
    type: Code
    titre: str | None = None
    date_creation: str
    confidentialite: Code | None = None
    langue: str | None = None
    patient: Annotated[IdentiteRecue, Field(repr=False)]
    auteurs: tuple[ActeurLu, ...] = ()
    signataire: ActeurLu | None = None
    conservateur: StructureLue | None = None
    acte: Code | None = None
    acte_debut: str | None = None
    acte_fin: str | None = None
    executant: ActeurLu | None = None
    secteur: Code | None = None

    _visible = ("unique_id", "type")


def lire_entete(octets: bytes) -> EnteteLu:
    """Read the header of a CDA R2 document.

    Raises ``DocumentInvalideError``: not XML, not a CDA, without identifier, type, date or patient, about several
    patients, or with traits that contradict each other. What is optional and absent is None; nothing is guessed.
    """
    return entete_de(lire_racine(octets))


def entete_de(racine: etree._Element) -> EnteteLu:
    """Read the header of a document that :func:`lire_racine` parsed. Raises as :func:`lire_entete`."""
    unique_id, date = _identifiant(racine, "h:id"), _attribut(racine, "h:effectiveTime", "value")
    type_, role = _code(racine, "h:code"), racine.find("h:recordTarget/h:patientRole", _NS)
    if unique_id is None or type_ is None or date is None or role is None:
        presents = {"id": unique_id, "code": type_, "effectiveTime": date, "recordTarget": role}
        manques = tuple(
            Constat(f"ClinicalDocument/{nom}", "élément absent ou vide", "CDA R2, en-tête")
            for nom, lu in presents.items()
            if lu is None
        )
        message = "L'en-tête du document est incomplet."
        raise DocumentInvalideError(message, constats=manques, remede="demander un document conforme à son émetteur")
    version = _attribut(racine, "h:versionNumber", "value")
    evenement = "h:documentationOf[1]/h:serviceEvent"
    return EnteteLu(
        unique_id=unique_id,
        set_id=_identifiant(racine, "h:setId"),
        version=int(version) if version and _ENTIER.fullmatch(version) else None,
        remplace=_identifiant(racine, "h:relatedDocument[@typeCode='RPLC']/h:parentDocument/h:id"),
        modeles=tuple(t.get("root", "") for t in racine.findall("h:templateId", _NS)),
        type=type_,
        titre=_texte(racine, "h:title"),
        date_creation=date,
        confidentialite=_code(racine, "h:confidentialityCode"),
        langue=_attribut(racine, "h:languageCode", "code"),
        patient=_patient(role),
        auteurs=tuple(_acteur(a, "h:assignedAuthor") for a in racine.findall("h:author", _NS)),
        signataire=_un_acteur(racine, "h:legalAuthenticator"),
        conservateur=_structure(racine, "h:custodian/h:assignedCustodian/h:representedCustodianOrganization"),
        acte=_code(racine, f"{evenement}/h:code"),
        acte_debut=_attribut(racine, f"{evenement}/h:effectiveTime/h:low", "value"),
        acte_fin=_attribut(racine, f"{evenement}/h:effectiveTime/h:high", "value"),
        executant=_un_acteur(racine, f"{evenement}/h:performer"),
        secteur=_code(racine, "h:componentOf/h:encompassingEncounter/h:location/h:healthCareFacility/h:code"),
    )


def lire_patient(octets: bytes) -> IdentiteRecue | None:
    """Read whom a CDA R2 document is about, whatever else its header lacks; None if it names nobody.

    Raises ``DocumentInvalideError``: not XML, not a CDA, about several patients, or contradictory.
    """
    role = lire_racine(octets).find("h:recordTarget/h:patientRole", _NS)
    return None if role is None else _patient(role)


def lire_racine(octets: bytes) -> etree._Element:
    """Parse a CDA R2 document about one person. Raises ``DocumentInvalideError``: not XML, not a CDA, two people."""
    racine = parse(octets, quota=DOCUMENT, what="Le document")
    if racine.tag != f"{{{HL7}}}ClinicalDocument":
        raise DocumentInvalideError(
            "Le document n'est pas un CDA R2.", remede="l'ouvrir avec le logiciel qui convient à son format"
        )
    _exiger_un_usager(racine)
    return racine


def instant_hl7(valeur: str | None) -> datetime | None:
    """Read an HL7 time that has hours and a zone (``20200327153500+0100``); None for anything less precise.

    A time without zone is not guessed: it could be an hour or two away from the truth.
    """
    lu = _TS.fullmatch(valeur or "")
    if lu is None:
        return None
    decalage = timedelta(hours=int(lu[3]), minutes=int(lu[4]))
    try:
        zone = timezone(-decalage if lu[2] == "-" else decalage) if decalage else UTC
        return datetime.strptime(lu[1].ljust(14, "0"), "%Y%m%d%H%M%S").replace(tzinfo=zone)
    except ValueError:
        return None


# --- one person ------------------------------------------------------------------------------------------

_CIBLE: Final = "h:recordTarget"
_PERSONNE: Final = f"{_CIBLE}/h:patientRole/h:patient"
_SEULS: Final = (_CIBLE, f"{_CIBLE}/h:patientRole", _PERSONNE)
"""Elements that the standard allows once."""

_REMEDE_USAGER: Final = "demander à son émetteur un document par usager"


def _exiger_un_usager(racine: etree._Element) -> None:
    """Refuse a header that names two people, or of which one trait has two values: any of the two might be read.

    A repetition that says the same thing again does no harm. Used names may be several, and no rule rests on them.
    """
    if any(len(racine.findall(chemin, _NS)) > 1 for chemin in _SEULS):
        ecarts = ["le document concerne plusieurs usagers"]
    else:
        ecarts = [
            f"le document contredit sa propre identité : {nom}"
            for nom, (trait, valeurs) in _traits_ecrits(racine).items()
            if any(not egaux(trait, valeurs[0], autre) for autre in valeurs[1:])
        ]
    if ecarts:
        constats = tuple(Constat("ClinicalDocument/recordTarget", e, UN_USAGER, _REMEDE_USAGER) for e in ecarts)
        raise DocumentInvalideError("Le document ne désigne pas un usager et un seul.", constats=constats)


def _traits_ecrits(racine: etree._Element) -> dict[str, tuple[Trait, list[str]]]:
    """Give every value written of each trait, comparable, under its French label."""
    noms = racine.findall(f"{_PERSONNE}/h:name", _NS)
    prenoms, lieux = LIBELLES[Trait.PRENOMS], racine.findall(f"{_PERSONNE}/h:birthplace/h:place/h:addr/h:county", _NS)
    lus: dict[str, tuple[Trait, Sequence[str | None]]] = {
        LIBELLES[Trait.NOM_NAISSANCE]: (Trait.NOM_NAISSANCE, [t for n in noms for t in _parties(n, "family", "BR")]),
        "premier prénom de naissance": (Trait.PRENOMS, [t for n in noms for t in _parties(n, "given", "BR")]),
        # Inside one name, given names may be written one by one.
        prenoms: (Trait.PRENOMS, [" ".join(filter(None, _parties(n, "given", None))) for n in noms]),
        LIBELLES[Trait.SEXE]: (Trait.SEXE, _attributs(racine, f"{_PERSONNE}/h:administrativeGenderCode", "code")),
        LIBELLES[Trait.DATE_NAISSANCE]: (
            Trait.DATE_NAISSANCE,
            [jour[:8] for jour in _attributs(racine, f"{_PERSONNE}/h:birthTime", "value")],
        ),
        LIBELLES[Trait.LIEU_NAISSANCE]: (Trait.LIEU_NAISSANCE, [_contenu(lieu) for lieu in lieux]),
    }
    return {nom: (trait, [str(normaliser(v)) for v in valeurs if v]) for nom, (trait, valeurs) in lus.items()}


def _parties(nom: etree._Element, balise: str, qualificatif: str | None) -> list[str | None]:
    return [_contenu(n) for n in nom.findall(f"h:{balise}", _NS) if n.get("qualifier") == qualificatif]


def _attributs(noeud: etree._Element, chemin: str, nom: str) -> list[str]:
    return [n.get(nom, "").strip() for n in noeud.findall(chemin, _NS)]


# --- parts -----------------------------------------------------------------------------------------------


def _patient(role: etree._Element) -> IdentiteRecue:
    nom = "h:patient/h:name"
    return IdentiteRecue(
        source="CDA",
        identifiants=tuple((i.get("root", ""), i.get("extension", "")) for i in role.findall("h:id", _NS)),
        nom_naissance=_qualifie(role, f"{nom}/h:family", "BR"),
        prenoms=_prenoms(role.find(nom, _NS)),
        premier_prenom=_qualifie(role, f"{nom}/h:given", "BR"),
        # Older documents mark the used name SP, or not at all; neither claims to be the birth name.
        nom_utilise=_qualifie(role, f"{nom}/h:family", "CL") or _qualifie(role, f"{nom}/h:family", "SP", None),
        prenom_utilise=_qualifie(role, f"{nom}/h:given", "CL"),
        sexe=_SEXES.get(_attribut(role, "h:patient/h:administrativeGenderCode", "code") or ""),
        date_naissance=_attribut(role, "h:patient/h:birthTime", "value"),
        lieu_naissance=_texte(role, "h:patient/h:birthplace/h:place/h:addr/h:county"),
    )


def _prenoms(nom: etree._Element | None) -> str | None:
    """Read the list of first names, which some write one by one."""
    return None if nom is None else " ".join(filter(None, _parties(nom, "given", None))) or None


def _un_acteur(noeud: etree._Element, chemin: str) -> ActeurLu | None:
    trouve = noeud.find(chemin, _NS)
    return None if trouve is None else _acteur(trouve, "h:assignedEntity")


def _acteur(noeud: etree._Element, role: str) -> ActeurLu:
    nom = f"{role}/h:assignedPerson/h:name"
    appareil = f"{role}/h:assignedAuthoringDevice"
    return ActeurLu(
        identifiant=_attribut(noeud, f"{role}/h:id", "extension"),
        nom=_texte(noeud, f"{nom}/h:family"),
        prenom=_texte(noeud, f"{nom}/h:given"),
        profession=_code(noeud, f"{role}/h:code"),
        logiciel=_texte(noeud, f"{appareil}/h:softwareName") or _texte(noeud, f"{appareil}/h:manufacturerModelName"),
        structure=_structure(noeud, f"{role}/h:representedOrganization"),
        moment=_attribut(noeud, "h:time", "value"),
    )


def _structure(noeud: etree._Element, chemin: str) -> StructureLue | None:
    trouvee = noeud.find(chemin, _NS)
    if trouvee is None:
        return None
    return StructureLue(
        identifiant=_attribut(trouvee, "h:id", "extension"),
        nom=_texte(trouvee, "h:name"),
        cadre=_code(trouvee, "h:standardIndustryClassCode"),
    )


# --- reading by namespace --------------------------------------------------------------------------------


def _attribut(noeud: etree._Element, chemin: str, nom: str) -> str | None:
    trouve = noeud.find(chemin, _NS)
    return None if trouve is None else trouve.get(nom, "").strip() or None


def _texte(noeud: etree._Element, chemin: str) -> str | None:
    return _contenu(noeud.find(chemin, _NS))


def _qualifie(noeud: etree._Element, chemin: str, *qualificatifs: str | None) -> str | None:
    """Read the first name part that bears one of the qualifiers (None: no qualifier at all)."""
    return next((_contenu(n) for n in noeud.findall(chemin, _NS) if n.get("qualifier") in qualificatifs), None)


def _contenu(noeud: etree._Element | None) -> str | None:
    return None if noeud is None else " ".join("".join(map(str, noeud.itertext())).split()) or None


def _code(noeud: etree._Element, chemin: str) -> Code | None:
    trouve = noeud.find(chemin, _NS)
    if trouve is None or not trouve.get("code"):
        return None
    return Code(trouve.get("code", ""), trouve.get("codeSystem", ""), trouve.get("displayName", ""))


def _identifiant(noeud: etree._Element, chemin: str) -> str | None:
    trouve = noeud.find(chemin, _NS)
    if trouve is None or not trouve.get("root"):
        return None
    extension = trouve.get("extension")
    return f"{trouve.get('root')}^{extension}" if extension else trouve.get("root")
