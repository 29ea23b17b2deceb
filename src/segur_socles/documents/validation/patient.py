"""The person: when an INS is written, every strict trait must be, and the number must be one."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from lxml import etree

from segur_socles.documents.validation.releve import Regle, Releve, trouver_tous
from segur_socles.personnes.matricule import FAUX_AMIS, OIDS_INS
from segur_socles.personnes.numeros import nir

__all__ = ["juger_patient"]

_INS: Final = "CI-SIS, traits de l'INS"
_ROLE: Final = "recordTarget/patientRole"


@dataclass(frozen=True, slots=True)
class _TraitExige:
    """A strict trait: where it stands under ``patient``, with which qualifier (None: without one)."""

    chemin: str
    qualificatif: str | None
    message: str
    remede: str


_TRAITS: Final = (
    _TraitExige("name/family", "BR", "nom de naissance absent", "écrire family avec qualifier BR"),
    _TraitExige("name/given", "BR", "premier prénom de naissance absent", "écrire given avec qualifier BR"),
    _TraitExige(
        "name/given",
        None,
        "liste des prénoms de naissance absente",
        "écrire given sans qualifier, avec tous les prénoms de l'acte",
    ),
    _TraitExige(
        "birthplace/place/addr/county",
        None,
        "code officiel géographique du lieu de naissance absent",
        "l'écrire dans birthplace/place/addr/county (99xxx à l'étranger)",
    ),
)
"""Traits that an INS demands; sex and birth date are demanded of every document."""


def juger_patient(releve: Releve) -> None:
    """Note what is wrong in the identity of the person."""
    porte_ins = False
    for identifiant in trouver_tous(releve.racine, f"{_ROLE}/id"):
        racine = identifiant.get("root", "")
        if identifiant.get("nullFlavor"):
            remede = "retirer cet identifiant, ou le renseigner"
            releve.noter(Regle("identifiant du patient nul", "CI-SIS, structuration minimale", remede), identifiant)
        elif racine in FAUX_AMIS:
            remede = "retirer cet identifiant : un INS ne vient que d'INSi"
            releve.noter(Regle(f"cet identifiant est {FAUX_AMIS[racine]}", "RNIV", remede), identifiant, "@root")
        elif racine in OIDS_INS:
            porte_ins = True
            _matricule(releve, identifiant)
    if porte_ins:
        _traits(releve)


def _matricule(releve: Releve, identifiant: etree._Element) -> None:
    valeur = identifiant.get("extension", "")
    if not nir.COMPLET.fullmatch(valeur):
        remede = "13 caractères et la clé, sans espace"
        releve.noter(Regle("matricule INS mal formé", _INS, remede), identifiant, "@extension")
    elif not nir.cle_juste(valeur[: nir.LONGUEUR], valeur[nir.LONGUEUR :]):
        remede = "reprendre le matricule tel qu'INSi l'a rendu"
        releve.noter(Regle("clé du matricule INS fausse", _INS, remede), identifiant, "@extension")


def _traits(releve: Releve) -> None:
    for patient in trouver_tous(releve.racine, f"{_ROLE}/patient"):
        for trait in _TRAITS:
            ecrits = [n for n in trouver_tous(patient, trait.chemin) if n.get("qualifier") == trait.qualificatif]
            if not any((n.text or "").strip() for n in ecrits):
                releve.noter(Regle(trait.message, _INS, trait.remede), patient, trait.chemin.partition("/")[0])
