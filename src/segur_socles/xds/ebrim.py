"""Write ebRIM 3.0 metadata: the ``lcm:SubmitObjectsRequest`` of a submission set.

Children stand in the order that ``rim.xsd`` imposes (slots, name, description, classifications, external
identifiers), objects in the order of the GIE SESAM-Vitale samples (package, documents, signature,
associations), and every ``id`` differs, which the schema does not check.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from itertools import count
from typing import Final

from segur_socles._core.xml import attr, text
from segur_socles.nomenclatures.codes import Code
from segur_socles.xds.entry import Association, Auteur, DocumentEntry, SubmissionSet
from segur_socles.xds.formats import ecrire_code
from segur_socles.xds.schemes import ASSOCIATIONS, DOCUMENT, IDENTIFIANTS, LOT, NS_XDS, OBJET_STABLE

__all__ = ["ecrire_reference", "ecrire_requete", "ecrire_soumission", "entre_quotes"]


def ecrire_soumission(lot: SubmissionSet, entrees: Sequence[DocumentEntry], associations: Sequence[Association]) -> str:
    """Write the request. Symbolic identifiers of ``lot``, ``entrees`` and ``associations`` must all differ."""
    return _Redacteur(lot, entrees, associations).requete()


def ecrire_reference(requete: str, *, parametre: str, valeur: str) -> str:
    """Write an ITI-18 request that answers references only; ``requete`` is a stored query's UUID."""
    return ecrire_requete(requete, ((parametre, f"({entre_quotes(valeur)})"),), retour="ObjectRef")


def ecrire_requete(requete: str, parametres: Iterable[tuple[str, str]], *, retour: str) -> str:
    """Write an ITI-18 request: each parameter with its value in the stored queries' own syntax.

    ``retour`` is ``LeafClass`` (whole metadata) or ``ObjectRef``. A text is quoted (see :func:`entre_quotes`), a
    list stands in parentheses, a time is bare digits (IHE ITI TF-2 3.18.4.1.2.3.3, certain).
    """
    slots = "".join(_slot(nom, [valeur]) for nom, valeur in parametres)
    return (
        f'<query:AdhocQueryRequest xmlns:query="{NS_XDS["query"]}" xmlns:rim="{NS_XDS["rim"]}">'
        f'<query:ResponseOption returnComposedObjects="true" returnType="{attr(retour)}"/>'
        f'<rim:AdhocQuery id="{attr(requete)}">{slots}</rim:AdhocQuery>'
        "</query:AdhocQueryRequest>"
    )


def entre_quotes(valeur: str) -> str:
    """Quote a text for a stored query, its own quotes doubled."""
    return "'" + valeur.replace("'", "''") + "'"


_ADRESSES: Final = (
    ("classCode", "classe"),
    ("typeCode", "type"),
    ("confidentialityCode", "confidentialites"),
    ("formatCode", "format"),
    ("healthcareFacilityTypeCode", "lieu"),
    ("practiceSettingCode", "cadre"),
    ("eventCodeList", "evenements"),
)
"""Coded metadata in the order written → field of :class:`DocumentEntry`."""


