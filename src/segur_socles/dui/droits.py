"""May this be done for this person? Rules of information, consent, opposition and legal protection.

- Feeding the DMP, and writing to the professionals who take part in the care: the person has been informed, and is
  not opposed (code de la santé publique, art. L. 1110-4, R. 1110-3, R. 1111-47; probable).
- Reading the DMP: the same for a health professional of the care team; anyone else needs an explicit consent (Conseil
  d'État, 15 October 2025, on the arrêté of 26 October 2023; probable). In an emergency (« bris de glace »), a health
  professional needs no more than the absence of opposition (art. L. 1111-17; probable).
- Under a measure of representation the representative is informed and answers, the person's own will having been
  sought (code civil, art. 459 and following; code de la santé publique, art. L. 1111-4; probable).
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from enum import Enum
from typing import Final

from segur_socles.dui.consentements import AuteurConsentement, Consentement, Nature, Objet
from segur_socles.dui.dossier import Dossier
from segur_socles.nomenclatures.codes import Code
from segur_socles.personnes.autorisation import ActeSocle, Autorisation
from segur_socles.personnes.entourage import MesureProtection, TypeMesure
from segur_socles.personnes.professionnel import Acteur

__all__ = ["autorisation_alimentation", "autorisation_consultation", "autorisation_ecriture", "autorisation_envoi"]

_REFUS: Final = frozenset({Nature.OPPOSITION, Nature.RETRAIT})
_ACCORDS: Final = _REFUS | {Nature.CONSENTEMENT_EXPLICITE}
"""What settles whether an explicit consent stands: later information or silence neither gives it nor takes it back."""

_QUI_REPOND: Final[dict[TypeMesure, AuteurConsentement]] = {
    TypeMesure.SAUVEGARDE_JUSTICE: AuteurConsentement.USAGER,
    TypeMesure.CURATELLE_SIMPLE: AuteurConsentement.USAGER,
    TypeMesure.CURATELLE_RENFORCEE: AuteurConsentement.USAGER,
    TypeMesure.TUTELLE: AuteurConsentement.REPRESENTANT,
    TypeMesure.HABILITATION_FAMILIALE: AuteurConsentement.REPRESENTANT,
    TypeMesure.MANDAT_PROTECTION_FUTURE: AuteurConsentement.REPRESENTANT,
}


@dataclass(frozen=True, slots=True)
class _Sujet:
    """What is recorded about an act: ``objet`` of the records, and how a reason names it."""

    objet: Objet
    nom: str


_SUJETS: Final[dict[ActeSocle, _Sujet]] = {
    ActeSocle.ALIMENTER_DMP: _Sujet(Objet.ALIMENTATION_DMP, "l'alimentation du DMP"),
    ActeSocle.CONSULTER_DMP: _Sujet(Objet.CONSULTATION_DMP, "la consultation du DMP"),
    ActeSocle.ENVOYER_MSS: _Sujet(Objet.MSS_PROFESSIONNEL, "les échanges entre professionnels par MSSanté"),
    ActeSocle.ECRIRE_USAGER: _Sujet(Objet.MSS_USAGER, "les messages à la personne par MSSanté"),
}


class _Exigence(Enum):
    """What must have been recorded, beside the absence of opposition; the value begins the grounds."""

    INFORMATION = "information délivrée ({qui})"
    ACCORD = "accord explicite ({qui})"
    AUCUNE = "urgence, bris de glace"


def autorisation_alimentation(dossier: Dossier, acteur: Acteur, jour: date) -> Autorisation:
    """Say whether ``acteur`` may feed the person's DMP on ``jour``, and why; every reason of a refusal at once.

    No record is no information: nothing is presumed from silence.
    """
    return _autoriser(ActeSocle.ALIMENTER_DMP, _Exigence.INFORMATION, dossier, acteur, jour)


def autorisation_envoi(dossier: Dossier, acteur: Acteur, jour: date) -> Autorisation:
    """Say whether ``acteur`` may write about the person to another professional by MSSanté on ``jour``, and why.

    For correspondents who take part in the person's care; that the caller judges.
    """
    return _autoriser(ActeSocle.ENVOYER_MSS, _Exigence.INFORMATION, dossier, acteur, jour)


def autorisation_ecriture(dossier: Dossier, acteur: Acteur, jour: date) -> Autorisation:
    """Say whether ``acteur`` may write to the person's own mailbox (Mon espace santé) on ``jour``, and why."""
    return _autoriser(ActeSocle.ECRIRE_USAGER, _Exigence.INFORMATION, dossier, acteur, jour)


