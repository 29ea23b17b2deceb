"""The HTML page: complete, harmless, honest about what is not known."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import UTC, datetime
from itertools import pairwise
from typing import Any

import pytest
from lxml import html
from rendu_outils import blancs, cda, dits, vu

from judges import kit
from segur_socles.documents.rendu.page import page_html
from segur_socles.errors import DocumentInvalideError
from segur_socles.personnes.identite import Decision, Identite, ReponseIns
from segur_socles.personnes.matricule import MatriculeIns, OidIns
from segur_socles.personnes.professionnel import Intervenant
from segur_socles.personnes.traits import TraitsIdentite

EXEMPLES = ["DLU-EHPAD-DLU_2022.01", "DLU-EHPAD-FLUDT_2022.01", "IPS-FR_2024.01", "LDL-SES_2022.01"]
MATRICULE = "279035121518989"
INS = f'<id root="1.2.250.1.213.1.4.8" extension="{MATRICULE}"/>'
GROUPE = "2 79 03 51 215 189 89"


@pytest.mark.parametrize("nom", EXEMPLES)
def test_every_word_of_the_national_examples_is_on_the_page(nom: str) -> None:
    octets = kit("ExemplesCDA", f"{nom}.xml").read_bytes()
    page, attendus = vu(page_html(octets)), dits(octets)
    assert len(attendus) > 20
    assert [dit for dit in attendus if dit not in page] == []


def test_the_national_example_is_read_as_a_person_would_say_it() -> None:
    page = vu(page_html(kit("ExemplesCDA", "DLU-EHPAD-DLU_2022.01.xml").read_bytes()))
    assert f"Matricule INS : {GROUPE} (NIR de test)" in page
    assert "Date de naissance 28/03/1979" in page
    assert "Lieu de naissance (code officiel) 51215 DOMPREMY" in page
    assert "Document du 27/03/2020 à 15:35" in page
    assert "Personne à prévenir en cas d'urgence · Personne de confiance Sophie NESSI" in page
    assert "Tél. 06 47 15 01 00 (mobile)" in page
    assert "Médecin Traitant Dr Stéphane MEDIONI" in page
    assert "Intoxication alimentaire par mollusques et crustacés" in page


def test_the_page_stands_alone_and_runs_nothing() -> None:
    page = page_html(kit("ExemplesCDA", "DLU-EHPAD-DLU_2022.01.xml").read_bytes())
    racine = html.document_fromstring(page)
    assert racine.get("lang") == "fr"
    politique = racine.xpath("//meta[@http-equiv='Content-Security-Policy']/@content")
    assert politique[0].startswith("default-src 'none'; style-src 'unsafe-inline'; img-src data:;")
    assert (
        racine.xpath("//script | //link | //iframe | //object | //embed | //form | //@*[starts-with(name(), 'on')]")
        == []
    )
    assert all(str(src).startswith("data:image/") for src in racine.xpath("//@src"))
    assert "url(" not in page
    assert "@import" not in page
    assert racine.xpath("//meta[@name='viewport']")
    assert "@media print" in page
    assert len(racine.xpath("//h1")) == 1
    niveaux = [int(h.tag[1]) for h in racine.iter("h1", "h2", "h3", "h4")]
    assert all(suivant <= avant + 1 for avant, suivant in pairwise(niveaux))
    assert racine.xpath("count(//main)") == 1


# --- hostile senders -------------------------------------------------------------------------------------

HOSTILES = [
    "<script>alert(1)</script>",
    '<script xmlns="http://www.w3.org/1999/xhtml">alert(1)</script>',
    "<paragraph>&lt;script&gt;alert(1)&lt;/script&gt;</paragraph>",
    '<linkHtml href="javascript:alert(1)">alert(1)</linkHtml>',
    '<linkHtml href=" JaVaScRiPt:alert(1)">alert(1)</linkHtml>',
    '<linkHtml href="data:text/html,alert(1)">alert(1)</linkHtml>',
    '<linkHtml href="https://x.fr/&quot; onmouseover=&quot;alert(1)">alert(1)</linkHtml>',
    '<content styleCode="Bold&quot;&gt;&lt;img src=x onerror=alert(1)&gt;">alert(1)</content>',
    '<table><tbody><tr><td colspan="2&quot; onclick=&quot;x">alert(1)</td></tr></tbody></table>',
    '<img xmlns="http://www.w3.org/1999/xhtml" src="x" onerror="x">alert(1)</img>',
    "<paragraph><!-- </p><script>x</script> -->alert(1)<?php x ?></paragraph>",
]


@pytest.mark.parametrize("recit", HOSTILES)
def test_what_a_hostile_narrative_holds_becomes_words(recit: str) -> None:
    page = page_html(cda(recit))
    racine = html.document_fromstring(page)
    assert racine.xpath("//script | //img | //iframe") == []
    assert racine.xpath("//@*[starts-with(name(), 'on')]") == []
    assert racine.xpath("//main//a/@href") == []
    assert "alert(1)" in vu(page)


@pytest.mark.parametrize("signe", [0x202A, 0x202B, 0x202D, 0x202E, 0x2066, 0x2067, 0x2069])
def test_no_sign_turns_a_dose_around(signe: int) -> None:
    page = page_html(cda(f"<paragraph>dose {chr(signe)}05 mg</paragraph>", titre=f"a{chr(signe)}b"))
    assert chr(signe) not in page
    assert f"[U+{signe:04X}]05 mg" in page
    assert f"a[U+{signe:04X}]b" in page


def test_what_a_hostile_header_holds_becomes_words() -> None:
    page = page_html(cda(titre="&lt;/title&gt;&lt;script&gt;alert(1)&lt;/script&gt;", nom='"&gt;&lt;img src=x&gt;'))
    assert html.document_fromstring(page).xpath("//script | //img") == []
    assert '"><img src=x>' in vu(page)


@pytest.mark.parametrize("adresse", ["https://sante.fr/a?b=1&amp;c=2", "mailto:a@b.fr", "tel:+33199000010"])
def test_a_plain_link_is_kept(adresse: str) -> None:
    racine = html.document_fromstring(page_html(cda(f'<linkHtml href="{adresse}">voir</linkHtml>')))
    assert racine.xpath("//main//a/@href") == [adresse.replace("&amp;", "&")]
    assert racine.xpath("//main//a/@rel") == ["noopener noreferrer"]


def test_a_huge_text_is_written_and_an_entity_bomb_is_refused() -> None:
    assert page_html(cda("é" * 11_000_000)).count("é") >= 11_000_000
    bombe = b'<!DOCTYPE a [<!ENTITY b "bbb">]>' + cda("&b;")
    with pytest.raises(DocumentInvalideError, match="DOCTYPE"):
        page_html(bombe)


@pytest.mark.parametrize(
    ("genre", "contenu", "montre"),
    [
        ("image/png", "iVBORw0KGgo=", "data:image/png;base64,iVBORw0KGgo="),
        ("image/png", "PHNjcmlwdD4=", None),
        ("image/svg+xml", "PHN2Zz4=", None),
        ("text/html", "PHNjcmlwdD4=", None),
        ("application/pdf", "JVBERi0xLjQ=", "data:application/pdf;base64,JVBERi0xLjQ="),
        ("application/pdf", "%%%", None),
    ],
)
def test_a_joined_file_is_shown_only_when_it_is_what_it_says(genre: str, contenu: str, montre: str | None) -> None:
    media = f'<entry><observationMedia ID="m"><value mediaType="{genre}" representation="B64">{contenu}</value>'
    media += "</observationMedia></entry>"
    page = page_html(cda('<renderMultiMedia referencedObject="m"/>', entrees=media))
    trouves = html.document_fromstring(page).xpath("//main//@src | //main//a/@href")
    assert trouves == ([montre] if montre else [])
    assert ("Pièce non reproduite" in page) is (montre is None)


# --- styles that carry meaning ---------------------------------------------------------------------------


def test_the_narrative_keeps_its_form() -> None:
    recit = """<paragraph>10<sup>9</sup> H<sub>2</sub>O <content revised="delete">5 mg</content><br/>fin</paragraph>
    <list listType="ordered"><item>un</item><item><list><item>deux</item></list></item></list>
    <table><caption>Titre</caption><thead><tr><th>A</th></tr></thead>
    <tbody><tr><td rowspan="2">x</td></tr></tbody></table>"""
    page = page_html(cda(recit))
    assert "<p>10<sup>9</sup> H<sub>2</sub>O <del>5 mg</del><br>fin</p>" in page
    assert "<ol><li>un</li><li><ul><li>deux</li></ul></li></ol>" in page
    assert '<caption>Titre</caption><thead><tr><th scope="col">A</th></tr></thead>' in page
    assert '<td rowspan="2">x</td>' in page


# --- three states ----------------------------------------------------------------------------------------


def etat(page: str, titre: str) -> list[str]:
    return html.document_fromstring(page).xpath(f"//section[h2='{titre}' or h3='{titre}']/div/@class")


@pytest.mark.parametrize(
    ("contenu", "classe", "dit"),
    [
        ({"etat": "aucun_connu", "declarant": "Dr Essai", "date": "2026-01-10"}, "aucun", "Aucun connu"),
        ({"etat": "non_renseigne"}, "non-renseigne", "Non renseigné"),
    ],
)
@pytest.mark.parametrize(
    ("champ", "titre"),
    [
        ("allergies", "Allergies et hypersensibilités"),
        ("pathologies", "Pathologies en cours"),
        ("antecedents", "Antécédents"),
        ("traitements", "Traitements au long cours"),
        ("directives", "Directives anticipées"),
        ("vaccinations", "Vaccinations"),
    ],
)
def test_none_and_not_known_look_different(
    ecrire: Callable[..., Any], champ: str, titre: str, contenu: dict[str, str], classe: str, dit: str
) -> None:
    page = page_html(ecrire({champ: contenu}).document.octets)
    assert etat(page, titre) == [classe]
    section = html.document_fromstring(page).xpath(f"//section[h2='{titre}' or h3='{titre}']")[0]
    assert dit in blancs(" ".join(section.itertext()))


def test_what_is_filled_in_bears_no_badge(ecrire: Callable[..., Any]) -> None:
    dlu = {"pathologies": {"etat": "renseigne", "items": [{"libelle": "Aucune idée"}]}}
    assert etat(page_html(ecrire(dlu).document.octets), "Pathologies en cours") == ["defile"]


CODE = '<value code="no-known-allergies" codeSystem="2.16.840.1.113883.5.1150.1"/>'
AUCUNE = f"<entry><observation>{CODE}</observation></entry>"


@pytest.mark.parametrize(
    ("recit", "entrees", "classes"),
    [
        ("Aucune allergie connue.", AUCUNE, ["aucun"]),
        ("Aucune allergie connue", "", ["aucun"]),
        ("Allergies : non renseigné.", AUCUNE, ["contradictoire"]),
        ("", AUCUNE, ["contradictoire"]),
        ("", "", ["non-renseigne"]),
        # A sentence that says more, or something else, is left to be read: never made an absence.
        ("Aucune allergie connue aux antibiotiques ; arachide : choc en 2019", AUCUNE, []),
        ("Allergie à l'arachide", AUCUNE, []),
        ("Aucune allergie connue, sauf arachide", "", []),
    ],
)
def test_an_absence_is_never_made_up(recit: str, entrees: str, classes: list[str]) -> None:
    assert etat(page_html(cda(recit, code="48765-2", entrees=entrees)), "Rubrique") == classes


def test_a_cell_that_says_nothing_is_known_does_not_look_like_an_answer() -> None:
    page = page_html(cda("<table><tr><td>Chute</td><td>Non renseigné</td><td>Non</td></tr></table>"))
    assert '<td class="inconnu" data-etat="non_renseigne">Non renseigné</td><td>Non</td>' in page


@pytest.mark.parametrize(
    ("recit", "entrees", "etat"),
    [
        ("Aucune allergie connue.", AUCUNE, "aucun_connu"),
        ("Allergies : non renseigné.", "", "non_renseigne"),
        ("Allergies : non renseigné.", AUCUNE, "contradictoire"),
        ("Allergie à l'arachide", "", "renseigne"),
    ],
)
def test_a_program_is_told_the_state_too(recit: str, entrees: str, etat: str) -> None:
    racine = html.document_fromstring(page_html(cda(recit, code="48765-2", entrees=entrees)))
    assert racine.xpath("//section[@data-etat]/@data-etat") == [etat]


# --- alerts ----------------------------------------------------------------------------------------------


def test_alerts_come_before_everything_else(ecrire: Callable[..., Any]) -> None:
    traitement = {
        "medicament": "Apixaban 2,5 mg",
        "posologie": "matin et soir",
        "alerte": "Anticoagulant",
    }
    banal = {"medicament": "Ramipril 5 mg", "posologie": "le soir"}
    page = page_html(ecrire({"traitements": {"etat": "renseigne", "items": [banal, traitement]}}).document.octets)
    racine = html.document_fromstring(page)
    alertes = blancs(" ".join(racine.xpath("//section[@class='alertes']")[0].itertext()))
    assert alertes.startswith("À lire en premier Allergies et hypersensibilités Non renseigné")
    assert "Signalé : Traitements au long cours" in alertes
    assert "Apixaban" in alertes
    assert "Ramipril" not in alertes
    ordre = [racine.xpath("//main/section")[i].get("class") for i in (0, 1)]
    assert ordre == ["patient", "alertes"]
    assert page.count("Apixaban") == 2


def test_what_changes_the_first_gesture_is_read_first(ecrire: Callable[..., Any]) -> None:
    contenu = {
        "directives": {
            "etat": "renseigne",
            "items": [{"type": "75779-9", "accepte": False}, {"type": "75787-2", "accepte": True}],
        },
        "bmr": {"porteur": True, "precision": "SARM"},
        "soins_palliatifs": True,
    }
    racine = html.document_fromstring(page_html(ecrire(contenu).document.octets))
    alertes = racine.xpath("//section[@class='alertes']")[0]
    assert [h.text_content() for h in alertes.xpath(".//h3")] == [
        "Allergies et hypersensibilités",
        "Directives anticipées",
        "Signalé : Soins palliatifs",
        "Signalé : Bactérie multirésistante",
    ]
    rouges = [blancs(" ".join(tr.itertext())) for tr in alertes.xpath(".//tr[@class='alerte']")]
    assert rouges == [
        "Réanimation cardiaque et respiratoire Non",
        "Soins palliatifs Oui",
        "Portage d'une bactérie multirésistante Oui : SARM",
    ]
    # Said once: the section is not read again below.
    assert racine.xpath("count(//h2[.='Directives anticipées'] | //h3[.='Directives anticipées'])") == 1


@pytest.mark.parametrize("porteur", [False, None])
def test_a_carriage_denied_or_not_known_does_not_stand_out(porteur: bool | None, ecrire: Callable[..., Any]) -> None:
    page = page_html(ecrire({"bmr": {"porteur": porteur}, "soins_palliatifs": porteur}).document.octets)
    assert "Signalé" not in page


def test_directives_without_allergies_do_not_hide_their_absence() -> None:
    page = html.document_fromstring(page_html(cda("<paragraph>Pas de réanimation.</paragraph>", code="42348-3")))
    alertes = blancs(" ".join(page.xpath("//section[@class='alertes']")[0].itertext()))
    assert alertes.startswith("À lire en premier Ce document ne contient pas de rubrique sur les allergies.")
    assert "Pas de réanimation." in alertes


@pytest.mark.parametrize(("zone", "lu"), [("+0100", ""), ("+0400", ""), ("+0000", " (UTC)")])
def test_an_hour_of_no_wall_is_named(zone: str, lu: str) -> None:
    page = vu(page_html(cda().replace(b"20260115093005+0100", b"20260115093005" + zone.encode())))
    assert f"Document du 15/01/2026 à 09:30{lu} ANNE DURAND" in page


def test_a_document_without_allergies_says_so() -> None:
    assert "Ce document ne contient pas de rubrique sur les allergies." in vu(page_html(cda()))


# --- the INS ---------------------------------------------------------------------------------------------


def test_the_ins_is_shown_with_its_nature() -> None:
    page = vu(page_html(cda(ids=INS)))
    assert f"Matricule INS : {GROUPE} (NIR)" in page
    assert "123456789012345@patient.mssante.fr" in page


@pytest.mark.exigence("RNIV EXI ID 29")
@pytest.mark.parametrize(
    "champs",
    [
        {"ids": ""},
        {"ids": INS, "lieu": ""},
        {"ids": INS.replace('89"', '88"')},
        {"ids": INS.replace("4.8", "4.2")},
        {"ids": INS + INS.replace("4.8", "4.9")},
    ],
    ids=["none", "without place of birth", "wrong key", "INS-C", "two"],
)
def test_a_number_that_is_not_that_of_a_qualified_identity_is_not_shown(champs: dict[str, str]) -> None:
    page = page_html(cda(**champs))
    assert "Matricule INS" not in page
    for cache in (MATRICULE[:13], GROUPE[:16], "patient.mssante.fr"):
        assert cache not in page


@pytest.mark.exigence("RNIV EXI ID 29")
def test_an_identity_that_is_not_qualified_shows_no_ins(
    ecrire: Callable[..., Any],
) -> None:
    traits = TraitsIdentite.model_validate(
        {"nom_naissance": "TCHITCHI", "prenoms": ["OLA"], "sexe": "F", "date_naissance": "1936-06-21"}
        | {"lieu_naissance": "63220"}
    )
    reponse = ReponseIns(
        matricule=MatriculeIns.recu_d_insi("2360663220836", "56", OidIns.NIR_TEST),
        traits=traits,
        message_id="uuid:1",
        recue_le=datetime(2026, 1, 1, tzinfo=UTC),
        environnement="bac à sable",
        production=False,
    )
    par = Intervenant.model_validate({"nom": "MODELE Anne", "id_nat": "899900000017"})
    recuperee = Identite(traits=traits).accepter(reponse, Decision(par=par, le=datetime(2026, 1, 1, tzinfo=UTC)))
    assert "Matricule INS :" not in page_html(ecrire(identite=recuperee).document.octets)
    assert "Matricule INS : <strong>2 36 06 63 220 836 56" in page_html(ecrire().document.octets)


def test_a_document_that_holds_a_file_offers_it() -> None:
    page = page_html(kit("ExemplesCDA", "DOC_NON_STRUCTURE_CDA-R2-N1.xml").read_bytes())
    liens = html.document_fromstring(page).xpath("//main//a[@download]/@href")
    assert len(liens) == 1
    assert re.match("data:application/pdf;base64,JVBERi0", liens[0])


def test_what_is_not_a_cda_is_refused() -> None:
    with pytest.raises(DocumentInvalideError):
        page_html(b"<html/>")
