"""The report of a run: complete, harmless, honest; judged by a browser too."""

from __future__ import annotations

import os
import re
import subprocess
from dataclasses import replace
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from lxml import html
from recit_exemple import EMPREINTE, ETAPES, PAGE_DLU, RECIT

from judges import judge
from segur_socles.cli.balisage import balise
from segur_socles.cli.rapport import rapport_html
from segur_socles.cli.rapport_feuille import FEUILLE_RAPPORT
from segur_socles.cli.recit import Lieu, Personnage, Preuve, Recit
from segur_socles.documents.rendu.feuille import FEUILLE
from segur_socles.sandbox.service import Verdict

MARQUE = "<script>alert('1')</script>\"><img src=x onerror=alert(2)>&amp;"


def arbre(recit: Recit = RECIT) -> Any:
    return html.document_fromstring(rapport_html(recit))


def mots(noeud: Any) -> str:
    """Text as a reader sees it: white space of any kind is one space."""
    return " ".join(noeud.text_content().split())


def rubrique(racine: Any, nom: str) -> Any:
    (section,) = racine.xpath(f"//section[@aria-labelledby='{nom}']")
    return section


# --- what it tells ---------------------------------------------------------------------------------------


def test_it_tells_the_eight_steps_in_order() -> None:
    etapes = rubrique(arbre(), "etapes").xpath("./ol/li")
    assert [mots(e.find(".//h3")) for e in etapes] == [
        "Étape 1 : Connexion de l'infirmière coordinatrice",
        "Étape 2 : Identité nationale de santé",
        "Étape 3 : Document de liaison d'urgence",
        "Étape 4 : Alimentation du DMP",
        "Étape 5 : Adresses des destinataires",
        "Étape 6 : Envoi par messagerie sécurisée",
        "Étape 7 : Trois heures du matin, aux urgences",
        "Étape 8 : Le dossier de sortie",
    ]
    insi = mots(etapes[1])
    assert "INSi, recherche par traits · 184 ms" in insi
    assert "L'identité de la résidente a été retrouvée, puis qualifiée au vu de sa carte d'identité." in insi
    assert "2e prénom seul : identité trouvée" in insi
    assert "Contrôles : 6 sur 6 réussis" in insi
    assert [mots(li) for li in etapes[1].xpath(".//details//li")] == [
        "IDAM : attribut R (× 2)",
        "numéro d'autorisation du logiciel (× 2)",
        "certificat client (× 2)",
    ]
    assert etapes[2].xpath(".//details") == []
    assert "Aucun message à contrôler à cette étape." in mots(etapes[2])
    assert etapes[2].xpath(".//a/@href") == ["./dlu.xml", "./dlu.html", "./dlu.pdf"]


@pytest.mark.parametrize(
    "texte",
    [
        "Ce rapport contient des données de santé.",
        "Usager Zoé TCHITCHI, née le 21/06/1936",
        "Structure EHPAD DU BAC A SABLE",
        "Dossier joué résidente d'exemple (personne inventée)",
        "8 étapes jouées",
        "32 sur 32 contrôles réussis",
        "2,2 s en tout",
        "À savoir La classe du document est supposée : aucune source publique ne la donne pour ce type.",
    ],
)
def test_it_says_at_once_who_which_record_and_how_it_went(texte: str) -> None:
    resume = rubrique(arbre(), "resume")
    for bloc in resume.iter("dt", "strong", "h3"):
        bloc.tail = f" {bloc.tail or ''}"
    assert texte in mots(resume)


def test_it_says_when_in_the_time_of_paris() -> None:
    assert mots(arbre().find(".//header")).endswith("EHPAD DU BAC A SABLE · Parcours joué le 22/11/2026 à 21:28")


def test_it_shows_the_people_and_the_files_with_what_they_are_for() -> None:
    racine = arbre()
    personnes = [[mots(p) for p in li] for li in rubrique(racine, "personnages").xpath(".//li")]
    assert len(personnes) == 5
    assert personnes[4] == ["Médecin urgentiste", "Dr Hélène MODÈLE", "de garde cette nuit-là"]
    fichiers = rubrique(racine, "documents").xpath("./ul/li")
    assert [li.find("a").text for li in fichiers] == [
        *("dlu.xml", "dlu.html", "dlu.pdf", "IHE_XDM.ZIP", "message.eml", "journal.jsonl", "traces.jsonl", "echanges")
    ]
    assert mots(fichiers[3]) == "IHE_XDM.ZIP : l'archive jointe au message"


