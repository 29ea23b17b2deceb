"""Transfer and return sheets in the DMP of the sandbox: their metadata, the deposit, and what is kept."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
from chaine_outils import Chaine, preparer

from segur_socles.dmp.types import Accuse
from segur_socles.documents.cda.ecriture import ecrire_document
from segur_socles.documents.document import DocumentCda
from segur_socles.documents.editions import (
    FLUDR_2022_01,
    FLUDT_2022_01,
    FR_SU_2025_01,
    FT_SU_2025_01,
    EditionDocument,
)
from segur_socles.documents.modeles.retour import FicheRetourUrgences
from segur_socles.dui.dlu import entete_dlu
from segur_socles.dui.parcours import deposer, rediger_transfert
from segur_socles.dui.transfert import construire_transfert
from segur_socles.personnes.professionnel import Motif
from segur_socles.sandbox.sandbox import Sandbox
from segur_socles.segur.facade import Segur
from segur_socles.segur.session import Session


@pytest.fixture(scope="module")
def bac() -> Iterator[tuple[Sandbox, Chaine]]:
    with Sandbox() as sandbox:
        yield sandbox, preparer(sandbox)


def _transfert(session: Session, chaine: Chaine, edition: EditionDocument) -> DocumentCda:
    fiche = construire_transfert(chaine.dossier, motif="Chute", conscience="éveillable")
    return rediger_transfert(session, chaine.dossier, chaine.identite, fiche, edition=edition)


def _retour(session: Session, chaine: Chaine, edition: EditionDocument) -> DocumentCda:
    appelant = session.appelant
    entete = entete_dlu(
        chaine.dossier,
        chaine.identite,
        session.acteur,
        logiciel_oid_racine=appelant.logiciel.oid_racine,
        ids=appelant.ids,
        clock=appelant.clock,
        edition=edition,
    )
    fiche = FicheRetourUrgences.model_validate({"motif": "Chute", "retour": "retour en EHPAD"})
    return ecrire_document(fiche, entete, appelant.ids, edition=edition)


@pytest.mark.parametrize(
    ("rediger", "edition", "type_", "format_"),
    [
        (_transfert, FLUDT_2022_01, "74207-2", "urn:asip:ci-sis:fludt:2017"),
        (_transfert, FT_SU_2025_01, "78341-5", "urn:asip:ci-sis:ft-su:2024"),
        (_retour, FLUDR_2022_01, "74207-2", "urn:asip:ci-sis:fludr:2017"),
        (_retour, FR_SU_2025_01, "60280-5", "urn:asip:ci-sis:fr-su:2024"),
    ],
    ids=["FLUDT", "FT-SU", "FLUDR", "FR-SU"],
)
def test_the_dmp_files_each_sheet(
    rediger: Callable[[Session, Chaine, EditionDocument], DocumentCda],
    edition: EditionDocument,
    type_: str,
    format_: str,
    bac: tuple[Sandbox, Chaine],
) -> None:
    sandbox, chaine = bac
    with Segur(sandbox.config) as segur:
        session = segur.au_nom_de(chaine.dossier.acteur, motif=Motif.PRISE_EN_CHARGE)
        document = rediger(session, chaine, edition)
        lot = session.dmp.preparer(document, chaine.identite)
        fiche = lot.documents[0].entree
        assert (fiche.type.code, fiche.format.code) == (type_, format_)
        resultat = deposer(session, chaine.dossier, chaine.identite, document)
    assert isinstance(resultat, Accuse)
