"""Transfer and return sheets judged by the Agency's own schema and schematrons: no error, no warning."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
from fiches_outils import AUCUN, EXEMPLE, INCONNU, RETOUR_PLEIN, TRANSFERT_PLEIN, retour, transfert

from segur_socles.documents.editions import FLUDR_2022_01, FLUDT_2022_01, FR_SU_2025_01, FT_SU_2025_01

PROFILS = {"FLUDT 2022.01": "FLUDT", "FT-SU 2025.01": "FT-SU", "FLUDR 2022.01": "FLUDR", "FR-SU 2025.01": "FR-SU"}
# Each list is unknown, known, then none; the last ones mix them, under a transfer that has not arrived.
TRANSFERTS: dict[str, dict[str, Any]] = {
    "inconnu": {},
    "plein": TRANSFERT_PLEIN,
    "aucun": dict.fromkeys(("douleurs", "traitements", "objets"), AUCUN) | {"destination": EXEMPLE["destination"]},
    "melange": TRANSFERT_PLEIN
    | {"douleurs": AUCUN, "traitements": INCONNU, "destination": {"nom": "CH", "depart": "2026-01-15T08:11:00+01:00"}},
}
RETOURS: dict[str, dict[str, Any]] = {
    "inconnu": {},
    "plein": RETOUR_PLEIN,
    "aucun": dict.fromkeys(("diagnostics", "traitements", "objets"), AUCUN),
}


@pytest.mark.besoin("S1-05")
@pytest.mark.exigence("CI-SIS/FLUDT-2022.01", "CI-SIS/FT-SU-2025.01")
@pytest.mark.long
@pytest.mark.parametrize("edition", [FLUDT_2022_01, FT_SU_2025_01], ids=["FLUDT", "FT-SU"])
@pytest.mark.parametrize("champs", TRANSFERTS.values(), ids=TRANSFERTS.keys())
def test_the_official_rules_accept_a_transfer(
    champs: dict[str, Any],
    edition: Any,
    ecrire_modele: Callable[..., Any],
    juger: Callable[[bytes, str], list[str]],
) -> None:
    octets = ecrire_modele(transfert(**champs), edition).document.octets
    assert juger(octets, PROFILS[edition.nom]) == []


@pytest.mark.besoin("S1-05")
@pytest.mark.exigence("CI-SIS/FLUDR-2022.01", "CI-SIS/FR-SU-2025.01")
@pytest.mark.long
@pytest.mark.parametrize("edition", [FLUDR_2022_01, FR_SU_2025_01], ids=["FLUDR", "FR-SU"])
@pytest.mark.parametrize("champs", RETOURS.values(), ids=RETOURS.keys())
def test_the_official_rules_accept_a_return(
    champs: dict[str, Any],
    edition: Any,
    ecrire_modele: Callable[..., Any],
    juger: Callable[[bytes, str], list[str]],
) -> None:
    octets = ecrire_modele(retour(**champs), edition).document.octets
    assert juger(octets, PROFILS[edition.nom]) == []


@pytest.mark.parametrize(
    ("edition", "codes"), [(FLUDT_2022_01, FT_SU_2025_01.codes), (FT_SU_2025_01, {})], ids=["new in old", "old in new"]
)
def test_the_states_of_consciousness_of_one_edition_are_refused_in_the_other(
    edition: Any, codes: Any, ecrire_modele: Callable[..., Any], juger: Callable[[bytes, str], list[str]]
) -> None:
    octets = ecrire_modele(transfert(conscience="éveillable"), replace(edition, codes=codes)).document.octets
    constats = juger(octets, PROFILS[edition.nom])
    assert len(constats) == 1
    assert "error spec" in constats[0]
    assert ("'DLU_002'" if edition is FLUDT_2022_01 else "'MED-1301'") in constats[0]


@pytest.mark.parametrize(
    ("edition", "avant", "apres"),
    [
        (FT_SU_2025_01, b'code="GEN-370"', b'code="GEN-371"'),
        (FLUDT_2022_01, b'code="57277-6"', b'code="15515-0"'),
        (FLUDR_2022_01, b'code="DLU_020"', b'code="DLU_006"'),
        (FR_SU_2025_01, b'code="P0102"', b'code="P0103"'),
    ],
)
def test_the_judge_does_find_errors(
    edition: Any,
    avant: bytes,
    apres: bytes,
    ecrire_modele: Callable[..., Any],
    juger: Callable[[bytes, str], list[str]],
) -> None:
    contenu = transfert(**TRANSFERT_PLEIN) if edition in (FLUDT_2022_01, FT_SU_2025_01) else retour(**RETOUR_PLEIN)
    octets: bytes = ecrire_modele(contenu, edition).document.octets
    assert avant in octets
    assert juger(octets.replace(avant, apres), PROFILS[edition.nom])