def test_the_document_can_be_read_in_the_page_and_has_no_right_there() -> None:
    (cadre,) = arbre().xpath("//details/iframe")
    assert cadre.get("srcdoc") == PAGE_DLU
    assert cadre.get("sandbox") == ""  # absent, it would have every right
    assert cadre.get("title") == "Document de liaison d'urgence"
    assert arbre(replace(RECIT, page_dlu="")).xpath("//iframe") == []


def test_it_says_what_was_not_verified() -> None:
    verifie, reste = rubrique(arbre(), "portee").xpath("./div/div")
    assert "Le bac à sable a fait 32 contrôles sur ce qu'il a reçu : tous ont réussi." in mots(verifie)
    assert "Le document est le même, octet pour octet, aux 3 endroits où il a été lu." in mots(verifie)
    assert "Rien n'a été vérifié auprès des services nationaux." in mots(reste)
    assert "Le produit n'est pas homologué" in mots(reste)


# --- what went wrong is said -----------------------------------------------------------------------------


def test_a_failed_check_is_shown_as_failed_everywhere() -> None:
    rate = Verdict("lot : signature XAdES", ok=False, detail="empreinte différente")
    etapes = tuple(replace(e, verdicts=(*e.verdicts, rate)) if e.numero == 4 else e for e in ETAPES)
    racine = arbre(replace(RECIT, etapes=etapes))
    quatrieme = rubrique(racine, "etapes").xpath("./ol/li")[3]
    (controles,) = quatrieme.xpath(".//details")
    assert controles.get("open") is not None
    assert mots(controles.find("summary")) == "Contrôles : 9 sur 10 réussis, 1 en échec"
    assert mots(controles.find("ul/li")) == "Échec · lot : signature XAdES : empreinte différente"
    assert "puis DMP (étape 4, contrôle en échec), puis" in racine.xpath("//*[name()='svg']/@aria-label")[0]
    assert "32 sur 33" in mots(rubrique(racine, "resume"))
    assert "1 en échec, signalés dans leur étape" in mots(rubrique(racine, "portee"))
    assert len(racine.xpath("//*[name()='g' and contains(@class, 'echec')]")) == 2  # across, and down
    assert len(racine.xpath("//details[@open]")) == 1


def test_a_run_of_fewer_steps_shows_the_places_it_did_not_reach() -> None:
    racine = arbre(replace(RECIT, etapes=ETAPES[:4], preuves=(), fichiers=(), personnages=(), avertissements=()))
    assert len(rubrique(racine, "etapes").xpath("./ol/li")) == 4
    (dessin, _) = racine.xpath("//*[name()='svg']")
    assert dessin.get("aria-label") == (
        "Trajet du document : La structure (étape 3), puis Pro Santé Connect (étape 1), puis INSi (étape 2), puis DMP "
        "(étape 4), puis Annuaire Santé (non joué), puis MSSanté (non joué), puis Les urgences (non joué)."
    )
    assert mots(dessin).count("non joué") == 3
    assert "le document est lu dans le DMP" not in mots(dessin)
    assert racine.xpath("//section[@aria-labelledby='preuves' or @aria-labelledby='personnages']") == []
    assert "À savoir" not in mots(racine)


def test_a_run_without_any_step_says_so() -> None:
    racine = arbre(replace(RECIT, etapes=(), preuves=()))
    assert "Aucune étape n'a été jouée." in mots(rubrique(racine, "etapes"))
    assert "contrôles" not in mots(rubrique(racine, "resume"))
    assert "contrôle" not in mots(rubrique(racine, "portee"))


@pytest.mark.parametrize(
    ("empreintes", "verdict"),
    [
        ([EMPREINTE] * 3, "Les empreintes sont identiques"),
        ([EMPREINTE, EMPREINTE, "0" * 64], "Les empreintes diffèrent : le document n'est pas le même partout."),
    ],
)
def test_the_proof_says_whether_the_document_is_the_same_everywhere(empreintes: list[str], verdict: str) -> None:
    racine = arbre(replace(RECIT, preuves=tuple(Preuve(f"lieu {n}", e) for n, e in enumerate(empreintes))))
    preuves = rubrique(racine, "preuves")
    assert [mots(code) for code in preuves.iter("code")] == empreintes
    assert verdict in mots(preuves)
    assert ("octet pour octet" in mots(racine)) is (len(set(empreintes)) == 1)


def test_one_hash_alone_proves_nothing() -> None:
    racine = arbre(replace(RECIT, preuves=(Preuve("Écrit", EMPREINTE),)))
    assert racine.xpath("//section[@aria-labelledby='preuves']") == []
    assert "octet pour octet" not in mots(racine.find(".//main"))


