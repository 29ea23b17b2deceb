"""The pages of the document types say what the types and the writers do; every field has its meaning."""

from __future__ import annotations

from pathlib import Path

import pages_outils
import pytest
from pages_outils import INTRO, PAGES

from segur_socles.documents.cda.ecriture import PAR_DEFAUT
from segur_socles.documents.libelles import chemin_en_clair


@pytest.mark.parametrize("classe", PAR_DEFAUT)
def test_the_page_of_a_content_is_up_to_date(classe: type) -> None:
    page: Path = PAGES / f"{INTRO[classe.__name__][0]}.md"
    assert page.read_text(encoding="utf-8") == "".join(pages_outils.page(classe)), "make pages"


def test_the_path_of_a_finding_is_read_in_french() -> None:
    assert chemin_en_clair("traitements.items.1.dose.unite") == "Traitements › 2 › Dose par prise › Unité (UCUM)"
