"""Who is in the sandbox's directory: invented people and structures, that the other services of the sandbox know too.

No mailbox here can exist: the MSSanté space has no domain under ``bac-a-sable.mssante.fr``.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Final

__all__ = ["DOMAINE", "FICHES", "Bal", "Fiche", "PersonneAnnuaire", "SituationAnnuaire", "StructureAnnuaire"]

DOMAINE: Final = "bac-a-sable.mssante.fr"


@dataclass(frozen=True, slots=True)
class Bal:
    """A mailbox: its address, its kind (``PER``, ``ORG``, ``APP``, ``CAB``), and what is said of it."""

    adresse: str = field(repr=False)
    type: str
    description: str | None = None
    service: str | None = None
    rang: int | None = None


@dataclass(frozen=True, slots=True)
class PersonneAnnuaire:
    """A professional; ``id`` is the technical identifier (``003-…``). A closed one has its identifiers only."""

    id: str
    rpps: str
    nom: str = field(repr=False)
    prenom: str = field(repr=False)
    civilite: str
    profession: str
    titre: str | None = None
    specialite: str | None = None
    bals: tuple[Bal, ...] = ()
    actif: bool = True


@dataclass(frozen=True, slots=True)
class SituationAnnuaire:
    """A situation of exercise (``005-…``): ``personne`` and ``structure`` are technical identifiers."""

    id: str
    numero: str
    personne: str
    structure: str
    mode: str
    fonction: str | None = None
    bals: tuple[Bal, ...] = ()
    actif: bool = True


@dataclass(frozen=True, slots=True)
class StructureAnnuaire:
    """A structure (``001-…``). ``rattachement``: its legal entity; without one, ``juridique`` tells what it is."""

    id: str
    finess: str
    nom: str
    juridique: bool = False
    secteur: str | None = None
    categorie: str | None = None
    enseigne: str | None = None
    numero: str | None = None
    type_voie: str | None = None
    voie: str | None = None
    code_postal: str | None = None
    ville: str | None = None
    commune: str | None = None
    telephone: str | None = None
    courriel: str | None = None
    bals: tuple[Bal, ...] = ()
    rattachement: str | None = None
    actif: bool = True


Fiche = PersonneAnnuaire | SituationAnnuaire | StructureAnnuaire


def _homonyme(rang: int, prenom: str) -> PersonneAnnuaire:
    adresse = f"homonyme.{rang}@medecin.{DOMAINE}"
    bals = (Bal(adresse, "PER"),)
    return PersonneAnnuaire(
        f"003-91000{rang:02}", f"999000001{rang:02}", "HOMONYME", prenom, "M", "10", "DR", bals=bals
    )


FICHES: Final[tuple[Fiche, ...]] = (
    StructureAnnuaire(
        "001-9000001",
        "990000001",
        "ASSOCIATION DU BAC A SABLE",
        juridique=True,
        code_postal="63220",
        ville="ARLANC",
        commune="63010",
    ),
    StructureAnnuaire(
        "001-9000002",
        "990000019",
        "EHPAD DU BAC A SABLE",
        secteur="SA17",
        categorie="500",
        enseigne="Les Tilleuls d'essai",
        numero="1",
        type_voie="R",
        voie="DES ESSAIS",
        code_postal="63220",
        ville="ARLANC",
        commune="63010",
        telephone="0199000010",
        courriel="accueil@ehpad.bac-a-sable.example",
        bals=(
            Bal(f"infirmerie@ehpad.{DOMAINE}", "ORG", "Infirmerie", "Soins", 1),
            Bal(f"dui@ehpad.{DOMAINE}", "APP", "BAL applicative du DUI"),
        ),
        rattachement="001-9000001",
    ),
    StructureAnnuaire(
        "001-9000003", "990000027", "FOYER DU BAC A SABLE", secteur="SA16", categorie="382", code_postal="63220"
    ),
    StructureAnnuaire(
        "001-9000004",
        "990000035",
        "CENTRE HOSPITALIER D'ESSAI",
        secteur="SA01",
        categorie="355",
        numero="58",
        type_voie="R",
        voie="DU BANC",
        code_postal="63000",
        ville="CLERMONT-FERRAND",
        commune="63113",
        telephone="0199000040",
        # Nothing but a free description tells the emergency department's: that is how the real directory is.
        bals=(
            Bal(f"secretariat.medical@ch-essai.{DOMAINE}", "ORG", "Secrétariat médical"),
            Bal(f"urgences@ch-essai.{DOMAINE}", "ORG", "Accueil des urgences"),
        ),
    ),
    StructureAnnuaire("001-9000005", "990000043", "CABINET D'ESSAI", code_postal="63220", ville="ARLANC"),
    StructureAnnuaire("001-9000006", "990000050", "EHPAD FERME", actif=False),
    StructureAnnuaire(
        "001-9000007",
        "990000076",
        "ASSOCIATION D'AIDE À DOMICILE DU BANC D'ESSAI",
        juridique=True,
        code_postal="63600",
        ville="AMBERT",
        commune="63003",
    ),
    StructureAnnuaire(
        "001-9000008",
        "990000068",
        "SERVICE AUTONOMIE À DOMICILE DU BANC D'ESSAI",
        secteur="SA18",
        categorie="209",
        numero="27 bis",
        type_voie="BD",
        voie="DE LA MESURE-ÉTALON",
        code_postal="63600",
        ville="AMBERT",
        commune="63003",
        telephone="0199000060",
        bals=(Bal(f"soins@sad-essai.{DOMAINE}", "ORG", "Soins"),),
        rattachement="001-9000007",
    ),
    StructureAnnuaire(
        "001-9000009",
        "990000084",
        "PHARMACIE DE L'ÉPROUVETTE",
        secteur="SA33",
        categorie="620",
        code_postal="63600",
        ville="AMBERT",
        commune="63003",
        bals=(Bal(f"officine.eprouvette@pharmacie.{DOMAINE}", "ORG", "Officine"),),
    ),
    # The attending physician of the demonstration record.
    PersonneAnnuaire(
        "003-9000001",
        "99900000017",
        "FICTIF",
        "Alain",
        "M",
        "10",
        "DR",
        "SM54",
        bals=(
            Bal(f"alain.fictif@medecin.{DOMAINE}", "PER", rang=1),
            Bal(f"cabinet.fictif@medecin.{DOMAINE}", "CAB", "Secrétariat du cabinet"),
        ),
    ),
    SituationAnnuaire("005-9000001", "9990000171", "003-9000001", "001-9000005", "L", "FON-01"),
    SituationAnnuaire(
        "005-9000002",
        "9990000172",
        "003-9000001",
        "001-9000002",
        "S",
        "FON-AU",
        bals=(Bal(f"alain.fictif@ehpad.{DOMAINE}", "PER"),),
    ),
    # The coordinating nurse of the demonstration: no mailbox of her own.
    PersonneAnnuaire("003-9000002", "99700000019", "EXEMPLE", "Ingrid", "MME", "60"),
    SituationAnnuaire("005-9000003", "9970000191", "003-9000002", "001-9000002", "S"),
    # The nurse of the second example record: none either.
    PersonneAnnuaire("003-9000004", "99700000035", "TÉMOIN", "Théo", "M", "60"),
    SituationAnnuaire("005-9000004", "9970000351", "003-9000004", "001-9000008", "S"),
    PersonneAnnuaire("003-9000003", "99900000025", "RETRAITE", "Hélène", "MME", "10", actif=False),
    # Enough people of one name to fill pages, one of them with an accent.
    *(_homonyme(rang, prenom) for rang, prenom in enumerate(("Anne", "Brice", "Carole", "Denis", "Éloi", "Fanny"), 1)),
)
"""Every record, in the order of the answers."""
