"""The base of every value type: frozen, strict, masked, and speaking French when it refuses.

No pydantic error leaves the library: it would carry the refused value. Whatever the way in (constructor,
``model_validate``, JSON, ``TypeAdapter``), the outermost value turns pydantic's findings into one
:class:`~segur_socles.errors.ChampInvalideError` that holds paths, rules and remedies.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from contextvars import ContextVar
from datetime import date
from functools import partial
from typing import Annotated, Any, ClassVar, Self

from pydantic import (
    AfterValidator,
    AwareDatetime,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    GetCoreSchemaHandler,
    Strict,
    ValidationError,
)
from pydantic_core import CoreSchema, core_schema

from segur_socles.errors import ChampInvalideError, Constat

__all__ = ["Booleen", "Entier", "Instant", "Jour", "NonVide", "RegleError", "Valeur", "constats_de", "invalide"]


def _pas_un_nombre(value: object) -> object:
    if isinstance(value, int | float):
        message = "une date est attendue, pas un nombre"
        raise RegleError(message, remede="écrire la date entre guillemets, AAAA-MM-JJ")
    return value


Jour = Annotated[date, BeforeValidator(_pas_un_nombre)]
"""A calendar date, given as :class:`datetime.date` or ``"YYYY-MM-DD"``."""

Instant = Annotated[AwareDatetime, BeforeValidator(_pas_un_nombre)]
"""An instant with its zone, given as :class:`datetime.datetime` or ``"YYYY-MM-DDTHH:MM:SS+01:00"``."""

Entier = Annotated[int, Strict()]
"""A number, never a text."""

Booleen = Annotated[bool, Strict()]
"""True or false, never 0, 1 or a text."""


def _pas_vide(items: tuple[Any, ...]) -> tuple[Any, ...]:
    if not items:
        message = "liste vide"
        raise RegleError(message, remede="donner au moins un élément")
    return items


NonVide = AfterValidator(_pas_vide)
"""At least one item. Not ``min_length``, which would also call too short a list whose only item is refused."""

_depth: ContextVar[int] = ContextVar("segur_socles_validation_depth", default=0)


class RegleError(ValueError):
    """Raised by validators: which rule is broken, and the remedy. Becomes a ``Constat``.

    ``champ`` completes the path when a rule over a whole value knows which of its fields is at fault.
    """

    def __init__(
        self, message: str, *, champ: str | None = None, regle: str | None = None, remede: str | None = None
    ) -> None:
        super().__init__(message)
        self.message = message
        self.champ = champ
        self.regle = regle
        self.remede = remede


def _en_francais(cls: type[Valeur], data: Any, handler: core_schema.ValidatorFunctionWrapHandler) -> Any:
    # A dict first: asking a pydantic class about what it is not goes through Python, and costs as much as a field.
    if type(data) is not dict and isinstance(data, cls):
        return data  # frozen, and there is no way in that skips the rules: it was judged when it was made
    # Only the outermost value converts: an inner one lets pydantic prefix the path.
    depth = _depth.get()
    _depth.set(depth + 1)
    try:
        return handler(data)
    except ValidationError as error:
        if depth:
            raise
        constats = constats_de(error)
    finally:
        _depth.set(depth)
    # Raised outside the handler, so that pydantic's error (which holds the input) is not its context.
    raise invalide(cls.__name__, constats)


# What a pydantic value is made of. A value refuses ``setattr``; its slots are set as pydantic-core sets them.
_poser_champs, _poser_donnes, _poser_autres, _poser_prives = (
    BaseModel.__dict__[name].__set__
    for name in ("__dict__", "__pydantic_fields_set__", "__pydantic_extra__", "__pydantic_private__")
)


class Valeur(BaseModel):
    """Frozen value whose ``repr`` shows only the fields named in ``_visible``."""

    # Not pydantic's strict mode: it would refuse a list for a tuple and, JSON having gone through Python, an
    # ISO date too. What lax mode would guess (numbers and booleans in texts, dates in numbers) is closed by
    # ``Entier``, ``Booleen``, ``Jour`` and ``Instant``.
    model_config = ConfigDict(frozen=True, extra="forbid", hide_input_in_errors=True)

    _visible: ClassVar[tuple[str, ...]] = ()

    @classmethod
    def __get_pydantic_core_schema__(cls, source: Any, handler: GetCoreSchemaHandler) -> CoreSchema:
        # Wrapping the finished schema, rather than a model validator, keeps the "after" rules inside too.
        return core_schema.no_info_wrap_validator_function(partial(_en_francais, cls), handler(source))

    @classmethod
    def model_validate_json(cls, json_data: str | bytes | bytearray, **kwargs: Any) -> Self:
        """Read JSON; malformed JSON gives :class:`ChampInvalideError` too."""
        try:
            return super().model_validate_json(json_data, **kwargs)
        except ValidationError as error:
            constats = constats_de(error)
        raise invalide(cls.__name__, constats)

    @classmethod
    def model_construct(cls, _fields_set: set[str] | None = None, **values: Any) -> Self:  # type: ignore[override]
        """Validate like the constructor: there is no way in that skips the rules."""
        del _fields_set
        return cls(**values)

    @classmethod
    def _juge(cls, champs: dict[str, Any]) -> Self:
        """Make a value from all its fields, which a reader of the class has just judged by the class's own rules.

        For what is read by the million: judging again costs more than reading. Never for what no rule has seen.
        """
        valeur = object.__new__(cls)
        _poser_champs(valeur, champs)
        _poser_donnes(valeur, set(champs))
        _poser_autres(valeur, None)
        _poser_prives(valeur, None)
        return valeur

    def model_copy(self, *, update: Any = None, deep: bool = False) -> Self:
        """Copy, validating what is replaced."""
        del deep
        if not update:
            return self
        return type(self)(**{**{name: getattr(self, name) for name in type(self).model_fields}, **update})

    def copy(self, **_: Any) -> Self:
        """Refuse pydantic's old copy, which skips the rules; use :meth:`model_copy`."""
        raise TypeError(_FERME)

    @classmethod
    def parse_raw(cls, *_: Any, **__: Any) -> Self:
        """Refuse pydantic's old reader, whose errors quote the text; use :meth:`model_validate_json`."""
        raise TypeError(_FERME)

    @classmethod
    def parse_file(cls, *_: Any, **__: Any) -> Self:
        """Refuse pydantic's old reader, as :meth:`parse_raw`."""
        raise TypeError(_FERME)

    def __setattr__(self, name: str, value: Any) -> None:
        # pydantic's own refusal of a change to a frozen value quotes the value.
        message = f"{type(self).__name__}.{name} ne se modifie pas : faire une copie avec model_copy(update=…)"
        raise TypeError(message)

    def __delattr__(self, name: str) -> None:
        message = f"{type(self).__name__}.{name} ne se retire pas : faire une copie avec model_copy(update=…)"
        raise TypeError(message)

    def __repr_args__(self) -> Iterable[tuple[str | None, Any]]:
        for name in self._visible:
            yield name, getattr(self, name)
        if len(self._visible) < len(type(self).model_fields):
            yield None, _MASK

    def __str__(self) -> str:
        return repr(self)