def autorisation_consultation(dossier: Dossier, acteur: Acteur, jour: date, *, urgence: bool = False) -> Autorisation:
    """Say whether ``acteur`` may read the person's DMP on ``jour``, and why.

    ``urgence``: the person cannot answer and is in immediate danger. It only helps a health professional.
    """
    if not _est_professionnel_de_sante(acteur.professionnel.profession):
        exigence = _Exigence.ACCORD
    elif urgence:
        exigence = _Exigence.AUCUNE
    else:
        exigence = _Exigence.INFORMATION
    return _autoriser(ActeSocle.CONSULTER_DMP, exigence, dossier, acteur, jour)


def _est_professionnel_de_sante(profession: Code) -> bool:
    # G15 holds the professions of the code de la santé publique; the social ones and students are elsewhere.
    return profession.code.startswith("G15_")


def _autoriser(acte: ActeSocle, exigence: _Exigence, dossier: Dossier, acteur: Acteur, jour: date) -> Autorisation:
    sujet = _SUJETS[acte]
    recueils = [c for c in dossier.consentements if c.objet is sujet.objet and c.en_vigueur(jour)]
    repond = _qui_repond(dossier.usager.protection, jour)
    raisons = (
        *_hors_structure(dossier, acteur),
        *_oppositions(recueils, repond),
        *_manques(exigence, sujet, recueils, repond),
    )
    if raisons:
        return Autorisation.refuser(acte, *raisons)
    fondement = exigence.value.format(qui=_ENTENDUS[repond])
    return Autorisation.accorder(acte, f"{fondement}, sans opposition enregistrée au {jour:%d/%m/%Y}")


def _hors_structure(dossier: Dossier, acteur: Acteur) -> Iterator[str]:
    if acteur.structure.finess_eg != dossier.structure.finess_eg:
        yield "l'acteur n'exerce pas dans la structure qui accompagne la personne"


def _oppositions(recueils: Sequence[Consentement], repond: AuteurConsentement) -> Iterator[str]:
    # The person is always heard; the representative only under a measure that lets him or her answer.
    for auteur in AuteurConsentement:
        if auteur in {AuteurConsentement.USAGER, repond}:
            reponses = [c for c in recueils if c.auteur is auteur and c.nature is not Nature.INFORMATION_DELIVREE]
            derniere = _derniere(reponses)
            if derniere and derniere.nature in _REFUS:
                yield f"{_OPPOSITIONS[auteur]} le {derniere.le:%d/%m/%Y}"


def _manques(
    exigence: _Exigence, sujet: _Sujet, recueils: Sequence[Consentement], repond: AuteurConsentement
) -> Iterator[str]:
    if exigence is _Exigence.AUCUNE:
        return
    # Whoever did not object or consented was informed.
    informe = [c for c in recueils if c.auteur is repond and c.nature not in _REFUS]
    accord = _derniere([c for c in recueils if c.auteur is repond and c.nature in _ACCORDS])
    if exigence is _Exigence.ACCORD and (accord is None or accord.nature in _REFUS):
        yield f"aucun accord explicite sur {sujet.nom} n'est enregistré pour {_NOMS[repond]}"
    elif not informe:
        yield f"aucune information sur {sujet.nom} n'est enregistrée pour {_NOMS[repond]}"
    elif repond is AuteurConsentement.REPRESENTANT and not any(c.volonte_recherchee for c in informe):
        yield "la recherche de la volonté de la personne protégée n'est pas enregistrée"


_OPPOSITIONS: Final = {
    AuteurConsentement.USAGER: "la personne s'y est opposée",
    AuteurConsentement.REPRESENTANT: "le représentant légal s'y est opposé",
}
_NOMS: Final = {AuteurConsentement.USAGER: "la personne", AuteurConsentement.REPRESENTANT: "le représentant légal"}
_ENTENDUS: Final = {
    AuteurConsentement.USAGER: "la personne",
    AuteurConsentement.REPRESENTANT: "le représentant légal, volonté de la personne recherchée",
}


def _derniere(reponses: Sequence[Consentement]) -> Consentement | None:
    # The later record supersedes; on the same day, the one written last.
    return max(enumerate(reponses), key=lambda paire: (paire[1].le, paire[0]))[1] if reponses else None


def _qui_repond(mesure: MesureProtection | None, jour: date) -> AuteurConsentement:
    if mesure is None or not mesure.active(jour):
        return AuteurConsentement.USAGER
    return _QUI_REPOND[mesure.type]
