"""Does each CDA say what its metadata and the VIHF say? Only its header is read.

The correspondence is that of the CI-SIS mapping (ANS, certain).
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC

from segur_socles.documents.cda.lecture import EnteteLu, instant_hl7, lire_entete
from segur_socles.errors import ChampInvalideError, DocumentInvalideError
from segur_socles.nomenclatures.codes import Code
from segur_socles.sandbox.dmp.acces import Appel
from segur_socles.sandbox.dmp.refus import Bilan, CodeXds
from segur_socles.xds.ebrim_lecture import Soumission
from segur_socles.xds.entry import DocumentEntry
from segur_socles.xds.formats import Cx

__all__ = ["controler_cda", "controler_remplacements"]


def controler_cda(entree: DocumentEntry, octets: bytes, nom: str, appel: Appel, bilan: Bilan) -> EnteteLu | None:
    """Record how the document, its metadata and the VIHF differ; ``nom`` is the document's name in the journal."""
    try:
        cda = lire_entete(octets)
    except (DocumentInvalideError, ChampInvalideError) as error:
        illisible = error.message
    else:
        bilan.noter(f"{nom} : CDA lisible", ok=True, code=CodeXds.CDA, texte="")
        _comparer(cda, entree, nom, appel, bilan)
        return cda
    bilan.noter(f"{nom} : CDA lisible", ok=False, code=CodeXds.CDA, texte=f"{nom} : {illisible}")
    return None


def controler_remplacements(
    soumission: Soumission, cdas: Mapping[str, EnteteLu], remplaces: Mapping[str, str], bilan: Bilan
) -> None:
    """Check that what the metadata replace (symbolic id → uniqueId) is what each CDA says it replaces."""
    for objet in soumission.documents:
        accord = cdas[objet.id].remplace == remplaces.get(objet.id)
        texte = "relatedDocument RPLC du CDA et association RPLC des métadonnées ne s'accordent pas"
        bilan.noter("Remplacement : CDA = métadonnées", accord, CodeXds.CDA_METADONNEES, texte)


def _comparer(cda: EnteteLu, entree: DocumentEntry, nom: str, appel: Appel, bilan: Bilan) -> None:
    auteurs = {auteur.identifiant for auteur in cda.auteurs}
    structures = {auteur.structure.identifiant for auteur in cda.auteurs if auteur.structure}
    confidentialite = cda.confidentialite.code if cda.confidentialite else ""
    cadre = cda.executant.structure.cadre if cda.executant and cda.executant.structure else None
    controles = (
        ("uniqueId = id du CDA", cda.unique_id == entree.unique_id),
        ("typeCode = code du CDA", _meme_code(cda.type, entree.type)),
        ("creationTime = effectiveTime (UTC)", _utc(cda.date_creation) == entree.creation),
        ("serviceStartTime = début de l'acte (UTC)", _utc(cda.acte_debut) == entree.debut),
        ("serviceStopTime = fin de l'acte (UTC)", entree.fin is None or _utc(cda.acte_fin) == entree.fin),
        ("languageCode = CDA", cda.langue == entree.langue),
        ("confidentialityCode = CDA", confidentialite in {code.code for code in entree.confidentialites}),
        ("healthcareFacilityTypeCode = CDA", _meme_code(cda.secteur, entree.lieu)),
        ("practiceSettingCode = CDA", _meme_code(cadre, entree.cadre)),
        ("patientId = INS du CDA", _paire(entree.patient) in cda.patient.identifiants),
        ("sourcePatientId = identifiant du CDA", _paire(entree.patient_source) in cda.patient.identifiants),
        ("authorPerson = auteur du CDA", {auteur.personne.id for auteur in entree.auteurs} <= auteurs),
        (
            "legalAuthenticator = signataire du CDA",
            cda.signataire is not None and cda.signataire.identifiant == entree.signataire_legal.id,
        ),
        ("structure de l'auteur du CDA = VIHF", appel.vihf.structure in structures),
    )
    for controle, ok in controles:
        libelle = f"{nom} : {controle}"
        bilan.noter(libelle, ok, CodeXds.CDA_METADONNEES, f"{libelle} : les deux valeurs diffèrent")


def _paire(cx: Cx) -> tuple[str, str]:
    return cx.autorite, cx.id


def _meme_code(un: Code | None, autre: Code) -> bool:
    # Labels may differ: those of the metadata come from the value set, those of the CDA from its author.
    return un is not None and (un.code, un.systeme) == (autre.code, autre.systeme)


def _utc(valeur: str | None) -> str | None:
    """Write an HL7 time as XDS does, in UTC and without zone; a date alone stays a date."""
    instant = instant_hl7(valeur)
    return valeur if instant is None else f"{instant.astimezone(UTC):%Y%m%d%H%M%S}"
