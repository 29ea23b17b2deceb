"""Verifying a base of identities from a file, line by line, into a report from which it can go on.

Retrieval in bulk is forbidden, and nothing here can do it: a line without a matricule is told « à récupérer », and
the service, when there is one, is only ever given a matricule to verify. The contract of the national verification
(WS_INS3 to WS_INS5) is not public: its call is a function that the adopter writes from the official package.
"""

from __future__ import annotations

import codecs
import hashlib
import io
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Final, TypeAlias

from segur_socles._core.clock import Clock, SystemClock
from segur_socles._core.redact import MASK
from segur_socles.errors import (
    AuthentificationError,
    ChampInvalideError,
    ConfigurationError,
    Constat,
    Gravite,
    ServiceError,
    TransportError,
)
from segur_socles.ins.base.colonnes import Champ, associer, simplifier
from segur_socles.ins.base.doublons import Doublons
from segur_socles.ins.base.fichier import (
    ENCODAGES,
    SEPARATEURS,
    Enregistrement,
    Enregistrements,
    deviner_separateur,
    reconnaitre,
)
from segur_socles.ins.base.jugement import Verdict, illisible, juger
from segur_socles.ins.base.rapport import Rapport
from segur_socles.personnes.matricule import MatriculeIns
from segur_socles.personnes.numeros import nir
from segur_socles.personnes.traits import TraitsIdentite

__all__ = ["BilanBase", "ReglagesBase", "VerificateurIns", "verifier_base"]

VerificateurIns: TypeAlias = Callable[[TraitsIdentite, MatriculeIns], bool]
"""Ask the verification service whether a number and traits go together; paced as its contract says (unverified)."""

Progres: TypeAlias = Callable[[int, int], None]
"""Bytes read so far, and bytes in all."""

_PANNES: Final = 3
"""Failures in a row after which the service is held to be down."""


@dataclass(frozen=True, slots=True)
class ReglagesBase:
    """How to read the file: what is not given is found out. ``colonnes`` names the header of a field.

    ``encodage`` is a Python codec; ``essai`` admits the OIDs of test and demonstration.
    """

    encodage: str | None = None
    separateur: str | None = None
    colonnes: Mapping[Champ, str] = field(default_factory=dict[Champ, str])
    essai: bool = False


@dataclass(frozen=True, slots=True)
class BilanBase:
    """What came of the whole report, lines decided by an earlier run (``deja_decidees``) included.

    ``colonnes`` gives the number of the column of each field, from 1; ``champs`` how many lines have a finding on it.
    """

    encodage: str
    separateur: str
    colonnes: Mapping[Champ, int]
    verdicts: Mapping[Verdict, int]
    champs: Mapping[str, int]
    deja_decidees: int

    @property
    def lignes(self) -> int:
        """How many lines are in the report."""
        return sum(self.verdicts.values())

    @property
    def a_revoir(self) -> int:
        """How many lines somebody must correct, or stop transmitting."""
        return sum(self.verdicts.get(verdict, 0) for verdict in (Verdict.A_CORRIGER, Verdict.INFIRMEE))


def verifier_base(
    source: Path,
    rapport: Path,
    reglages: ReglagesBase | None = None,
    *,
    clock: Clock | None = None,
    verificateur: VerificateurIns | None = None,
    progres: Progres | None = None,
) -> BilanBase:
    """Judge each line of ``source`` that ``rapport`` has not decided yet, and write what is decided there.

    Stopped by anything, it goes on when called again with the same file, report and settings. Memory does not grow
    with the file. A line is asked about once; if the run stops between the answer and the report, once more.

    Raises:
        ConfigurationError: the file cannot be read; the report cannot be written, is another one, or another run
            writes it now.
        ChampInvalideError: the header lacks a field, or names one twice; or the file is not a delimited text.
        TransportError, ServiceError: the service refuses us, or fails several times in a row; lines it did not answer
            are told « à reprendre » in the report, and tried again by the next run.
    """
    reglages = reglages or ReglagesBase()
    _exiger(reglages)
    reconnu = reconnaitre(source)
    if _meme_fichier(rapport, source):
        message = "Le rapport et le fichier à vérifier sont le même fichier."
        raise ConfigurationError(message, champ="--rapport", remede="donner un autre nom de rapport")
    encodage = reglages.encodage or reconnu.encodage
    with source.open("rb") as brut, io.TextIOWrapper(brut, encodage, errors="replace", newline="") as flux:
        separateur, en_tetes, lignes = _ouvrir(flux, reglages.separateur)
        colonnes = associer(en_tetes, reglages.colonnes)
        decision = repr((encodage, separateur, sorted(colonnes.items()), reglages.essai, reconnu.empreinte))
        with Rapport(rapport, hashlib.sha256(decision.encode()).hexdigest()) as ouvert, Doublons() as doublons:
            avancement = ouvert.avancement
            deja = sum(avancement.verdicts.values())
            verification = _Verification(ouvert, doublons, clock or SystemClock(), verificateur, essai=reglages.essai)
            for ligne in lignes:
                verification.traiter(ligne, _placer(ligne, colonnes, len(en_tetes)))
                if progres:
                    progres(brut.tell(), reconnu.taille)
    return BilanBase(
        encodage=encodage,
        separateur=separateur,
        colonnes={champ: rang + 1 for champ, rang in colonnes.items()},
        verdicts={verdict: avancement.verdicts[verdict] for verdict in Verdict if avancement.verdicts[verdict]},
        champs={champ: nombre for champ, nombre in avancement.champs.most_common() if nombre},
        deja_decidees=deja,
    )


