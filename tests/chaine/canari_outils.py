"""What must show nowhere, and the net that everything kept or shown is thrown into."""

from __future__ import annotations

import dataclasses
import json
import logging
import pickle
import re
import traceback
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any
from urllib.parse import unquote_plus

from pydantic import BaseModel

from segur_socles.errors import SegurError
from segur_socles.personnes.matricule import calculer_cle

NUMEROS = {"residente.json": "2360663220836", "usager_sad.json": "2751263220749"}
"""INS of the people of the examples, as INSi answers them; a record does not hold it."""

# Words of a record that are not secret: codes, names of structures, dates of acts.
_PUBLICS = re.compile(r"[A-Z]{1,4}|[a-z_]+|[\d.{}\[\]/]+|\d{4}(-\d\d){0,2}|8997000\d+|8999000\d+|[\d.]+")

_CODES = frozenset({"oid", "nom_structure", "finess", "profession", "acte", "unite", "type", "roles"})
"""Fields that hold codes, and names of structures: whoever they are about is not in them."""

_COMMUNS = frozenset({"ESSAI", "FRANCE", "CENTRE HOSPITALIER D'ESSAI", "CLERMONT-FERRAND", "VOISIN"})
"""Texts of a record that are also words of ours, or that the public directory holds."""

_MIN = 5


@dataclass
class Fiche:
    """A record of the examples, seen as a source of canaries."""

    chemin: Path

    @cached_property
    def record(self) -> dict[str, Any]:
        lu: dict[str, Any] = json.loads(self.chemin.read_text("utf-8"))
        return lu

    @property
    def nom(self) -> str:
        """The birth name: never written in a test, since a traceback quotes the line that raised."""
        nom: str = self.record["usager"]["traits"]["nom_naissance"]
        return nom

    @property
    def matricule(self) -> str:
        numero = NUMEROS[self.chemin.name]
        return numero + calculer_cle(numero)

    @property
    def adresse_citoyenne(self) -> str:
        return f"{self.matricule}@patient.mssante.fr"

    @cached_property
    def canaris(self) -> frozenset[str]:
        """Traits, contacts, addresses, treatments, comments, matricule and mailboxes of the record."""
        trouves = {t for part in ("usager", "soins") for t in _textes(self.record[part]) if not _PUBLICS.fullmatch(t)}
        traits = self.record["usager"]["traits"]
        annee, mois, jour = traits["date_naissance"].split("-")
        trouves |= {traits["nom_naissance"], *traits["prenoms"][1:]}
        trouves |= {f"{annee}-{mois}-{jour}", f"{annee}{mois}{jour}", f"{jour}/{mois}/{annee}"}
        trouves |= {re.sub(r"\s", "", t) for t in trouves if re.fullmatch(r"(\d\d ){4}\d\d", t)}
        boites = [self.record["boite"]["adresse"], *(c["adresse"] for c in self.record["carnet"])]
        nominatives = {adresse.partition("@")[0] for adresse in boites if "." in adresse.partition("@")[0]}
        gardes = {t for t in trouves | nominatives if len(t) >= _MIN and t.upper() not in _COMMUNS}
        return frozenset(gardes | {NUMEROS[self.chemin.name], self.matricule, *boites, "<ClinicalDocument"})


def _textes(valeur: object, cle: str = "") -> Iterator[str]:
    if isinstance(valeur, dict):
        for nom, contenu in valeur.items():
            yield from _textes(contenu, nom)
    elif isinstance(valeur, list):
        for contenu in valeur:
            yield from _textes(contenu, cle)
    elif isinstance(valeur, str) and cle not in _CODES:
        yield valeur


