"""Rewrite ``nomenclatures/tables/JDV_*.csv`` from the value sets of the Agency's CI-SIS kit.

    python tools/nomenclatures.py ../shared/cisis-kit

Only facts are taken (codes, systems, labels, dates, identifiers of the lists), in their official order. The
tables without the ``JDV_`` prefix are kept by hand: they are published in pieces, and each line says on what
it rests.
"""

from __future__ import annotations

import csv
import io
import re
import sys
from pathlib import Path
from typing import Final

from lxml import etree

SVS: Final = "{urn:ihe:iti:svs:2008}"
CIM10: Final = "2.16.840.1.113883.6.3"
TABLES: Final = Path(__file__).resolve().parents[1] / "src" / "segur_socles" / "nomenclatures" / "tables"

# Publisher's reference: the commit of ansforge/TestContenuCDA-3-0 that the kit is a copy of.
SOURCE: Final = "ANS, TestContenuCDA 3.0, commit 7cd489b, 2025-02-19"

LISTES: Final[dict[str, str]] = {
    "JDV_J01": "JDV_J01_XdsAuthorSpecialty_CISIS",
    "JDV_J02": "JDV_J02_XdsHealthcareFacilityTypeCode_CISIS",
    "JDV_J04": "JDV_J04_XdsPracticeSettingCode_CISIS",
    "JDV_J07": "JDV_J07_XdsTypeCode_CISIS",
    "JDV_J08": "JDV_J08_XdsConfidentialityCode_CISIS",
    "JDV_J11": "JDV_J11_RelationPatient_CISIS",
    "JDV_J140": "JDV_J140_EncounterParticipationType_CISIS",
    "JDV_J142": "JDV_J142_TypeRencontre_CISIS",
    "JDV_J143": "JDV_J143_AdministrativeGender_CISIS",
    "JDV_J144": "JDV_J144_ParticipationType_CISIS",
    "JDV_J245": "JDV_J245_Civilite_CISIS",
    "JDV_J246": "JDV_J246_Titre_CISIS",
    "JDV_J254": "JDV_J254_CategorieEtablissementESSMSPH",
    "JDV_J47": "JDV_J47_FunctionCode_CISIS",
    "JDV_AbsentOrUnknownAllergy": "JDV_AbsentOrUnknownAllergy_CISIS",
    "JDV_AbsentOrUnknownDevices": "JDV_AbsentOrUnknownDevices_CISIS",
    "JDV_AbsentOrUnknownImmunization": "JDV_AbsentOrUnknownImmunization_CISIS",
    "JDV_AbsentOrUnknownMedication": "JDV_AbsentOrUnknownMedication_CISIS",
    "JDV_AbsentOrUnknownProblem": "JDV_AbsentOrUnknownProblem_CISIS",
    "JDV_AbsentOrUnknownProcedure": "JDV_AbsentOrUnknownProcedure_CISIS",
    "JDV_ChecklistDLU": "JDV_ChecklistDLU_CISIS",
    "JDV_ChecklistFLUDR": "JDV_ChecklistFLUDR_CISIS",
    "JDV_Evolution": "JDV_Evolution_CISIS",
    "JDV_Gravite": "JDV_Gravite_CISIS",
    "JDV_HL7_ActSubstanceAdministrationImmunizationCode": "JDV_HL7_ActSubstanceAdministrationImmunizationCode_CISIS",
    "JDV_HL7_ConditionClinical": "JDV_HL7_ConditionClinical_CISIS",
    "JDV_HL7_PersonalRelationshipRoleType": "JDV_HL7_PersonalRelationshipRoleType_CISIS",
    "JDV_HL7_allergyintolerance_clinical": "JDV_HL7_allergyintolerance_clinical_CISIS",
    "JDV_HandicapDeficitDLUDOM": "JDV_HandicapDeficitDLUDOM_CISIS",
    "JDV_ImmunizationRouteCodes": "JDV_ImmunizationRouteCodes_CISIS",
    "JDV_Imputabilite": "JDV_Imputabilite_CISIS",
    "JDV_ModaliteEntree": "JDV_ModaliteEntree_CISIS",
    "JDV_ModaliteSortie": "JDV_ModaliteSortie_CISIS",
    "JDV_ObservationEtatPatient": "JDV_ObservationEtatPatient_CISIS",
    "JDV_OrigineEffetIndesirable": "JDV_OrigineEffetIndesirable_CISIS",
    "JDV_ProblemCodes": "JDV_ProblemCodes_CISIS",
    "JDV_ProtheseObjetPersonnel": "JDV_ProtheseObjetPersonnel_CISIS",
    "JDV_SeveriteObservation": "JDV_SeveriteObservation_CISIS",
    "JDV_SignesVitaux": "JDV_SignesVitaux_CISIS",
    "JDV_SocialHistoryCodes": "JDV_SocialHistoryCodes_CISIS",
    "JDV_StatutDoc": "JDV_StatutDoc_CISIS",
    "JDV_TypeDirectiveAnticipee": "JDV_TypeDirectiveAnticipee_CISIS",
    "JDV_TypeEvenementIndesirablePrevisible": "JDV_TypeEvenementIndesirablePrevisible_CISIS",
}
"""Table → file of the kit, without extension."""


