"""From content and header to the bytes of a CDA R2 document."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Final, TypeAlias

from segur_socles._core.ids import Ids
from segur_socles._core.model import invalide
from segur_socles.documents.cda.balises import RACINE_FERMANTE, RACINE_OUVRANTE
from segur_socles.documents.cda.corps import dlu, fludr, fludt, fr_su, ft_su, ips, liaison_entree, liaison_sortie, n1
from segur_socles.documents.cda.entete import ecrire_entete
from segur_socles.documents.cda.recit import Atelier
from segur_socles.documents.dates import exiger_faits_passes
from segur_socles.documents.document import DocumentCda
from segur_socles.documents.editions import (
    DLU_2022_01,
    FLUDR_2022_01,
    FLUDT_2022_01,
    FR_SU_2025_01,
    FT_SU_2025_01,
    IPS_FR_2024_01,
    LDL_EES_2022_01,
    LDL_SES_2022_01,
    N1,
    EditionDocument,
)
from segur_socles.documents.entete import Entete
from segur_socles.documents.modeles.dlu import Dlu
from segur_socles.documents.modeles.liaison_entree import LettreLiaisonEntree
from segur_socles.documents.modeles.liaison_sortie import LettreLiaisonSortie
from segur_socles.documents.modeles.pdf import DocumentPdf, NoteLiaison
from segur_socles.documents.modeles.retour import FicheRetourUrgences
from segur_socles.documents.modeles.synthese import SyntheseMedicale
from segur_socles.documents.modeles.transfert import FicheTransfertUrgences
from segur_socles.errors import Constat

__all__ = ["ContenuDocument", "ecrire_document"]

DECLARATION: Final = b'<?xml version="1.0" encoding="UTF-8"?>\n'

ContenuDocument: TypeAlias = (
    Dlu
    | FicheRetourUrgences
    | FicheTransfertUrgences
    | LettreLiaisonEntree
    | LettreLiaisonSortie
    | NoteLiaison
    | DocumentPdf
    | SyntheseMedicale
)
"""What a document may hold."""


@dataclass(frozen=True, slots=True)
class Ecrivain:
    """How one model writes one type of content.

    ``corps`` gives the body, ``component`` included, as a text or, when it is long, as parts; ``participants`` those
    that the model wants in the header while the content knows them.
    """

    contenu: type[ContenuDocument] | tuple[type[ContenuDocument], ...]
    corps: Callable[[Any, Atelier], str | tuple[bytes, ...]]
    participants: Callable[[Any], str] = lambda _: ""


ECRIVAINS: Final[dict[str, Ecrivain]] = {
    DLU_2022_01.modele: Ecrivain(Dlu, dlu.ecrire_corps),
    IPS_FR_2024_01.modele: Ecrivain(SyntheseMedicale, ips.ecrire_corps, ips.participants),
    LDL_EES_2022_01.modele: Ecrivain(LettreLiaisonEntree, liaison_entree.ecrire_corps),
    LDL_SES_2022_01.modele: Ecrivain(LettreLiaisonSortie, liaison_sortie.ecrire_corps),
    N1.modele: Ecrivain((DocumentPdf, NoteLiaison), n1.ecrire_corps),
    FLUDR_2022_01.modele: Ecrivain(FicheRetourUrgences, fludr.ecrire_corps),
    FLUDT_2022_01.modele: Ecrivain(FicheTransfertUrgences, fludt.ecrire_corps),
    FR_SU_2025_01.modele: Ecrivain(FicheRetourUrgences, fr_su.ecrire_corps),
    FT_SU_2025_01.modele: Ecrivain(FicheTransfertUrgences, ft_su.ecrire_corps),
}
"""Root of a model's templateId → its writer."""

PAR_DEFAUT: Final[dict[type[ContenuDocument], EditionDocument]] = {
    Dlu: DLU_2022_01,
    SyntheseMedicale: IPS_FR_2024_01,
    LettreLiaisonEntree: LDL_EES_2022_01,
    LettreLiaisonSortie: LDL_SES_2022_01,
    NoteLiaison: N1,
    DocumentPdf: N1,
    FicheRetourUrgences: FLUDR_2022_01,
    FicheTransfertUrgences: FLUDT_2022_01,
}
"""Content → the edition written when none is asked for."""


def ecrire_document(
    contenu: ContenuDocument, entete: Entete, ids: Ids, *, edition: EditionDocument | None = None
) -> DocumentCda:
    """Write a CDA R2 document in ``edition`` (by default, the one in force for this content).

    The bytes after the XML declaration are their own canonical form. Raises ``ChampInvalideError`` when the
    edition is not one of this content or may no longer be written, when the header is not one of the model, when
    what is told as past is dated after the document, or when a text holds a character that XML forbids.
    """
    edition = edition or _par_defaut(contenu)
    ecrivain = _ecrivain(contenu, edition)
    _verifier(entete, edition)
    exiger_faits_passes(contenu, entete.date_creation)
    corps = ecrivain.corps(contenu, Atelier(ids, edition, entete))
    debut = RACINE_OUVRANTE + ecrire_entete(entete, edition, ecrivain.participants(contenu))
    parties = (corps.encode(),) if isinstance(corps, str) else corps
    return DocumentCda(
        octets=b"".join((DECLARATION, debut.encode(), *parties, RACINE_FERMANTE.encode())),
        entete=entete,
        modele=edition.modele,
        canonique=True,
        declaration=len(DECLARATION),
    )


def _par_defaut(contenu: object) -> EditionDocument:
    edition = next((e for classe, e in PAR_DEFAUT.items() if isinstance(contenu, classe)), None)
    if edition is None:
        attendus = ", ".join(sorted(classe.__name__ for classe in PAR_DEFAUT))
        constat = Constat("contenu", f"un {type(contenu).__name__} n'est pas un contenu", None, f"donner : {attendus}")
        raise invalide("Document", (constat,))
    return edition


def _ecrivain(contenu: ContenuDocument, edition: EditionDocument) -> Ecrivain:
    if edition.retiree_le:
        message = f"format retiré le {edition.retiree_le:%d/%m/%Y}"
        raise invalide("Édition", (Constat("edition", message, edition.nom, "choisir une édition en vigueur"),))
    ecrivain = ECRIVAINS.get(edition.modele)
    if ecrivain is None or not isinstance(contenu, ecrivain.contenu):
        message = f"cette édition n'écrit pas un contenu {type(contenu).__name__}"
        raise invalide("Édition", (Constat("edition", message, edition.nom, "choisir une édition de ce contenu"),))
    return ecrivain


def _verifier(entete: Entete, edition: EditionDocument) -> None:
    attendus = {
        "entete.type": (entete.type, edition.type),
        "entete.acte.code": (entete.acte.code, edition.acte),
        "entete.rencontre.type": (entete.rencontre.type, edition.rencontre),
    }
    constats = tuple(
        Constat(champ, "code étranger à ce modèle", edition.nom, f"utiliser {attendu.code} ({attendu.libelle})")
        for champ, (donne, attendu) in attendus.items()
        if attendu and (donne is None or donne.code != attendu.code)
    )
    if constats:
        raise invalide("Entete", constats)
