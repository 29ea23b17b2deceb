"""May this be done for this person? Rules of information, opposition and legal protection.

The DMP is fed once the person has been informed, unless he or she is opposed; under a measure of representation
the representative is informed and answers, the person's own will having been sought (code civil, art. 459 and
following; code de la santé publique, art. L. 1111-4 and R. 1111-47; probable).
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Final

from segur_socles.dui.consentements import AuteurConsentement, Consentement, Nature, Objet
from segur_socles.dui.dossier import Dossier
from segur_socles.personnes.autorisation import ActeSocle, Autorisation
from segur_socles.personnes.entourage import MesureProtection, TypeMesure
from segur_socles.personnes.professionnel import Acteur

__all__ = ["autorisation_alimentation"]

_REFUS: Final = frozenset({Nature.OPPOSITION, Nature.RETRAIT})

_QUI_REPOND: Final[dict[TypeMesure, AuteurConsentement]] = {
    TypeMesure.SAUVEGARDE_JUSTICE: AuteurConsentement.USAGER,
    TypeMesure.CURATELLE_SIMPLE: AuteurConsentement.USAGER,
    TypeMesure.CURATELLE_RENFORCEE: AuteurConsentement.USAGER,
    TypeMesure.TUTELLE: AuteurConsentement.REPRESENTANT,
    TypeMesure.HABILITATION_FAMILIALE: AuteurConsentement.REPRESENTANT,
    TypeMesure.MANDAT_PROTECTION_FUTURE: AuteurConsentement.REPRESENTANT,
}


def autorisation_alimentation(dossier: Dossier, acteur: Acteur, jour: date) -> Autorisation:
    """Say whether ``acteur`` may feed the person's DMP on ``jour``, and why; every reason of a refusal at once.

    No record is no information: nothing is presumed from silence.
    """
    raisons = tuple(_raisons(dossier, acteur, jour))
    if raisons:
        return Autorisation.refuser(ActeSocle.ALIMENTER_DMP, *raisons)
    qui = "le représentant légal, volonté de la personne recherchée" if _represente(dossier, jour) else "la personne"
    fondement = f"information délivrée ({qui}), sans opposition enregistrée au {jour:%d/%m/%Y}"
    return Autorisation.accorder(ActeSocle.ALIMENTER_DMP, fondement)


def _raisons(dossier: Dossier, acteur: Acteur, jour: date) -> Iterator[str]:
    if acteur.structure.finess_eg != dossier.structure.finess_eg:
        yield "l'acteur n'exerce pas dans la structure qui accompagne la personne"
    recueils = [c for c in dossier.consentements if c.objet is Objet.ALIMENTATION_DMP and c.en_vigueur(jour)]
    # The person is always heard; the representative only under a measure that lets him or her answer.
    entendus = {AuteurConsentement.USAGER, _qui_repond(dossier.usager.protection, jour)}
    reponses = [c for c in recueils if c.nature is not Nature.INFORMATION_DELIVREE and c.auteur in entendus]
    for auteur in AuteurConsentement:
        derniere = _derniere([c for c in reponses if c.auteur is auteur])
        if derniere and derniere.nature in _REFUS:
            yield f"{_OPPOSITIONS[auteur]} le {derniere.le:%d/%m/%Y}"
    yield from _manque_d_information(dossier, recueils, jour)


_OPPOSITIONS: Final = {
    AuteurConsentement.USAGER: "la personne s'y est opposée",
    AuteurConsentement.REPRESENTANT: "le représentant légal s'y est opposé",
}
_NOMS: Final = {AuteurConsentement.USAGER: "la personne", AuteurConsentement.REPRESENTANT: "le représentant légal"}


def _manque_d_information(dossier: Dossier, recueils: list[Consentement], jour: date) -> Iterator[str]:
    repond = _qui_repond(dossier.usager.protection, jour)
    # Whoever did not object or consented was informed.
    informe = [c for c in recueils if c.auteur is repond and c.nature not in _REFUS]
    if not informe:
        yield f"aucune information sur l'alimentation du DMP n'est enregistrée pour {_NOMS[repond]}"
    elif repond is AuteurConsentement.REPRESENTANT and not any(c.volonte_recherchee for c in informe):
        yield "la recherche de la volonté de la personne protégée n'est pas enregistrée"


def _derniere(reponses: list[Consentement]) -> Consentement | None:
    # The later record supersedes; on the same day, the one written last.
    return max(enumerate(reponses), key=lambda paire: (paire[1].le, paire[0]))[1] if reponses else None


def _qui_repond(mesure: MesureProtection | None, jour: date) -> AuteurConsentement:
    if mesure is None or not mesure.active(jour):
        return AuteurConsentement.USAGER
    return _QUI_REPOND[mesure.type]


def _represente(dossier: Dossier, jour: date) -> bool:
    return _qui_repond(dossier.usager.protection, jour) is AuteurConsentement.REPRESENTANT
