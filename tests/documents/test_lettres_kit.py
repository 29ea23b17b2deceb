"""The Agency's rules find nothing, not even a warning, in the letters; and ours code what its example codes."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from lettres_outils import AUCUN, ENTREE, LISTES_ENTREE, LISTES_SEJOUR, LISTES_SORTIE, SORTIE, entree, sortie
from lxml import etree

from judges import kit

NS = {"h": "urn:hl7-org:v3", "x": "http://www.w3.org/2001/XMLSchema-instance"}
DESTINATAIRES = [
    {
        "nom": "ACCUEIL",
        "prenom": "Claire",
        "id_nat": "899900000033",
        "structure": "CH D'ESSAI",
        "finess": "990000035",
        "adresse": {"ville": "ARLANC"},
        "telecoms": [{"valeur": "0199000040", "usage": "WP"}],
    },
    {"structure": "SSIAD D'ESSAI"},
]
SEJOUR_NIE = dict.fromkeys(LISTES_SEJOUR, AUCUN) | {"transfusion": False, "derives_du_sang": False}

LETTRES = {
    "entrée minimale": entree(),
    "entrée complète": entree(**ENTREE),
    "entrée, rien de connu": entree(**dict.fromkeys(LISTES_ENTREE, AUCUN)),
    "sortie minimale": sortie(),
    "sortie complète": sortie(**SORTIE),
    "sortie, rien de connu": sortie(**dict.fromkeys(LISTES_SORTIE, AUCUN), sejour=SEJOUR_NIE),
}


@pytest.mark.exigence("CI-SIS/LDL-EES-2022.01", "CI-SIS/LDL-SES-2022.01")
@pytest.mark.long
@pytest.mark.parametrize("nom", LETTRES)
def test_the_official_rules_find_nothing(
    nom: str, ecrire_modele: Callable[..., Any], valider: Callable[..., list[str]]
) -> None:
    document = ecrire_modele(LETTRES[nom], destinataires=DESTINATAIRES).document
    assert valider(document.octets, "LDL-EES" if "entrée" in nom else "LDL-SES", tout=True) == []


def _observations(racine: etree._Element) -> dict[str, tuple[Any, ...]]:
    """Code → system, label, templates, status and type of the value, for each observation of the letter."""
    sections = "//h:section[h:code/@code='33557-0' or h:code/@code='42545-4']"
    return {
        o.find("h:code", NS).get("code"): (
            o.find("h:code", NS).get("codeSystem"),
            o.find("h:code", NS).get("displayName"),
            sorted(t.get("root") for t in o.findall("h:templateId", NS)),
            o.find("h:statusCode", NS).get("code"),
            o.find("h:value", NS).get(f"{{{NS['x']}}}type"),
        )
        for o in racine.xpath(f"{sections}/h:entry/h:observation", namespaces=NS)
    }


def _sections(racine: etree._Element) -> dict[str, tuple[Any, ...]]:
    return {
        s.find("h:code", NS).get("code"): (
            s.find("h:code", NS).get("codeSystem"),
            {t.get("root") for t in s.findall("h:templateId", NS)},
        )
        for s in racine.iter("{urn:hl7-org:v3}section")
    }


def test_the_letter_codes_what_the_official_example_codes(ecrire_modele: Callable[..., Any]) -> None:
    exemple = etree.parse(kit("ExemplesCDA", "LDL-SES_2022.01.xml")).getroot()
    notre = ecrire_modele(sortie(**SORTIE)).racine
    assert len(_observations(exemple)) == 11
    assert _observations(notre) == _observations(exemple)
    assert _sections(notre) == _sections(exemple)
    assert list(_sections(notre)) == list(_sections(exemple))
