"""INSi's messages: a request from what is asked to bytes, an answer from XML to what it says.

The answer is read by namespace and local name, in any order, comments ignored: real answers change prefixes,
order their children against the schema, and hold comments (CNDA samples, certain). Nothing that identifies
the person is dropped in silence: what cannot be typed is either refused or named in a warning.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Final, NoReturn, Protocol

from lxml import etree

from segur_socles._core.clock import instant_ms
from segur_socles._core.xml import text
from segur_socles.errors import ChampInvalideError, ReponseInvalideError
from segur_socles.ins.contract import RECHERCHE_TRAITS, Contrat
from segur_socles.ins.strategie import Tentative
from segur_socles.personnes.identite import InsHistorique
from segur_socles.personnes.matricule import MatriculeIns, OidIns
from segur_socles.personnes.traits import TraitsIdentite
from segur_socles.trace.appelant import Appelant

__all__ = ["Demande", "DemandeTraits", "Individu", "Resultat", "ecrire_demande", "lire_resultat"]

_NS: Final = "{http://www.cnamts.fr/INSiResultat}"
WHAT: Final = "La réponse d'INSi"

# --- writing ---------------------------------------------------------------------------------------------


class Demande(Protocol):
    """What one call asks."""

    @property
    def operation(self) -> str:
        """Name of the operation in the contract."""
        ...

    @property
    def valeurs(self) -> Mapping[str, str | None]:
        """Values by place of the template; None leaves an element out."""
        ...

    @property
    def cites(self) -> tuple[str, ...]:
        """What would betray the person, were it quoted; never empty texts."""
        ...


@dataclass(frozen=True, slots=True, repr=False)
class DemandeTraits:
    """The traits that one call sends."""

    nom: str
    prenom: str
    sexe: str
    date: str
    lieu: str | None
    operation = RECHERCHE_TRAITS

    @classmethod
    def de(cls, traits: TraitsIdentite, tentative: Tentative) -> DemandeTraits:
        """Choose among ``traits`` what ``tentative`` sends; first names tried together go in one Prenom."""
        prenom = " ".join(traits.prenoms[rang] for rang in tentative.rangs)
        lieu = traits.lieu_naissance if tentative.avec_lieu else None
        return cls(traits.nom_naissance, prenom, traits.sexe.value, traits.date_naissance, lieu)

    @property
    def valeurs(self) -> Mapping[str, str | None]:
        """Values by place of the template."""
        return {champ: getattr(self, champ) for champ in ("nom", "prenom", "sexe", "date", "lieu")}

    @property
    def cites(self) -> tuple[str, ...]:
        """Name, each first name, date."""
        return (self.nom, *self.prenom.split(), self.date)


def ecrire_demande(
    demande: Demande, *, appelant: Appelant, contrat: Contrat, message_id: str, emetteur: str, securite: bytes | None
) -> bytes:
    """Write the envelope of a call. Context identifiers are fresh; ``securite`` (assertions) goes in untouched."""
    logiciel, ids = appelant.logiciel, appelant.ids
    nom_lps = f"{appelant.environment.options_insi.prefixe_nom_lps}{logiciel.nom}:{logiciel.version}"
    valeurs = {
        **demande.valeurs,
        "id_bam": str(ids.uuid()),
        "id_lps": str(ids.uuid()),
        "temps": instant_ms(appelant.clock.now()),
        "emetteur": emetteur,
        "message_id": message_id,
        "idam": logiciel.numero_autorisation_insi,
        "version": logiciel.version,
        "instance": logiciel.instance,
        "logiciel": nom_lps,
    }
    pieces = {champ: text(valeur, champ).encode() for champ, valeur in valeurs.items() if valeur is not None}
    if securite is not None:
        pieces["assertion"] = securite
    absents = frozenset(champ for champ in (*valeurs, "assertion") if champ not in pieces)
    return contrat.gabarit(demande.operation, absents).remplir(pieces)


# --- reading ---------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Individu:
    """The person found: active INS with its dates, former ones, traits, and what looked odd (French, no identity)."""

    matricule: MatriculeIns
    debut: date | None = field(repr=False)
    fin: date | None = field(repr=False)
    historique: tuple[InsHistorique, ...] = field(repr=False)
    traits: TraitsIdentite
    avertissements: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Resultat:
    """A RESULTAT: code and label as sent, the person if there is one."""

    code: str
    libelle: str = field(repr=False)
    individu: Individu | None


def lire_resultat(element: etree._Element, *, prenoms_locaux: Sequence[str]) -> Resultat:
    """Read a RESULTAT element.

    INSi separates first names by single spaces, so that a compound one cannot be told from two:
    ``prenoms_locaux`` (what is held here) tells where to group; the text itself never changes.

    Raises :class:`ReponseInvalideError` when the element is another, when a person is announced without
    matricule, OID or a strict trait, or when something that must be unique is not.
    """
    if element.tag != f"{_NS}RESULTAT":
        _refuser("n'est pas un RESULTAT de recherche d'INS")
    avertissements: list[str] = []
    racine = _Bloc(element, ("CR", "INDIVIDU"), avertissements)
    cr = racine.bloc("CR", ("CodeCR", "LibelleCR"))
    code, libelle = cr.texte("CodeCR"), cr.texte("LibelleCR")
    if not code:
        _refuser("n'a pas de code de résultat (CodeCR)")
    individu = None
    if racine.a("INDIVIDU"):
        bloc = racine.bloc("INDIVIDU", ("INSACTIF", "INSHISTO", "TIQ"))
        individu = _individu(bloc, avertissements, prenoms_locaux)
    return Resultat(code, libelle or "", individu)


_INS: Final = ("IdIndividu", "OID", "DateDeb", "DateFin")
_ID: Final = ("NumIdentifiant", "Cle", "TypeMatricule")
_TIQ: Final = ("NomNaissance", "Prenom", "ListePrenom", "Sexe", "DateNaissance", "LieuNaissance")
_TRAITS_EXIGES: Final = ("NomNaissance", "Sexe", "DateNaissance")


class _Bloc:
    """The children of one element, by local name. An unexpected one is named in a warning."""

    __slots__ = ("_avertissements", "_enfants", "_nom")

    def __init__(self, element: etree._Element, attendus: tuple[str, ...], avertissements: list[str]) -> None:
        self._nom = element.tag.removeprefix(_NS)
        self._avertissements = avertissements
        self._enfants: dict[str, list[etree._Element]] = {}
        for enfant in element.iterchildren("*"):  # neither comments nor instructions
            nom = enfant.tag.removeprefix(_NS)
            if nom in attendus:
                self._enfants.setdefault(nom, []).append(enfant)
            else:
                # What is not made like a name of the schema may be anything, and is not repeated.
                nom = nom if _NOM.fullmatch(nom := etree.QName(enfant).localname) else "inconnu"
                avertissements.append(f"élément {nom} inattendu dans {self._nom}, à lire dans la réponse brute")

    def a(self, nom: str) -> bool:
        return nom in self._enfants

    def blocs(self, nom: str, attendus: tuple[str, ...]) -> list[_Bloc]:
        return [_Bloc(element, attendus, self._avertissements) for element in self._enfants.get(nom, ())]

    def bloc(self, nom: str, attendus: tuple[str, ...]) -> _Bloc:
        element = self._seul(nom)
        if element is None:
            _refuser(f"n'a pas d'élément {nom} dans {self._nom}")
        return _Bloc(element, attendus, self._avertissements)

    def texte(self, nom: str) -> str | None:
        element = self._seul(nom)
        if element is None:
            return None
        # A comment splits the text of an element; string() leaves comments out.
        lu = str(_STRING(element)) if len(element) else element.text
        return lu.strip() or None if lu else None

    def _seul(self, nom: str) -> etree._Element | None:
        elements = self._enfants.get(nom)
        if elements is None:
            return None
        if len(elements) > 1:
            _refuser(f"a plusieurs éléments {nom} dans {self._nom}")
        return elements[0]


_STRING: Final = etree.XPath("string()")
_NOM: Final = re.compile(r"[A-Za-z]{1,30}")
_AVERTISSEMENTS: Final = 20
"""Most warnings about one answer: what an answer repeats without end is not worth more."""


def _individu(bloc: _Bloc, avertissements: list[str], prenoms_locaux: Sequence[str]) -> Individu:
    actif = bloc.bloc("INSACTIF", _INS)
    matricule = _matricule(actif)
    if matricule is None:
        _refuser("annonce une identité sans matricule ou sans OID lisible")
    if matricule.cle_non_conforme:
        avertissements.append("la clé du matricule reçu n'est pas la clé calculée ; elle est conservée telle quelle")
    if not _type_concorde(actif, matricule):
        avertissements.append("le type du matricule reçu contredit son OID, qui fait foi")
    vus = {matricule.numero}
    historique: list[InsHistorique] = []
    for rang, ancien in enumerate(bloc.blocs("INSHISTO", _INS), 1):
        ancien_matricule = _matricule(ancien)
        if ancien_matricule is None:
            avertissements.append(f"l'ancien INS n° {rang} est illisible ; il reste dans la réponse brute")
            continue
        if ancien_matricule.cle_non_conforme:
            avertissements.append(f"la clé de l'ancien INS n° {rang} n'est pas la clé calculée")
        if not _type_concorde(ancien, ancien_matricule):
            avertissements.append(f"le type de l'ancien INS n° {rang} contredit son OID, qui fait foi")
        if ancien_matricule.numero in vus:
            avertissements.append(f"l'ancien INS n° {rang} répète un matricule déjà lu dans la réponse")
        vus.add(ancien_matricule.numero)
        debut, fin = _dates(ancien, avertissements)
        historique.append(InsHistorique(matricule=ancien_matricule, debut=debut, fin=fin))
    debut, fin = _dates(actif, avertissements)
    traits = _traits(bloc.bloc("TIQ", _TIQ), avertissements, prenoms_locaux)
    return Individu(matricule, debut, fin, tuple(historique), traits, _bornes(avertissements))


def _bornes(avertissements: Sequence[str]) -> tuple[str, ...]:
    """Give each warning once, and no more of them than anybody reads."""
    uniques = tuple(dict.fromkeys(avertissements))
    if len(uniques) <= _AVERTISSEMENTS:
        return uniques
    reste = len(uniques) - _AVERTISSEMENTS
    return (*uniques[:_AVERTISSEMENTS], f"et {reste} autres anomalies, à lire dans la réponse brute")


def _type_concorde(ins: _Bloc, matricule: MatriculeIns) -> bool:
    """Whether TypeMatricule, when sent, says what the OID says."""
    annonce = ins.bloc("IdIndividu", _ID).texte("TypeMatricule")
    return annonce is None or annonce.upper() == ("NIA" if matricule.oid is OidIns.NIA else "NIR")


def _matricule(ins: _Bloc) -> MatriculeIns | None:
    if not ins.a("IdIndividu"):
        return None
    identifiant = ins.bloc("IdIndividu", _ID)
    numero, oid = identifiant.texte("NumIdentifiant"), ins.texte("OID")
    if not numero or not oid:
        return None
    try:
        return MatriculeIns.recu_d_insi(numero, identifiant.texte("Cle"), oid)
    except ChampInvalideError:
        return None


_DATE: Final = re.compile(r"(\d{4}-\d{2}-\d{2})(?:Z|[+-]\d{2}:\d{2})?", re.ASCII)


def _dates(ins: _Bloc, avertissements: list[str]) -> tuple[date | None, date | None]:
    """Read the two dates. They may contradict each other in real answers: both are kept (certain)."""
    return _date(ins, "DateDeb", avertissements), _date(ins, "DateFin", avertissements)


def _date(ins: _Bloc, nom: str, avertissements: list[str]) -> date | None:
    ecrite = ins.texte(nom)
    if ecrite is None:
        return None
    lue = _calendaire(found[1]) if (found := _DATE.fullmatch(ecrite)) else None
    if lue is None:
        avertissements.append(f"date {nom} illisible ; elle reste dans la réponse brute")
    return lue


def _calendaire(ecrite: str) -> date | None:
    try:
        return date.fromisoformat(ecrite)
    except ValueError:
        return None


def _traits(tiq: _Bloc, avertissements: list[str], prenoms_locaux: Sequence[str]) -> TraitsIdentite:
    lus = {nom: tiq.texte(nom) for nom in _TIQ}
    # Prenom left live answers in 2022; older ones have it without the list (GIE SESAM-Vitale samples, certain).
    liste = lus["ListePrenom"] or lus["Prenom"]
    manquants = [nom for nom in _TRAITS_EXIGES if not lus[nom]] + ([] if liste else ["ListePrenom"])
    if manquants or not liste:
        _refuser(f"n'a pas tous les traits stricts ({', '.join(manquants)})")
    if lus["Prenom"] and _mots(liste)[: len(_mots(lus["Prenom"]))] != _mots(lus["Prenom"]):
        avertissements.append("le prénom reçu n'est pas le premier de la liste des prénoms reçue")
    if not lus["LieuNaissance"]:
        avertissements.append("le lieu de naissance manque dans la réponse")
    naissance = lus["DateNaissance"] or ""
    lunaire = _calendaire(naissance) is None
    if lunaire:
        avertissements.append(
            "la date de naissance reçue n'est pas une date du calendrier ; elle est conservée telle quelle"
        )
    connus = (lus["Prenom"], *prenoms_locaux[1:]) if lus["Prenom"] else prenoms_locaux
    donnees = {
        "nom_naissance": lus["NomNaissance"],
        "prenoms": _grouper(liste, connus),
        "sexe": lus["Sexe"],
        "date_naissance": naissance,
        "lieu_naissance": lus["LieuNaissance"],
        "date_lunaire": lunaire,
    }
    try:
        traits = TraitsIdentite.model_validate(donnees)
    except ChampInvalideError as error:
        refus = ", ".join(error.champs)
    else:
        return traits
    return _refuser(f"contient des traits d'identité hors des formats connus ({refus})")


_SEPARATEURS: Final = re.compile(r"[-' ]+")


def _mots(prenoms: str) -> list[str]:
    return _SEPARATEURS.split(prenoms)


def _grouper(liste: str, connus: Sequence[str | None]) -> tuple[str, ...]:
    """Cut the list at its spaces, except inside the compound first names that ``connus`` begins with."""
    restants = liste.split()
    groupes: list[str] = []
    for connu in connus:
        taille = _taille(restants, connu or "")
        if not taille:
            break
        groupes.append(" ".join(restants[:taille]))
        restants = restants[taille:]
    return (*groupes, *restants)


def _taille(restants: Sequence[str], connu: str) -> int:
    """Count the items of ``restants`` that together are ``connu``, separators aside (EXI SI 29); 0 if none."""
    if connu in restants[:1]:
        return 1
    mots = _mots(connu)
    return next((n for n in range(1, len(restants) + 1) if _mots(" ".join(restants[:n])) == mots), 0)


def _refuser(raison: str) -> NoReturn:
    raise ReponseInvalideError(f"{WHAT} {raison}.", phase="read", sent=True)