@dataclass
class Filet:
    """Texts that are kept or shown, with where they come from; and what must not be in them.

    ``secrets`` are the canaries that only the run itself draws: tokens, codes, subjects, file names.
    """

    canaris: frozenset[str]
    secrets: set[str] = field(default_factory=set)
    textes: list[tuple[str, str]] = field(default_factory=list)

    def secret(self, *textes: str) -> None:
        """Add canaries."""
        assert all(len(texte) >= _MIN for texte in textes), "a canary too short would be found everywhere"
        self.secrets.update(textes)

    def texte(self, texte: str, ou: str) -> None:
        """Throw in a text."""
        self.textes.append((ou, texte))

    def valeur(self, valeur: object) -> None:
        """Throw in what a value shows, and what every value of ours that it holds shows."""
        for objet in _objets(valeur, set()):
            nom = type(objet).__name__
            self.texte(f"{objet!r}\n{objet!s}\n{objet:}", f"repr de {nom}")
            explication = getattr(objet, "explication", None)
            if isinstance(explication, str):
                self.texte(explication, f"explication de {nom}")

    def erreur(self, error: BaseException, nom: str) -> None:
        """Throw in all that a log, a crash report or another process could take from an error."""
        ou = f"erreur « {nom} » ({type(error).__name__})"
        self.texte("".join(traceback.format_exception(error)), ou)
        for vue in _chaine(error, []):
            self.texte(f"{vue!s}\n{vue!r}\n{vue.args!r}\n{vue.__dict__!r}", ou)
            if isinstance(vue, SegurError):
                self.texte(json.dumps(vue.to_dict(), default=str, ensure_ascii=False), ou)
                self.texte(pickle.dumps(vue).decode("utf-8", "replace"), ou)

    def journaux(self, records: Iterable[logging.LogRecord]) -> None:
        """Throw in log records, formatted as a handler would, and as they are."""
        for record in records:
            self.texte(f"{logging.Formatter().format(record)}\n{record.__dict__!r}", f"log {record.name}")

    def fichiers(self, dossier: Path) -> None:
        """Throw in every file under a folder, and its name."""
        for fichier in dossier.rglob("*"):
            contenu = fichier.read_text("utf-8", errors="replace") if fichier.is_file() else ""
            self.texte(f"{fichier.relative_to(dossier)}\n{contenu}", f"fichier {fichier.name}")

    def prises(self) -> list[str]:
        """Give what was caught, without doubles: where, and which canary."""
        canaris = {canari: canari.lower() for canari in self.canaris | self.secrets}
        trouves: dict[str, None] = {}
        for ou, texte in self.textes:
            # An address travels percent-encoded in a URL, a name with its accents escaped in JSON or in a repr.
            vus = f"{texte}\n{unquote_plus(texte)}\n{_echappe(texte)}".lower()
            trouves |= {f"{ou} : {canari}": None for canari, bas in canaris.items() if bas in vus}
        return list(trouves)


_ECHAPPE = re.compile(r"\\u([0-9a-fA-F]{4})|\\x([0-9a-fA-F]{2})")


def _echappe(texte: str) -> str:
    return _ECHAPPE.sub(lambda trouve: chr(int(trouve[1] or trouve[2], 16)), texte)


def _chaine(error: BaseException | None, vues: list[BaseException]) -> list[BaseException]:
    """List an error and all those behind it, hidden by ``from None`` or not."""
    if error is not None and error not in vues:
        vues.append(error)
        _chaine(error.__cause__, vues)
        _chaine(error.__context__, vues)
    return vues


def _objets(valeur: object, vus: set[int]) -> Iterator[object]:
    """List the values of ours in a value; texts and bytes are the data themselves."""
    if id(valeur) in vus or isinstance(valeur, str | bytes):
        return
    vus.add(id(valeur))
    if isinstance(valeur, Mapping):
        for contenu in valeur.values():
            yield from _objets(contenu, vus)
    elif isinstance(valeur, tuple | list | frozenset | set):
        for contenu in valeur:
            yield from _objets(contenu, vus)
    elif type(valeur).__module__.startswith("segur_socles."):
        yield valeur
        for nom in _champs(valeur):
            yield from _objets(getattr(valeur, nom, None), vus)


def _champs(valeur: object) -> Iterable[str]:
    if isinstance(valeur, BaseModel):
        return type(valeur).model_fields
    if dataclasses.is_dataclass(valeur):
        return [champ.name for champ in dataclasses.fields(valeur)]
    return ()
