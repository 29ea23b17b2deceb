"""Unknown is not none: the three states of a clinical list.

``Renseigne`` holds what is known, ``AucunConnu`` says that a named person declared there is none, and
``NonRenseigne`` that nobody filled it in. A page, a PDF or a CDA always tells which of the three it is.
"""

from __future__ import annotations

from typing import Annotated, Any, Generic, Literal, TypeVar

from pydantic import AfterValidator, Field
from typing_extensions import TypeAliasType

from segur_socles._core.model import Jour, RegleError, Valeur
from segur_socles._core.textes import Texte
from segur_socles.errors import Constat

__all__ = ["AucunConnu", "NonRenseigne", "Renseigne", "TroisEtats", "chemins_du_json"]

T = TypeVar("T")


def _non_vide(items: tuple[T, ...]) -> tuple[T, ...]:
    # Not Field(min_length): it would also report as too short a list whose only item is refused.
    if not items:
        message = "liste vide"
        raise RegleError(message, remede="utiliser « aucun_connu » avec son déclarant, ou « non_renseigne »")
    return items


class Renseigne(Valeur, Generic[T]):
    """What is known; JSON ``{"etat": "renseigne", "items": […]}``."""

    etat: Literal["renseigne"] = "renseigne"
    items: Annotated[tuple[T, ...], AfterValidator(_non_vide)]

    _visible = ("etat",)


class AucunConnu(Valeur):
    """Declared as none by ``declarant`` on ``date``; JSON ``{"etat": "aucun_connu", "declarant": …, "date": …}``."""

    etat: Literal["aucun_connu"] = "aucun_connu"
    declarant: Texte
    date: Jour

    _visible = ("etat",)


class NonRenseigne(Valeur):
    """Nobody filled it in; JSON ``{"etat": "non_renseigne"}``."""

    etat: Literal["non_renseigne"] = "non_renseigne"

    _visible = ("etat",)


TroisEtats = TypeAliasType(
    "TroisEtats",
    Annotated[Renseigne[T] | AucunConnu | NonRenseigne, Field(discriminator="etat")],
    type_params=(T,),
)
"""Type of a field that is one of the three; the JSON key ``etat`` tells which."""

_ETIQUETTES = frozenset({"renseigne", "aucun_connu", "non_renseigne"})


def chemins_du_json(constats: tuple[Constat, ...]) -> tuple[Constat, ...]:
    """Give findings the paths of the JSON text: a union's tag is no level of it."""
    return tuple(_sans_etiquette(c) for c in constats)


def _sans_etiquette(constat: Constat) -> Constat:
    parts: list[Any] = [part for part in constat.champ.split(".") if part not in _ETIQUETTES]
    return Constat(".".join(parts), constat.message, constat.regle, constat.remede, constat.gravite)
