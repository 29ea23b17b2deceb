"""Whether a rendered document shows the INS, and its datamatrix: all of it, or nothing of it."""

from __future__ import annotations

import re
from typing import Final

from segur_socles.documents.entete import Entete
from segur_socles.documents.rendu.modele import InsMontree
from segur_socles.errors import ChampInvalideError
from segur_socles.personnes.datamatrix.ecriture import texte_ins
from segur_socles.personnes.datamatrix.symbole import symbole
from segur_socles.personnes.matricule import OIDS_INS, MatriculeIns
from segur_socles.personnes.recue import IdentiteRecue
from segur_socles.personnes.traits import TraitsIdentite

__all__ = ["ins_a_montrer"]

_SANS_INS: Final = "Identité non qualifiée : ce document ne porte pas de matricule INS."
_PLUSIEURS: Final = "Identité non qualifiée : plusieurs matricules reçus, aucun n'est affiché."
_CACHE: Final = "le matricule reçu n'est pas affiché."
_TRAITS: Final = f"Identité non qualifiée : traits d'identité incomplets ou mal formés, {_CACHE}"
_FAUX: Final = "Identité non qualifiée : le matricule reçu n'est pas valable (forme ou clé), il n'est pas affiché."
_AUTRE: Final = f"Identité non qualifiée : {_CACHE}"
_RECUE: Final = "Identité transmise comme qualifiée par l'émetteur ; à rapprocher avant toute intégration."
_NOTRE: Final = "Identité qualifiée."
_SANS_CODE: Final = " Date de naissance incomplète : pas de datamatrix."


def ins_a_montrer(recue: IdentiteRecue, entete: Entete | None) -> tuple[InsMontree | None, str]:
    """Give the INS to show, if any, and what to say of the identity.

    A sender may write an INS only for a qualified identity (RNIV EXI ID 29). Of a received document we know its
    claim alone, so that we take it when nothing belies it: one INS, a right key, all the strict traits in the form
    INSi gives them. Of a document of ours, ``entete`` says whether the identity is qualified, and has the last word.
    """
    recus = [(valeur, racine) for racine, valeur in recue.identifiants if racine in OIDS_INS]
    if len(recus) != 1:
        return None, _PLUSIEURS if recus else _SANS_INS
    traits = _traits(recue)
    if traits is None:
        return None, _TRAITS
    try:
        matricule = MatriculeIns.lire(*recus[0])
    except ChampInvalideError:
        return None, _FAUX
    # CDA writes a birth date that INSi knows in part as a year or a month: which day it was for INSi is not guessed.
    complete = len(recue.date_naissance or "") >= _JOUR
    if entete:
        qualifiee = entete.identite_qualifiee
        if qualifiee is None or qualifiee.matricule != matricule:
            return None, _AUTRE
        traits, complete = qualifiee.traits, True
    montree = InsMontree(
        matricule=matricule.affichage,
        nature=matricule.oid.libelle,
        essai=matricule.oid.de_test,
        modules=symbole(texte_ins(traits, matricule)) if complete else None,
    )
    return montree, (_NOTRE if entete else _RECUE) + ("" if complete else _SANS_CODE)


_JOUR: Final = len("AAAAMMJJ")
_NAISSANCE: Final = re.compile(r"([0-9]{4})([0-9]{2})?([0-9]{2})?(?:[0-9]{2,6})?(?:\.[0-9]+)?(?:[+-][0-9]{4})?")


def _traits(recue: IdentiteRecue) -> TraitsIdentite | None:
    """Read the strict traits; None if one is lacking, or has not the form that INSi gives it."""
    date = _NAISSANCE.fullmatch(recue.date_naissance or "")
    if date is None or not recue.prenoms or not recue.lieu_naissance:
        return None
    try:
        return TraitsIdentite.model_validate(
            {
                "nom_naissance": recue.nom_naissance,
                "prenoms": recue.prenoms.split(),
                "sexe": recue.sexe,
                "date_naissance": f"{date[1]}-{date[2] or '01'}-{date[3] or '01'}",
                "lieu_naissance": recue.lieu_naissance,
            }
        )
    except ChampInvalideError:
        return None
