"""Masking by shape: what is found, what is left alone, and in a time that nobody can blow up."""

from __future__ import annotations

import io
import logging
import time

import pytest

from segur_socles._core.redact import MASK, RedactingFilter, masquer

MASKED = [
    "236066322083656",
    "2360663220836",
    "2 36 06 63 220 836 56",
    "2-36-06-63-220-836-56",
    "2\u00a036\u00a006\u00a063\u00a0220\u00a0836\u00a056",
    "2 97 02 2a 020 778 78",
    "297022A02077878@Patient.MSSante.FR",
    "eyJhbGciOi.eyJzdWIi.c2ln",
    "-----BEGIN PRIVATE KEY-----\nabc\n-----END PRIVATE KEY-----",
]


@pytest.mark.parametrize("secret", MASKED)
def test_sensitive_shapes_are_masked(secret: str) -> None:
    assert masquer(f"avant {secret} après") == f"avant {MASK} après"


OURS = [
    "1.2.250.1.213.1.4.10.123456789012345",
    "2.25.148023790125664.7",
    "899900000017",
    "uuid:6f1d7c52-3b0e",
    "990000019",
]


@pytest.mark.parametrize("texte", OURS)
def test_identifiers_of_ours_are_left_alone(texte: str) -> None:
    assert masquer(texte) == texte


@pytest.mark.parametrize("piege", ["a", "eyJ", "eyJ-", "1 ", "-----BEGIN A", "1.", "a@patient.mssante."])
def test_time_grows_with_the_text_only(piege: str) -> None:
    def duree(taille: int) -> float:
        texte = (piege * taille)[:taille]
        debut = time.process_time()
        masquer(texte)
        return time.process_time() - debut

    # Quadratic patterns took a hundred times longer here; the bound is loose because machines are.
    assert duree(200_000) < 40 * max(duree(20_000), 0.002)


def test_the_filter_masks_tracebacks_too() -> None:
    sortie = io.StringIO()
    handler = logging.StreamHandler(sortie)
    handler.addFilter(RedactingFilter())
    logger = logging.getLogger("segur_socles.essai_redact")
    logger.addHandler(handler)
    try:
        int("pour 236066322083656")
    except ValueError:
        logger.exception("échec %s", "236066322083656", stack_info=True)
    finally:
        logger.removeHandler(handler)
    assert "2360663" not in sortie.getvalue()
    assert "ValueError" in sortie.getvalue()