def _meme_fichier(rapport: Path, source: Path) -> bool:
    try:
        return rapport.samefile(source)
    except OSError:  # not there yet, or a name that the system refuses: opening it will tell
        return False


def _ouvrir(flux: io.TextIOWrapper, separateur: str | None) -> tuple[str, tuple[str, ...], Iterator[Enregistrement]]:
    """Give the delimiter, the headers, and the records that follow."""
    debut = next((ligne for ligne in iter(lambda: flux.readline(1 << 16), "") if ligne.strip()), "")
    # A line that spreadsheets write and read before the header.
    annonce = re.fullmatch(r"\s*\"?sep=(.)\"?\s*", debut, re.IGNORECASE)
    signe: str = separateur or (annonce[1] if annonce and annonce[1] in SEPARATEURS else deviner_separateur(debut))
    flux.seek(0)
    lignes = iter(Enregistrements(flux, signe))
    if annonce:
        next(lignes)
    en_tete = next(lignes, None)
    if en_tete is None or en_tete.illisible:
        message = "Le fichier n'a pas d'en-tête lisible."
        raise ChampInvalideError(message, remede="écrire le nom des colonnes en première ligne, et un usager par ligne")
    return signe, en_tete.cellules, lignes


def _placer(ligne: Enregistrement, colonnes: Mapping[Champ, int], largeur: int) -> Mapping[Champ, str] | str:
    """Give the cell of each field, or why the line is not the header's."""
    if ligne.illisible:
        return ligne.illisible
    cellules = ligne.cellules
    if len(cellules) <= max(colonnes.values()) or any(cellule.strip() for cellule in cellules[largeur:]):
        return f"{len(cellules)} cellules au lieu de {largeur}"
    return {champ: cellules[rang].strip() for champ, rang in colonnes.items()}


class _Verification:
    """Judges, asks and writes line after line."""

    def __init__(
        self,
        rapport: Rapport,
        doublons: Doublons,
        clock: Clock,
        verificateur: VerificateurIns | None,
        *,
        essai: bool,
    ) -> None:
        self._rapport = rapport
        self._doublons = doublons
        self._clock = clock
        self._verificateur = verificateur
        self._essai = essai
        self._pannes = 0

    def traiter(self, ligne: Enregistrement, cellules: Mapping[Champ, str] | str) -> None:
        maintenant = self._clock.now()
        if isinstance(cellules, str):
            jugement, identifiant = illisible(cellules), ""
        else:
            jugement = juger(cellules, maintenant.date(), essai=self._essai)
            identifiant = _identifiant(cellules)
        # Decided or not, a line counts among those that a later one may repeat.
        jugement = jugement.avec(*self._doublons.noter(ligne.ligne, jugement))
        if not self._rapport.avancement.attend(ligne.ligne):
            return
        panne: TransportError | ServiceError | None = None
        traits, matricule = jugement.traits, jugement.matricule
        if self._verificateur and jugement.verdict is Verdict.CONFORME and traits and matricule:
            verdict, panne = _demander(self._verificateur, traits, matricule)
            jugement = replace(jugement, verdict=verdict).avec(*_constats(panne))
        self._rapport.ecrire(ligne.ligne, identifiant, jugement, maintenant)
        self._pannes = self._pannes + 1 if panne else 0
        if panne and (self._pannes >= _PANNES or isinstance(panne, AuthentificationError)):
            raise panne


def _demander(
    verificateur: VerificateurIns, traits: TraitsIdentite, matricule: MatriculeIns
) -> tuple[Verdict, TransportError | ServiceError | None]:
    try:
        confirmee = verificateur(traits, matricule)
    except (TransportError, ServiceError) as error:
        return Verdict.A_REPRENDRE, error
    return (Verdict.CONFIRMEE if confirmee else Verdict.INFIRMEE), None


def _constats(panne: TransportError | ServiceError | None) -> Iterator[Constat]:
    if panne:
        # Not the error's own words: the function is the adopter's, and its errors may quote what they like.
        quoi = "le service a répondu par une erreur" if isinstance(panne, ServiceError) else "service injoignable"
        yield Constat("service", quoi, remede="relancer la même commande", gravite=Gravite.AVERTISSEMENT)


def _identifiant(cellules: Mapping[Champ, str]) -> str:
    """Give the local identifier, unless it is made of the person's name or of a number that may be a matricule."""
    identifiant = cellules.get(Champ.IDENTIFIANT, "")
    serre, nom = (simplifier(texte).replace(" ", "") for texte in (identifiant, cellules.get(Champ.NOM_NAISSANCE, "")))
    return MASK if (nom and nom in serre) or nir.FORME.search(serre.upper()) else identifiant


def _exiger(reglages: ReglagesBase) -> None:
    separateur = reglages.separateur
    if separateur is not None and (len(separateur) != 1 or separateur in '"\r\n\0'):
        message = "Le séparateur est un seul caractère, ni guillemet ni fin de ligne."
        raise ConfigurationError(
            message, champ="--separateur", remede="le laisser deviner, ou donner ; , | ou tabulation"
        )
    try:
        codecs.lookup(reglages.encodage or "utf-8")
    except LookupError:
        pass
    else:
        return
    message = "L'encodage est inconnu."
    raise ConfigurationError(message, champ="--encodage", remede=f"le laisser deviner, ou : {', '.join(ENCODAGES)}")
