"""Write ``docs/documents/*.md``: one page a content, its fields as the types and the writers have them.

    python tests/documents/pages_outils.py    (make pages)

What a section holds is not told by hand: each field is filled in alone, the document is written, and the sections whose
narrative changed are those of the field.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from enum import Enum
from pathlib import Path
from types import NoneType, UnionType
from typing import Annotated, Any, Final, Union, get_args, get_origin

from entete_outils import ACTEUR, MOMENT, qualifiee
from pydantic import StringConstraints
from tirage_outils import Tireur

from segur_socles._core.ids import SeededIds
from segur_socles._core.model import Valeur
from segur_socles._core.xml import DOCUMENT, parse
from segur_socles.documents.cda.ecriture import ECRIVAINS, PAR_DEFAUT, ecrire_document
from segur_socles.documents.editions import EDITIONS, EditionDocument
from segur_socles.documents.entete import Entete
from segur_socles.documents.libelles import LIBELLES
from segur_socles.documents.renseigne import TroisEtats
from segur_socles.nomenclatures.codes import Code, JeuDeValeurs, nomenclature

RACINE: Final = Path(__file__).resolve().parents[2]
HL7: Final = {"h": "urn:hl7-org:v3"}
PAGES: Final = RACINE / "docs" / "documents"

INTRO: Final = {
    "Dlu": (
        "dlu",
        """\
Ce qu'une équipe d'urgence doit savoir d'une personne accompagnée. Le profil domicile (`ProfilDlu.DOMICILE`, champ
`domicile`) sert les services à domicile ; `completude` dit ce qui manque ou date de plus d'un an.""",
    ),
    "SyntheseMedicale": (
        "synthese-medicale",
        """\
La synthèse médicale (IPS-FR), forme que prend un document de liaison après le DLU :
`SyntheseMedicale.du_dlu(dlu)` reprend tout ce qu'un DLU dit. Un service à domicile sans médecin la lit et ne l'écrit
pas : il écrit une fiche de transfert et une note.""",
    ),
    "FicheTransfertUrgences": (
        "fiche-transfert",
        """\
La fiche qui part aux urgences avec la personne. Un seul contenu s'écrit dans les deux éditions ; ce que l'une ne sait
pas coder, elle le raconte.""",
    ),
    "FicheRetourUrgences": (
        "fiche-retour",
        "La fiche que les urgences rendent avec la personne : à lire surtout, à écrire pour peupler un bac à sable.",
    ),
    "LettreLiaisonEntree": (
        "liaison-entree",
        "La lettre de liaison à l'entrée en établissement de soins, ou note de transfert.",
    ),
    "LettreLiaisonSortie": (
        "liaison-sortie",
        "La lettre de liaison qu'un hôpital remet à la sortie : à lire surtout, à écrire pour peupler un bac à sable.",
    ),
    "NoteLiaison": (
        "note-liaison",
        """\
Une note en texte, dont la bibliothèque fait un PDF/A-1b (extra `[pdf]`). Son type est celui de l'en-tête ;
`DOCUMENTS_DU_SECTEUR` liste ceux du secteur social et médico-social.""",
    ),
    "DocumentPdf": (
        "document-pdf",
        "Un PDF tout prêt, pour n'importe quel type de JDV_J07. Il est rendu à la lecture tel quel, à l'octet près.",
    ),
}
"""Content → file of its page, and what it is for."""


@dataclass(frozen=True)
class Forme:
    """What the annotation of a field says: how many, of what, from which table."""

    cardinalite: str
    contenu: str
    types: tuple[type[Valeur], ...] = ()


def forme(annotation: Any, regles: tuple[Any, ...], *, requis: bool) -> Forme:
    """Read an annotation."""
    minimum = "1" if requis else "0"
    origine, arguments = get_origin(annotation), get_args(annotation)
    if origine is Annotated:
        return forme(arguments[0], (*regles, *arguments[1:]), requis=requis)
    if origine is TroisEtats:
        dedans = forme(arguments[0], (), requis=True)
        return Forme("trois états", f"liste de {dedans.contenu}", dedans.types)
    if origine is tuple:
        dedans = forme(arguments[0], (), requis=True)
        return Forme(f"{minimum}..n", dedans.contenu, dedans.types)
    if origine in (Union, UnionType):
        utiles = [forme(a, regles, requis=False) for a in arguments if a is not NoneType]
        return Forme("0..1", " ou ".join(u.contenu for u in utiles), tuple(t for u in utiles for t in u.types))
    return Forme(f"{minimum}..1", *_simple(annotation, regles))


def _simple(classe: Any, regles: tuple[Any, ...]) -> tuple[str, tuple[type[Valeur], ...]]:
    if not issubclass(classe, Valeur):
        return _feuille(classe, regles), ()
    if not classe.__module__.startswith("segur_socles.documents"):
        return f"`{classe.__name__}`", ()
    return f"[{classe.__name__}](#{classe.__name__.lower()})", (classe,)


def _feuille(classe: Any, regles: tuple[Any, ...]) -> str:
    if classe is Code:
        table = nomenclature(next(r.nom for r in regles if isinstance(r, JeuDeValeurs)))
        return f"code de `{table.nom}` (OID {table.oid}, édition {table.edition})"
    if classe is str:
        motif = next((r.pattern for r in regles if isinstance(r, StringConstraints) and r.pattern), None)
        return _FORMES.get(str(motif), f"texte de forme `{motif}`") if motif else "texte"
    if issubclass(classe, Enum):
        return ", ".join(f"`{membre.value}`" for membre in classe)
    return _NOMS[classe.__name__]


