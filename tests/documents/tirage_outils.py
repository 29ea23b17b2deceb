"""Draw any value of the model, from its own types: every optional part, every code, long and accented texts.

Codes and enumerations come round in turn, so that enough draws take every one of them. What a rule of a value
refuses is drawn again, smallest value first: nothing here knows the rules of a document.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime, timedelta, timezone
from decimal import Decimal
from enum import Enum
from functools import partial
from itertools import count
from types import NoneType, UnionType
from typing import Annotated, Any, Literal, TypeVar, Union, get_args, get_origin

from annotated_types import Ge, Le
from pydantic import AfterValidator, AwareDatetime, StringConstraints

from segur_socles._core.model import Valeur
from segur_socles.documents.contenu.communs import Quantite, Unite
from segur_socles.documents.contenu.constantes import MESURES, Constante
from segur_socles.documents.contenu.traitement import Traitement, TraitementArrete, TraitementPris
from segur_socles.documents.modeles.pdf import DocumentPdf, SectionNote
from segur_socles.documents.renseigne import AucunConnu, NonRenseigne, Renseigne, TroisEtats
from segur_socles.errors import ChampInvalideError
from segur_socles.nomenclatures.codes import Code, JeuDeValeurs, nomenclature
from segur_socles.personnes.coordonnees import Telecom, TypeTelecom
from segur_socles.personnes.numeros.genres import Genre
from segur_socles.personnes.numeros.idnat import PS_IDNAT

__all__ = ["Tireur"]

V = TypeVar("V", bound=Valeur)

_MOTS = (
    *("Œdème de Quincke", "crâne", "naïveté", "cœur à gauche", "l'hôpital", "« risque élevé »", "3 < 4 & 5 > 2"),
    *(
        "à jeun",
        "SARM/BLSE",
        "0,5 mg",
        "n° 12",
        "garçon",
        "aiguë",
        "Ærø",
        "日本",
        "שלום",
        "🙂",
        "&amp;",
        "]]>",
        "<br/>",
        "--",
    ),
)
_PDF = b"%PDF-1.4\n%\xe2\xe3\xcf\xd3\n"
_ESSAIS = 200


class Tireur:
    """One source of values. ``plein`` draws every optional part, ``vide`` none; otherwise by chance.

    ``imposes`` are types whose values are not to be drawn: type → what gives one.
    """

    def __init__(
        self,
        graine: int,
        *,
        plein: bool = False,
        vide: bool = False,
        imposes: dict[type, Callable[[], Any]] | None = None,
    ) -> None:
        self.hasard = random.Random(graine)
        self._graine, self._plein, self._vide = graine, plein, vide
        self._imposes = imposes or {}
        self._tours: dict[object, Iterator[int]] = {}

    # --- values ------------------------------------------------------------------------------------------

    def valeur(self, classe: type[V], **imposes: Any) -> V:
        """Draw one value of ``classe``, with the fields given imposed."""
        if classe in self._imposes:
            return self._imposes[classe]()
        refus = None
        for _ in range(_ESSAIS):
            champs = {
                nom: self.type((classe, nom), info.annotation, tuple(info.metadata))
                for nom, info in classe.model_fields.items()
                if nom not in imposes and (info.is_required() or self._present())
            } | imposes
            if accorder := _ACCORDS.get(classe):
                accorder(self, champs)
            try:
                return classe.model_validate(champs)
            except ChampInvalideError as error:
                refus = error.constats
        message = f"{classe.__name__} : aucune valeur acceptée en {_ESSAIS} essais ({refus})"
        raise AssertionError(message)

    def _present(self) -> bool:
        return self._plein or (not self._vide and self.hasard.random() < 0.6)

    # --- types -------------------------------------------------------------------------------------------

    def type(self, cle: object, annotation: Any, regles: tuple[Any, ...] = ()) -> Any:
        """Draw one value of an annotation; ``cle`` names the place, so that its codes come round."""
        origine, arguments = get_origin(annotation), get_args(annotation)
        if origine is Annotated:
            return self.type(cle, arguments[0], (*regles, *arguments[1:]))
        if origine is TroisEtats:
            etats = (Renseigne[arguments[0]], AucunConnu, NonRenseigne)
            return self.valeur(etats[0 if self._plein else self._tour((cle, "etat"), len(etats))])
        if origine in (Union, UnionType):
            choix = [a for a in arguments if a is not NoneType]
            return self.type((cle, "choix"), choix[self._tour((cle, "union"), len(choix))], regles)
        if origine is tuple:
            valeurs = [self.type(cle, arguments[0]) for _ in range(self.hasard.choice((1, 1, 2, 3)))]
            return tuple(v for rang, v in enumerate(valeurs) if v not in valeurs[:rang])
        if origine is Literal:
            return arguments[self._tour(cle, len(arguments))]
        return self._simple(cle, annotation, regles)

    def _simple(self, cle: object, classe: Any, regles: tuple[Any, ...]) -> Any:
        if classe is Code:
            codes = list(nomenclature(next(r.nom for r in regles if isinstance(r, JeuDeValeurs))).codes)
            return codes[self._tour(cle, len(codes))]
        if issubclass(classe, Valeur):
            return self.valeur(classe)
        if issubclass(classe, Enum):
            membres = list(classe)
            return membres[self._tour(cle, len(membres))]
        return _SIMPLES[classe](self, regles)

    def _tour(self, cle: object, combien: int) -> int:
        # Successive seeds go on where the previous ones stopped.
        return next(self._tours.setdefault(cle, count(self._graine))) % combien

    def texte(self, longueur: int) -> str:
        """Draw a text of ``longueur`` characters at most."""
        voulue = min(longueur, self.hasard.choice((8, 30, 100, longueur)))
        mots = " ".join(self.hasard.choice(_MOTS) for _ in range(voulue // 3 + 1))
        return mots[:voulue].strip() or "é"


# --- what a type alone does not say ------------------------------------------------------------------------


def _texte(tireur: Tireur, regles: tuple[Any, ...]) -> str:
    for regle in regles:
        if isinstance(regle, AfterValidator) and isinstance(regle.func, partial) and "genre" in regle.func.keywords:
            return tireur.hasard.choice(_NUMEROS[regle.func.keywords["genre"]])
        if isinstance(regle, AfterValidator) and getattr(regle.func, "__self__", None) is PS_IDNAT:
            return tireur.hasard.choice(("899900000017", "3990000019/AB12", "099999998"))
    contraintes = next((r for r in regles if isinstance(r, StringConstraints)), None)
    if contraintes and contraintes.pattern:
        return _MOTIFS[str(contraintes.pattern)](tireur.hasard)
    return tireur.texte((contraintes and contraintes.max_length) or 200)


def _entier(tireur: Tireur, regles: tuple[Any, ...]) -> int:
    bornes = [b for r in regles for b in (r, *getattr(r, "metadata", ()))]
    minimum = next((int(str(b.ge)) for b in bornes if isinstance(b, Ge)), 1)
    return tireur.hasard.randint(minimum, next((int(str(b.le)) for b in bornes if isinstance(b, Le)), minimum + 9))


def _jour(tireur: Tireur, _: tuple[Any, ...]) -> date:
    return date(2026, 1, 15) - timedelta(days=tireur.hasard.randint(0, 20000))


def _instant(tireur: Tireur, _: tuple[Any, ...]) -> datetime:
    zone = tireur.hasard.choice((UTC, timezone(timedelta(hours=1)), timezone(-timedelta(hours=4))))
    # Before the documents of the tests, on whatever clock.
    moment = datetime(2026, 1, 15, 8, tzinfo=UTC) - timedelta(seconds=tireur.hasard.randint(0, 10**7))
    return moment.astimezone(zone)


_SIMPLES: dict[Any, Callable[[Tireur, tuple[Any, ...]], Any]] = {
    str: _texte,
    int: _entier,
    bool: lambda tireur, _: tireur.hasard.random() < 0.5,
    Decimal: lambda tireur, _: Decimal(tireur.hasard.randint(1, 99999)) / tireur.hasard.choice((1, 10, 100)),
    date: _jour,
    AwareDatetime: _instant,
    bytes: lambda tireur, _: _PDF + f"% {tireur.hasard.random()}\n%%EOF\n".encode(),
}

_NUMEROS = {Genre.FINESS: ("990000019", "0B0127189"), Genre.SIRET: ("73282932000074",)}


def _partielle(hasard: random.Random) -> str:
    jour = date(1920, 1, 1) + timedelta(days=hasard.randint(0, 38700))
    return jour.isoformat()[: hasard.choice((4, 7, 10))]


_MOTIFS: dict[str, Callable[[random.Random], str]] = {
    r"^[0-9]{4}(-[0-9]{2}(-[0-9]{2})?)?$": _partielle,
    r"^[0-9]{8}$": lambda hasard: f"6{hasard.randint(0, 9999999):07}",
    r"^[A-Z][0-9]{2}(\.[0-9+]{1,3})?$": lambda hasard: hasard.choice(("I48", "J44.9", "E11.9", "F00.1", "M17")),
    r"^[A-Z]{4}[0-9]{3}$": lambda hasard: hasard.choice(("NEKA020", "HMFC004", "DEMP002")),
    r"^[A-Z][0-9]{2,12}$": lambda hasard: hasard.choice(("J0101", "Q021003")),
    r"^[1-9][0-9]{5,17}$": lambda hasard: hasard.choice(("29857009", "21522001")),  # a SNOMED CT site
    r"^(M|MME)$": lambda hasard: hasard.choice(("M", "MME")),
    r"^(DR|PR|MC|MG|PC|PG)$": lambda hasard: hasard.choice(("DR", "PR", "MC", "MG", "PC", "PG")),
    r"^[a-z]{2}-[A-Z]{2}$": lambda _: "fr-FR",
    r"^[0-2](\.(0|[1-9][0-9]*))+$": lambda hasard: f"1.2.250.1.999.{hasard.randint(1, 99)}",
    r"^[^\s]+$": lambda _: "0199000000",  # a telecom, whose value goes with its type
}


def _telecom(tireur: Tireur, champs: dict[str, Any]) -> None:
    courriel = champs.get("type") is TypeTelecom.COURRIEL
    numero = tireur.hasard.randint(1, 10**6)
    champs["valeur"] = f"adresse{numero}@essai.mssante.fr" if courriel else f"01 99 {numero:06}"


def _constante(tireur: Tireur, champs: dict[str, Any]) -> None:
    champs["type"] = list(MESURES)[tireur._tour(Constante, len(MESURES))]
    mesure = MESURES[champs["type"]]
    champs["valeur"] = Decimal(tireur.hasard.randint(mesure.minimum * 10, mesure.maximum * 10)) / 10


def _traitement(tireur: Tireur, champs: dict[str, Any]) -> None:
    for champ, unites in _UNITES.items():
        if champ in champs:
            unite = unites[tireur._tour((Traitement, champ), len(unites))]
            champs[champ] = tireur.valeur(Quantite, unite=unite)
    if "debut" in champs and "fin" in champs:
        champs["debut"], champs["fin"] = sorted((champs["debut"], champs["fin"]))


_TEMPS = (Unite.HEURE, Unite.JOUR, Unite.SEMAINE, Unite.MOIS)
_DEBITS = (Unite.LITRE_PAR_MINUTE, Unite.MILLILITRE_PAR_HEURE)
_UNITES = {
    "dose": tuple(u for u in Unite if u not in _TEMPS + _DEBITS),
    "debit": _DEBITS,
    "periode": _TEMPS,
}

_ACCORDS: dict[type[Valeur], Callable[[Tireur, dict[str, Any]], None]] = {
    Telecom: _telecom,
    Constante: _constante,
    SectionNote: lambda _, champs: champs.setdefault("texte", "Le minimum."),
    DocumentPdf: lambda _, champs: champs.update(admettre_non_pdfa=True),
    Traitement: _traitement,
    TraitementArrete: _traitement,
    TraitementPris: _traitement,
}
"""Values whose fields must agree more narrowly than chance would."""
