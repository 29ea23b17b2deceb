"""A CDA as one self-contained page: nothing to fetch, nothing to run, readable aloud, on paper and on a phone."""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Iterable
from html import escape
from typing import Final

from segur_socles.documents.document import DocumentCda
from segur_socles.documents.rendu.feuille import CLASSES, FEUILLE
from segur_socles.documents.rendu.lecture import lire_page
from segur_socles.documents.rendu.modele import (
    INCONNU,
    Bloc,
    Cellule,
    EtatSection,
    Fragment,
    InsMontree,
    Intervenant,
    Liste,
    Media,
    Page,
    Paragraphe,
    Patient,
    Rangee,
    Section,
    Style,
    Tableau,
)
from segur_socles.personnes.datamatrix.ecriture import LEGENDE, MARGE, dessiner_svg

__all__ = ["MATRICULE_DE_TEST", "page_html"]

MATRICULE_DE_TEST: Final = "Matricule de test : ce document ne concerne pas une personne réelle."
"""What goes with every matricule that designates nobody."""

_POLITIQUE: Final = "default-src 'none'; style-src 'unsafe-inline'; img-src data:; base-uri 'none'; form-action 'none'"
_BALISES: Final = {
    Style.GRAS: "strong",
    Style.ITALIQUE: "em",
    Style.SOULIGNE: "u",
    Style.BARRE: "del",
    Style.EXPOSANT: "sup",
    Style.INDICE: "sub",
}
_ETATS: Final = {
    EtatSection.RENSEIGNE: "renseigne",
    EtatSection.AUCUN: "aucun_connu",
    EtatSection.NON_RENSEIGNE: "non_renseigne",
    EtatSection.CONTRADICTOIRE: "contradictoire",
}
"""What ``data-etat`` says to a program, as the model names it."""

_COURT: Final = 40
"""No text that says nothing is known is longer: the others need not be looked at."""

_INCONNU: Final = ' class="inconnu" data-etat="non_renseigne"'


def page_html(document: bytes | DocumentCda) -> str:
    """Write any CDA R2 as one accessible HTML page, in French.

    The page holds no script, loads nothing and forbids both by its own Content-Security-Policy. All texts
    of the document are escaped; links keep only ``http``, ``https``, ``mailto`` and ``tel`` addresses; joined
    PDFs and images are included when their content is what they say. Each section says in which of the three
    states it is, to a program too (``data-etat``: ``renseigne``, ``aucun_connu``, ``non_renseigne``,
    ``contradictoire``).

    The matricule, its nature and the datamatrix « INS à scanner » are shown together or not at all: for a
    :class:`DocumentCda`, when its identity is qualified; for received bytes, when the sender gave one INS with a
    right key and all the strict traits, since it may do so for a qualified identity only. What the sender claims
    is not proved. Source: HL7 CDA R2 §4.3.5 (narrative), CI-SIS (certain), RNIV EXI ID 29 and EXI DIF 02.

    Raises :class:`DocumentInvalideError`: not a readable CDA.
    """
    page = lire_page(document)
    titre = escape(page.titre)
    corps = (
        f'<a class="evitement" href="#contenu">Aller au contenu</a><div class="feuille">'
        f"<header><h1>{titre}</h1><p>{escape(page.sous_titre)}</p></header>"
        f'<main id="contenu">{_patient(page.patient)}{_alertes(page)}{_corps(page.corps)}'
        f"{_personnes('À contacter', page.proches)}{''.join([_section(s, 2) for s in page.sections])}"
        f"{_personnes('Professionnels et structures', page.professionnels)}</main>"
        f"<footer>{_definitions(page.informations)}"
        "<p>Présentation d'un document CDA. Le document d'origine fait foi.</p>"
        "</footer></div>"
    )
    return _sans_retournement(
        '<!DOCTYPE html>\n<html lang="fr"><head><meta charset="utf-8">'
        f'<meta http-equiv="Content-Security-Policy" content="{_POLITIQUE}">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        '<meta name="referrer" content="no-referrer"><meta name="robots" content="noindex">'
        f"<title>{titre}</title><style>{FEUILLE}</style></head><body>{corps}</body></html>\n"
    )


