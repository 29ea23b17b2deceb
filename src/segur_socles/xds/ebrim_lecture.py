"""Read a ``lcm:SubmitObjectsRequest``: objects as they are written, then as typed metadata.

Two steps on purpose: a registry must first see what is there, to say what is missing (:class:`ObjetRim`); a
typed :class:`DocumentEntry` only exists when nothing mandatory is missing.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final, TypeVar

from lxml import etree

from segur_socles.errors import Constat, DocumentInvalideError
from segur_socles.nomenclatures.codes import Code
from segur_socles.xds.entry import Auteur, DocumentEntry, SubmissionSet
from segur_socles.xds.formats import Cx, Xcn, Xon, lire_code_texte
from segur_socles.xds.schemes import CLASSE_SIGNATURE, DOCUMENT, LOT, NS_XDS

__all__ = [
    "AssociationLue",
    "ClassificationLue",
    "ObjetRim",
    "Soumission",
    "lire_entree",
    "lire_lot",
    "lire_soumission",
]

_T = TypeVar("_T")

_RIM: Final = f"{{{NS_XDS['rim']}}}"


@dataclass(frozen=True, slots=True)
class ClassificationLue:
    """One Classification: its scheme (or node), the code it bears, its slots and label."""

    id: str
    scheme: str
    node: str
    code: str
    slots: Mapping[str, tuple[str, ...]] = field(repr=False)
    libelle: str

    def vers_code(self) -> Code:
        """Return the code, its coding scheme and label; absent parts are empty."""
        return Code(self.code, next(iter(self.slots.get("codingScheme", ())), ""), self.libelle)


@dataclass(frozen=True, slots=True)
class AssociationLue:
    """One Association, its type in full."""

    id: str
    type: str
    source: str
    cible: str
    slots: Mapping[str, tuple[str, ...]] = field(repr=False)


@dataclass(frozen=True, slots=True)
class ObjetRim:
    """A RegistryPackage or an ExtrinsicObject as written; nothing is checked yet."""

    id: str
    type_objet: str
    type_mime: str
    slots: Mapping[str, tuple[str, ...]] = field(repr=False)
    titre: str | None = field(repr=False)
    commentaire: str | None = field(repr=False)
    classifications: tuple[ClassificationLue, ...] = field(repr=False)
    identifiants: tuple[tuple[str, str], ...] = field(repr=False)

    def slot(self, name: str) -> str | None:
        """Return the first value of a slot."""
        return next(iter(self.slots.get(name, ())), None)

    def codes(self, scheme: str) -> tuple[Code, ...]:
        """Return the codes classified under ``scheme``."""
        return tuple(c.vers_code() for c in self.classifications if c.scheme == scheme)

    def code(self, scheme: str) -> Code | None:
        """Return the first code classified under ``scheme``."""
        return next(iter(self.codes(scheme)), None)

    def identifiant(self, scheme: str) -> str | None:
        """Return the value of the ExternalIdentifier of ``scheme``."""
        return next((value for known, value in self.identifiants if known == scheme), None)

    def auteurs(self, scheme: str) -> tuple[Auteur, ...]:
        """Return the authors classified under ``scheme`` that name a person."""
        return tuple(_auteur(c) for c in self.classifications if c.scheme == scheme and c.slots.get("authorPerson"))

    @property
    def unique_id(self) -> str | None:
        """Identifier for ever (uniqueId) of the document or of the submission set."""
        return self.identifiant(DOCUMENT["uniqueId"]) or self.identifiant(LOT["uniqueId"])

    @property
    def patient(self) -> Cx | None:
        """patientId, its tail dropped."""
        value = self.identifiant(DOCUMENT["patientId"]) or self.identifiant(LOT["patientId"])
        return Cx.lire(value) if value else None

    @property
    def est_signature(self) -> bool:
        """Whether this is the entry of a lot's signature."""
        classe = self.code(DOCUMENT["classCode"])
        return classe is not None and classe.code == CLASSE_SIGNATURE.code


