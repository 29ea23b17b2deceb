"""What one line of a base is worth: checks that ask nobody, all findings at once.

The sex and the birth place are not compared with the number: people change sex, and the place codes of a number are
those of its attribution.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date, timedelta
from enum import StrEnum
from typing import Final, TypeVar

from segur_socles._core.model import RegleError
from segur_socles.errors import ChampInvalideError, Constat, Gravite
from segur_socles.ins.base import cellules as lire
from segur_socles.ins.base.colonnes import Champ
from segur_socles.personnes.identite import Attribut, StatutIdentite
from segur_socles.personnes.matricule import MatriculeIns
from segur_socles.personnes.traits import TraitsIdentite

__all__ = ["Jugement", "Verdict", "illisible", "juger"]

T = TypeVar("T")


class Verdict(StrEnum):
    """What comes of a line."""

    CONFORME = "conforme"
    CONFIRMEE = "confirmée"
    INFIRMEE = "infirmée"
    A_CORRIGER = "à corriger"
    A_RECUPERER = "à récupérer"
    EXCLUE = "exclue"
    A_REPRENDRE = "à reprendre"

    @property
    def explication(self) -> str:
        """What it means, a sentence for the screen and the report."""
        return _EXPLICATIONS[self]


_EXPLICATIONS: Final = {
    Verdict.CONFORME: "La ligne se tient ; seul le service national peut dire si l'INS est toujours la bonne.",
    Verdict.CONFIRMEE: "Le service de vérification confirme l'INS et les traits.",
    Verdict.INFIRMEE: "Le service de vérification ne confirme pas : ne plus transmettre l'INS, revoir l'identité.",
    Verdict.A_CORRIGER: "La ligne se contredit ou n'est pas lisible.",
    Verdict.A_RECUPERER: "Pas d'INS : elle se récupère une personne à la fois, lors d'une venue, jamais en masse.",
    Verdict.EXCLUE: "Identité douteuse ou fictive : INSi ne doit pas être interrogé.",
    Verdict.A_REPRENDRE: "Le service n'a pas pu répondre ; relancer la même commande.",
}


@dataclass(frozen=True, slots=True)
class Jugement:
    """A verdict, its findings, and what was read of the person, which masks itself."""

    verdict: Verdict
    constats: tuple[Constat, ...] = ()
    traits: TraitsIdentite | None = None
    matricule: MatriculeIns | None = None

    def avec(self, *constats: Constat) -> Jugement:
        """Add findings; an error sends the line to be corrected."""
        fautif = any(c.gravite is Gravite.ERREUR for c in constats)
        verdict = Verdict.A_CORRIGER if fautif else self.verdict
        return replace(self, verdict=verdict, constats=(*self.constats, *constats))


def illisible(message: str) -> Jugement:
    """Judge a line that could not be split into cells."""
    return Jugement(Verdict.A_CORRIGER, (Constat("ligne", message, "CSV", "corriger la ligne dans le fichier"),))


def juger(cellules: Mapping[Champ, str], aujourdhui: date, *, essai: bool = False) -> Jugement:
    """Judge a line. A field that is absent of ``cellules`` has no column: what it would prove is not asked.

    ``essai`` admits the OIDs of test and demonstration.
    """
    lecture = _Lecture(cellules)
    traits = _traits(lecture)
    matricule = _matricule(lecture, essai=essai)
    statut = lecture.champ(Champ.STATUT, lire.statut)
    attribut = lecture.champ(Champ.ATTRIBUT, lire.attribut)
    lecture.constats += _dates(lecture, traits, aujourdhui)
    porte_ins = bool(cellules.get(Champ.MATRICULE))
    lecture.constats += _statut(cellules, statut, attribut, porte_ins=porte_ins)
    exclue = attribut in (Attribut.DOUTEUSE, Attribut.FICTIVE)
    if any(c.gravite is Gravite.ERREUR for c in lecture.constats):
        verdict = Verdict.A_CORRIGER
    elif exclue:
        verdict = Verdict.EXCLUE
    else:
        verdict = Verdict.CONFORME if porte_ins else Verdict.A_RECUPERER
    return Jugement(verdict, tuple(dict.fromkeys(lecture.constats)), traits, matricule)


class _Lecture:
    """The cells of a line, and the findings so far."""

    def __init__(self, cellules: Mapping[Champ, str]) -> None:
        self.cellules = cellules
        self.constats: list[Constat] = []

    def champ(self, champ: Champ, lecteur: Callable[[str], T]) -> T | None:
        """Read a cell; None when it is empty, has no column, or is refused."""
        texte = self.cellules.get(champ, "")
        return self.tenter(champ, lambda: lecteur(texte)) if texte else None

    def tenter(self, champ: Champ, lecture: Callable[[], T]) -> T | None:
        try:
            return lecture()
        except RegleError as error:
            self.constats.append(Constat(error.champ or champ, error.message, error.regle, error.remede))
        except ChampInvalideError as error:
            connus = {c.value for c in Champ}
            for constat in error.constats:
                nom = constat.champ.partition(".")[0]
                self.constats.append(replace(constat, champ=nom if nom in connus else champ))
        return None


def _traits(lecture: _Lecture) -> TraitsIdentite | None:
    cellules = lecture.cellules
    lus = {
        "nom_naissance": cellules.get(Champ.NOM_NAISSANCE, ""),
        "prenoms": lecture.tenter(
            Champ.PRENOMS,
            lambda: lire.prenoms(cellules.get(Champ.PRENOMS, ""), cellules.get(Champ.PREMIER_PRENOM, "")),
        ),
        "sexe": lecture.champ(Champ.SEXE, lire.sexe),
        "date_naissance": lecture.champ(Champ.DATE_NAISSANCE, lire.date_iso),
    }
    lieu = lecture.champ(Champ.LIEU_NAISSANCE, lire.lieu)
    for champ in (Champ.SEXE, Champ.DATE_NAISSANCE):
        if not cellules.get(champ):
            lecture.constats.append(Constat(champ, "cellule vide", "RNIV : trait exigé", "renseigner ce trait"))
    if not lieu and not cellules.get(Champ.LIEU_NAISSANCE):
        message, remede = "lieu de naissance absent", "le relever sur la pièce d'identité (99999 s'il est inconnu)"
        lecture.constats.append(Constat(Champ.LIEU_NAISSANCE, message, "RNIV", remede, Gravite.AVERTISSEMENT))
    # A field already refused is left out, and its absence is not a second finding.
    donnes = {champ: valeur for champ, valeur in lus.items() if valeur is not None}
    # INSi may answer a day or a month 00; nobody else may write one.
    lunaire = bool(cellules.get(Champ.MATRICULE)) and "-00" in str(donnes.get("date_naissance", ""))
    avant = len(lecture.constats)
    traits = lecture.tenter(
        Champ.NOM_NAISSANCE,
        lambda: TraitsIdentite.model_validate({**donnes, "lieu_naissance": lieu, "date_lunaire": lunaire}),
    )
    absents = lus.keys() - donnes.keys()
    lecture.constats[avant:] = [c for c in lecture.constats[avant:] if c.champ not in absents]
    return traits


def _matricule(lecture: _Lecture, *, essai: bool) -> MatriculeIns | None:
    cellules = lecture.cellules
    saisi = cellules.get(Champ.MATRICULE, "")
    if not saisi:
        return None
    nature = cellules.get(Champ.OID, "")
    if not nature:
        message, remede = "matricule sans nature (OID)", "exporter l'OID rendu par INSi avec le matricule"
        lecture.constats.append(Constat(Champ.OID, message, "RNIV : un matricule va avec son OID", remede))
        return None
    matricule = lecture.tenter(
        Champ.MATRICULE, lambda: MatriculeIns.lire(lire.matricule(saisi, cellules.get(Champ.CLE, "")), lire.oid(nature))
    )
    if matricule is None:
        return None
    lecture.constats += [replace(c, champ=Champ.MATRICULE) for c in matricule.remarques]
    if matricule.oid.de_test and not essai:
        message, remede = (
            "OID de test ou de démonstration",
            "retirer l'INS d'essai, ou vérifier une base d'essai (--essai)",
        )
        lecture.constats.append(Constat(Champ.OID, message, "aucun INS d'essai en production", remede))
    return matricule


def _dates(lecture: _Lecture, traits: TraitsIdentite | None, aujourdhui: date) -> list[Constat]:
    dates = {
        Champ.DATE_NAISSANCE: traits.date_naissance if traits else None,
        Champ.DATE_INSI: lecture.champ(Champ.DATE_INSI, lambda texte: _jour(lire.date_iso(texte))),
        Champ.DATE_CONTROLE: lecture.champ(Champ.DATE_CONTROLE, lambda texte: _jour(lire.date_iso(texte))),
    }
    demain = (aujourdhui + timedelta(days=1)).isoformat()  # one day of grace covers every zone
    return [
        Constat(champ, "date dans le futur", "un fait passé", "corriger la date")
        for champ, jour in dates.items()
        if jour is not None and jour > demain
    ]


def _jour(texte: str) -> str:
    try:
        return date.fromisoformat(texte).isoformat()
    except ValueError:
        raise RegleError("la date n'existe pas dans le calendrier", remede="corriger la date") from None


def _statut(
    cellules: Mapping[Champ, str], statut: StatutIdentite | None, attribut: Attribut | None, *, porte_ins: bool
) -> Iterator[Constat]:
    avec_ins = statut in (StatutIdentite.RECUPEREE, StatutIdentite.QUALIFIEE)
    avec_piece = statut in (StatutIdentite.VALIDEE, StatutIdentite.QUALIFIEE)
    if attribut in (Attribut.DOUTEUSE, Attribut.FICTIVE) and (
        porte_ins or statut not in (None, StatutIdentite.PROVISOIRE)
    ):
        message = f"identité {attribut} avec un INS ou un statut de confiance"
        yield Constat(Champ.ATTRIBUT, message, "RNIV EXI ID 26", "retirer l'INS et le statut, ou lever l'attribut")
    if statut and avec_ins is not porte_ins:
        message = f"identité {statut} {'avec' if porte_ins else 'sans'} INS"
        remede = "retirer l'INS" if porte_ins else "rétrograder le statut, puis récupérer l'INS lors d'une venue"
        yield Constat(Champ.STATUT, message, "RNIV : l'INS va avec récupérée et qualifiée", remede)
    for champ, exigee, quoi in (
        (Champ.CONTROLE, avec_piece, "pièce d'identité contrôlée"),
        (Champ.DATE_CONTROLE, avec_piece, "date du contrôle de la pièce"),
        (Champ.DATE_INSI, avec_ins, "date de la réponse d'INSi"),
    ):
        if exigee and cellules.get(champ) == "":
            message = f"identité {statut} sans {quoi}"
            yield Constat(
                champ, message, "RNIV : un statut garde sa preuve", "retrouver la preuve, ou rétrograder le statut"
            )
    piece = cellules.get(Champ.CONTROLE)
    if piece and avec_piece and not lire.piece_reconnue(piece):
        message = "pièce absente de celles qui permettent de valider une identité"
        remede = "vérifier : ni permis de conduire ni carte Vitale seule ne suffisent"
        yield Constat(Champ.CONTROLE, message, "RNIV 3.3.2 (probable)", remede, Gravite.AVERTISSEMENT)