_NOMS: Final = {
    "AwareDatetime": "date et heure avec fuseau",
    "Decimal": "nombre",
    "bool": "oui ou non",
    "bytes": "fichier (base64 en JSON)",
    "date": "date",
    "int": "nombre entier",
}
_FORMES: Final = {
    r"^[0-9]{4}(-[0-9]{2}(-[0-9]{2})?)?$": "date, même partielle : `AAAA`, `AAAA-MM`, `AAAA-MM-JJ`",
}


# --- where a field is written ---------------------------------------------------------------------------------


def _entete(edition: EditionDocument) -> Entete:
    return Entete.du_modele(
        edition,
        id="1.2.250.1.999.1.2.1",
        set_id="1.2.250.1.999.1.2.2",
        date_creation=MOMENT,
        usager={"identite": qualifiee(), "ipp": {"valeur": "1", "oid": "1.2.250.1.999.1.1"}},
        auteur=ACTEUR,
        **({} if edition.type else {"type": "28653-4"}),
    )


def sections(contenu: Any, edition: EditionDocument) -> dict[str, str]:
    """Write the document and give the narrative of each of its sections, by title and LOINC code."""
    octets = ecrire_document(contenu, _entete(edition), SeededIds(1), edition=edition).octets
    racine = parse(octets, quota=DOCUMENT, what="Le document")
    lues = {}
    for section in racine.iterfind(".//h:section", HL7):
        titre, code = section.findtext("h:title", "", HL7), section.find("h:code", HL7).get("code")
        lues[f"{titre} ({code})"] = "".join(section.find("h:text", HL7).itertext())
    lues["En-tête"] = "".join(racine.xpath("/h:*/h:participant//h:name/text()", namespaces=HL7))
    return lues


def rubriques(classe: type[Valeur], champ: str, edition: EditionDocument) -> str:
    """Say in which sections of an edition a field is told."""
    info = classe.model_fields[champ]
    minimum = {"vide": True}
    sans = sections(Tireur(5, **minimum).valeur(classe), edition)
    # Another source than the first: a field that is always there must change to be seen.
    plein = Tireur(6, plein=True).type((classe, champ), info.annotation, tuple(info.metadata))
    avec = sections(Tireur(5, **minimum).valeur(classe, **{champ: plein}), edition)
    return ", ".join(nom for nom in avec if avec[nom] != sans.get(nom)) or "corps du document"


# --- the page -------------------------------------------------------------------------------------------------


def page(classe: type[Valeur]) -> Iterator[str]:
    """Write the lines of a content's page."""
    editions = [e for e in EDITIONS.values() if e.retiree_le is None and ECRIVAINS[e.modele].contenu is classe]
    defaut = PAR_DEFAUT[classe]
    yield f"# {defaut.titre}\n\n<!-- écrite par « make pages » -->\n\n{INTRO[classe.__name__][1]}\n\n"
    yield f"Contenu : `{classe.__name__}`. Écriture : `ecrire_document(contenu, entete, ids, edition=…)`.\n\n"
    yield "| édition | modèle (templateId) | code du document | acte |\n| --- | --- | --- | --- |\n"
    for e in editions:
        extension = f" `{e.extension}`" if e.extension else ""
        type_ = f"{e.type.code} {e.type.libelle}" if e.type else "tout code de JDV_J07"
        marque = " (par défaut)" if e is defaut else ""
        acte = f"{e.acte.code} {e.acte.libelle}" if e.acte else "libre"
        yield f"| {e.nom}{marque} | `{e.modele}`{extension} | {type_} | {acte} |\n"
    modeles = {e.modele: e for e in reversed(editions)}
    noms = [e.nom for e in reversed(modeles.values())]
    titres = [f"rubrique en {nom}" for nom in noms] if len(noms) > 1 else ["rubrique"]
    yield f"\n## Champs\n\n| champ | sens | contenu | nombre | {' | '.join(titres)} |\n"
    yield f"| --- | --- | --- | --- | {' | '.join(['---'] * len(titres))} |\n"
    suite: list[type[Valeur]] = []
    for champ, info in classe.model_fields.items():
        dit = forme(info.annotation, tuple(info.metadata), requis=info.is_required())
        suite += dit.types
        ou = " | ".join(rubriques(classe, champ, e) for e in reversed(modeles.values()))
        yield f"| `{champ}` | {LIBELLES[champ]} | {dit.contenu} | {dit.cardinalite} | {ou} |\n"
    vus: set[type[Valeur]] = set()
    while suite:
        dedans = suite.pop(0)
        if dedans not in vus:
            vus.add(dedans)
            yield from _type(dedans, suite)


def _type(classe: type[Valeur], suite: list[type[Valeur]]) -> Iterator[str]:
    yield f"\n### {classe.__name__}\n\n| champ | sens | contenu | nombre |\n| --- | --- | --- | --- |\n"
    for champ, info in classe.model_fields.items():
        dit = forme(info.annotation, tuple(info.metadata), requis=info.is_required())
        suite += dit.types
        yield f"| `{champ}` | {LIBELLES[champ]} | {dit.contenu} | {dit.cardinalite} |\n"


def pages() -> dict[Path, str]:
    """Write every page: its file, its text."""
    return {PAGES / f"{INTRO[c.__name__][0]}.md": "".join(page(c)) for c in PAR_DEFAUT}


def main() -> None:
    """Write the pages."""
    PAGES.mkdir(exist_ok=True)
    for fichier, texte in pages().items():
        fichier.write_text(texte, encoding="utf-8")
        print(fichier.relative_to(RACINE))


if __name__ == "__main__":
    main()
