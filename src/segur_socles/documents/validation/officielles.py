"""The Agency's own rules: the schema and the schematrons of a kit that the user downloaded."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from threading import Lock
from types import MappingProxyType
from typing import Any, Final, Literal

from lxml import etree

from segur_socles._core.redact import masquer
from segur_socles._core.xml import DOCUMENT, parse
from segur_socles.documents.validation.chemins import en_clair, xpath
from segur_socles.documents.validation.engine import Engine, engine_version
from segur_socles.documents.validation.kit import Kit
from segur_socles.documents.validation.modeles import ModeleValide
from segur_socles.documents.validation.rapport import ConstatDocument, Etape
from segur_socles.documents.validation.releve import ligne_de
from segur_socles.documents.validation.schematron import BASE, translate
from segur_socles.documents.validation.stylesheets import StylesheetCache, default_folder
from segur_socles.documents.validation.xsd import erreurs_xsd
from segur_socles.errors import Gravite

__all__ = ["ReglesOfficielles"]

_TRANSLATOR: Final = "1"
"""Changes when the stylesheets do: those of an older version are left alone."""

_SCHEMA: Final = ("infrastructure", "cda", "CDA_extended.xsd")
_PROFILS: Final = "schematrons/profils"

_COMMUNES: Final[Mapping[Etape, str]] = MappingProxyType(
    {
        Etape.STRUCTMIN: f"{_PROFILS}/structurationMinimale/ASIP-STRUCT-MIN-StrucMin.sch",
        Etape.IHE: f"{_PROFILS}/IHE.sch",
        Etape.FR: f"{_PROFILS}/CI-SIS_ModelesDeContenusCDA.sch",
        Etape.ANS: f"{_PROFILS}/CI-SIS_Modeles_ANS.sch",
        Etape.TERMINOLOGIES: f"{_PROFILS}/terminologies/schematron/terminologie.sch",
    }
)
"""Schematrons that judge every document; that of the model comes after."""

_AVERTISSEMENTS: Final = frozenset({"warning", "warn", "info", "information", "hint"})
_FICHIER_ABSENT: Final = "FODC0002"


class ReglesOfficielles:
    """The rules of a kit, prepared once: keep one for all the documents of a process.

    ``dossier`` is the kit's folder, the one that holds ``schematrons`` and ``infrastructure``. Translated rules are
    kept in ``cache``, by default a folder of the user's caches; False keeps nothing on disk. Building it reads little:
    rules are prepared when the first document needs them (some seconds), and a document then takes a fraction of a
    second. May be shared by threads, which it serves one after the other; a forked process makes its own.

    Raises :class:`ConfigurationError`: not a kit, or the extra ``[validation]`` is not installed.
    """

    def __init__(self, dossier: str | Path, *, cache: str | Path | Literal[False] | None = None) -> None:
        self._kit = Kit(Path(dossier))
        self._engine = Engine()
        key = f"{_TRANSLATOR}\0{engine_version()}\0{self._kit.digest}"
        folder = None if cache is False else default_folder() if cache is None else Path(cache)
        self._sheets = StylesheetCache(folder, hashlib.sha256(key.encode()).hexdigest())
        self._schema: etree.XMLSchema | None = None
        self._prepared: dict[tuple[str, bool], Any] = {}
        self._lock = Lock()

    def etapes(self, modele: ModeleValide | None) -> tuple[Etape, ...]:
        """Say which steps judge a document of this model."""
        propres = (Etape.SPEC,) if modele is not None and modele.schematron else ()
        return (Etape.XSD, *_COMMUNES, *propres)

    def juger(
        self, racine: etree._Element, modele: ModeleValide | None
    ) -> tuple[tuple[Etape, ...], tuple[ConstatDocument, ...]]:
        """Apply every step to a document that our reader has accepted; give the steps and their findings."""
        arbre = racine.getroottree()
        with self._lock:
            constats = [*self._xsd(arbre)]
            charge = self._engine.document(etree.tostring(arbre, encoding="unicode"))
            for etape, chemin in self._fichiers(modele):
                constats += self._schematron(etape, chemin, racine, charge)
        return self.etapes(modele), tuple(constats)

    # --- the schema --------------------------------------------------------------------------------------

    def _xsd(self, arbre: etree._ElementTree) -> Iterator[ConstatDocument]:
        if self._schema is None:
            self._schema = self._kit.schema(*_SCHEMA)
        if not self._schema.validate(arbre):
            journal: Any = self._schema.error_log  # badly typed by the stubs
            yield from erreurs_xsd(arbre, journal)

    # --- the schematrons ---------------------------------------------------------------------------------

    def _fichiers(self, modele: ModeleValide | None) -> Iterator[tuple[Etape, str]]:
        yield from _COMMUNES.items()
        if modele is not None and modele.schematron:
            yield Etape.SPEC, f"schematrons/{modele.schematron}"

    def _schematron(self, etape: Etape, chemin: str, racine: etree._Element, charge: Any) -> list[ConstatDocument]:
        if not self._kit.has(*chemin.split("/")):
            return [_absent(etape, chemin)]
        for prudent in (False, True):
            sortie = self._engine.run(self._executable(chemin, prudent=prudent), charge)
            lu = parse(sortie.encode(), quota=DOCUMENT, what="Le résultat des règles")
            if lu.find("echec") is None:
                return [_constat(etape, racine, c) for c in lu.iterfind("c")]
            # A rule that cannot be evaluated: the careful form isolates it.
        return [_non_evaluee(etape, chemin)]

    def _executable(self, chemin: str, *, prudent: bool) -> Any:
        prepared = self._prepared.get((chemin, prudent))
        if prepared is None:
            path = self._kit.path(*chemin.split("/"))
            nom = f"{path.stem}{'-prudent' if prudent else ''}"
            feuille = self._sheets.get(nom, lambda: translate(self._kit, path, careful=prudent))
            prepared = self._engine.compile(feuille.decode().replace(BASE, path.as_uri(), 1))
            self._prepared[chemin, prudent] = prepared
        return prepared


def _absent(etape: Etape, chemin: str) -> ConstatDocument:
    return ConstatDocument(
        "Document",
        "le kit n'a pas les règles de cette étape : elle n'est pas contrôlée",
        chemin.rpartition("/")[2],
        "utiliser une édition du kit qui couvre ce modèle",
        Gravite.AVERTISSEMENT,
        emplacement="/",
        etape=etape,
    )


def _non_evaluee(etape: Etape, chemin: str) -> ConstatDocument:
    return ConstatDocument(
        "Document",
        "les règles de cette étape ne peuvent pas être évaluées sur ce document",
        chemin.rpartition("/")[2],
        "corriger d'abord les erreurs des autres étapes",
        emplacement="/",
        etape=etape,
    )


def _constat(etape: Etape, racine: etree._Element, trouve: etree._Element) -> ConstatDocument:
    noeud, attribut = _localiser(racine, trouve.get("at", ""))
    role = trouve.get("role", "")
    indulgent = role.lower() in _AVERTISSEMENTS
    message = " ".join("".join(map(str, trouve.itertext())).split())
    if trouve.get("kind") == "erreur":
        # A value set that the kit lacks leaves the rule unchecked; any other failure is the document's.
        indulgent = role == _FICHIER_ABSENT
        message = f"{message} ({role})"
    return ConstatDocument(
        champ=en_clair(noeud, attribut),
        message=masquer(message),
        regle=f"{etape.libelle} : {trouve.get('pattern')}",
        gravite=Gravite.AVERTISSEMENT if indulgent else Gravite.ERREUR,
        emplacement=xpath(noeud, attribut),
        ligne=ligne_de(noeud),
        etape=etape,
    )


_PAS: Final = re.compile(r"/(@?)(?:Q\{([^}]*)\})?([^/\[\]]+)(?:\[([0-9]+)\])?")


def _localiser(racine: etree._Element, chemin: str) -> tuple[etree._Element, str | None]:
    """Find the element of an XPath ``path()``, and the attribute that it ends with."""
    noeud = racine
    for rang, pas in enumerate(_PAS.finditer(chemin)):
        arobase, uri, nom, numero = pas.groups()
        if arobase:
            return noeud, f"@{nom}"
        if rang == 0:
            continue  # the root itself
        freres = noeud.findall(f"{{{uri}}}{nom}" if uri else nom)
        if not 1 <= int(numero or 1) <= len(freres):
            break  # a text or a comment: its parent is near enough
        noeud = freres[int(numero or 1) - 1]
    return noeud, None
