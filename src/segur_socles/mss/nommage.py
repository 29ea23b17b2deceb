"""How a message and its files are named (Référentiel socle MSSanté #2, ECO.2.1.3, 2.1.6 and 2.2.7; near certain)."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Final

from segur_socles.documents.entete import Entete
from segur_socles.mss.entetes import sans_accents
from segur_socles.personnes.professionnel import Professionnel

__all__ = ["ARCHIVE", "MARQUEUR", "nom_affiche", "noms_pdf", "objet"]

MARQUEUR: Final = "XDM/1.0/DDM"
"""What a subject holds when a document comes with the message (certain)."""

ARCHIVE: Final = "IHE_XDM.ZIP"
"""Name of the archive (certain; any case on receipt)."""

_LIBELLE: Final = 40
_HORS_NOM_DE_FICHIER: Final = re.compile(r'[\x00-\x1f\\/:*?"<>|_]+')


def objet(entetes: Sequence[Entete]) -> str:
    """Name a message after its documents, all about one person: ``XDM/1.0/DDM+2 documents VIAL Paul 26/11/1978``."""
    traits = entetes[0].usager.identite.traits
    quoi = _type(entetes[0]) if len(entetes) == 1 else f"{len(entetes)} documents"
    naissance = "/".join(reversed(traits.date_naissance.split("-")))
    return f"{MARQUEUR}+{quoi} {sans_accents(traits.nom_naissance)} {sans_accents(traits.premier_prenom)} {naissance}"


def noms_pdf(entetes: Sequence[Entete]) -> tuple[str, ...]:
    """Name the readable copy of each document: ``20220531_CR d'imagerie médicale_CORSE_FIGATELLIX.pdf``.

    Two that would bear the same name are numbered, in the place of the optional file number.
    """
    noms: dict[str, None] = {}
    for entete in entetes:
        traits = entete.usager.identite.traits
        base = "_".join(
            _HORS_NOM_DE_FICHIER.sub(" ", partie).strip()
            for partie in (
                f"{entete.acte.debut:%Y%m%d}",
                _type(entete),
                sans_accents(traits.nom_naissance),
                sans_accents(traits.premier_prenom),
            )
        )
        rang, nom = 1, base
        while nom in noms:
            rang += 1
            nom = f"{base}_{rang}"
        noms[nom] = None
    return tuple(f"{nom}.pdf" for nom in noms)


def nom_affiche(professionnel: Professionnel, entite: str | None = None) -> str:
    """Name a personal mailbox: ``Dr_Marie_MARTIN_Cabinet Medical``; title and entity are optional."""
    titre = professionnel.titre and professionnel.titre.capitalize()
    return "_".join(part for part in (titre, professionnel.prenom, professionnel.nom.upper(), entite) if part)


def _type(entete: Entete) -> str:
    return entete.type.libelle[:_LIBELLE].strip()
