"""Contents: three states in JSON, rules by field, masked values."""

from __future__ import annotations

import json
from datetime import date
from typing import Any

import pytest

from segur_socles.documents.contenu.clinique import Allergie, Pathologie
from segur_socles.documents.contenu.traitement import Traitement
from segur_socles.documents.modeles.dlu import Dlu
from segur_socles.documents.renseigne import AucunConnu, NonRenseigne, Renseigne, chemins_du_json
from segur_socles.errors import ChampInvalideError


def test_the_three_states_are_told_apart_in_json() -> None:
    texte = """{
      "pathologies": {"etat": "renseigne", "items": [{"libelle": "FA"}]},
      "allergies": {"etat": "aucun_connu", "declarant": "Dr X", "date": "2026-01-10"},
      "traitements": {"etat": "non_renseigne"}
    }"""
    dlu = Dlu.model_validate_json(texte)
    assert dlu.pathologies == Renseigne[Pathologie](items=(Pathologie(libelle="FA"),))
    assert dlu.allergies == AucunConnu(declarant="Dr X", date=date(2026, 1, 10))
    assert dlu.traitements == NonRenseigne()
    assert dlu.vaccinations == NonRenseigne()
    relu = json.loads(dlu.model_dump_json())
    assert relu["pathologies"]["etat"] == "renseigne"
    assert relu["allergies"] == {"etat": "aucun_connu", "declarant": "Dr X", "date": "2026-01-10"}
    assert relu["traitements"] == {"etat": "non_renseigne"}
    assert Dlu.model_validate_json(dlu.model_dump_json()) == dlu


def test_python_callers_need_not_name_the_item_type() -> None:
    dlu = Dlu(allergies=Renseigne(items=(Allergie.model_validate({"agent": "Latex", "type": "419199007"}),)))
    assert isinstance(dlu.allergies, Renseigne)
    assert dlu.allergies.items[0].type.libelle == "allergie à une substance"


DOSE = {"valeur": "1", "unite": "mg"}
REFUS: list[tuple[dict[str, Any], str]] = [
    ({"pathologies": {"etat": "renseigne", "items": []}}, "pathologies.items"),
    ({"pathologies": {"etat": "rien"}}, "pathologies"),
    ({"pathologies": []}, "pathologies"),
    ({"allergies": {"etat": "aucun_connu", "date": "2026-01-10"}}, "allergies.declarant"),
    ({"allergies": {"etat": "renseigne", "items": [{"agent": "x", "type": "1"}]}}, "allergies.items.0.type"),
    ({"pathologies": {"etat": "renseigne", "items": [{"libelle": " "}]}}, "pathologies.items.0.libelle"),
    (
        {"pathologies": {"etat": "renseigne", "items": [{"libelle": "x", "debut": "2025-02-30"}]}},
        "pathologies.items.0.debut",
    ),
    ({"pathologies": {"etat": "renseigne", "items": [{"libelle": "x", "cim10": "48"}]}}, "pathologies.items.0.cim10"),
    (
        {"pathologies": {"etat": "renseigne", "items": [{"libelle": "x", "debut": "2025-03", "fin": "2025-02-01"}]}},
        "pathologies.items.0.fin",
    ),
    ({"etat": {"oriente": True, "desoriente": True}}, "etat.desoriente"),
    ({"etat": {"cote_auditif": "droite"}}, "etat.cote_auditif"),
    ({"etat": {"chutes": "oui"}}, "etat.chutes"),
    ({"soins_palliatifs": 1}, "soins_palliatifs"),
    ({"autonomie": {"gir": 7}}, "autonomie.gir"),
    ({"pieces": [{"type": "DLU_009"}]}, "pieces.0.disponible"),
    ({"pieces": [{"type": "DLU_009", "pdf": "****"}]}, "pieces.0.pdf"),
    ({"pieces": [{"type": "DLU_009", "pdf": "AAAA"}]}, "pieces.0.pdf"),
    # A PDF without its end, and one that is encrypted.
    ({"pieces": [{"type": "DLU_009", "pdf": "JVBERi0xLjQgdHJvbnF1ZQ=="}]}, "pieces.0.pdf"),
    ({"pieces": [{"type": "DLU_009", "pdf": "JVBERi0xLjQgL0VuY3J5cHQgNSAwIFIgJSVFT0Y="}]}, "pieces.0.pdf"),
    ({"pieces": [{"type": "DLU_009", "disponible": "a"}, {"type": "DLU_009", "disponible": "b"}]}, "pieces"),
    ({"inconnu": 1}, "inconnu"),
]


@pytest.mark.parametrize(("donnees", "champ"), REFUS)
def test_what_is_refused_is_named_by_its_path(donnees: dict[str, Any], champ: str) -> None:
    with pytest.raises(ChampInvalideError) as info:
        Dlu.model_validate_json(json.dumps(donnees))
    constats = chemins_du_json(info.value.constats)
    assert [c.champ for c in constats] == [champ]
    assert constats[0].remede


@pytest.mark.parametrize(
    ("champs", "champ"),
    [
        ({"dose": {"valeur": "1", "unite": "L/min"}}, "dose.unite"),
        ({"dose": {"valeur": "1", "unite": "h"}}, "dose.unite"),
        ({"debit": DOSE}, "debit.unite"),
        ({"periode": DOSE}, "periode.unite"),
        ({"dose": {"valeur": "0", "unite": "mg"}}, "dose.valeur"),
        ({"dose": {"valeur": "1", "unite": "litron"}}, "dose.unite"),
        ({"debut": "2025", "fin": "2024-12-31"}, "fin"),
        ({"voie": "buccale"}, "voie"),
        ({"cis": "123"}, "cis"),
    ],
)
def test_a_rate_is_no_dose_and_a_dose_is_no_rate(champs: dict[str, Any], champ: str) -> None:
    with pytest.raises(ChampInvalideError) as info:
        Traitement.model_validate({"medicament": "x", "posologie": "y", **champs})
    assert info.value.champs == (champ,)


def test_a_year_does_not_contradict_a_month_of_it() -> None:
    assert Pathologie(libelle="x", debut="2024", fin="2024-03").fin == "2024-03"
    assert Pathologie(libelle="x", debut="2024-03-05", fin="2024").fin == "2024"


def test_contents_are_masked() -> None:
    dlu = Dlu.model_validate(
        {"pathologies": {"etat": "renseigne", "items": [{"libelle": "SECRET"}]}, "commentaire": "SECRET"}
    )
    assert isinstance(dlu.pathologies, Renseigne)
    for valeur in (dlu, dlu.pathologies, dlu.pathologies.items[0]):
        assert "SECRET" not in repr(valeur)


def test_a_refusal_does_not_quote_what_it_refuses() -> None:
    with pytest.raises(ChampInvalideError) as info:
        Dlu.model_validate({"commentaire": "SECRET\x00", "etat": {"chutes": "SECRET"}})
    assert "SECRET" not in str(info.value)
    assert "SECRET" not in json.dumps(info.value.to_dict())
    assert info.value.__context__ is None