@dataclass(frozen=True, slots=True)
class Soumission:
    """Everything one SubmitObjectsRequest holds, in its order; ``ids`` are all the ``id`` attributes met."""

    lots: tuple[ObjetRim, ...]
    entrees: tuple[ObjetRim, ...]
    associations: tuple[AssociationLue, ...]
    ids: tuple[str, ...]

    @property
    def lot(self) -> ObjetRim:
        """The one submission set. Raises :class:`DocumentInvalideError` if there is not exactly one."""
        if len(self.lots) != 1:
            raise _refused((Constat("RegistryPackage", f"{len(self.lots)} lot(s) de soumission, un seul attendu"),))
        return self.lots[0]

    @property
    def documents(self) -> tuple[ObjetRim, ...]:
        """The entries of documents, signature excluded."""
        return tuple(entree for entree in self.entrees if not entree.est_signature)

    @property
    def signatures(self) -> tuple[ObjetRim, ...]:
        """The entries of signatures."""
        return tuple(entree for entree in self.entrees if entree.est_signature)


def lire_soumission(element: etree._Element) -> Soumission:
    """Read the first SubmitObjectsRequest found at or under ``element`` (an ITI-41 body, for one).

    Nothing is judged here but the presence of that request: :class:`DocumentInvalideError` without it.
    """
    request = next(element.iter(f"{{{NS_XDS['lcm']}}}SubmitObjectsRequest"), None)
    objects = None if request is None else request.find(f"{_RIM}RegistryObjectList")
    if objects is None:
        raise _refused((Constat("SubmitObjectsRequest", "liste d'objets absente"),))
    return Soumission(
        lots=tuple(_objet(e) for e in objects.iterchildren(f"{_RIM}RegistryPackage")),
        entrees=tuple(_objet(e) for e in objects.iterchildren(f"{_RIM}ExtrinsicObject")),
        associations=tuple(_association(e) for e in objects.iterchildren(f"{_RIM}Association")),
        ids=tuple(e.get("id", "") for e in objects.iter(f"{_RIM}*") if e.get("id") is not None),
    )


def lire_entree(objet: ObjetRim) -> DocumentEntry:
    """Turn an ExtrinsicObject into typed metadata.

    Raises :class:`DocumentInvalideError` listing every mandatory item that is missing.
    """
    manques: list[Constat] = []
    auteurs = objet.auteurs(DOCUMENT["author"])
    _exiger(auteurs, "authorPerson", manques)
    taille = objet.slot("size")
    if taille is not None and not (taille.isascii() and taille.isdigit()):
        manques.append(Constat("size", "nombre entier attendu"))
    valeurs = {name: _exiger(objet.code(DOCUMENT[name]), name, manques) for name in _CODES}
    slots = {name: _exiger(objet.slot(name), name, manques) for name in _SLOTS}
    unique_id = _exiger(objet.unique_id, "uniqueId", manques)
    patient = _exiger(objet.patient, "patientId", manques)
    titre = _exiger(objet.titre, "title", manques)
    confidentialites = objet.codes(DOCUMENT["confidentialityCode"])
    _exiger(confidentialites, "confidentialityCode", manques)
    if manques or not unique_id or patient is None or titre is None:
        raise _refused(tuple(manques))
    codes = {name: code for name, code in valeurs.items() if code is not None}
    textes = {name: value for name, value in slots.items() if value is not None}
    return DocumentEntry(
        id=objet.id,
        unique_id=unique_id,
        patient=patient,
        auteurs=auteurs,
        signataire_legal=Xcn.lire(textes["legalAuthenticator"]),
        titre=titre,
        type=codes["typeCode"],
        classe=codes["classCode"],
        format=codes["formatCode"],
        confidentialites=confidentialites,
        lieu=codes["healthcareFacilityTypeCode"],
        cadre=codes["practiceSettingCode"],
        creation=textes["creationTime"],
        debut=textes["serviceStartTime"],
        fin=objet.slot("serviceStopTime"),
        patient_source=Cx.lire(textes["sourcePatientId"]),
        patient_source_infos=objet.slots.get("sourcePatientInfo", ()),
        langue=textes["languageCode"],
        type_mime=objet.type_mime,
        evenements=objet.codes(DOCUMENT["eventCodeList"]),
        commentaire=objet.commentaire,
        hash=objet.slot("hash"),
        taille=int(taille) if taille else None,
        uri=objet.slot("URI"),
    )


