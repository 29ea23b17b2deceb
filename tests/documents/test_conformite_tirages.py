"""Records drawn over the whole model are accepted by the Agency's own rules, in each model and edition written.

``make conformance`` draws 500 a model and edition, continuous integration 25, ``make test`` two: everything and
nothing.
"""

from __future__ import annotations

import os
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from entete_outils import MOMENT, TRAITS, qualifiee
from tirage_outils import Tireur

from judges import agency_rules
from segur_socles._core.ids import SeededIds
from segur_socles.documents.cda.ecriture import ECRIVAINS, PAR_DEFAUT, ContenuDocument, ecrire_document
from segur_socles.documents.contenu.clinique import Directive
from segur_socles.documents.editions import EDITIONS, FR_SU_2025_01, FT_SU_2025_01, EditionDocument
from segur_socles.documents.entete import Entete, Rencontre
from segur_socles.personnes.identite import Identite

TIRAGES = int(os.environ.get("SEGUR_TIRAGES", "2"))
PAR_LOT = 25
ECRITES = [edition for edition in EDITIONS.values() if edition.retiree_le is None]

# The kit at hand is that of February 2025: an edition that only follows later value sets is judged as the one it
# comes from, and the two sheets of 2025 without the codes that this kit does not know yet.
JUGEES = {(edition.modele, edition.type): edition for edition in reversed(ECRITES) if edition.codes == {}} | {
    (edition.modele, edition.type): replace(
        edition, codes={code: autre for code, autre in edition.codes.items() if code not in ("350", "MED-295")}
    )
    for edition in (FR_SU_2025_01, FT_SU_2025_01)
}


def _entete(tireur: Tireur, edition: EditionDocument) -> Entete:
    champs: dict[str, Any] = {
        "id": "1.2.250.1.999.1.2.1",
        "set_id": "1.2.250.1.999.1.2.2",
        "date_creation": MOMENT,
        "langue": "fr-FR",
    }
    if tireur.hasard.random() < 0.2:
        champs |= {"version": 2, "remplace": "1.2.250.1.999.1.2.9"}
    return tireur.valeur(
        Entete,
        **champs,
        **({} if "version" in champs else {"version": 1, "remplace": None}),
        acte={"code": edition.acte, "debut": MOMENT},
        rencontre=tireur.valeur(Rencontre, **({"type": edition.rencontre} if edition.rencontre else {})),
        **({"type": edition.type} if edition.type else {}),
    )


def _tireur(graine: int) -> Tireur:
    def identite() -> Identite:
        return Identite(traits=TRAITS) if graine % 4 == 3 else qualifiee(nom_utilise="LÉVÊQUE-D'AOÛT")

    return Tireur(graine, plein=graine == 0, vide=graine == 1, imposes={Identite: identite})


def contenus(edition: EditionDocument) -> tuple[type[ContenuDocument], ...]:
    classes = ECRIVAINS[edition.modele].contenu
    return classes if isinstance(classes, tuple) else (classes,)


def ecrire(graine: int, edition: EditionDocument) -> bytes:
    """Write one record; a model that holds several contents takes them in turn."""
    tireur, classes = _tireur(graine), contenus(edition)
    contenu = tireur.valeur(classes[graine % len(classes)])
    return ecrire_document(contenu, _entete(tireur, edition), SeededIds(graine), edition=edition).octets


@pytest.mark.tirages
@pytest.mark.timeout(1800)
@pytest.mark.besoin("S1-05")
@pytest.mark.parametrize("lot", range(0, TIRAGES, PAR_LOT))
@pytest.mark.parametrize("edition", JUGEES.values(), ids=lambda edition: edition.nom)
def test_drawn_records_are_accepted_by_the_official_rules(edition: EditionDocument, lot: int, tmp_path: Path) -> None:
    regles, refuses = agency_rules(), {}
    for graine in range(lot, min(lot + PAR_LOT, TIRAGES)):
        fichier = tmp_path / f"{graine}.xml"
        fichier.write_bytes(ecrire(graine, edition))
        erreurs = [f"{f.step} : {f.message} {f.location}" for f in regles.validate(fichier).errors()]
        if erreurs:
            refuses[graine] = erreurs
    assert refuses == {}


def test_every_edition_has_a_writer_and_every_content_an_edition() -> None:
    assert {edition.modele for edition in ECRITES} == set(ECRIVAINS)
    assert {classe for edition in ECRITES for classe in contenus(edition)} == set(PAR_DEFAUT)


def test_enough_draws_take_every_code_of_a_value_set() -> None:
    codes = {Tireur(graine).valeur(Directive).type.code for graine in range(9)}
    assert len(codes) == 9