_RETOURNEMENTS: Final = {code: f"[U+{code:04X}]" for code in (*range(0x202A, 0x202F), *range(0x2066, 0x206A))}
"""Signs that turn the text around them: a dose would be read backwards. They are named; a PDF obeys none."""


def _sans_retournement(page: str) -> str:
    return page.translate(_RETOURNEMENTS) if any(chr(code) in page for code in _RETOURNEMENTS) else page


def _patient(patient: Patient) -> str:
    ins = code = ""
    if patient.ins:
        ins = f'<p class="ins">Matricule INS : <strong>{patient.ins.matricule}</strong> ({patient.ins.nature})</p>'
        if patient.ins.essai:
            ins += f'<p class="essai">{MATRICULE_DE_TEST}</p>'
        code = _datamatrix(patient.ins)
    joindre = "".join([f"<p>{escape(ligne)}</p>" for ligne in patient.coordonnees])
    return (
        f'<section class="patient" aria-labelledby="patient">{code}<h2 id="patient">{escape(patient.nom)}</h2>{ins}'
        f'<p class="mention">{escape(patient.mention)}</p>{_definitions(patient.traits)}{joindre}</section>'
    )


def _datamatrix(ins: InsMontree) -> str:
    if ins.modules is None:
        return ""
    cote = len(ins.modules) + 2 * MARGE
    return (
        f'<figure class="datamatrix" style="--modules:{cote}">{dessiner_svg(ins.modules)}'
        f"<figcaption>{LEGENDE}<small>{ins.nature}</small></figcaption></figure>"
    )


def _alertes(page: Page) -> str:
    if page.corps is not None:
        return ""
    allergies = "".join([_section(s, 3) for s in page.alertes])
    if not page.dit_les_allergies:
        allergies = f"<p{_INCONNU}>Ce document ne contient pas de rubrique sur les allergies.</p>{allergies}"
    signales = "".join(
        [(f"<h3>Signalé : {escape(titre)}</h3>" if titre else "") + _bloc(t) for titre, t in page.signales]
    )
    return (
        '<section class="alertes" aria-labelledby="alertes"><h2 id="alertes">À lire en premier</h2>'
        f"{allergies}{signales}</section>"
    )


def _section(section: Section, niveau: int) -> str:
    titre = f"<h{min(niveau, 6)}>{escape(section.titre)}</h{min(niveau, 6)}>"
    contenu = "".join([_bloc(b) for b in section.blocs])
    if not contenu and not section.sections:
        contenu = "<p>Cette rubrique ne contient aucun texte.</p>"
    classe = CLASSES[section.etat]
    if classe:
        contenu = f'<div class="{classe}"><p class="etat">{section.etat.value}</p>{contenu}</div>'
    dedans = "".join([_section(s, niveau + 1) for s in section.sections])
    return f'<section data-etat="{_ETATS[section.etat]}">{titre}{contenu}{dedans}</section>'


def _personnes(titre: str, personnes: Iterable[Intervenant]) -> str:
    lignes = [
        f'<li><p class="role">{escape(" · ".join(p.roles))}</p><p class="nom">{escape(p.nom)}</p>'
        + "".join([f"<p>{escape(ligne)}</p>" for ligne in p.lignes])
        + "</li>"
        for p in personnes
    ]
    return f'<section><h2>{titre}</h2><ul class="personnes">{"".join(lignes)}</ul></section>' if lignes else ""


def _definitions(paires: Iterable[tuple[str, str]]) -> str:
    lignes = [f"<div><dt>{escape(nom)}</dt><dd>{_reponse(valeur)}</dd></div>" for nom, valeur in paires]
    return f"<dl>{''.join(lignes)}</dl>"


def _reponse(texte: str) -> str:
    return f"<span{_INCONNU}>{escape(texte)}</span>" if INCONNU.fullmatch(texte) else escape(texte)


def _corps(corps: Media | str | None) -> str:
    if corps is None:
        return ""
    contenu = f'<p class="texte">{escape(corps)}</p>' if isinstance(corps, str) else f"<p>{_media(corps)}</p>"
    return f"<section><h2>Contenu du document</h2>{contenu}</section>"


# --- the narrative ---------------------------------------------------------------------------------------