def lire_lot(objet: ObjetRim) -> SubmissionSet:
    """Turn a RegistryPackage into typed metadata; :class:`DocumentInvalideError` lists what is missing."""
    manques: list[Constat] = []
    auteurs = objet.auteurs(LOT["author"])
    _exiger(auteurs, "authorPerson", manques)
    unique_id = _exiger(objet.unique_id, "uniqueId", manques)
    source_id = _exiger(objet.identifiant(LOT["sourceId"]), "sourceId", manques)
    patient = _exiger(objet.patient, "patientId", manques)
    heure = _exiger(objet.slot("submissionTime"), "submissionTime", manques)
    contenu = _exiger(objet.code(LOT["contentTypeCode"]), "contentTypeCode", manques)
    if manques or not (unique_id and source_id and patient and heure and contenu):
        raise _refused(tuple(manques))
    return SubmissionSet(
        id=objet.id,
        unique_id=unique_id,
        source_id=source_id,
        patient=patient,
        auteur=auteurs[0],
        heure=heure,
        type_contenu=contenu,
        titre=objet.titre,
        commentaire=objet.commentaire,
    )


_CODES: Final = ("typeCode", "classCode", "formatCode", "healthcareFacilityTypeCode", "practiceSettingCode")
_SLOTS: Final = ("creationTime", "languageCode", "legalAuthenticator", "serviceStartTime", "sourcePatientId")


def _exiger(value: _T, name: str, manques: list[Constat]) -> _T:
    if not value:
        manques.append(Constat(name, "métadonnée obligatoire absente", "CI-SIS, volet partage de documents"))
    return value


def _refused(constats: tuple[Constat, ...]) -> DocumentInvalideError:
    return DocumentInvalideError("Les métadonnées du lot de soumission sont incomplètes.", constats=constats)


def _slots(element: etree._Element) -> dict[str, tuple[str, ...]]:
    return {
        slot.get("name", ""): tuple((value.text or "").strip() for value in slot.iter(f"{_RIM}Value"))
        for slot in element.iterchildren(f"{_RIM}Slot")
    }


def _localise(element: etree._Element, name: str) -> str | None:
    string = element.find(f"{_RIM}{name}/{_RIM}LocalizedString")
    return None if string is None else string.get("value")


def _objet(element: etree._Element) -> ObjetRim:
    return ObjetRim(
        id=element.get("id", ""),
        type_objet=element.get("objectType", ""),
        type_mime=element.get("mimeType", ""),
        slots=_slots(element),
        titre=_localise(element, "Name"),
        commentaire=_localise(element, "Description"),
        classifications=tuple(_classification(e) for e in element.iterchildren(f"{_RIM}Classification")),
        identifiants=tuple(
            (e.get("identificationScheme", ""), e.get("value", ""))
            for e in element.iterchildren(f"{_RIM}ExternalIdentifier")
        ),
    )


def _classification(element: etree._Element) -> ClassificationLue:
    return ClassificationLue(
        id=element.get("id", ""),
        scheme=element.get("classificationScheme", ""),
        node=element.get("classificationNode", ""),
        code=element.get("nodeRepresentation", ""),
        slots=_slots(element),
        libelle=_localise(element, "Name") or "",
    )


def _association(element: etree._Element) -> AssociationLue:
    return AssociationLue(
        id=element.get("id", ""),
        type=element.get("associationType", ""),
        source=element.get("sourceObject", ""),
        cible=element.get("targetObject", ""),
        slots=_slots(element),
    )


def _auteur(classification: ClassificationLue) -> Auteur:
    def first(name: str) -> str | None:
        return next(iter(classification.slots.get(name, ())), None)

    institution, specialite = first("authorInstitution"), first("authorSpecialty")
    return Auteur(
        personne=Xcn.lire(classification.slots["authorPerson"][0]),
        institution=Xon.lire(institution) if institution else None,
        specialite=lire_code_texte(specialite) if specialite else None,
        role=first("authorRole"),
    )
