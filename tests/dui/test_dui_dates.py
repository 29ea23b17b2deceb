"""A record that tells of the future is refused, with the path of each date."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import Any

import pytest

from judges import PROJECT
from segur_socles.dui.dates import exiger_passe
from segur_socles.dui.dossier import Dossier
from segur_socles.errors import ChampInvalideError

RECORD = json.loads((PROJECT / "examples" / "residente.json").read_text("utf-8"))
MAINTENANT = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)

FUTURS: dict[str, Any] = {
    "usager.traits.date_naissance": "2030-01-01",
    "qualification.le": "2026-11-22T12:06:00+00:00",
    "consentements.0.le": "2026-11-24",
    "soins.etat.observe_le": "2050-01-01",
    "soins.vaccinations.items.0.faite_le": "2050",
    "soins.pathologies.items.0.debut": "2026-12",
    "soins.antecedents.items.0.fin": "2027-01-01",
}


def record(**changes: Any) -> Dossier:
    donnees = json.loads(json.dumps(RECORD))
    for chemin, valeur in changes.items():
        *parents, dernier = chemin.split(".")
        cible = donnees
        for parent in parents:
            cible = cible[int(parent) if parent.isdigit() else parent]
        cible[dernier] = valeur
    return Dossier.model_validate(donnees)


def test_the_example_tells_of_the_past() -> None:
    exiger_passe(record(), MAINTENANT)


@pytest.mark.parametrize("chemin", FUTURS)
def test_each_future_fact_is_named(chemin: str) -> None:
    donnees: dict[str, Any] = {chemin: FUTURS[chemin]}
    if chemin == "usager.traits.date_naissance":
        donnees["entree"] = "2031-01-01"
    with pytest.raises(ChampInvalideError) as caught:
        exiger_passe(record(**donnees), MAINTENANT)
    assert caught.value.champs == (chemin,)


@pytest.mark.parametrize(
    "liste", ["pathologies", "antecedents", "allergies", "traitements", "directives", "vaccinations"]
)
def test_none_known_cannot_be_declared_tomorrow(liste: str) -> None:
    aucun = {"etat": "aucun_connu", "declarant": "sa fille", "date": "2026-11-24"}
    with pytest.raises(ChampInvalideError) as caught:
        exiger_passe(record(**{f"soins.{liste}": aucun}), MAINTENANT)
    assert caught.value.champs == (f"soins.{liste}.date",)
    exiger_passe(record(**{f"soins.{liste}": aucun | {"date": "2026-11-22"}}), MAINTENANT)


def test_the_second_example_tells_of_the_past_too() -> None:
    exiger_passe(Dossier.lire(PROJECT / "examples" / "usager_sad.json"), MAINTENANT)


def test_this_year_and_today_are_not_the_future_and_a_treatment_may_begin_tomorrow() -> None:
    exiger_passe(
        record(
            **{
                "soins.vaccinations.items.0.faite_le": "2026",
                "soins.pathologies.items.0.debut": "2026-11",
                "soins.etat.observe_le": "2026-11-22",
                "qualification.le": "2026-11-22T12:04:00+00:00",
                "soins.traitements.items.0.debut": "2026-12-01",
            }
        ),
        MAINTENANT,
    )
