"""The body: sections that the model demands, narrative that entries point at, media that can be opened."""

from __future__ import annotations

import base64
import binascii
import re
from collections import Counter
from typing import Final

from lxml import etree

from segur_socles.documents.cda.balises import HL7
from segur_socles.documents.validation.modeles import SECTIONS, SectionAttendue
from segur_socles.documents.validation.releve import NS, Regle, Releve, trouver, trouver_tous
from segur_socles.errors import Gravite

__all__ = ["juger_corps"]

_RECIT: Final = "CDA R2, texte des sections"
_N1: Final = "CI-SIS, document non structuré"
_PDF: Final = "application/pdf"
_TEXTES: Final = ("text/plain", "text/rtf")
_MEDIAS: Final = (_PDF, *_TEXTES, "image/jpeg", "image/tiff")
_GRAND: Final = 5 * 1024 * 1024
_PDFA: Final = re.compile(rb"pdfaid:part(?:>|=[\"'])\s*([0-9])")

_SIGNATURES: Final = {_PDF: b"%PDF-", "image/jpeg": b"\xff\xd8\xff"}
"""How the bytes of a medium begin."""


def juger_corps(releve: Releve) -> None:
    """Note what is wrong below the header."""
    if releve.modele is not None:
        for attendue in releve.modele.sections:
            _section(releve, attendue)
    _recit(releve)
    corps = trouver(releve.racine, "component/nonXMLBody")
    if corps is not None:
        _non_structure(releve, corps)
    elif releve.modele is not None and not releve.modele.sections:
        regle = Regle("le corps d'un document non structuré est un fichier", _N1, "écrire component/nonXMLBody/text")
        releve.noter(regle, releve.racine, "component")
    for media in releve.racine.iterfind(f".//{{{HL7}}}observationMedia/{{{HL7}}}value"):
        _media(releve, media, "CDA R2, observationMedia")


# --- sections --------------------------------------------------------------------------------------------


def _section(releve: Releve, attendue: SectionAttendue) -> None:
    assert releve.modele is not None  # noqa: S101 - the caller reads its sections
    partout = releve.modele.partout
    chemin = ".//h:section" if partout else "h:component/h:structuredBody/h:component/h:section"
    modeles = (attendue.modele, attendue.autre)
    trouvees = [
        section
        for section in releve.racine.iterfind(chemin, NS)
        if any(m.get("root") in modeles for m in trouver_tous(section, "templateId"))
    ]
    nom = SECTIONS[attendue.code]
    borne = "n" if attendue.maximum is None else attendue.maximum
    source = f"CI-SIS, modèle {releve.modele.nom} : « {nom} » [{attendue.minimum}..{borne}]"
    if len(trouvees) < attendue.minimum:
        remede = f"ajouter la section {attendue.code}, templateId {attendue.modele}"
        corps = trouver(releve.racine, "component/structuredBody")
        releve.noter(Regle(f"section « {nom} » absente", source, remede), releve.racine if corps is None else corps)
    for section in trouvees[attendue.maximum :] if attendue.maximum is not None else ():
        releve.noter(Regle("section répétée", source, "réunir ces sections en une"), section)
    for section in trouvees:
        code = trouver(section, "code")
        if code is None or code.get("code") != attendue.code:
            releve.noter(
                Regle("code de section contraire au modèle", source, f"écrire {attendue.code}"), section, "code"
            )
        if attendue.texte and trouver(section, "text") is None:
            releve.noter(Regle("section sans texte", source, "écrire ce que la section dit (text)"), section, "text")
        if attendue.entree and trouver(section, "entry") is None:
            releve.noter(Regle("section sans entrée", source, "ajouter au moins une entrée codée"), section, "entry")


# --- narrative -------------------------------------------------------------------------------------------