_FERME = "cette voie de pydantic contourne les règles : utiliser model_validate, model_validate_json ou model_copy"


class _Mask:
    def __repr__(self) -> str:
        return "…"


_MASK = _Mask()


def invalide(quoi: str, constats: tuple[Constat, ...]) -> ChampInvalideError:
    """Make the error that reports ``constats`` about a value of type ``quoi``."""
    nombre = len(constats)
    return ChampInvalideError(f"{quoi} : {nombre} champ{'s' if nombre > 1 else ''} à corriger.", constats=constats)


def constats_de(error: ValidationError, *, prefixe: tuple[str | int, ...] = ()) -> tuple[Constat, ...]:
    """Turn pydantic's findings into ours: path, rule, remedy; the input is dropped."""
    found: dict[Constat, None] = {}
    for line in error.errors(include_url=False, include_input=False):
        champ = ".".join(_lisible(part) for part in (*prefixe, *line["loc"]))
        cause = line.get("ctx", {}).get("error")
        if isinstance(cause, RegleError):
            champ = ".".join(part for part in (champ, cause.champ) if part)
            found[Constat(champ, cause.message, cause.regle, cause.remede)] = None
        else:
            message, remede = _EN_CLAIR.get(line["type"], _AUTRE)
            ctx = {k: v for k, v in line.get("ctx", {}).items() if k in _CTX_SANS_VALEUR}
            if "expected" in ctx:
                ctx["expected"] = ctx["expected"].replace(" or ", " ou ")
            found[Constat(champ, message.format_map(_Defaut(ctx)), remede=remede)] = None
    return tuple(found)


