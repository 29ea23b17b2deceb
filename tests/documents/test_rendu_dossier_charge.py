"""A full record, thirty treatments and long texts: nothing beyond an edge, alerts first, heads repeated."""

from __future__ import annotations

import subprocess
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from lxml import html
from rendu_outils import blancs, cda, dits, mots, vu

from judges import PROJECT, judge
from segur_socles.documents.rendu.grille import Case, Grille, largeurs
from segur_socles.documents.rendu.page import page_html
from segur_socles.documents.rendu.pdf import pdf_a
from segur_socles.dui.dlu import construire_dlu
from segur_socles.dui.dossier import Dossier

LE = datetime(2026, 11, 22, 9, 30, tzinfo=UTC)
DOSSIER = Dossier.lire(PROJECT / "examples" / "usager_sad.json")
ALLERGIES = "Aucune allergie connue, selon Mme Léa ESSAI (fille), le 09/03/2026."


@pytest.fixture
def octets(ecrire: Callable[..., Any]) -> bytes:
    usager = DOSSIER.usager
    personne = {
        champ: getattr(usager, champ) for champ in ("ipp", "adresse", "entourage", "protection", "medecin_traitant")
    }
    ecrit: bytes = ecrire(construire_dlu(DOSSIER), usager=personne, date_creation=LE).document.octets
    return ecrit


def test_the_official_rules_accept_the_document(octets: bytes, valider: Callable[[bytes], list[str]]) -> None:
    assert valider(octets) == []


def test_the_page_tells_everything_and_the_alerts_first(octets: bytes) -> None:
    page = page_html(octets)
    assert [dit for dit in dits(octets) if dit not in vu(page)] == []
    alertes = html.document_fromstring(page).xpath("//section[@class='alertes']")[0]
    assert ALLERGIES in blancs(" ".join(alertes.itertext()))
    medicaments = alertes.xpath(".//table[.//th='Médicament']")
    tetes = [th.text_content() for table in medicaments for th in table.xpath("./thead//th")]
    # No treatment with an alert has an end: the column would only push the others beyond the edge.
    assert tetes == ["Alerte", "Médicament", "Posologie", "Voie", "Indication", "Depuis"]
    assert len(medicaments[0].xpath(".//tr[@class='alerte']")) == 9
    signales = [h.text_content() for h in alertes.xpath(".//h3")]
    assert signales == [
        "Allergies et hypersensibilités",
        "Directives anticipées",
        "Signalé : Traitements au long cours",
        "Signalé : Bactérie multirésistante",
    ]
    warfarine = alertes.xpath(".//tr[td[contains(., 'Warfarine')]]/td")
    assert [td.get("data-colonne") for td in warfarine] == tetes


def test_who_protects_is_named_as_such_and_people_as_they_are_called(octets: bytes) -> None:
    page = vu(page_html(octets))
    assert "Curateur Édith GARANT 5 place du Greffe" in page
    assert "Personne à prévenir en cas d'urgence · Aidant Mme Léa ESSAI Fille biologique" in page
    assert "Personne de confiance Mme Hélène ADRUN" in page
    assert "Dr Alain FICTIF" in page


@pytest.mark.juge("pdftotext")
def test_each_sheet_of_a_long_table_begins_with_its_head(octets: bytes, tmp_path: Path) -> None:
    copie = tmp_path / "copie.pdf"
    copie.write_bytes(pdf_a(octets, LE))
    commande = [judge("pdftotext"), "-raw", str(copie), "-"]
    feuilles = subprocess.run(commande, capture_output=True, check=True, text=True).stdout.split("\f")
    assert mots(" ".join(dits(octets))) - mots(" ".join(feuilles)) == set()
    assert f"AUCUN CONNU {ALLERGIES}" in blancs(feuilles[0])
    tete = "Alerte Médicament Posologie Voie Indication Depuis Jusqu'à"
    feuille = next(i for i, texte in enumerate(feuilles) if "\nTraitements au long cours\nAlerte" in texte)
    suites = [blancs(texte) for texte in feuilles[feuille + 1 : feuille + 3]]
    assert [suite.startswith(tete) for suite in suites] == [True, True]


# --- tables ----------------------------------------------------------------------------------------------


def rangee(*cellules: str, nom: str = "td") -> str:
    return "<tr>" + "".join(f"<{nom}>{c}</{nom}>" for c in cellules) + "</tr>"


@pytest.mark.parametrize(
    ("colonnes", "classes"),
    [(2, None), (3, "des-3"), (4, "des-3"), (5, "des-3 des-5"), (7, "des-3 des-5"), (8, "des-3 des-5 des-8")],
)
def test_a_table_too_wide_for_a_medium_is_told_row_by_row_there(colonnes: int, classes: str | None) -> None:
    noms = [f'Nom "{i}"' for i in range(colonnes)]
    tableau = f"<table><thead>{rangee(*noms, nom='th')}</thead><tbody>{rangee(*noms)}</tbody></table>"
    racine = html.document_fromstring(page_html(cda(tableau)))
    (lu,) = racine.xpath("//table")
    assert lu.get("class") == classes
    assert [td.get("data-colonne") for td in lu.xpath(".//td")] == noms
    assert lu.xpath(".//th/@data-colonne") == []


@pytest.mark.parametrize(
    "tableau",
    [
        rangee("a", "b", "c", "d", "e"),
        f"<thead>{rangee(*'abcde', nom='th')}</thead><tbody>{rangee('x', 'y')}</tbody>",
        f"<thead>{rangee(*'abcde', nom='th')}{rangee(*'fghij', nom='th')}</thead><tbody>{rangee(*'klmno')}</tbody>",
        f"<thead>{rangee(*'abcde', nom='th')}</thead><tbody><tr><td rowspan='2'>x</td>{'<td>y</td>' * 4}</tr></tbody>",
    ],
    ids=["no head", "short row", "two heads", "span"],
)
def test_a_cell_is_never_given_a_name_that_may_not_be_its_own(tableau: str) -> None:
    page = page_html(cda(f"<table>{tableau}</table>"))
    assert "data-colonne=" not in page
    assert "<table>" in page


def test_a_column_has_room_for_what_most_of_its_rows_hold() -> None:
    def ligne(*textes: str) -> tuple[Case, ...]:
        return tuple(Case(t, gras=False, entete=False, colonnes=1) for t in textes)

    def partage(*lignes: tuple[Case, ...]) -> tuple[float, ...]:
        parts = largeurs(Grille(2, (), lignes, frozenset()), lambda texte: 2.0 * len(texte), 100.0)
        assert parts is not None
        assert sum(parts) == pytest.approx(100.0)
        return parts

    long = "mot " * 12
    egales = partage(*[ligne(long, long)] * 4)
    assert egales[0] == pytest.approx(egales[1])
    # 96 mm of text in one row of four: 48 in the quadratic mean; both keep 6 mm for their longest word, and share
    # the other 88 as 48 - 6 to 96 - 6.
    assert partage(ligne(long, long), *[ligne("", long)] * 3) == pytest.approx((34.0, 66.0))
    assert partage() == (50.0, 50.0)
