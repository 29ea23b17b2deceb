"""The page on a telephone, as a browser lays it out."""

from __future__ import annotations

import json
from collections.abc import Callable
from html import escape, unescape
from pathlib import Path
from typing import Any

import pytest
from impression_outils import chromium

from judges import PROJECT, kit
from segur_socles.documents.rendu.page import page_html
from segur_socles.dui.dlu import construire_dlu
from segur_socles.dui.dossier import Dossier

EXEMPLES = [
    "DLU-EHPAD-DLU_2022.01",
    "DLU-EHPAD-FLUDT_2022.01",
    "DOC_NON_STRUCTURE_CDA-R2-N1",
    "IPS-FR_2024.01",
    "LDL-SES_2022.01",
]
LARGEURS = (320, 360, 1100)

MESURE = """<script>onload = () => {
const mesures = [...document.querySelectorAll('iframe')].map(cadre => {
    const racine = cadre.contentDocument.documentElement;
    const sortis = [...racine.querySelectorAll('.patient *, .alertes h2, h1, h2, h3, p, dd, li')]
        .filter(e => !e.closest('.defile') && e.getBoundingClientRect().right > racine.clientWidth);
    return [racine.scrollWidth - racine.clientWidth, sortis.length, racine.querySelectorAll('section').length];
});
document.body.textContent = JSON.stringify(mesures);
}</script>"""


def mesurer(pages: list[str], dossier: Path) -> list[list[int]]:
    """Give, for each page and width: pixels beyond the edge, elements beyond it, and sections seen."""
    cadres = [f'<iframe width="{w}" height="600" srcdoc="{escape(page)}"></iframe>' for page in pages for w in LARGEURS]
    fichier = dossier / "mesure.html"
    fichier.write_text(f'<!DOCTYPE html><meta charset="utf-8"><body>{"".join(cadres)}{MESURE}', encoding="utf-8")
    vu = chromium(dossier, "--dump-dom", fichier.as_uri()).decode()
    lu: list[list[int]] = json.loads(unescape(vu.partition("<body>")[2].partition("</body>")[0]))
    return lu


@pytest.mark.juge("chromium")
def test_nothing_is_beyond_the_edge_of_a_telephone(ecrire: Callable[..., Any], tmp_path: Path) -> None:
    dossier = Dossier.lire(PROJECT / "examples" / "residente.json")
    dlu = ecrire(construire_dlu(dossier), date_creation="2026-11-30T09:00:00+01:00").document
    pages = [page_html(kit("ExemplesCDA", f"{nom}.xml").read_bytes()) for nom in EXEMPLES]
    mesures = mesurer([page_html(dlu), *pages], tmp_path)
    assert len(mesures) == len(LARGEURS) * (1 + len(EXEMPLES))
    assert [mesure[:2] for mesure in mesures] == [[0, 0]] * len(mesures)
    assert min(sections for _, _, sections in mesures) > 2


@pytest.mark.juge("chromium")
def test_the_measure_sees_what_is_beyond(tmp_path: Path) -> None:
    (large, _, _) = mesurer(["<section><p style='width:500px'>x</p></section>"], tmp_path)
    assert large[0] > 100
    assert large[1:] == [1, 1]