def _recit(releve: Releve) -> None:
    compte = Counter(ancre for noeud in releve.racine.iter("*") if (ancre := noeud.get("ID")) is not None)
    _ancres(releve, compte)
    for reference in releve.racine.iter(f"{{{HL7}}}reference"):
        _reference(releve, reference, compte)
    for image in releve.racine.iter(f"{{{HL7}}}renderMultiMedia"):
        for cible in (image.get("referencedObject") or "").split():
            if cible not in compte:
                remede = "viser l'ID d'une pièce jointe (observationMedia)"
                releve.noter(Regle("pièce jointe introuvable", _RECIT, remede), image, "@referencedObject")
    for section in releve.racine.iter(f"{{{HL7}}}section"):
        if trouver(section, "entry") is not None and trouver(section, "text") is None:
            regle = Regle(
                "des entrées sans texte : un lecteur ne les verra pas",
                _RECIT,
                "écrire dans text ce que disent les entrées",
                Gravite.AVERTISSEMENT,
            )
            releve.noter(regle, section, "text")


def _ancres(releve: Releve, compte: Counter[str]) -> None:
    deja: set[str] = set()
    for noeud in releve.racine.iter("*"):
        ancre = noeud.get("ID")
        if ancre is None or compte[ancre] == 1:
            continue
        if ancre in deja:
            remede = "donner à chaque passage un ID différent dans tout le document"
            releve.noter(Regle("ID déjà employé", f"{_RECIT} : ID unique", remede), noeud, "@ID")
        deja.add(ancre)


def _reference(releve: Releve, reference: etree._Element, compte: Counter[str]) -> None:
    valeur = reference.get("value", "")
    if valeur.startswith("#") and valeur[1:] not in compte:
        remede = "viser l'ID d'un passage du texte de la section"
        regle = Regle("référence à un passage qui n'existe pas", _RECIT, remede, Gravite.AVERTISSEMENT)
        releve.noter(regle, reference, "@value")
    elif valeur in compte:
        regle = Regle("référence sans le « # »", _RECIT, "écrire # devant l'ID visé", Gravite.AVERTISSEMENT)
        releve.noter(regle, reference, "@value")


# --- media -----------------------------------------------------------------------------------------------


def _non_structure(releve: Releve, corps: etree._Element) -> None:
    texte = trouver(corps, "text")
    if texte is None:
        releve.noter(Regle("corps vide", _N1, "mettre le fichier dans text"), corps, "text")
        return
    media = texte.get("mediaType")
    if media not in _MEDIAS:
        releve.noter(
            Regle("type de fichier non admis", _N1, f"types admis : {', '.join(_MEDIAS)}"), texte, "@mediaType"
        )
    elif texte.get("representation") != "B64":
        gravite = Gravite.AVERTISSEMENT if media in _TEXTES else Gravite.ERREUR
        regle = Regle("fichier qui n'est pas en base 64", _N1, "écrire representation B64 et encoder", gravite)
        releve.noter(regle, texte, "@representation")
    else:
        _media(releve, texte, _N1, pdfa=True)


def _media(releve: Releve, noeud: etree._Element, source: str, *, pdfa: bool = False) -> None:
    if noeud.get("representation") != "B64":
        return
    fichier = _decode(noeud)
    media = noeud.get("mediaType", "")
    if not fichier:
        regle = Regle(
            "base 64 illisible" if fichier is None else "fichier vide", source, "encoder le fichier à nouveau"
        )
        releve.noter(regle, noeud)
        return
    if not fichier.startswith(_SIGNATURES.get(media, b"")):
        releve.noter(Regle("le fichier n'est pas du type annoncé", source, "corriger mediaType ou le fichier"), noeud)
    elif pdfa and media == _PDF:
        lu = _PDFA.search(fichier)
        if lu is None or lu[1] != b"1":
            message = "le PDF ne se déclare pas PDF/A" if lu is None else "le PDF déclare une autre partie que PDF/A-1"
            regle = Regle(message, f"{_N1} : PDF/A-1", "produire un PDF/A-1", Gravite.AVERTISSEMENT)
            releve.noter(regle, noeud)
    if pdfa and len(fichier) > _GRAND:
        regle = Regle("fichier de plus de 5 Mio", _N1, "vérifier la limite du service visé", Gravite.AVERTISSEMENT)
        releve.noter(regle, noeud)


def _decode(noeud: etree._Element) -> bytes | None:
    texte = "".join(map(str, noeud.itertext()))
    try:
        return base64.b64decode("".join(texte.split()), validate=True)
    except (binascii.Error, ValueError):
        return None
