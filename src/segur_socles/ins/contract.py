"""The service's contract, and request templates made from it.

zeep reads the WSDL (ours, or the editor's official one) and writes each shape of request once, with marks in
place of values. The result becomes a format of bytes: a request is then that format filled with escaped
values. zeep never sees a value, so that it can neither log one nor slow a call down; nothing is fetched.

What it writes from ours is kept beside it, since zeep costs a process more than the rest of its first call.
"""

from __future__ import annotations

import re
import threading
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any, Final

from lxml import etree

from segur_socles._core.xml import NS, q
from segur_socles.errors import ConfigurationError

__all__ = ["RECHERCHE_TRAITS", "RECHERCHE_VITALE", "Contrat", "Gabarit", "contrat_de", "marque"]

WSDL: Final = Path(__file__).parent / "wsdl" / "icir.wsdl"
RECHERCHE_TRAITS: Final = "rechercherInsAvecTraitsIdentite"
RECHERCHE_VITALE: Final = "rechercherInsAvecCarteVitale"

# The official WSDL imports this schema from the web; ours of the same names stands in for it.
_CATALOGUE: Final = {"http://www.w3.org/2006/03/addressing/ws-addr.xsd": WSDL.with_name("ws-addressing.xsd")}

# Only spelling: readers match namespaces.
_PREFIXES: Final = {
    "wsa": NS["wsa"],
    "ctxbam": "urn:siram:bam:ctxbam",
    "ctxlps": "urn:siram:lps:ctxlps",
    "insi": "http://www.cnamts.fr/INSiRecSans",
    "vitale": "http://www.cnamts.fr/INSiRecVit",
}

_MARQUE: Final = re.compile(r"\$\{(\w+)\}")
_VIDE: Final = re.compile(r"<([\w:-]+)></\1>")


def marque(champ: str) -> str:
    """Write the place of a value in a template."""
    return f"${{{champ}}}"


def _recherche_traits() -> dict[str, Any]:
    """Give the values of the operation, each a mark; versions and roles are literals (WSDL and samples, certain)."""
    corps = {
        "NomNaissance": marque("nom"),
        "Prenom": [marque("prenom")],
        "Sexe": marque("sexe"),
        "DateNaissance": marque("date"),
        "LieuNaissance": marque("lieu"),
    }
    return corps | {"_soapheaders": _entetes({})}


def _recherche_vitale() -> dict[str, Any]:
    """Give those of the search by carte Vitale: the reading goes in the body and, in part, in the context.

    What goes in the context, without keys, is what one software does (probable).
    """

    def matricule(qui: str) -> dict[str, str]:
        return {
            "NumIdentifiant": marque(qui),
            "Cle": marque(f"{qui}_cle"),
            "TypeMatricule": marque(f"{qui}_type"),
        }

    corps = {
        "MatriculeIndividu": matricule("individu"),
        "MatriculeOD": matricule("ouvrant_droit"),
        "NomNaissance": marque("nom"),
        "DateNaissance": marque("date"),
        "RangNaissance": marque("rang"),
    }
    couverture = {
        "ASSURE": {"Id": {"Num": marque("ouvrant_droit")}},
        "BENEFICIAIRE": {"Nir": {"Num": marque("individu")}, "DateNai": marque("date"), "Rang": marque("rang")},
    }
    return corps | {"_soapheaders": _entetes(couverture)}


def _entetes(couverture: Mapping[str, Any]) -> dict[str, Any]:
    contexte = {"Temps": marque("temps"), "Emetteur": marque("emetteur")}
    bam = {"Version": "01_02", "Nature": "CTXBAM", "Id": marque("id_bam"), **contexte, "COUVERTURE": couverture}
    lps = {
        "IDAM": {"_value_1": marque("idam"), "R": "4"},
        "Version": marque("version"),
        "Instance": marque("instance"),
        "Nom": marque("logiciel"),
    }
    return {
        "NO1_ContexteBAM": bam,
        "NO1_ContexteLPS": {"Version": "01_00", "Nature": "CTXLPS", "Id": marque("id_lps"), **contexte, "LPS": lps},
        "NO1_MessageID": marque("message_id"),
    }


_OPERATIONS: Final = {RECHERCHE_TRAITS: _recherche_traits, RECHERCHE_VITALE: _recherche_vitale}


class Gabarit:
    """An envelope with places for its values. Immutable, shared between threads."""

    def __init__(self, enveloppe: str, absents: frozenset[str] = frozenset()) -> None:
        for champ in absents:
            enveloppe = re.sub(rf"<([\w:-]+)(?: [^>]*)?>\$\{{{champ}\}}</\1>", "", enveloppe)
        while absents and (vide := _VIDE.search(enveloppe)):  # what held nothing else
            enveloppe = enveloppe.replace(vide[0], "")
        self.texte: Final = enveloppe
        self.champs: Final = tuple(_MARQUE.findall(enveloppe))
        self._format = _MARQUE.sub("%b", enveloppe.replace("%", "%%")).encode()

    def remplir(self, valeurs: Mapping[str, bytes]) -> bytes:
        """Return the envelope with ``valeurs``, already escaped (or signed), in place of the marks."""
        return self._format % tuple(map(valeurs.__getitem__, self.champs))


