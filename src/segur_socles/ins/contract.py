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

__all__ = ["Contrat", "Gabarit", "contrat_de"]

WSDL: Final = Path(__file__).parent / "wsdl" / "icir.wsdl"
RECHERCHE_TRAITS: Final = "rechercherInsAvecTraitsIdentite"

# The official WSDL imports this schema from the web; ours of the same names stands in for it.
_CATALOGUE: Final = {"http://www.w3.org/2006/03/addressing/ws-addr.xsd": WSDL.with_name("ws-addressing.xsd")}

# Only spelling: readers match namespaces.
_PREFIXES: Final = {
    "wsa": NS["wsa"],
    "ctxbam": "urn:siram:bam:ctxbam",
    "ctxlps": "urn:siram:lps:ctxlps",
    "insi": "http://www.cnamts.fr/INSiRecSans",
}

_MARQUE: Final = re.compile(r"\$\{(\w+)\}")


def _m(champ: str) -> str:
    return f"${{{champ}}}"


def _recherche_traits(*, lieu: bool) -> dict[str, Any]:
    """Values of the operation, each a mark; INSi's versions and roles are literals (WSDL and samples, certain)."""
    corps: dict[str, Any] = {
        "NomNaissance": _m("nom"),
        "Prenom": [_m("prenom")],
        "Sexe": _m("sexe"),
        "DateNaissance": _m("date"),
    }
    if lieu:
        corps["LieuNaissance"] = _m("lieu")
    contexte = {"Temps": _m("temps"), "Emetteur": _m("emetteur")}
    lps = {
        "IDAM": {"_value_1": _m("idam"), "R": "4"},
        "Version": _m("version"),
        "Instance": _m("instance"),
        "Nom": _m("logiciel"),
    }
    corps["_soapheaders"] = {
        "NO1_ContexteBAM": {"Version": "01_02", "Nature": "CTXBAM", "Id": _m("id_bam"), **contexte, "COUVERTURE": {}},
        "NO1_ContexteLPS": {"Version": "01_00", "Nature": "CTXLPS", "Id": _m("id_lps"), **contexte, "LPS": lps},
        "NO1_MessageID": _m("message_id"),
    }
    return corps


class Gabarit:
    """An envelope with places for its values. Immutable, shared between threads."""

    def __init__(self, enveloppe: str) -> None:
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

    def __init__(self, wsdl: Path | None = None) -> None:
        self._wsdl = (wsdl or WSDL).resolve()
        self._lock = threading.RLock()  # making a template may read the WSDL
        self._operation: Any = None
        self._gabarits: dict[tuple[bool, bool], Gabarit] = {}

    @property
    def action(self) -> str:
        """SOAP action of the search by traits."""
        return str(self._charger().soapaction)

    def recherche_traits(self, *, assertion: bool, lieu: bool) -> Gabarit:
        """Return the template of a search, with a place for a signed assertion and for a birth place, or without.

        Raises :class:`ConfigurationError` if the WSDL cannot be read or lacks a part of the contract.
        """
        forme = (assertion, lieu)
        if forme not in self._gabarits:
            with self._lock:
                self._gabarits[forme] = self._rendre(*forme)
        return self._gabarits[forme]

    def _rendre(self, assertion: bool, lieu: bool) -> Gabarit:  # noqa: FBT001 - a key of the cache, spread
        operation = self._charger()
        try:
            enveloppe: etree._Element = operation.create(**_recherche_traits(lieu=lieu)).content
        except Exception as error:  # noqa: BLE001 - zeep raises many kinds; none of them can hold a value here
            raise self._refus(f"la requête ne peut pas être écrite d'après lui ({type(error).__name__})") from None
        header = enveloppe.find(q("soap:Header"))
        if header is None:
            raise self._refus("il ne déclare pas les en-têtes attendus")
        # Not a part of the WSDL, and sent by every working client (certain).
        etree.SubElement(header, q("wsa:Action")).text = operation.soapaction
        if assertion:
            etree.SubElement(header, q("wsse:Security"), nsmap={"wsse": NS["wsse"]}).text = _m("assertion")
        texte = etree.tostring(enveloppe, encoding="unicode")
        return Gabarit(f'<?xml version="1.0" encoding="UTF-8"?>\n{texte}')

    def _charger(self) -> Any:
        if self._operation is None:
            with self._lock:
                if self._operation is None:  # another thread may have read it meanwhile
                    self._operation = self._lire()
        return self._operation

    def _lire(self) -> Any:
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
        for prefix, namespace in _PREFIXES.items():
            document.types.set_ns_prefix(prefix, namespace)
        if RECHERCHE_TRAITS not in operations:
            raise self._refus(f"il ne contient pas l'opération {RECHERCHE_TRAITS}")
        return operations[RECHERCHE_TRAITS]

    def _refus(self, raison: str) -> ConfigurationError:
        message = f"Le contrat INSi « {self._wsdl.name} » ne convient pas : {raison}."
        remede = "donner le WSDL officiel ICIR avec ses schémas, ou ne rien donner pour celui de la bibliothèque"
        return ConfigurationError(message, champ="wsdl", remede=remede)


class _Embarque(Contrat):
    """The library's own contract, as zeep wrote it once: a test writes it anew and compares."""

    @property
    def action(self) -> str:
        return _ACTION

    def _rendre(self, assertion: bool, lieu: bool) -> Gabarit:  # noqa: FBT001 - as above
        texte = _GABARIT.read_text("utf-8").rstrip()
        for present, facultatif in ((assertion, _SECURITE), (lieu, _LIEU)):
            if not present:
                texte = facultatif.sub("", texte)
        return Gabarit(texte)


_ACTION: Final = f"urn:ServiceIdentiteCertifiee:1.0.0:{RECHERCHE_TRAITS}"
_GABARIT: Final = WSDL.with_name("recherche-traits.xml")
_SECURITE: Final = re.compile(r"<wsse:Security [^>]*>\$\{assertion\}</wsse:Security>")
_LIEU: Final = re.compile(r"<insi:LieuNaissance>\$\{lieu\}</insi:LieuNaissance>")


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