def table(xml: Path) -> str:
    """Give the CSV text of one value set."""
    root = etree.parse(xml, etree.XMLParser(resolve_entities=False, no_network=True)).getroot()
    liste = root.find(f"{SVS}ValueSet")
    if liste is None:
        sys.exit(f"{xml.name} : aucun ValueSet")
    concepts = list(liste.iter(f"{SVS}Concept"))
    codes = [c.get("code") for c in concepts]
    if len(set(codes)) < len(codes):
        sys.exit(f"{xml.name} : un même code désigne deux concepts ; la clé doit devenir (code, système)")
    out = io.StringIO()
    out.write(f"# oid: {liste.get('id')}\n")
    out.write(f"# titre: {(liste.get('description') or liste.get('displayName') or '').removesuffix('.tabs')}\n")
    out.write(f"# source: {SOURCE}, {xml.name}\n")
    out.write(f"# edition: {liste.get('revisionDate', '')[:10]}\n")
    rows = csv.writer(out, delimiter=";", lineterminator="\n")
    rows.writerow(("code", "systeme", "libelle", "debut", "fin"))
    for c in concepts:
        rows.writerow(
            (c.get("code"), c.get("codeSystem"), c.get("displayName"), jour(c.get("dateValid")), jour(c.get("dateFin")))
        )
    return out.getvalue()


def cim10(kit: Path) -> str:
    """Give the codes of ICD-10, French edition: one line a category, then what follows its dot."""
    rdf = kit / "schematrons" / "profils" / "terminologies" / "terminologie" / f"{CIM10}.rdf"
    codes = re.findall(r"<skos:notation>([A-Z][0-9]{2})(?:\.([0-9+]{1,3}))?</skos:notation>", rdf.read_text("utf-8"))
    categories: dict[str, list[str]] = {}
    for categorie, suite in sorted(codes):
        categories.setdefault(categorie, []).extend([suite] if suite else [])
    lignes = [" ".join([categorie, *suites]) for categorie, suites in categories.items()]
    return f"# oid: {CIM10}\n# source: {SOURCE}, {rdf.name}\n" + "\n".join(lignes) + "\n"


def jour(valeur: str | None) -> str:
    """``20100101000000`` → ``2010-01-01``; empty and absent mean the same."""
    return f"{valeur[:4]}-{valeur[4:6]}-{valeur[6:8]}" if valeur else ""


def main() -> None:
    dossier = Path(sys.argv[1] if len(sys.argv) > 1 else "../shared/cisis-kit") / "jeuxDeValeurs"
    for nom, fichier in LISTES.items():
        (TABLES / f"{nom}.csv").write_text(table(dossier / f"{fichier}.xml"), encoding="utf-8")
    (TABLES / "CIM10.txt").write_text(cim10(dossier.parent), encoding="utf-8")
    print(f"{len(LISTES)} tables écrites dans {TABLES}")


if __name__ == "__main__":
    main()
