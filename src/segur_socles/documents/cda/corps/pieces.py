"""The checklist of documents that several models end with."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from segur_socles.documents.cda.entrees.piece import piece
from segur_socles.documents.cda.recit import Atelier, Ligne, tableau
from segur_socles.documents.cda.sections import ANS_SECTION, ModeleSection
from segur_socles.documents.contenu.pieces import Piece
from segur_socles.nomenclatures.codes import nomenclature

__all__ = ["PIECES", "lister_pieces"]

PIECES: Final = ModeleSection("55107-7", "Documents ajoutés", "Documents ajoutés", (f"{ANS_SECTION}.37",))


def lister_pieces(
    jointes: Sequence[Piece], liste: str, colonnes: tuple[str, str], atelier: Atelier, *, absentes: bool = True
) -> tuple[str, list[str]]:
    """Write the table of a checklist (value set ``liste``) and its entries, one a document.

    Each of its documents is told, joined, found on site or absent; ``colonnes`` titles the last two columns.
    With ``absentes`` false, only what is joined has an entry.
    """
    par_type = {jointe.type.code: jointe for jointe in jointes}
    lignes, entrees = [], []
    for nature in nomenclature(liste).codes.values():
        jointe = par_type.get(nature.code)
        pdf = jointe.pdf if jointe else None
        ou = jointe.disponible if jointe else None
        ancre, media = atelier.ancre("piece"), atelier.ancre("media")
        reponse = "Oui" if pdf is not None else "Non"
        lignes.append(
            Ligne(
                ancre,
                {"document": nature.libelle, "annexe": reponse, "disponible": ou},
                media=("annexe", media) if pdf is not None else None,
            )
        )
        if absentes or pdf is not None:
            entrees.append(piece(nature, pdf, "NAV" if ou else "NI", ancre, media, atelier))
    titres = {"document": "Document", "annexe": colonnes[0], "disponible": colonnes[1]}
    return tableau(titres, lignes), entrees
