"""The header blocks of an INSi request, checked one by one."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from lxml import etree

from segur_socles._core.soap import Requete
from segur_socles.sandbox.insi.fautes import RefusInsi
from segur_socles.sandbox.service import RequeteSandbox

__all__ = ["Contextes", "lire_contextes", "verifier_message_id"]

UUID4: Final = r"[0-9a-fA-F]{8}-[0-9a-fA-F]{4}-4[0-9a-fA-F]{3}-[89abAB][0-9a-fA-F]{3}-[0-9a-fA-F]{12}"
# With ``uuid:`` as integrators send it, or bare as in the GIE SESAM-Vitale sample; never ``urn:uuid:``.
_MESSAGE_ID: Final = re.compile(f"(?:uuid:)?{UUID4}")
_UUID4: Final = re.compile(UUID4)
_INSTANT_UTC: Final = re.compile(r"\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(?:\.\d+)?Z")


@dataclass(frozen=True, slots=True)
class _Modele:
    """A context block: namespace, name, version, nature, and its children in order (name → required)."""

    ns: str
    nom: str
    version: str
    nature: str
    enfants: Mapping[str, bool]


_BAM: Final = _Modele(
    "urn:siram:bam:ctxbam",
    "ContexteBAM",
    "01_02",
    "CTXBAM",
    {"Id": True, "Temps": True, "Emetteur": False, "DateRef": False, "COUVERTURE": True},
)
_LPS: Final = _Modele(
    "urn:siram:lps:ctxlps",
    "ContexteLPS",
    "01_00",
    "CTXLPS",
    {"Id": True, "Temps": True, "Emetteur": False, "LPS": True},
)
_LOGICIEL: Final = {"IDAM": True, "Version": False, "Instance": False, "Nom": False}


@dataclass(frozen=True, slots=True)
class Contextes:
    """What the context blocks say: who sends, and the authorisation number of the software."""

    emetteur: str
    autorisation: str


def verifier_message_id(requete: RequeteSandbox, message_id: str | None) -> None:
    """Refuse a MessageID that is absent or has not its shape."""
    requete.message_id = message_id
    if not requete.verifier("MessageID : uuid: + UUID4", bool(_MESSAGE_ID.fullmatch(message_id or ""))):
        raise RefusInsi("SANDBOX_MESSAGE_ID", "MessageID absent, ou qui n'est pas « uuid: » suivi d'un UUID4")


def lire_contextes(requete: RequeteSandbox, soap: Requete) -> Contextes:
    """Read ContexteBAM and ContexteLPS. Raises :class:`RefusInsi`."""
    bam = _bloc(requete, soap, _BAM)
    lps = _bloc(requete, soap, _LPS)
    logiciel = _enfants(lps["LPS"], _LPS.ns, _LOGICIEL, "LPS")
    autorisation = logiciel["IDAM"]
    if not requete.verifier("IDAM : attribut R", autorisation.get("R") == "4"):
        raise RefusInsi("SANDBOX_ENTETE", 'LPS/IDAM doit porter l\'attribut R="4"')
    emetteurs = {_texte(bloc["Emetteur"]) for bloc in (bam, lps) if "Emetteur" in bloc}
    if not requete.verifier("Emetteur : le même partout", len(emetteurs) == 1):
        raise RefusInsi("SANDBOX_EMETTEUR", "Emetteur absent, ou différent entre ContexteBAM et ContexteLPS")
    return Contextes(emetteurs.pop(), _texte(autorisation))


def _bloc(requete: RequeteSandbox, soap: Requete, modele: _Modele) -> dict[str, etree._Element]:
    blocs = soap.headers.get(f"{{{modele.ns}}}{modele.nom}", ())
    if not requete.verifier(f"{modele.nom} : présent une fois", len(blocs) == 1):
        raise RefusInsi("SANDBOX_ENTETE", f"l'en-tête {modele.nom} doit être présent une fois et une seule")
    bloc = blocs[0]
    conforme = bloc.get("Version") == modele.version and bloc.get("Nature", modele.nature) == modele.nature
    if not requete.verifier(f"{modele.nom} : version", conforme):
        raise RefusInsi(
            "SANDBOX_ENTETE", f"{modele.nom} : Version={modele.version} et Nature={modele.nature} attendues"
        )
    enfants = _enfants(bloc, modele.ns, modele.enfants, modele.nom)
    marques = _UUID4.fullmatch(_texte(enfants["Id"])) and _INSTANT_UTC.fullmatch(_texte(enfants["Temps"]))
    if not requete.verifier(f"{modele.nom} : Id et Temps", bool(marques)):
        raise RefusInsi("SANDBOX_ENTETE", f"{modele.nom} : Id doit être un UUID4, Temps un instant UTC (…Z)")
    return enfants


def _enfants(parent: etree._Element, ns: str, modele: Mapping[str, bool], ou: str) -> dict[str, etree._Element]:
    """Give the children by name: those of the model, in its order, none twice, the required ones present."""
    trouves = list(parent.iterchildren("{*}*"))
    noms = [etree.QName(e).localname if etree.QName(e).namespace == ns else "?" for e in trouves]
    attendus = [nom for nom in modele if nom in noms]
    if noms != attendus:
        raise RefusInsi("SANDBOX_ENTETE", f"{ou} : enfants attendus, dans cet ordre : {', '.join(modele)}")
    for nom, requis in modele.items():
        if requis and nom not in noms:
            raise RefusInsi("SANDBOX_ENTETE", f"{ou} : élément obligatoire absent : {nom}")
    return dict(zip(noms, trouves, strict=True))


def _texte(element: etree._Element) -> str:
    return (element.text or "").strip()