def _bloc(bloc: Bloc) -> str:
    if isinstance(bloc, Paragraphe):
        classe = ' class="legende"' if bloc.legende else ""
        return f"<p{classe}>{_fragments(bloc.fragments)}</p>"
    if isinstance(bloc, Liste):
        nom = "ol" if bloc.ordonnee else "ul"
        return f"<{nom}>{''.join([f'<li>{_blocs(item)}</li>' for item in bloc.items])}</{nom}>"
    return _tableau(bloc)


def _blocs(blocs: tuple[Bloc, ...]) -> str:
    """Write blocks; a paragraph alone needs no element of its own."""
    if len(blocs) == 1 and isinstance(blocs[0], Paragraphe):
        return _fragments(blocs[0].fragments)
    return "".join([_bloc(b) for b in blocs])


_PALIERS: Final = (3, 5, 8, 10)
"""Numbers of columns from which a table is told row by row: on a telephone, a small screen, on paper, everywhere."""


def _tableau(tableau: Tableau) -> str:
    legende = f"<caption>{escape(tableau.legende)}</caption>" if tableau.legende else ""
    colonnes = tuple([f' data-colonne="{escape(nom)}"' if nom else "" for nom in tableau.colonnes or ()])
    tete = "".join([_rangee(r, tete=True) for r in tableau.tete])
    corps = "".join([_rangee(r, tete=False, colonnes=colonnes) for r in tableau.corps])
    paliers = " ".join([f"des-{palier}" for palier in _PALIERS if len(colonnes) >= palier])
    classe = f' class="{paliers}"' if paliers else ""
    # A wide table scrolls in its own box: the keyboard must reach it.
    return (
        f'<div class="defile" role="group" tabindex="0" aria-label="Tableau"><table{classe}>{legende}'
        f"{f'<thead>{tete}</thead>' if tete else ''}<tbody>{corps}</tbody></table></div>"
    )


def _rangee(rangee: Rangee, *, tete: bool, colonnes: tuple[str, ...] = ()) -> str:
    """Write a row; ``colonnes`` are the attributes that name the column of each cell."""
    noms = colonnes or ("",) * len(rangee.cellules)
    cellules = "".join([_cellule(c, nom, tete=tete) for c, nom in zip(rangee.cellules, noms, strict=True)])
    classe = ' class="alerte"' if rangee.alerte else ""
    return f"<tr{classe}>{cellules}</tr>"


def _cellule(cellule: Cellule, colonne: str, *, tete: bool) -> str:
    nom, attributs, texte = "td", "", cellule.texte
    if cellule.entete:
        nom, attributs = "th", ' scope="col"' if tete else ' scope="row"'
    if cellule.colonnes > 1:
        attributs += f' colspan="{cellule.colonnes}"'
    if cellule.rangees > 1:
        attributs += f' rowspan="{cellule.rangees}"'
    attributs += colonne
    if len(texte) < _COURT and INCONNU.fullmatch(texte.strip()):
        attributs += _INCONNU
    return f"<{nom}{attributs}>{_blocs(cellule.blocs)}</{nom}>"


def _fragments(fragments: tuple[Fragment, ...]) -> str:
    return "".join([_fragment(f) for f in fragments])


def _fragment(fragment: Fragment) -> str:
    if fragment.media:
        return _media(fragment.media)
    if fragment.texte == "\n":
        return "<br>"
    texte = escape(fragment.texte)
    if fragment.style is not Style.AUCUN:
        for style in fragment.style:
            texte = f"<{_BALISES[style]}>{texte}</{_BALISES[style]}>"
    if fragment.lien:
        texte = f'<a href="{escape(fragment.lien)}" rel="noopener noreferrer">{texte}</a>'
    return texte


def _media(media: Media) -> str:
    if media.octets is None:
        return '<span class="inconnu">Pièce non reproduite ici : absente du document, ou d\'un type non admis</span>'
    adresse = f"data:{media.type};base64,{b64encode(media.octets).decode('ascii')}"
    if media.type == "application/pdf":
        taille = max(1, round(len(media.octets) / 1024))
        return f' <a href="{adresse}" class="piece" download="piece.pdf">Ouvrir la pièce (PDF, {taille} Kio)</a>'
    return f'<img src="{adresse}" alt="Image jointe au document">'