# --- harmless --------------------------------------------------------------------------------------------


def test_markup_in_any_text_stays_text() -> None:
    etape = replace(
        ETAPES[3],
        **dict.fromkeys(("titre", "service", "phrase"), MARQUE),
        details=(MARQUE,),
        verdicts=(Verdict(MARQUE, ok=True), Verdict(MARQUE, ok=False, detail=MARQUE)),
        fichiers=(MARQUE,),
    )
    recit = replace(
        RECIT,
        **dict.fromkeys(("structure", "usager", "dossier", "page_dlu"), MARQUE),
        etapes=(etape,),
        personnages=(Personnage(MARQUE, MARQUE, MARQUE),),
        preuves=(Preuve(MARQUE, MARQUE), Preuve(MARQUE, MARQUE)),
        avertissements=(MARQUE,),
        fichiers=("javascript:alert(3)",),
    )
    racine = arbre(recit)
    assert racine.xpath("//script | //img | //@onerror") == []
    textes = [t for t in racine.itertext() if "alert" in t and "\n" not in t]
    # 9 of the step, 4 of the run, 3 of the person, 4 of the proofs, 1 warning
    assert sum(t.count(MARQUE) for t in textes) == 9 + 4 + 3 + 4 + 1
    assert racine.xpath("//iframe/@srcdoc") == [MARQUE]
    hrefs = racine.xpath("//main//a/@href")
    assert hrefs[-1] == "./javascript%3Aalert%283%29"
    assert all(href.startswith("./") and not set(href) & set("<>\"'") for href in hrefs)


def test_the_writer_of_elements_escapes_all_but_what_it_wrote() -> None:
    assert balise("p", "a < b & c", balise("em", "« d » : e ?"), title='"f"', class_="g", aria_label=None) == (
        '<p title="&quot;f&quot;" class="g">a &lt; b &amp; c<em>«\u00a0d\u00a0»\u00a0: e\u00a0?</em></p>'
    )
    assert balise("meta", http_equiv="x") == '<meta http-equiv="x">'


def test_the_page_stands_alone_and_runs_nothing() -> None:
    page = rapport_html(RECIT)
    racine = arbre()
    (politique,) = racine.xpath("//meta[@http-equiv='Content-Security-Policy']/@content")
    assert politique.startswith("default-src 'none'; style-src 'unsafe-inline'; img-src data:;")
    assert racine.xpath("//script | //link | //object | //embed | //form | //@*[starts-with(name(), 'on')]") == []
    assert racine.xpath("//@src | //@style") == []
    assert "http:" not in page
    assert "https:" not in page
    assert "url(" not in page
    assert "@import" not in page
    assert not any(adresse.startswith("/") or ":" in adresse for adresse in racine.xpath("//@href"))


def test_no_value_of_the_story_shows_itself() -> None:
    for valeur in (RECIT, ETAPES[0], RECIT.personnages[0], RECIT.preuves[0]):
        assert "TCHITCHI" not in repr(valeur)
        assert "EXEMPLE" not in repr(valeur)
        assert EMPREINTE not in repr(valeur)


# --- for everyone ----------------------------------------------------------------------------------------


def test_the_structure_is_that_of_an_accessible_page() -> None:
    racine = arbre()
    assert racine.get("lang") == "fr"
    assert racine.findtext(".//title") == "Rapport\u00a0: Du dossier de la structure à l'écran des urgences"
    assert [len(racine.findall(f".//{nom}")) for nom in ("h1", "header", "main", "footer")] == [1, 1, 1, 1]
    niveaux = [int(h.tag[1]) for h in racine.iter("h1", "h2", "h3", "h4")]
    assert all(suivant <= avant + 1 for avant, suivant in pairwise(niveaux))
    identifiants = racine.xpath("//@id")
    assert len(identifiants) == len(set(identifiants))
    assert set(racine.xpath("//@aria-labelledby")) <= set(identifiants)
    assert racine.xpath("//body/a[1]/@href") == ["#contenu"]
    assert racine.xpath("//meta[@name='viewport']")
    assert all(mots(a) for a in racine.iter("a"))


def test_every_place_is_drawn_with_its_steps() -> None:
    for dessin in arbre().xpath("//*[name()='svg']"):
        numeros = [mots(texte) for texte in dessin.xpath(".//*[@class='numero']")]
        assert numeros == ["3·8", "1", "2", "4", "5", "6", "7"]
        assert len(dessin.xpath("./*[name()='g']")) == len(Lieu)


