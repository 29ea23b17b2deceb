"""From a document and its header to its XDS metadata: every value has its source in the header.

Follows the CI-SIS mapping: times in UTC, labels from the value sets, class and format from the association
tables. What no public table confirms is said by :func:`classe_supposee`.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from datetime import datetime

from segur_socles._core.clock import hl7_utc
from segur_socles._core.model import RegleError
from segur_socles.documents.document import DocumentCda
from segur_socles.documents.entete import Entete
from segur_socles.errors import Constat, DocumentInvalideError
from segur_socles.nomenclatures.codes import Code, nomenclature
from segur_socles.personnes.identite import Identite
from segur_socles.personnes.matricule import MatriculeIns
from segur_socles.personnes.professionnel import Acteur, Professionnel
from segur_socles.xds.correspondances import classe_du_type, format_du_modele, type_contenu
from segur_socles.xds.entry import Association, Auteur, DocumentEntry, SubmissionSet
from segur_socles.xds.formats import Cx, Xcn, Xon

__all__ = [
    "LOT",
    "associer",
    "auteur_de",
    "classe_supposee",
    "cx_ins",
    "depuis_document",
    "patient_de",
    "personne_de",
    "soumission_de",
]

LOT = "SubmissionSet01"
"""Symbolic identifier of the one submission set of a message."""

_NORMAL = "N"


def depuis_document(
    document: DocumentCda,
    *,
    symbole: str,
    classe: str | None = None,
    avec_empreinte: bool = True,
    exiger_ins: bool = True,
    uri: str | None = None,
) -> DocumentEntry:
    """Derive the entry of ``document``, named ``symbole`` inside the message.

    ``classe`` (a code of JDV_J57) replaces the one of the association table; ``avec_empreinte`` adds hash and
    size; ``uri`` is the document's file in an archive. Without ``exiger_ins``, a person whose INS may not be
    transmitted is named by :func:`patient_de`. Raises :class:`IdentiteError` if the INS is required and may not
    be transmitted, :class:`DocumentInvalideError` if the type, the model or the class is in no table.
    """
    entete = document.entete
    if exiger_ins:
        entete.usager.identite.qualifiee()
    manques: list[Constat] = []
    code_classe = _classe(entete.type, classe, manques)
    code_format = _format(document.modele, manques)
    if code_classe is None or code_format is None:
        raise DocumentInvalideError(
            "Les métadonnées du document ne peuvent pas être établies.", constats=tuple(manques)
        )
    return DocumentEntry(
        id=symbole,
        unique_id=document.unique_id,
        patient=patient_de(entete),
        auteurs=(auteur_de(entete.auteur),),
        signataire_legal=personne_de(entete.responsable.professionnel),
        titre=entete.titre,
        type=nomenclature("JDV_J07").code(entete.type.code),
        classe=code_classe,
        format=code_format,
        confidentialites=_confidentialites(entete.confidentialite),
        lieu=entete.secteur,
        cadre=entete.cadre,
        creation=hl7_utc(entete.date_creation),
        debut=hl7_utc(entete.acte.debut),
        fin=hl7_utc(entete.acte.fin) if entete.acte.fin else None,
        langue=entete.langue,
        patient_source=_cx_local(entete),
        patient_source_infos=_infos(entete.usager.identite),
        hash=hashlib.sha1(document.octets, usedforsecurity=False).hexdigest() if avec_empreinte else None,
        taille=len(document.octets) if avec_empreinte else None,
        uri=uri,
    )


def soumission_de(
    acteur: Acteur, patient: Cx, *, unique_id: str, source_id: str, heure: datetime, contenu: str | None = None
) -> SubmissionSet:
    """Describe the submission set that ``acteur`` sends about ``patient``.

    ``contenu``: kind of activity (TRE_R209), by default that of the structure's sector.
    """
    secteur = acteur.structure.secteur.code
    return SubmissionSet(
        id=LOT,
        unique_id=unique_id,
        source_id=source_id,
        patient=patient,
        auteur=auteur_de(acteur),
        heure=hl7_utc(heure),
        type_contenu=nomenclature("CONTENT_TYPE").code(contenu) if contenu else type_contenu(secteur),
    )


def associer(membres: Iterable[str], autres: Iterable[tuple[str, str, str]] = ()) -> tuple[Association, ...]:
    """Link the set to its members; ``autres`` are other links: type, source, target."""
    liens = [*(("HasMember", LOT, membre) for membre in membres), *autres]
    return tuple(Association(f"assoc{rang}", *lien) for rang, lien in enumerate(liens, 1))


def classe_supposee(entete: Entete) -> bool:
    """Say whether the class of this document's type is our guess: no public source gives it."""
    return not classe_du_type(entete.type.code).certaine


def cx_ins(matricule: MatriculeIns) -> Cx:
    """Return the INS as an HL7 identifier."""
    return Cx(matricule.valeur, matricule.oid.value, "NH")


def patient_de(entete: Entete) -> Cx:
    """Return the INS if it may be transmitted, else the local identifier (the latter guessed: no source says it)."""
    qualifiee = entete.identite_qualifiee
    return cx_ins(qualifiee.matricule) if qualifiee else _cx_local(entete)


def personne_de(professionnel: Professionnel) -> Xcn:
    """Return a professional as an HL7 person."""
    return Xcn.professionnel(professionnel.id_nat, professionnel.nom, professionnel.prenom)


def auteur_de(acteur: Acteur) -> Auteur:
    """Return an actor as an author: person, structure, speciality."""
    return Auteur(
        personne=personne_de(acteur.professionnel),
        institution=Xon(acteur.structure.nom, acteur.structure.struct_idnat),
        specialite=acteur.professionnel.profession,
    )


def _cx_local(entete: Entete) -> Cx:
    return Cx(entete.usager.ipp.valeur, entete.usager.ipp.oid, "PI")


def _classe(type_document: Code, classe: str | None, manques: list[Constat]) -> Code | None:
    try:
        return classe_du_type(type_document.code).code if classe is None else nomenclature("CLASSES_DMP").code(classe)
    except RegleError as error:
        manques.append(Constat("classCode", error.message, error.regle, error.remede))
        return None


def _format(modele: str, manques: list[Constat]) -> Code | None:
    try:
        return format_du_modele(modele)
    except RegleError as error:
        manques.append(Constat("formatCode", error.message, error.regle, error.remede))
        return None


def _confidentialites(declaree: Code) -> tuple[Code, ...]:
    # N is always sent, whatever is added to it (JDV_J58, certain).
    normal = nomenclature("JDV_J08").code(_NORMAL)
    return (normal,) if declaree.code == _NORMAL else (normal, declaree)


def _infos(identite: Identite) -> tuple[str, ...]:
    """Write sourcePatientInfo: legal name, displayed name if it differs, birth date, sex."""
    traits = identite.traits
    legal = _nom(traits.nom_naissance, traits.premier_prenom)
    affiche = _nom(identite.nom_utilise or traits.nom_naissance, identite.prenom_utilise or traits.premier_prenom)
    return (
        f"PID-5|{legal}^^^^^L",
        *((f"PID-5|{affiche}^^^^^D",) if affiche != legal else ()),
        f"PID-7|{traits.naissance_hl7}",
        f"PID-8|{traits.sexe.value}",
    )


def _nom(nom: str, prenom: str) -> str:
    return "^".join(" ".join(part.replace("^", " ").replace("|", " ").split()) for part in (nom, prenom))