class Contrat:
    """One WSDL, and the templates made from it so far. Thread-safe.

    ``wsdl`` is the path of the editor's own copy of the official contract; the default is the library's,
    written from the published interface. Only files of its folder are read.
    """

    _champ = "wsdl"
    _remede = "donner le WSDL officiel ICIR avec ses schémas, ou ne rien donner pour celui de la bibliothèque"

    def __init__(self, wsdl: Path | None = None, *, prefixes: Mapping[str, str] = _PREFIXES) -> None:
        self._wsdl = (wsdl or WSDL).resolve()
        self._prefixes = prefixes
        self._lock = threading.RLock()  # making a template may read the WSDL
        self._operations: Mapping[str, Any] | None = None
        self._complets: dict[str, str] = {}
        self._gabarits: dict[tuple[str, frozenset[str]], Gabarit] = {}

    def action(self, operation: str) -> str:
        """SOAP action of ``operation``. Raises as :meth:`gabarit`."""
        return str(self._operation(operation).soapaction)

    def gabarit(self, operation: str, absents: frozenset[str] = frozenset()) -> Gabarit:
        """Return the template of ``operation`` without the elements of the values ``absents`` (``assertion``…).

        Raises :class:`ConfigurationError` if the WSDL cannot be read or lacks a part of the contract.
        """
        forme = (operation, absents)
        if forme not in self._gabarits:
            with self._lock:
                if operation not in self._complets:
                    self._complets[operation] = self._ecrire(operation)
                self._gabarits[forme] = Gabarit(self._complets[operation], absents)
        return self._gabarits[forme]

    def _ecrire(self, operation: str) -> str:
        """Write the whole template of ``operation``: every value has its place."""
        enveloppe = self._remplir(operation, _OPERATIONS[operation]())
        header = enveloppe.find(q("soap:Header"))
        if header is None:
            raise self._refus("il ne déclare pas les en-têtes attendus")
        # Not a part of the WSDL, and sent by every working client (certain).
        etree.SubElement(header, q("wsa:Action")).text = self.action(operation)
        etree.SubElement(header, q("wsse:Security"), nsmap={"wsse": NS["wsse"]}).text = marque("assertion")
        etree.cleanup_namespaces(enveloppe)
        return f'<?xml version="1.0" encoding="UTF-8"?>\n{etree.tostring(enveloppe, encoding="unicode")}'

    def _remplir(self, operation: str, valeurs: Mapping[str, Any]) -> etree._Element:
        decrite = self._operation(operation)
        try:
            enveloppe: etree._Element = decrite.create(**valeurs).content
        except Exception as error:  # noqa: BLE001 - zeep raises many kinds; none of them can hold a value here
            raise self._refus(f"la requête ne peut pas être écrite d'après lui ({type(error).__name__})") from None
        return enveloppe

    def _operation(self, nom: str) -> Any:
        if self._operations is None:
            with self._lock:
                if self._operations is None:  # another thread may have read it meanwhile
                    self._operations = self._lire()
        if nom not in self._operations:
            raise self._refus(f"il ne contient pas l'opération {nom}")
        return self._operations[nom]

    def _lire(self) -> Mapping[str, Any]:
        # Imported here: zeep and what it brings cost a process a quarter of a second.
        import zeep.wsdl

        lire: Any = zeep.wsdl.Document
        try:
            document = lire(str(self._wsdl), _Catalogue(self._wsdl.parent))
            operations = {nom: op for liaison in document.bindings.values() for nom, op in liaison.all().items()}
        except ConfigurationError:
            raise
        except Exception as error:  # noqa: BLE001 - zeep, lxml and the file system each have their own
            raise self._refus(f"il est illisible ({type(error).__name__})") from None
        for prefix, namespace in self._prefixes.items():
            document.types.set_ns_prefix(prefix, namespace)
        return operations

    def _refus(self, raison: str) -> ConfigurationError:
        message = f"Le contrat INSi « {self._wsdl.name} » ne convient pas : {raison}."
        return ConfigurationError(message, champ=self._champ, remede=self._remede)


class _Embarque(Contrat):
    """The library's own contract, as zeep wrote it once: a test writes it anew and compares."""

    def action(self, operation: str) -> str:
        return f"urn:ServiceIdentiteCertifiee:1.0.0:{operation}"

    def _ecrire(self, operation: str) -> str:
        return WSDL.with_name(_FICHIERS[operation]).read_text("utf-8").rstrip()


_FICHIERS: Final = {RECHERCHE_TRAITS: "recherche-traits.xml", RECHERCHE_VITALE: "recherche-vitale.xml"}


@cache
def contrat_de(wsdl: Path | None = None) -> Contrat:
    """Return the contract of this path (None: the library's own), read once a process."""
    return _Embarque() if wsdl is None else Contrat(wsdl)


class _Catalogue:
    """What zeep calls a transport: files of one folder, and the catalogue. Never the network."""

    def __init__(self, dossier: Path) -> None:
        self._dossier = dossier

    def load(self, url: str) -> bytes:
        """Return the bytes of a schema."""
        chemin = _CATALOGUE.get(url) or Path(url).resolve()
        if chemin not in _CATALOGUE.values() and not chemin.is_relative_to(self._dossier):
            message = "Le contrat INSi importe un schéma qui n'est pas dans son dossier ; rien n'est téléchargé."
            remede = "copier ce schéma à côté du WSDL et corriger schemaLocation"
            raise ConfigurationError(message, champ="wsdl", remede=remede)
        return chemin.read_bytes()