# A key that the caller invented may hold anything: only what looks like a field's name is repeated.
_NOM_DE_CHAMP = re.compile(r"[a-z][a-z0-9_]{0,39}", re.ASCII)


def _lisible(part: str | int) -> str:
    return str(part) if isinstance(part, int) or _NOM_DE_CHAMP.fullmatch(part) else "(clé inconnue)"


class _Defaut(dict[str, Any]):
    def __missing__(self, key: str) -> str:
        return "?"


# What pydantic may quote in its context without quoting the input.
_CTX_SANS_VALEUR = frozenset(
    {"expected", "min_length", "max_length", "pattern", "ge", "le", "gt", "lt", "expected_tags"}
)

_AUTRE = ("valeur non conforme au type attendu", "vérifier le type et le format dans la documentation du champ")

_EN_CLAIR: dict[str, tuple[str, str]] = {
    "missing": ("champ obligatoire absent", "renseigner ce champ"),
    "extra_forbidden": ("champ inconnu", "retirer ce champ ou corriger son nom"),
    "string_type": ("un texte est attendu", "donner une chaîne de caractères"),
    "string_too_short": ("texte vide ou trop court (au moins {min_length} caractère)", "renseigner ce champ"),
    "string_too_long": ("texte trop long (au plus {max_length} caractères)", "raccourcir la valeur"),
    "string_pattern_mismatch": ("format refusé (attendu : {pattern})", "corriger le format"),
    "enum": ("code inconnu (attendu : {expected})", "choisir un code de la liste"),
    "literal_error": ("valeur inconnue (attendu : {expected})", "choisir une valeur de la liste"),
    "date_from_datetime_parsing": ("date illisible", "écrire la date AAAA-MM-JJ"),
    "date_parsing": ("date illisible", "écrire la date AAAA-MM-JJ"),
    "date_type": ("une date est attendue", "écrire la date AAAA-MM-JJ"),
    "datetime_parsing": ("date et heure illisibles", "écrire AAAA-MM-JJTHH:MM:SS+01:00"),
    "datetime_type": ("une date et une heure sont attendues", "écrire AAAA-MM-JJTHH:MM:SS+01:00"),
    "timezone_aware": ("fuseau horaire absent", "ajouter le décalage, par exemple +01:00"),
    "int_type": ("un nombre entier est attendu", "donner un nombre sans guillemets"),
    "int_parsing": ("un nombre entier est attendu", "donner un nombre sans guillemets"),
    "bool_type": ("vrai ou faux est attendu", "écrire true ou false"),
    "tuple_type": ("une liste est attendue", "écrire la valeur entre crochets"),
    "list_type": ("une liste est attendue", "écrire la valeur entre crochets"),
    "too_short": ("liste trop courte (au moins {min_length} élément)", "compléter la liste"),
    "too_long": ("liste trop longue (au plus {max_length} éléments)", "réduire la liste"),
    "model_type": ("un objet est attendu", "écrire la valeur entre accolades"),
    "model_attributes_type": ("un objet est attendu", "écrire la valeur entre accolades"),
    "dict_type": ("un objet est attendu", "écrire la valeur entre accolades"),
    "json_invalid": ("JSON mal formé", "vérifier la ponctuation et l'encodage UTF-8 du fichier"),
    "union_tag_not_found": ("discriminant absent", "préciser la variante (voir la documentation du champ)"),
    "union_tag_invalid": ("variante inconnue (attendu : {expected_tags})", "choisir une variante de la liste"),
    "greater_than_equal": ("valeur trop petite (minimum {ge})", "corriger la valeur"),
    "less_than_equal": ("valeur trop grande (maximum {le})", "corriger la valeur"),
    "none_required": ("aucune valeur n'est attendue ici", "retirer la valeur"),
}