class _Redacteur:
    """One request being written: holds the counter that keeps every id apart."""

    def __init__(
        self, lot: SubmissionSet, entrees: Sequence[DocumentEntry], associations: Sequence[Association]
    ) -> None:
        self._lot, self._entrees, self._associations = lot, entrees, associations
        given = [lot.id, *(e.id for e in entrees), *(a.id for a in associations)]
        if len(set(given)) != len(given):
            message = "symbolic identifiers of one submission must differ"
            raise ValueError(message)
        self._taken = frozenset(given)
        self._numbers = count(1)

    def requete(self) -> str:
        objets = "".join((self._package(self._lot), *map(self._document, self._entrees)))
        liens = "".join(map(_association, self._associations))
        return (
            f'<lcm:SubmitObjectsRequest xmlns:lcm="{NS_XDS["lcm"]}" xmlns:rim="{NS_XDS["rim"]}">'
            f"<rim:RegistryObjectList>{objets}{liens}</rim:RegistryObjectList></lcm:SubmitObjectsRequest>"
        )

    def _package(self, lot: SubmissionSet) -> str:
        node = f'classificationNode="{LOT["node"]}" classifiedObject="{attr(lot.id)}"'
        return "".join(
            (
                f'<rim:RegistryPackage id="{attr(lot.id)}">',
                _slot("submissionTime", [lot.heure]),
                _localise("Name", lot.titre),
                _localise("Description", lot.commentaire),
                self._auteur(lot.id, LOT["author"], lot.auteur),
                self._code(lot.id, LOT["contentTypeCode"], lot.type_contenu),
                f'<rim:Classification id="{self._id("cla")}" {node}/>',
                self._identifiant(lot.id, LOT["patientId"], lot.patient.cx()),
                self._identifiant(lot.id, LOT["sourceId"], lot.source_id),
                self._identifiant(lot.id, LOT["uniqueId"], lot.unique_id),
                "</rim:RegistryPackage>",
            )
        )

    def _document(self, entree: DocumentEntry) -> str:
        mime = f'mimeType="{attr(entree.type_mime)}"'
        return "".join(
            (
                f'<rim:ExtrinsicObject id="{attr(entree.id)}" {mime} objectType="{OBJET_STABLE}">',
                *_slots(entree),
                _localise("Name", entree.titre),
                _localise("Description", entree.commentaire),
                *(self._auteur(entree.id, DOCUMENT["author"], auteur) for auteur in entree.auteurs),
                *self._codes(entree),
                self._identifiant(entree.id, DOCUMENT["patientId"], entree.patient.cx()),
                self._identifiant(entree.id, DOCUMENT["uniqueId"], entree.unique_id),
                "</rim:ExtrinsicObject>",
            )
        )

    def _codes(self, entree: DocumentEntry) -> Iterator[str]:
        for scheme, champ in _ADRESSES:
            valeur: Code | tuple[Code, ...] = getattr(entree, champ)
            for code in (valeur,) if isinstance(valeur, Code) else valeur:
                yield self._code(entree.id, DOCUMENT[scheme], code)

    def _id(self, prefixe: str) -> str:
        return next(i for i in (f"{prefixe}{n}" for n in self._numbers) if i not in self._taken)

    def _auteur(self, objet: str, scheme: str, auteur: Auteur) -> str:
        slots = (
            ("authorPerson", str(auteur.personne)),
            ("authorRole", auteur.role),
            ("authorSpecialty", ecrire_code(auteur.specialite) if auteur.specialite else None),
            ("authorInstitution", str(auteur.institution) if auteur.institution else None),
        )
        return self._classification(objet, scheme, "", [_slot(name, [v]) for name, v in slots if v])

    def _code(self, objet: str, scheme: str, code: Code) -> str:
        content = [_slot("codingScheme", [code.systeme]), _localise("Name", code.libelle)]
        return self._classification(objet, scheme, code.code, content)

    def _classification(self, objet: str, scheme: str, code: str, content: Iterable[str]) -> str:
        return (
            f'<rim:Classification id="{self._id("cla")}" classificationScheme="{scheme}"'
            f' classifiedObject="{attr(objet)}" nodeRepresentation="{attr(code)}">{"".join(content)}'
            "</rim:Classification>"
        )

    def _identifiant(self, objet: str, scheme: str, valeur: str) -> str:
        return (
            f'<rim:ExternalIdentifier id="{self._id("ei")}" identificationScheme="{scheme}"'
            f' registryObject="{attr(objet)}" value="{attr(valeur)}">{_localise("Name", IDENTIFIANTS[scheme])}'
            "</rim:ExternalIdentifier>"
        )


def _slots(entree: DocumentEntry) -> Iterator[str]:
    """Write a document's slots, in alphabetical order as the samples do; the empty ones are left out."""
    values: tuple[tuple[str, Sequence[str | None]], ...] = (
        ("creationTime", [entree.creation]),
        ("hash", [entree.hash]),
        ("languageCode", [entree.langue]),
        ("legalAuthenticator", [str(entree.signataire_legal)]),
        ("serviceStartTime", [entree.debut]),
        ("serviceStopTime", [entree.fin]),
        ("size", [None if entree.taille is None else str(entree.taille)]),
        ("sourcePatientId", [entree.patient_source.cx()]),
        ("sourcePatientInfo", entree.patient_source_infos),
        ("URI", [entree.uri]),
    )
    for name, given in values:
        if written := [value for value in given if value is not None]:
            yield _slot(name, written)


def _association(lien: Association) -> str:
    return (
        f'<rim:Association id="{attr(lien.id)}" associationType="{ASSOCIATIONS[lien.type]}"'
        f' sourceObject="{attr(lien.source)}" targetObject="{attr(lien.cible)}">'
        f"{_slot('SubmissionSetStatus', ['Original'])}</rim:Association>"
    )


def _slot(name: str, values: Iterable[str]) -> str:
    written = "".join(f"<rim:Value>{text(value)}</rim:Value>" for value in values)
    return f'<rim:Slot name="{name}"><rim:ValueList>{written}</rim:ValueList></rim:Slot>'


def _localise(name: str, value: str | None) -> str:
    if value is None:
        return ""
    return f'<rim:{name}><rim:LocalizedString charset="UTF8" value="{attr(value)}" xml:lang="FR"/></rim:{name}>'