PAIRES = [
    *(("encre", "fond"), ("encre", "voile"), ("encre", "ocre-voile"), ("encre", "vert-voile")),
    *(("doux", "fond"), ("doux", "voile"), ("doux", "vert-voile"), ("doux", "rouge-voile")),
    *(("bleu", "fond"), ("bleu", "voile"), ("vert", "fond"), ("vert", "vert-voile")),
    *(("rouge", "fond"), ("rouge", "rouge-voile"), ("fond", "bleu"), ("fond", "rouge")),
]


def contraste(un: str, autre: str) -> float:
    """Contrast of two colours (WCAG 2.1 §1.4.3)."""
    clartes = []
    for couleur in (un, autre):
        hexa = couleur if len(couleur) == 6 else "".join([c * 2 for c in couleur])
        parts = [int(hexa[i : i + 2], 16) / 255 for i in (0, 2, 4)]
        lineaires = [p / 12.92 if p <= 0.03928 else ((p + 0.055) / 1.055) ** 2.4 for p in parts]
        clartes.append(sum(k * p for k, p in zip((0.2126, 0.7152, 0.0722), lineaires, strict=True)))
    return (max(clartes) + 0.05) / (min(clartes) + 0.05)


@pytest.mark.parametrize("feuille", [FEUILLE, FEUILLE_RAPPORT], ids=["clair", "sombre"])
@pytest.mark.parametrize("paire", PAIRES, ids="/".join)
def test_text_stands_out_by_day_and_by_night(feuille: str, paire: tuple[str, str]) -> None:
    couleurs = dict(re.findall(r"--([a-z-]+):#([0-9a-f]{3,6})", feuille))
    assert contraste(*[couleurs[nom] for nom in paire]) >= 4.5


def test_contrast_is_computed_as_published() -> None:
    assert contraste("000", "ffffff") == pytest.approx(21)
    assert contraste("777777", "fff") == pytest.approx(4.48, abs=0.01)


# --- a browser judges ------------------------------------------------------------------------------------


def chromium(tmp_path: Path, page: str, *options: str) -> subprocess.CompletedProcess[str]:
    """Open a page in a browser of its own, which can reach no host; its console comes on stderr."""
    (tmp_path / "rapport.html").write_text(page, encoding="utf-8")
    commande = [
        judge("chromium"),
        *("--headless", "--disable-gpu", "--disable-dev-shm-usage", "--disable-background-networking"),
        *("--no-first-run", "--host-resolver-rules=MAP * ~NOTFOUND", f"--user-data-dir={tmp_path / 'profil'}"),
        *(["--no-sandbox"] if os.geteuid() == 0 else []),
        *("--enable-logging=stderr", *options, (tmp_path / "rapport.html").as_uri()),
    ]
    return subprocess.run(commande, capture_output=True, text=True, check=True, timeout=60)


@pytest.mark.juge("chromium")
def test_a_browser_shows_every_accent_and_has_nothing_to_say(tmp_path: Path) -> None:
    vue = chromium(tmp_path, rapport_html(RECIT), "--dump-dom")
    assert "CONSOLE" not in vue.stderr
    racine = html.document_fromstring(vue.stdout)
    assert mots(racine) == mots(arbre())
    (srcdoc,) = racine.xpath("//iframe/@srcdoc")
    assert "Œdème de Quincke (à la pénicilline)" in srcdoc


@pytest.mark.juge("chromium")
def test_the_browser_would_say_if_something_were_wrong(tmp_path: Path) -> None:
    page = rapport_html(RECIT).replace("</main>", '<script>1</script><img src="http://exemple.invalid/x.png"></main>')
    plaintes = [ligne for ligne in chromium(tmp_path, page, "--dump-dom").stderr.splitlines() if "CONSOLE" in ligne]
    assert len(plaintes) >= 2


@pytest.mark.juge("chromium")
@pytest.mark.juge("pdftotext")
def test_on_paper_nothing_is_lost(tmp_path: Path) -> None:
    papier = tmp_path / "rapport.pdf"
    chromium(tmp_path, rapport_html(RECIT), f"--print-to-pdf={papier}", "--no-pdf-header-footer")
    lu = subprocess.run(
        [judge("pdftotext"), "-raw", papier, "-"], capture_output=True, text=True, check=True, timeout=60
    )
    texte = " ".join(lu.stdout.split())
    for etape in ETAPES:
        assert etape.titre in texte
    assert "Rien n'a été vérifié auprès des services nationaux." in texte
    assert texte.count(EMPREINTE[:40]) == 3
