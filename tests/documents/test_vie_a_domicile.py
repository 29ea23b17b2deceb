"""Life at home is told in words, question by question: no model has coded places for it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from segur_socles.documents.contenu.domicile import QUESTIONS_DOMICILE, Domicile
from segur_socles.errors import ChampInvalideError

DOMICILE: dict[str, Any] = {
    "vit_seul": True,
    "acces": "2e étage, clé chez la voisine",
    "aides": [
        {"intervenant": "SAD d'Ambert", "objet": "toilette", "quand": "tous les matins, 8 h"},
        {"intervenant": "Sa fille", "objet": "courses"},
    ],
    "handicaps": ["397540003", "GEN-092.01.23"],
    "handicap_precision": "amputation du pied",
}


@pytest.mark.besoin("S4-19", "S4-26")
def test_each_question_is_told_and_what_nobody_answered_too(ecrire: Callable[..., Any]) -> None:
    lu = ecrire({"domicile": DOMICILE, "commentaire": "Parle peu"})
    rangees = lu(f"{lu.section('55112-7')}//h:tbody//h:td")
    assert dict(zip(rangees[::2], rangees[1::2], strict=True)) == {
        "Vit seul": "Oui",
        "Logement": "Non renseigné",
        "Accès": "2e étage, clé chez la voisine",
        "Animaux": "Non renseigné",
        "Aides et passages": "SAD d'Ambert : toilette (tous les matins, 8 h) ; Sa fille : courses",
        "Matériel au domicile": "Non renseigné",
        "Habitudes de vie": "Non renseigné",
        "Handicaps et déficits": "malvoyance ; Autre handicap / déficit",
        "Précision sur le handicap": "amputation du pied",
    }
    assert lu(f"{lu.section('55112-7')}//h:content") == ["Parle peu"]


def test_living_alone_or_not_is_never_guessed(ecrire: Callable[..., Any]) -> None:
    for dit, attendu in ((True, "Oui"), (False, "Non"), (None, "Non renseigné")):
        lu = ecrire({"domicile": {"vit_seul": dit}})
        assert lu("//h:tr[h:td='Vit seul']/h:td[2]") == [attendu]


def test_every_field_is_a_question() -> None:
    assert [question.champ for question in QUESTIONS_DOMICILE] == list(Domicile.model_fields)


@pytest.mark.parametrize(
    ("donne", "champ"),
    [
        ({"handicaps": ["397540003", "397540003"]}, "handicaps"),
        ({"handicaps": ["1"]}, "handicaps.0"),
        ({"aides": [{"intervenant": "X"}]}, "aides.0.objet"),
    ],
)
def test_what_is_wrong_is_told_by_its_path(donne: dict[str, Any], champ: str) -> None:
    with pytest.raises(ChampInvalideError) as refus:
        Domicile.model_validate(donne)
    assert refus.value.champs == (champ,)
