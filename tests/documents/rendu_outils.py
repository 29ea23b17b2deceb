"""Small foreign documents, and what people see of a page."""

from __future__ import annotations

import re

from lxml import etree, html

V3 = "urn:hl7-org:v3"

ENTETE = """<id root="1.2.3"/><code code="74207-2" displayName="Document" codeSystem="2.16.840.1.113883.6.1"/>
<title>{titre}</title><effectiveTime value="20260115093005+0100"/>
<recordTarget><patientRole>{ids}<telecom value="mailto:123456789012345@patient.mssante.fr"/>
<patient><name><family qualifier="BR">{nom}</family><given>ANNE</given><given qualifier="BR">ANNE</given></name>
<administrativeGenderCode code="F" codeSystem="2.16.840.1.113883.5.1"/><birthTime value="19360621"/>
{lieu}</patient></patientRole></recordTarget>"""
LIEU = "<birthplace><place><addr><county>63220</county></addr></place></birthplace>"


def cda(
    recit: str = "<paragraph>Rien</paragraph>",
    *,
    titre: str = "Compte rendu",
    nom: str = "DURAND",
    ids: str = "",
    lieu: str = LIEU,
    code: str = "1-1",
    entrees: str = "",
) -> bytes:
    section = f'<section><code code="{code}"/><title>Rubrique</title><text>{recit}</text>{entrees}</section>'
    corps = f"<component><structuredBody><component>{section}</component></structuredBody></component>"
    entete = ENTETE.format(titre=titre, nom=nom, ids=ids, lieu=lieu)
    return f'<ClinicalDocument xmlns="{V3}">{entete}{corps}</ClinicalDocument>'.encode()


def blancs(texte: str) -> str:
    return " ".join(texte.split())


def vu(page: str) -> str:
    """The text of a page, each element apart from the next."""
    corps = html.document_fromstring(page).find("body")
    assert corps is not None
    return blancs(" ".join(corps.itertext()))


def dits(octets: bytes) -> list[str]:
    """Every run of text that the narrative and the titles of a document hold."""
    racine = etree.fromstring(octets, etree.XMLParser(huge_tree=True))
    noeuds = [n for nom in ("text", "title") for n in racine.iter(f"{{{V3}}}{nom}")]
    recits = [n for n in noeuds if n.getparent().tag in (f"{{{V3}}}section", f"{{{V3}}}ClinicalDocument")]
    return [dit for n in recits for t in n.itertext() if (dit := blancs(t))]


def mots(texte: str) -> set[str]:
    return set(re.findall(r"\w+", texte))
