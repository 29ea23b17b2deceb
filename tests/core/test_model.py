"""Values refuse in French, name the path and the rule, and never show what they hold."""

from __future__ import annotations

import pickle
from collections.abc import Callable
from typing import Annotated, Any, ClassVar

import pytest
from pydantic import Field, TypeAdapter, model_validator

from segur_socles._core.model import RegleError, Valeur
from segur_socles.errors import ChampInvalideError

SECRET = "TCHITCHI-SECRET"


class Ligne(Valeur):
    nom: Annotated[str, Field(max_length=5)]


class Fiche(Valeur):
    lignes: tuple[Ligne, ...] = ()
    numero: int = 1

    _visible: ClassVar[tuple[str, ...]] = ("numero",)

    @model_validator(mode="after")
    def _pair(self) -> Fiche:
        if self.numero == 13:
            message = "numéro malheureux"
            raise RegleError(message, champ="numero", regle="R13", remede="en choisir un autre")
        return self


WAYS_IN: dict[str, Callable[[], object]] = {
    "constructor": lambda: Fiche(lignes=({"nom": SECRET},)),  # type: ignore[arg-type]
    "model_validate": lambda: Fiche.model_validate({"lignes": ({"nom": SECRET},)}),
    "json": lambda: Fiche.model_validate_json(f'{{"lignes": [{{"nom": "{SECRET}"}}]}}'),
    "model_construct": lambda: Fiche.model_construct(lignes=({"nom": SECRET},)),
    "model_copy": lambda: Fiche().model_copy(update={"lignes": ({"nom": SECRET},)}),
}


def carried(error: BaseException | None) -> str:
    """Everything a log, a pickle or a crash report could take from an error."""
    seen = ""
    while error is not None:
        seen += f"{error!s}{error!r}{error.__dict__!r}{error.args!r}"
        error = error.__cause__ or error.__context__
    return seen


@pytest.mark.parametrize("way", WAYS_IN)
def test_every_way_in_gives_the_path_and_hides_the_value(way: str) -> None:
    with pytest.raises(ChampInvalideError) as caught:
        WAYS_IN[way]()
    assert caught.value.champs == ("lignes.0.nom",)
    assert "trop long" in str(caught.value)
    assert SECRET not in carried(caught.value)
    assert SECRET.encode() not in pickle.dumps(caught.value)
    assert SECRET not in str(caught.value.to_dict())


def test_type_adapter_too() -> None:
    with pytest.raises(ChampInvalideError) as caught:
        TypeAdapter(list[Fiche]).validate_python([{"lignes": ({"nom": SECRET},)}])
    assert caught.value.champs == ("lignes.0.nom",)
    assert SECRET not in carried(caught.value)


def test_malformed_json_hides_its_text() -> None:
    with pytest.raises(ChampInvalideError, match="JSON mal formé") as caught:
        Fiche.model_validate_json('{"' + SECRET)
    assert SECRET not in carried(caught.value)


def test_a_rule_over_the_whole_value_names_its_field_rule_and_remedy() -> None:
    with pytest.raises(ChampInvalideError) as caught:
        Fiche(numero=13)
    (constat,) = caught.value.constats
    assert (constat.champ, constat.regle, constat.remede) == ("numero", "R13", "en choisir un autre")


def test_all_findings_at_once() -> None:
    with pytest.raises(ChampInvalideError) as caught:
        Fiche.model_validate({"lignes": ({"nom": "abcdef"}, {}), "inconnu": 1})
    assert set(caught.value.champs) == {"lignes.0.nom", "lignes.1.nom", "inconnu"}


def test_repr_shows_only_what_is_declared_visible() -> None:
    fiche = Fiche(lignes=(Ligne(nom="abc"),), numero=7)
    assert repr(fiche) == str(fiche) == "Fiche(numero=7, …)"
    assert repr(Ligne(nom="abc")) == "Ligne(…)"


def test_errors_survive_pickling() -> None:
    with pytest.raises(ChampInvalideError) as caught:
        Fiche(numero=13)
    again: Any = pickle.loads(pickle.dumps(caught.value))  # noqa: S301 - our own bytes
    assert (str(again), again.constats) == (str(caught.value), caught.value.constats)


def test_values_are_frozen() -> None:
    fiche = Fiche()
    for change in (
        lambda: setattr(fiche, "numero", SECRET),
        lambda: delattr(fiche, "numero"),
        lambda: fiche.copy(update={"numero": SECRET}),
        lambda: Fiche.parse_raw(SECRET),
        lambda: Fiche.parse_file(SECRET),
    ):
        with pytest.raises(TypeError) as caught:
            change()
        assert SECRET not in carried(caught.value)
    assert fiche.numero == 1


def test_keys_invented_by_the_caller_are_not_quoted() -> None:
    with pytest.raises(ChampInvalideError) as caught:
        Fiche.model_validate({SECRET: 1, "2360663220836": 2, "taille": 3})
    assert set(caught.value.champs) == {"(clé inconnue)", "taille"}
    assert SECRET not in carried(caught.value)
