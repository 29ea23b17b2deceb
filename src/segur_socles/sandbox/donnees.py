"""The deterministic people and structures of the sandbox.

Identities are the public test ones of the INSi qualification platform (CNDA scenarios; number and answer as
integrators recorded them). Structures and professionals are invented: no FINESS begins with 99.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from typing import Final

from segur_socles.personnes.professionnel import Acteur, Professionnel
from segur_socles.personnes.structure import Structure

__all__ = [
    "ACTEUR",
    "CABINET",
    "EHPAD",
    "FOYER",
    "PERSONNES",
    "PHARMACIE",
    "SAD",
    "URGENCES",
    "URGENTISTE",
    "Ancien",
    "Forme",
    "Issue",
    "PersonneInsi",
]


class Issue(StrEnum):
    """What INSi does when asked about a person."""

    CONNUE = "connue"
    ABSENTE = "absente"
    """Never found: code 01, whatever the first name."""
    PANNE = "panne"
    """The platform answers a technical fault (recorded for two test identities)."""


class Forme(StrEnum):
    """Shape of the answer about a person: each was seen, and a reader must take them all."""

    ACTUELLE = "actuelle"
    """``ListePrenom`` and no ``Prenom`` (live answers since the end of 2022, certain)."""
    CNDA = "cnda"
    """``Prenom`` and ``ListePrenom`` (CNDA canned answers, certain)."""
    CNDA_COMMENTEE = "cnda_commentee"
    """The same with an XML comment after the OID (certain)."""
    GIE = "gie"
    """``Prenom`` and no ``ListePrenom`` (GIE SESAM-Vitale sample, certain)."""
    DATES_AVANT = "dates_avant"
    """In the history, dates stand before the number, against the schema (CNDA canned answer, certain)."""


@dataclass(frozen=True, slots=True)
class Ancien:
    """A former INS: 13 characters, key as answered, and dates ``YYYY-MM-DD`` if any."""

    numero: str = field(repr=False)
    cle: str = field(repr=False)
    debut: str | None = None
    fin: str | None = None


@dataclass(frozen=True, slots=True)
class PersonneInsi:
    """A test identity: how it is asked for, and what comes back.

    ``prenoms`` is the list answered, birth order, single spaces; ``autres_noms`` and ``autres_naissances`` are
    other ways integrators send the same scenario; ``attente`` says that the number is an NIA. ``ouvrant_droit`` is the
    number of the person whose carte Vitale he or she is on (own number if empty), ``rang`` the birth rank there.
    """

    scenario: str
    nom: str = field(repr=False)
    prenoms: str = field(repr=False)
    sexe: str = field(repr=False)
    naissance: str = field(repr=False)
    lieu: str | None = field(repr=False)
    numero: str = field(default="", repr=False)
    cle: str = field(default="", repr=False)
    issue: Issue = Issue.CONNUE
    forme: Forme = Forme.ACTUELLE
    attente: bool = False
    ouvrant_droit: str = field(default="", repr=False)
    rang: str = field(default="1", repr=False)
    historique: tuple[Ancien, ...] = field(default=(), repr=False)
    autres_noms: frozenset[str] = field(default=frozenset(), repr=False)
    autres_naissances: frozenset[str] = field(default=frozenset(), repr=False)


_DE_VINCI: Final = "2760775056993"

PERSONNES: Final = (
    PersonneInsi(
        "2.03/1", "D'ARTAGNAN DE L'HERAULT", "PIERRE-ALAIN", "M", "2001-06-17", "63220", "1010663220754", "60"
    ),
    PersonneInsi("2.03/2", "ADRTROIS", "TOUSSAINT", "M", "1960-01-01", "2B020", "160012B020777", "13"),
    PersonneInsi(
        "2.03/3",
        "D'AEION",
        "COEUR",
        "M",
        "1987-01-01",
        "2B020",
        issue=Issue.PANNE,
        autres_naissances=frozenset({"1987-01-25"}),
    ),
    PersonneInsi(
        "2.04",
        "ECETINSI",
        "PIERRE-ALAIN MURIEL FLORIANT",
        "M",
        "2009-07-14",
        "63220",
        "1090763220834",
        "89",
        forme=Forme.DATES_AVANT,
        # The beginning is later than the end: as recorded.
        historique=(Ancien("2090763220834", "39", "2019-03-01", "2019-02-28"), Ancien("2090663220123", "55")),
    ),
    PersonneInsi(
        "2.05",
        "PROVISOIRE",
        "MATRICULE",
        "M",
        "2009-07-01",
        "63220",
        "1090763220888",
        "35",
        forme=Forme.CNDA_COMMENTEE,
        attente=True,
    ),
    # Two people of the same name and birth date: the birth place tells them apart (02, then 00). Their numbers
    # were never published; these are invented.
    # Both on one card (number invented too), at the same rank: without their own number, it cannot tell them apart.
    PersonneInsi(
        *("2.06/1", "DE VINCI", "LEONARDO", "M", "2014-02-01", "75056", "1140275056992", "31"), ouvrant_droit=_DE_VINCI
    ),
    PersonneInsi(
        *("2.06/2", "DE VINCI", "LEONARDO", "M", "2014-02-01", "63220", "1140263220991", "92"), ouvrant_droit=_DE_VINCI
    ),
    # OLA, entered by mistake, is not one of her first names: 01.
    PersonneInsi("2.07/1", "TCHITCHI", "CATARINA BELLA", "F", "1936-06-21", "63220", "2360663220836", "56"),
    PersonneInsi("2.07/2", "HOUILLES", "PIERRE PAUL JACQUES", "M", "1993-01-27", None, issue=Issue.ABSENTE),
    PersonneInsi(
        "2.08/1",
        "CORSE",
        "ANTHONY",
        "M",
        "1980-03-02",
        "2B020",
        "180032B020401",
        "23",
        forme=Forme.CNDA,
        historique=(Ancien("180032B020401", "23"),),
    ),
    PersonneInsi(
        "2.08/2",
        "HERMANN",
        "GATIEN",
        "M",
        "1981-03-24",
        "63220",
        "1810363220456",
        "60",  # wrong on purpose, here and below: the key computed is 76, as recorded in the canned answer
        forme=Forme.CNDA,
        historique=(Ancien("1810363220456", "60"), Ancien("2810363220456", "10")),
        autres_noms=frozenset({"HERMAN"}),
    ),
    PersonneInsi("", "ADRUN", "ZOE", "F", "1975-12-31", "63220", "2751263220749", "74"),
    PersonneInsi("", "ADRTROIS", "DOMINIQUE", "F", "1997-02-26", "2A020", "297022A020778", "78"),
    PersonneInsi("", "ADRDEUX", "LAURENT", "M", "1981-01-01", "63220", "1810163220751", "40"),
    # A child, on the card of NESSI RUTH.
    PersonneInsi(
        *("", "NESSI", "MICHELANGELO ANTHONY", "M", "2010-08-07", "63220", "1100863220830", "60"),
        ouvrant_droit="2770763220829",
    ),
    PersonneInsi("", "PATB-QUATRE", "LAURENCE", "F", "1907-05-25", "85756", "2070585756270", "97", forme=Forme.GIE),
    PersonneInsi("", "DE VINCI", "RUTH", "F", "1976-07-14", None, issue=Issue.PANNE),
)

EHPAD: Final = Structure.model_validate(
    {
        "nom": "EHPAD DU BAC A SABLE",
        "finess_eg": "990000019",
        "finess_ej": "990000001",
        "secteur": "SA17",
        "cadre": "ESSMS",
        "adresse": {"numero": "1", "voie": "rue des Essais", "code_postal": "63220", "ville": "ARLANC"},
    }
)
"""The demonstration structure: an EHPAD and its legal entity."""

FOYER: Final = Structure.model_validate(
    {"nom": "FOYER DU BAC A SABLE", "finess_eg": "990000027", "secteur": "SA16", "cadre": "ESSMS"}
)
"""A second structure, to prove that two are never crossed; added on demand."""

ACTEUR: Final = Acteur(
    professionnel=Professionnel.model_validate(
        {"id_nat": "899700000019", "nom": "EXEMPLE", "prenom": "Ingrid", "profession": "G15_60"}
    ),
    structure=EHPAD,
)
"""The coordinating nurse (IDEC) of :data:`EHPAD`."""

URGENCES: Final = Structure.model_validate(
    {"nom": "CENTRE HOSPITALIER D'ESSAI", "finess_eg": "990000035", "secteur": "SA01", "cadre": "ETABLISSEMENT"}
)
"""The hospital whose emergency department receives the residents of :data:`EHPAD`; certificates on demand."""

CABINET: Final = Structure.model_validate(
    {"nom": "CABINET D'ESSAI", "finess_eg": "990000043", "secteur": "SA07", "cadre": "AMBULATOIRE"}
)
"""The practice of the residents' attending physician; certificates on demand."""

SAD: Final = Structure.model_validate(
    {
        "nom": "SERVICE AUTONOMIE À DOMICILE DU BANC D'ESSAI",
        "finess_eg": "990000068",
        "finess_ej": "990000076",
        "secteur": "SA18",
        "cadre": "ESSMS",
    }
)
"""The home care service of the second example record; certificates on demand."""

PHARMACIE: Final = Structure.model_validate(
    {"nom": "PHARMACIE DE L'ÉPROUVETTE", "finess_eg": "990000084", "secteur": "SA33", "cadre": "AMBULATOIRE"}
)
"""The pharmacy in the address book of :data:`SAD`; certificates on demand."""

URGENTISTE: Final = Acteur(
    professionnel=Professionnel.model_validate(
        {"id_nat": "899700000027", "nom": "MODELE", "prenom": "Hugo", "profession": "G15_10/SM59", "titre": "DR"}
    ),
    structure=URGENCES,
)
"""An emergency doctor of :data:`URGENCES`."""
