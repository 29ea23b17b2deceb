"""What we write is its own canonical form: the manifest of a submission set relies on it."""

from __future__ import annotations

import subprocess
from collections.abc import Callable
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from lxml import etree

from judges import judge

PIEGES = {
    "pathologies": {
        "etat": "renseigne",
        "items": [{"libelle": "a & b < c > d \"e\" 'f' \t\r\n g é €", "cim10": "I48", "precision": "]]> \u2028 😀"}],
    },
    "commentaire": "x\r\ny\rz & <b>",
    "pieces": [{"type": "DLU_011", "pdf": b"%PDF-1.4\x00\xff%%EOF"}],
}


@pytest.mark.juge("xmllint")
@pytest.mark.parametrize("contenu", [{}, PIEGES], ids=["minimal", "pieges"])
def test_the_bytes_after_the_declaration_are_what_xmllint_canonicalises(
    contenu: dict[str, Any], ecrire: Callable[..., Any], tmp_path: Path
) -> None:
    document = ecrire(contenu).document
    path = tmp_path / "dlu.xml"
    path.write_bytes(document.octets)
    sortie = subprocess.run([judge("xmllint"), "--c14n", str(path)], capture_output=True, check=True).stdout
    assert bytes(document.forme_canonique) == sortie
    assert document.octets[: document.declaration] == b'<?xml version="1.0" encoding="UTF-8"?>\n'
    assert document.canonique


@settings(max_examples=30, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(texte=st.text(st.characters(exclude_categories=("Cs",)), min_size=1, max_size=60))
def test_any_text_is_written_in_canonical_form_or_refused(texte: str, ecrire: Callable[..., Any]) -> None:
    from segur_socles.errors import ChampInvalideError

    contenu = {
        "pathologies": {"etat": "renseigne", "items": [{"libelle": texte, "cim10": "I48"}]},
        "commentaire": texte,
    }
    try:
        lu = ecrire(contenu)
    except ChampInvalideError as refus:
        champs = set(refus.champs)
    else:
        sortie = BytesIO()
        etree.ElementTree(lu.racine).write_c14n(sortie, with_comments=True)
        assert sortie.getvalue() == bytes(lu.document.forme_canonique)
        # A line feed that was typed is an element, a break.
        [lignes] = lu("//h:td[@ID='pathologie-1-libelle']")
        assert lignes == "".join(texte.strip().splitlines()) or texte != texte.strip()
        return
    assert champs <= {"pathologies.renseigne.items.0.libelle", "commentaire"}


def test_the_same_seed_gives_the_same_bytes(ecrire: Callable[..., Any]) -> None:
    assert ecrire(PIEGES).document.octets == ecrire(PIEGES).document.octets
