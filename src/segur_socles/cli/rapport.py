"""The report of a run: one page that a director reads without help, prints, and files."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from typing import Final
from urllib.parse import quote

from segur_socles.cli.balisage import Html, balise, suite
from segur_socles.cli.rapport_dessin import dessin
from segur_socles.cli.rapport_feuille import FEUILLE_RAPPORT
from segur_socles.cli.recit import EtapeJouee, Recit
from segur_socles.documents.rendu.feuille import FEUILLE
from segur_socles.dui.parcours import PARIS
from segur_socles.sandbox.service import Verdict

__all__ = ["rapport_html"]

TITRE: Final = "Du dossier de la structure à l'écran des urgences"

_POLITIQUE: Final = "default-src 'none'; style-src 'unsafe-inline'; img-src data:; base-uri 'none'; form-action 'none'"
_FICHIERS: Final = {
    "dlu.xml": "le document de liaison d'urgence, pour les logiciels (CDA) ; c'est lui qui fait foi",
    "dlu.html": "sa page à lire",
    "dlu.pdf": "sa copie à imprimer ou à classer (PDF/A)",
    "IHE_XDM.ZIP": "l'archive jointe au message",
    "message.eml": "le message MSSanté, tel qu'il est parti",
    "journal.jsonl": "ce que le bac à sable a reçu et contrôlé, identités masquées",
    "traces.jsonl": "qui a fait quoi, quand et pourquoi",
    "echanges/": "les requêtes et les réponses HTTP, à l'octet près, avec leurs jetons : à ne pas transmettre",
    "rapport.html": "cette page",
}
"""What a file is for. A file that is not here is listed by its name alone."""

_COMPARABLES: Final = 2  # a hash proves nothing alone

_NON_VERIFIE: Final = (
    (
        "Rien n'a été vérifié auprès des services nationaux. Le bac à sable joue leur rôle sur cette machine, d'après "
        "les textes publics ; leur comportement réel peut différer."
    ),
    (
        "Le produit n'est pas homologué, et ce rapport ne vaut pas homologation : elle appartient au logiciel qui "
        "l'emploie."
    ),
    "La justesse médicale du dossier n'a pas été relue : les informations sont celles du dossier joué, telles quelles.",
    "Les durées sont celles d'une machine seule : elles n'annoncent pas celles des services nationaux.",
)


def rapport_html(recit: Recit) -> str:
    """Write the report as one accessible HTML page, in French.

    The page holds no script, loads nothing and forbids both by its own Content-Security-Policy; the readable document
    stands in a sandboxed frame. Links lead to the files of the run, expected in the same folder. The page holds a
    person's health data, and says so: write it with mode 0600.
    """
    tete = balise(
        "head",
        balise("meta", charset="utf-8"),
        balise("meta", http_equiv="Content-Security-Policy", content=_POLITIQUE),
        balise("meta", name="viewport", content="width=device-width, initial-scale=1"),
        balise("meta", name="referrer", content="no-referrer"),
        balise("meta", name="robots", content="noindex"),
        balise("title", f"Rapport : {TITRE}"),
        balise("style", Html(FEUILLE + FEUILLE_RAPPORT)),
    )
    corps = balise(
        "body",
        balise("a", "Aller au contenu", class_="evitement", href="#contenu"),
        balise("div", _entete(recit), _principal(recit), _pied(), class_="feuille"),
    )
    return f"<!DOCTYPE html>\n{balise('html', tete, corps, lang='fr')}\n"


def _entete(recit: Recit) -> Html:
    quand = recit.joue_le.astimezone(PARIS)
    return balise(
        "header",
        balise("h1", TITRE),
        balise("p", f"{recit.structure} · Parcours joué le {quand:%d/%m/%Y à %H:%M}"),
    )


def _principal(recit: Recit) -> Html:
    return balise(
        "main",
        _rubrique("resume", "En bref", _resume(recit)),
        _rubrique("trajet", "Le trajet du document", dessin(recit.etapes)),
        _rubrique("personnages", "Les personnes de l'histoire", _personnages(recit)),
        _rubrique("etapes", "L'histoire, étape par étape", _etapes(recit)),
        _rubrique("preuves", "Le même document partout", _preuves(recit)),
        _rubrique("portee", "Ce que ce rapport prouve", _portee(recit)),
        _rubrique("documents", "Les documents", _documents(recit)),
        id="contenu",
    )


def _rubrique(nom: str, titre: str, contenu: Html) -> Html:
    """Write a section under its heading; nothing to say, no heading."""
    if not contenu:
        return contenu
    return balise("section", balise("h2", titre, id=nom), contenu, aria_labelledby=nom, class_=nom)


def _pied() -> Html:
    phrase = "Rapport écrit par segur-socles. Les documents joints font foi, non cette page."
    return balise("footer", balise("p", phrase))


def _puces(items: Iterable[str], classe: str | None = None) -> Html:
    """Write a list; no item, no list."""
    lignes = [balise("li", item) for item in items]
    return balise("ul", *lignes, class_=classe) if lignes else Html()


def _duree(secondes: float) -> str:
    """Write a duration as a person says it: ``184 ms``, ``1,2 s``."""
    if secondes < 1:
        return f"{secondes * 1000:.0f}\u00a0ms"
    return f"{secondes:.1f}\u00a0s".replace(".", ",")


def _nombre(nombre: int, nom: str) -> str:
    """Count things: ``1 étape``, ``8 étapes``."""
    return f"{nombre} {nom}{'s' if nombre > 1 else ''}"


# --- at a glance -----------------------------------------------------------------------------------------


def _resume(recit: Recit) -> Html:
    confidentiel = (
        "Ce rapport contient des données de santé. Il montre un dossier et nomme une personne : gardez-le, et ne le "
        "transmettez, que comme son dossier."
    )
    identite = (("Usager", recit.usager), ("Structure", recit.structure), ("Dossier joué", recit.dossier))
    chiffres = [
        _chiffre(str(len(recit.etapes)), "étapes jouées" if len(recit.etapes) > 1 else "étape jouée"),
        _chiffre(_duree(sum(e.duree_s for e in recit.etapes)), "en tout"),
    ]
    if total := len(recit.verdicts):
        reussis = f"{total - recit.echecs} sur {total}"
        chiffres.insert(1, _chiffre(reussis, "contrôles réussis", "echec" if recit.echecs else None))
    avertissements = _puces(recit.avertissements)
    return suite(
        balise("p", confidentiel, class_="confidentiel"),
        balise("dl", *[balise("div", balise("dt", nom), balise("dd", valeur)) for nom, valeur in identite]),
        balise("div", *chiffres, class_="chiffres"),
        balise("div", balise("h3", "À savoir"), avertissements, class_="savoir") if avertissements else "",
    )


def _chiffre(nombre: str, nom: str, classe: str | None = None) -> Html:
    return balise("p", balise("strong", nombre), " ", nom, class_=classe)


# --- the story -------------------------------------------------------------------------------------------


def _personnages(recit: Recit) -> Html:
    return _puces(
        [
            suite(
                balise("p", p.role, class_="role"),
                balise("p", p.nom, class_="nom"),
                balise("p", p.precision) if p.precision else "",
            )
            for p in recit.personnages
        ],
        "personnes",
    )


def _etapes(recit: Recit) -> Html:
    if not recit.etapes:
        return balise("p", "Aucune étape n'a été jouée.")
    mode_d_emploi = (
        "Le bac à sable joue les services nationaux et contrôle ce qu'il reçoit. "
        "Chaque ligne de contrôles se déplie et dit lesquels."
    )
    return suite(balise("p", mode_d_emploi), balise("ol", *map(_etape, recit.etapes), class_="frise"))


def _etape(etape: EtapeJouee) -> Html:
    titre = f"etape-{etape.numero}"
    return balise(
        "li",
        balise("span", str(etape.numero), class_="rang", aria_hidden="true"),
        balise(
            "article",
            balise("h3", balise("span", f"Étape {etape.numero} : ", class_="oral"), etape.titre, id=titre),
            balise("p", etape.service, " · ", balise("span", _duree(etape.duree_s), class_="duree"), class_="service"),
            balise("p", etape.phrase, class_="phrase"),
            _puces(etape.details, "details"),
            _controles(etape),
            _produits(etape.fichiers),
            aria_labelledby=titre,
        ),
        class_="echec" if etape.echecs else None,
    )


def _controles(etape: EtapeJouee) -> Html:
    """Fold the checks away, unless one failed. The same check on several messages is one line."""
    total = len(etape.verdicts)
    if not total:
        return balise("p", "Aucun message à contrôler à cette étape.", class_="sans")
    bilan = f"Contrôles : {total - etape.echecs} sur {total} réussis"
    if etape.echecs:
        bilan += f", {etape.echecs} en échec"
    fois = Counter(etape.verdicts)
    rates_d_abord = sorted(fois, key=lambda verdict: verdict.ok)
    return balise(
        "details",
        balise("summary", bilan),
        _puces([_controle(verdict, fois[verdict]) for verdict in rates_d_abord], "controles"),
        class_="echec" if etape.echecs else "reussi",
        open="" if etape.echecs else None,
    )


def _controle(verdict: Verdict, fois: int) -> str:
    nom = f"{verdict.controle} (× {fois})" if fois > 1 else verdict.controle
    if verdict.ok:
        return nom
    detail = f" : {verdict.detail}" if verdict.detail else ""
    return balise("span", balise("strong", "Échec"), f" · {nom}{detail}", class_="echec")


def _produits(fichiers: Sequence[str]) -> Html:
    if not fichiers:
        return Html()
    liens = [suite(", " if rang else "", _lien(fichier)) for rang, fichier in enumerate(fichiers)]
    return balise("p", "Fichiers : ", *liens, class_="produits")


def _lien(fichier: str) -> Html:
    # Beside the page, whatever the name looks like: a colon must not make it an address.
    return balise("a", fichier, href=f"./{quote(fichier)}")


# --- what it is worth ------------------------------------------------------------------------------------


def _preuves(recit: Recit) -> Html:
    if len(recit.preuves) < _COMPARABLES:
        return Html()
    classe, verdict = "echec", "Les empreintes diffèrent : le document n'est pas le même partout."
    if recit.document_intact:
        classe = "reussi"
        verdict = "Les empreintes sont identiques : le document lu est, octet pour octet, celui qui a été écrit."
    lignes = [
        balise("tr", balise("th", preuve.lieu, scope="row"), balise("td", balise("code", preuve.empreinte)))
        for preuve in recit.preuves
    ]
    tete = balise("tr", balise("th", "Où le document a été lu", scope="col"), balise("th", "Empreinte", scope="col"))
    return suite(
        balise("p", "L'empreinte (SHA-256) résume un fichier : un seul caractère changé, et elle devient tout autre."),
        balise("table", balise("thead", tete), balise("tbody", *lignes)),
        balise("p", verdict, class_=classe),
    )


def _portee(recit: Recit) -> Html:
    return balise(
        "div",
        balise("div", balise("h3", "Ce qui a été vérifié"), _puces(_verifie(recit))),
        balise("div", balise("h3", "Ce qui ne l'est pas"), _puces(_NON_VERIFIE)),
        class_="colonnes",
    )


def _verifie(recit: Recit) -> list[str]:
    """Say only what this run shows."""
    faits = [
        "Les échanges ont eu lieu sur cette machine, par des connexions chiffrées dont les certificats sont vérifiés."
    ]
    if total := len(recit.verdicts):
        issue = f"{recit.echecs} en échec, signalés dans leur étape" if recit.echecs else "tous ont réussi"
        faits.append(f"Le bac à sable a fait {_nombre(total, 'contrôle')} sur ce qu'il a reçu : {issue}.")
    if recit.document_intact:
        faits.append(f"Le document est le même, octet pour octet, aux {len(recit.preuves)} endroits où il a été lu.")
    return faits


def _documents(recit: Recit) -> Html:
    noms = dict.fromkeys([*[f for etape in recit.etapes for f in etape.fichiers], *recit.fichiers])
    liste = _puces([suite(_lien(nom), f" : {_FICHIERS[nom]}" if nom in _FICHIERS else "") for nom in noms], "fichiers")
    if not recit.page_dlu:
        return liste
    titre = "Document de liaison d'urgence"
    # No right at all in the frame: it shows a document, which runs nothing and leads nowhere.
    cadre = balise("iframe", title=titre, srcdoc=recit.page_dlu, sandbox="")
    resume = balise("summary", "Lire ici le document de liaison d'urgence")
    return suite(liste, balise("details", resume, cadre, class_="page"))
