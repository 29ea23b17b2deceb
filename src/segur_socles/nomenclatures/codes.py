"""Coded values and the tables they come from.

A table is one CSV file of ``tables/``: comment lines ``# key: value`` (``oid``, ``titre``, ``source``,
``edition``), then ``code;systeme;libelle;debut;fin`` with ISO dates, empty when unknown.
"""

from __future__ import annotations

import csv
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import cache
from importlib import resources
from typing import Any

from pydantic import GetCoreSchemaHandler
from pydantic_core import CoreSchema, core_schema

from segur_socles._core.model import RegleError

__all__ = ["Code", "JeuDeValeurs", "Nomenclature", "nomenclature"]


@dataclass(frozen=True, slots=True)
class Code:
    """A code, the OID of its system, and its label as printed by the value set."""

    code: str
    systeme: str
    libelle: str


@dataclass(frozen=True, slots=True)
class Nomenclature:
    """One national value set: ``oid`` and ``edition`` as published, codes in their official order."""

    nom: str
    oid: str
    titre: str
    source: str
    edition: str
    codes: Mapping[str, Code]
    validite: Mapping[str, tuple[date | None, date | None]]

    def code(self, code: str) -> Code:
        """Return the entry for ``code``; raise ``RegleError`` naming the value set if it is not there."""
        found = self.codes.get(code)
        if found is None:
            message = f"code absent de la nomenclature {self.nom} ({self.titre}, édition {self.edition})"
            raise RegleError(message, regle=self.nom, remede=f"choisir un code de {self.nom} (OID {self.oid})")
        return found

    def __contains__(self, code: object) -> bool:
        return code in self.codes


@cache
def nomenclature(nom: str) -> Nomenclature:
    """Load a table by name, once. The file must exist: names are written in code, not given by users."""
    text = resources.files("segur_socles.nomenclatures").joinpath("tables", f"{nom}.csv").read_text("utf-8")
    lines = text.splitlines()
    meta = dict(line[1:].strip().split(": ", 1) for line in lines if line.startswith("#"))
    rows = list(csv.DictReader((line for line in lines if not line.startswith("#")), delimiter=";"))
    return Nomenclature(
        nom=nom,
        oid=meta["oid"],
        titre=meta["titre"],
        source=meta["source"],
        edition=meta["edition"],
        codes={row["code"]: Code(row["code"], row["systeme"], row["libelle"]) for row in rows},
        validite={row["code"]: (_date(row["debut"]), _date(row["fin"])) for row in rows},
    )


def _date(text: str | None) -> date | None:
    return date.fromisoformat(text) if text else None


@dataclass(frozen=True, slots=True)
class JeuDeValeurs:
    """Says of an annotated :class:`Code` which table it belongs to: ``Annotated[Code, JeuDeValeurs("JDV_J11")]``.

    A bare code becomes its entry of that table; a :class:`Code` is checked against it. Labels come from the
    table: a caller cannot give a code another meaning. Read back by whoever lists the fields of a model.
    """

    nom: str

    def __get_pydantic_core_schema__(self, source: Any, handler: GetCoreSchemaHandler) -> CoreSchema:
        return core_schema.no_info_before_validator_function(self._lire, handler(source))

    def _lire(self, value: Any) -> Any:
        if isinstance(value, str):
            return nomenclature(self.nom).code(value)
        if isinstance(value, dict) and value.keys() == {"code", "systeme", "libelle"}:
            value = Code(**value)
        if isinstance(value, Code):
            entree = nomenclature(self.nom).code(value.code)
            if entree.systeme == value.systeme:
                return entree
            message = f"ce code n'est pas celui de la nomenclature {self.nom}"
            raise RegleError(message, regle=self.nom, remede=f"choisir un code du système {entree.systeme}")
        return value
