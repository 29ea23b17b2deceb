"""The two files of an archive that a person opens: the page that leads to the documents, and the leaflet."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import Final

from segur_socles._core.xml import attr, text
from segur_socles.config.logiciel import PLACEHOLDER, Logiciel
from segur_socles.documents.document import DocumentCda
from segur_socles.personnes.identite import Identite
from segur_socles.personnes.professionnel import Acteur
from segur_socles.personnes.traits import Sexe

__all__ = ["Envoi", "ecrire_index", "ecrire_lisez_moi"]

# IHE asks for XHTML Basic (ITI TF-2 3.32.4.1.2.2, certain).
_ENTETE_PAGE: Final = (
    '<?xml version="1.0" encoding="UTF-8"?>\n'
    '<!DOCTYPE html PUBLIC "-//W3C//DTD XHTML Basic 1.0//EN" "http://www.w3.org/TR/xhtml-basic/xhtml-basic10.dtd">\n'
    '<html xmlns="http://www.w3.org/1999/xhtml" xml:lang="fr">\n'
    '<head>\n<meta http-equiv="Content-Type" content="text/html; charset=utf-8" />\n'
)

_NE: Final = {Sexe.FEMININ: "née", Sexe.MASCULIN: "né"}


@dataclass(frozen=True, slots=True)
class Envoi:
    """What the pages tell: who sends, with what, when, and the path of each document in the archive."""

    acteur: Acteur
    logiciel: Logiciel
    contact: str = field(repr=False)
    heure: datetime
    documents: tuple[tuple[str, DocumentCda], ...]


def ecrire_index(envoi: Envoi) -> bytes:
    """Write INDEX.HTM: the person, the sender, a link to each document."""
    titre = f"Documents de santé concernant {_personne(envoi.documents[0][1].entete.usager.identite)}"
    expediteur = f"{envoi.acteur.professionnel.affichage}, {envoi.acteur.structure.nom}"
    liens = "".join(
        f'<li><a href="{attr(chemin)}">{text(document.entete.titre)}</a> : {text(document.entete.type.libelle)},'
        f" du {document.entete.date_creation:%d/%m/%Y}</li>\n"
        for chemin, document in envoi.documents
    )
    return (
        f"{_ENTETE_PAGE}<title>{text(titre)}</title>\n</head>\n<body>\n<h1>{text(titre)}</h1>\n"
        f"<p>Envoyés par {text(expediteur)}, le {envoi.heure:%d/%m/%Y}.</p>\n"
        f"<p>Contact : {text(envoi.contact)}</p>\n"
        f"<ul>\n{liens}</ul>\n"
        '<p>Contenu de cette archive et logiciel expéditeur : <a href="README.TXT">README.TXT</a></p>\n'
        "</body>\n</html>\n"
    ).encode()


def ecrire_lisez_moi(envoi: Envoi) -> bytes:
    """Write README.TXT, in UTF-8 with CRLF: the software, the contact, the structure of the archive."""
    logiciel = envoi.logiciel
    editeur = [f"Éditeur : {logiciel.editeur}"] if logiciel.editeur != PLACEHOLDER else []
    lignes = [
        "Documents de santé échangés selon le profil IHE XDM.",
        "",
        f"Logiciel expéditeur : {logiciel.nom}, version {logiciel.version}",
        *editeur,
        f"Structure expéditrice : {envoi.acteur.structure.nom} (FINESS {envoi.acteur.structure.finess_eg})",
        f"Contact : {envoi.contact}",
        "",
        "Structure de l'archive :",
        "INDEX.HTM : page à ouvrir dans un navigateur, avec un lien vers chaque document",
        "README.TXT : ce fichier",
        "IHE_XDM/SUBSET01/METADATA.XML : description des documents, pour les logiciels",
        *(f"{chemin} : document CDA R2" for chemin, _ in envoi.documents),
        "",
    ]
    return "\r\n".join(lignes).encode()


def _personne(identite: Identite) -> str:
    traits = identite.traits
    nom = identite.nom_utilise or traits.nom_naissance
    prenom = identite.prenom_utilise or traits.premier_prenom
    naissance = "/".join(reversed(traits.date_naissance.split("-")))
    return f"{prenom} {nom}, {_NE[traits.sexe]} {traits.nom_naissance} {traits.premier_prenom} le {naissance}"
