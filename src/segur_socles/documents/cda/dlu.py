"""The body of a DLU: one function a section, in the order of the model (CI-SIS DLU-EHPAD-DLU 2022.01, certain)."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Final, TypeVar

from segur_socles.documents.cda.balises import el
from segur_socles.documents.cda.entrees.absence import (
    ALLERGIES,
    ANTECEDENTS,
    DIRECTIVES,
    PATHOLOGIES,
    TRAITEMENTS,
    VACCINATIONS,
    Absence,
    Famille,
    absence,
)
from segur_socles.documents.cda.entrees.allergie import absence_d_allergie, allergie
from segur_socles.documents.cda.entrees.observation import (
    acte_fictif,
    directive,
    disposition,
    observation,
    soins_palliatifs,
)
from segur_socles.documents.cda.entrees.piece import piece
from segur_socles.documents.cda.entrees.probleme import absence_de_probleme, probleme
from segur_socles.documents.cda.entrees.traitement import absence_de_traitement, traitement
from segur_socles.documents.cda.entrees.vaccination import absence_de_vaccination, vaccination
from segur_socles.documents.cda.recit import Atelier, Ligne, paragraphe, tableau
from segur_socles.documents.cda.sections import ANS_SECTION, CCD, PCC, ModeleSection, section
from segur_socles.documents.contenu.clinique import Allergie, Directive, Pathologie, Vaccination
from segur_socles.documents.contenu.communs import COTES, Lateralite, date_en_clair
from segur_socles.documents.contenu.etat import GROUPES, Autonomie, EtatPersonne, PortageBmr
from segur_socles.documents.contenu.pieces import EtablissementPreference, PieceJointe
from segur_socles.documents.contenu.traitement import Traitement
from segur_socles.documents.dlu import Dlu
from segur_socles.documents.editions import EditionDocument
from segur_socles.documents.renseigne import AucunConnu, NonRenseigne, Renseigne
from segur_socles.nomenclatures.codes import Code, nomenclature

__all__ = ["ecrire_corps"]

T = TypeVar("T")

PREFERENCE: Final = ModeleSection(
    "11302-7",
    "Etablissement de santé de préférence",
    "Établissement de santé de préférence",
    (f"{PCC}.1.13.2.10", f"{ANS_SECTION}.172"),
)
PROBLEMES_ACTIFS: Final = ModeleSection(
    "11450-4", "Liste des problèmes actifs", "Pathologies en cours", (f"{CCD}.11", f"{PCC}.3.6", f"{ANS_SECTION}.132")
)
HISTOIRE: Final = ModeleSection("11348-0", "Antécédents médicaux", "Antécédents", (f"{PCC}.3.8", f"{ANS_SECTION}.134"))
ALERTES: Final = ModeleSection(
    "48765-2",
    "Allergies et hypersensibilités",
    "Allergies et hypersensibilités",
    (f"{CCD}.2", f"{PCC}.3.13", f"{ANS_SECTION}.137"),
)
MEDICAMENTS: Final = ModeleSection(
    "10160-0",
    "Historique de la prise médicamenteuse",
    "Traitements au long cours",
    (f"{CCD}.8", f"{PCC}.3.19", f"{ANS_SECTION}.143"),
)
PLAN_DE_SOINS: Final = ModeleSection(
    "18776-5", "Plan de soins", "Soins palliatifs", (f"{CCD}.10", f"{PCC}.3.36", f"{ANS_SECTION}.158")
)
VOLONTES: Final = ModeleSection(
    "42348-3",
    "Directives anticipées",
    "Directives anticipées",
    (f"{CCD}.1", f"{PCC}.3.34", f"{PCC}.3.35", f"{ANS_SECTION}.157"),
)
EVENEMENTS: Final = ModeleSection(
    "42545-4",
    "Evènements observés",
    "État de la personne et autonomie",
    (f"{PCC}.1.21.2.9", "1.3.6.1.4.1.19376.1.7.3.1.1.13.7", f"{ANS_SECTION}.163"),
)
EXAMENS: Final = ModeleSection(
    "30954-2", "Résultats d'examens", "Bactérie multirésistante", (f"{PCC}.3.27", f"{PCC}.3.28", f"{ANS_SECTION}.151")
)
VACCINS: Final = ModeleSection(
    "11369-6", "Historique des vaccinations", "Vaccinations", (f"{CCD}.6", f"{PCC}.3.23", f"{ANS_SECTION}.147")
)
COMMENTAIRE: Final = ModeleSection(
    "55112-7",
    "Commentaire",
    "Commentaire",
    ("2.16.840.1.113883.10.12.201", "1.3.6.1.4.1.19376.1.4.1.2.16", f"{ANS_SECTION}.73"),
)
PIECES: Final = ModeleSection("55107-7", "Documents ajoutés", "Documents ajoutés", (f"{ANS_SECTION}.37",))

BMR: Final = Code("U83.71", "2.16.840.1.113883.6.3", "Bactérie multirésistante [BMR]")

_REPONSES: Final[dict[bool | None, str]] = {True: "Oui", False: "Non", None: "Non renseigné"}


def ecrire_corps(dlu: Dlu, atelier: Atelier, edition: EditionDocument) -> str:
    """Write the structured body."""
    sections = (
        _preference(dlu.etablissement_preference, atelier),
        _pathologies(dlu.pathologies, atelier),
        _antecedents(dlu.antecedents, atelier),
        _allergies(dlu.allergies, atelier),
        _traitements(dlu.traitements, atelier),
        _palliatifs(dlu.soins_palliatifs, atelier),
        _directives(dlu.directives, atelier, edition),
        _etat(dlu.etat, dlu.autonomie, atelier),
        _bmr(dlu.bmr, atelier),
        _vaccinations(dlu.vaccinations, atelier),
        _commentaire(dlu.commentaire, atelier) if dlu.commentaire else "",
        _pieces(dlu.pieces, atelier),
    )
    return el("component", el("structuredBody", "".join(sections)))


# --- lists with three states -----------------------------------------------------------------------------


def _liste(
    etat: Renseigne[T] | AucunConnu | NonRenseigne,
    modele: ModeleSection,
    atelier: Atelier,
    *,
    famille: Famille,
    prefixe: str,
    colonnes: Mapping[str, str],
    decrire: Callable[[T, str], Ligne],
    coder: Callable[[T, Ligne], str],
    coder_absence: Callable[[Absence], str],
) -> str:
    """Write a list: a row and an entry from each item, or the sentence and the entry of its absence."""
    if isinstance(etat, Renseigne):
        lignes = [decrire(item, atelier.ancre(prefixe)) for item in etat.items]
        entrees = [coder(item, ligne) for item, ligne in zip(etat.items, lignes, strict=True)]
        return section(modele, atelier, tableau(colonnes, lignes), entrees)
    dit = absence(etat, famille, atelier.ancre(prefixe))
    return section(modele, atelier, paragraphe(dit.ancre, dit.phrase), [coder_absence(dit)])


_COLONNES_PROBLEME: Final = {
    "libelle": "Pathologie",
    "cote": "Côté",
    "debut": "Depuis",
    "fin": "Jusqu'à",
    "precision": "Précision",
}


def _ligne_probleme(fait: Pathologie, ancre: str) -> Ligne:
    return Ligne(
        ancre,
        {
            "libelle": fait.libelle,
            "cote": fait.lateralite and fait.lateralite.value,
            "debut": fait.debut and date_en_clair(fait.debut),
            "fin": fait.fin and date_en_clair(fait.fin),
            "precision": fait.precision,
        },
    )


def _pathologies(etat: Renseigne[Pathologie] | AucunConnu | NonRenseigne, atelier: Atelier) -> str:
    return _liste(
        etat,
        PROBLEMES_ACTIFS,
        atelier,
        famille=PATHOLOGIES,
        prefixe="pathologie",
        colonnes=_COLONNES_PROBLEME,
        decrire=_ligne_probleme,
        coder=lambda fait, ligne: probleme(fait, ligne, atelier, passe=False),
        coder_absence=lambda dit: absence_de_probleme(dit, atelier),
    )


def _antecedents(etat: Renseigne[Pathologie] | AucunConnu | NonRenseigne, atelier: Atelier) -> str:
    return _liste(
        etat,
        HISTOIRE,
        atelier,
        famille=ANTECEDENTS,
        prefixe="antecedent",
        colonnes=_COLONNES_PROBLEME,
        decrire=_ligne_probleme,
        coder=lambda fait, ligne: probleme(fait, ligne, atelier, passe=True),
        coder_absence=lambda dit: absence_de_probleme(dit, atelier),
    )


# Most severe first: an emergency team reads the first line.
_RANG_SEVERITE: Final = {code: rang for rang, code in enumerate(nomenclature("JDV_SeveriteObservation").codes)}
_GRAVES: Final = frozenset({"442452003", "24484000", "371924009"})


def _severites(fait: Allergie) -> list[str]:
    return [reaction.severite.code for reaction in fait.reactions if reaction.severite]


def _gravite_d_abord(fait: Allergie) -> int:
    return min([_RANG_SEVERITE[severite] for severite in _severites(fait)], default=len(_RANG_SEVERITE))


def _ligne_allergie(fait: Allergie, ancre: str) -> Ligne:
    reactions = [f"{r.libelle} ({r.severite.libelle})" if r.severite else r.libelle for r in fait.reactions]
    return Ligne(
        ancre,
        {
            "agent": fait.agent,
            "type": fait.type.libelle,
            "reactions": " ; ".join(reactions) or "Réaction non renseignée",
            "debut": fait.debut and date_en_clair(fait.debut),
        },
        alerte=not _GRAVES.isdisjoint(_severites(fait)),
    )


def _allergies(etat: Renseigne[Allergie] | AucunConnu | NonRenseigne, atelier: Atelier) -> str:
    return _liste(
        _trie(etat, _gravite_d_abord),
        ALERTES,
        atelier,
        famille=ALLERGIES,
        prefixe="allergie",
        colonnes={"agent": "Agent", "type": "Type", "reactions": "Réactions", "debut": "Depuis"},
        decrire=_ligne_allergie,
        coder=lambda fait, ligne: allergie(fait, ligne, atelier),
        coder_absence=lambda dit: absence_d_allergie(dit, atelier),
    )


def _trie(etat: Renseigne[T] | AucunConnu | NonRenseigne, rang: Callable[[T], int]) -> Renseigne[T] | AucunConnu | NonRenseigne:
    return Renseigne(items=tuple(sorted(etat.items, key=rang))) if isinstance(etat, Renseigne) else etat


def _ligne_traitement(fait: Traitement, ancre: str) -> Ligne:
    return Ligne(
        ancre,
        {
            "alerte": fait.alerte,
            "medicament": fait.medicament,
            "posologie": f"{fait.posologie} (si besoin)" if fait.si_besoin else fait.posologie,
            "voie": fait.voie and fait.voie.libelle,
            "indication": fait.indication,
            "debut": fait.debut and date_en_clair(fait.debut),
            "fin": fait.fin and date_en_clair(fait.fin),
        },
        alerte=fait.alerte is not None,
    )


def _traitements(etat: Renseigne[Traitement] | AucunConnu | NonRenseigne, atelier: Atelier) -> str:
    return _liste(
        _trie(etat, lambda fait: fait.alerte is None),
        MEDICAMENTS,
        atelier,
        famille=TRAITEMENTS,
        prefixe="traitement",
        colonnes={
            "alerte": "Alerte",
            "medicament": "Médicament",
            "posologie": "Posologie",
            "voie": "Voie",
            "indication": "Indication",
            "debut": "Depuis",
            "fin": "Jusqu'à",
        },
        decrire=_ligne_traitement,
        coder=lambda fait, ligne: traitement(fait, ligne, atelier),
        coder_absence=lambda dit: absence_de_traitement(dit, atelier),
    )


def _ligne_directive(fait: Directive, ancre: str) -> Ligne:
    return Ligne(
        ancre,
        {
            "type": fait.type.libelle,
            "choix": "Oui" if fait.accepte else "Non",
            "date": fait.exprimee_le and f"{fait.exprimee_le:%d/%m/%Y}",
            "precision": fait.precision,
        },
    )


def _directives(etat: Renseigne[Directive] | AucunConnu | NonRenseigne, atelier: Atelier, edition: EditionDocument) -> str:
    existence = nomenclature("JDV_TypeDirectiveAnticipee").code("42348-3")
    return _liste(
        etat,
        VOLONTES,
        atelier,
        famille=DIRECTIVES,
        prefixe="directive",
        colonnes={"type": "Directive", "choix": "Choix de la personne", "date": "Exprimé le", "precision": "Précision"},
        decrire=_ligne_directive,
        coder=lambda fait, ligne: directive(
            edition.code(fait.type), fait.accepte, ligne.ancre, atelier, fait.exprimee_le
        ),
        coder_absence=lambda dit: directive(existence, False if dit.declaree else None, dit.ancre, atelier),
    )


def _ligne_vaccination(fait: Vaccination, ancre: str) -> Ligne:
    return Ligne(
        ancre,
        {
            "vaccin": fait.vaccin,
            "effectuee": _REPONSES[fait.effectuee],
            "date": fait.faite_le and date_en_clair(fait.faite_le),
            "lot": fait.lot,
            "acte": fait.acte.libelle,
        },
    )


def _vaccinations(etat: Renseigne[Vaccination] | AucunConnu | NonRenseigne, atelier: Atelier) -> str:
    return _liste(
        etat,
        VACCINS,
        atelier,
        famille=VACCINATIONS,
        prefixe="vaccination",
        colonnes={"vaccin": "Vaccin", "effectuee": "Effectué", "date": "Date", "lot": "Lot", "acte": "Type"},
        decrire=_ligne_vaccination,
        coder=lambda fait, ligne: vaccination(fait, ligne, atelier),
        coder_absence=lambda dit: absence_de_vaccination(dit, atelier),
    )


# --- single answers --------------------------------------------------------------------------------------


def _preference(souhait: EtablissementPreference | None, atelier: Atelier) -> str:
    ancre = atelier.ancre("preference")
    if souhait is None:
        phrase = "Établissement de préférence : non renseigné."
    else:
        joindre = f"Téléphone : {souhait.telecom.valeur}" if souhait.telecom else ""
        lignes = (souhait.nom, *(souhait.adresse.lignes() if souhait.adresse else ()), joindre)
        phrase = "\n".join(filter(None, lignes))
    return section(PREFERENCE, atelier, paragraphe(ancre, phrase), [disposition(souhait, ancre, atelier)])


def _palliatifs(en_cours: bool | None, atelier: Atelier) -> str:
    ligne = Ligne(atelier.ancre("palliatif"), {"question": "Soins palliatifs", "reponse": _REPONSES[en_cours]})
    recit = tableau(_QUESTION, [ligne])
    entrees = [] if en_cours is None else [soins_palliatifs(en_cours, ligne.ancre, atelier)]
    return section(PLAN_DE_SOINS, atelier, recit, entrees)


_QUESTION: Final = {"question": "Question", "reponse": "Réponse"}


def _etat(etat: EtatPersonne, autonomie: Autonomie | None, atelier: Atelier) -> str:
    recit, entrees = [_autonomie(autonomie, atelier)], []
    codes = nomenclature("JDV_ObservationEtatPatient")
    for groupe, questions in GROUPES.items():
        lignes = []
        for question in questions:
            reponse: bool | None = getattr(etat, question.champ)
            cote: Lateralite | None = getattr(etat, question.cote) if question.cote else None
            dit = _REPONSES[reponse] + (f", côté : {cote.value}" if cote else "")
            ligne = Ligne(atelier.ancre("etat"), {"question": question.libelle, "reponse": dit})
            lignes.append(ligne)
            entrees.append(
                observation(
                    codes.code(question.code),
                    reponse,
                    ligne.ancre,
                    atelier,
                    le=etat.observe_le,
                    cote=COTES[cote] if cote else None,
                )
            )
        recit.append(tableau({"question": groupe, "reponse": "Observation"}, lignes))
    return section(EVENEMENTS, atelier, "".join(recit), entrees)


def _autonomie(autonomie: Autonomie | None, atelier: Atelier) -> str:
    # The model has no coded place for the GIR: it is told, not coded.
    if autonomie is None:
        phrase = "Autonomie (GIR) : non renseigné."
    else:
        quand = f", évalué le {autonomie.evalue_le:%d/%m/%Y}" if autonomie.evalue_le else ""
        phrase = "\n".join(filter(None, (f"Autonomie : GIR {autonomie.gir}{quand}.", autonomie.precision)))
    return paragraphe(atelier.ancre("autonomie"), phrase)


def _bmr(bmr: PortageBmr, atelier: Atelier) -> str:
    question = "Portage d'une bactérie multirésistante"
    reponse = " : ".join(filter(None, (_REPONSES[bmr.porteur], bmr.precision)))
    ligne = Ligne(atelier.ancre("bmr"), {"question": question, "reponse": reponse})
    entrees = [acte_fictif(ligne.ancre, atelier), observation(BMR, bmr.porteur, ligne.ancre, atelier)]
    return section(EXAMENS, atelier, tableau(_QUESTION, [ligne]), entrees)


def _commentaire(commentaire: str, atelier: Atelier) -> str:
    return section(COMMENTAIRE, atelier, paragraphe(atelier.ancre("commentaire"), commentaire))


def _pieces(jointes: Sequence[PieceJointe], atelier: Atelier) -> str:
    # The model is a checklist: each of its documents is told, joined, kept on site or absent.
    par_type = {jointe.type.code: jointe for jointe in jointes}
    lignes, entrees = [], []
    for nature in nomenclature("JDV_ChecklistDLU").codes.values():
        jointe = par_type.get(nature.code)
        pdf = jointe.pdf if jointe else None
        ou = jointe.disponible if jointe else None
        ancre, media = atelier.ancre("piece"), atelier.ancre("media")
        reponse = "Oui" if pdf is not None else "Non"
        lignes.append(
            Ligne(
                ancre,
                {"document": nature.libelle, "annexe": reponse, "disponible": ou},
                media=("annexe", media) if pdf is not None else None,
            )
        )
        entrees.append(piece(nature, pdf, "NAV" if ou else "NI", ancre, media, atelier))
    colonnes = {"document": "Document", "annexe": "Annexé au DLU", "disponible": "Disponible sur place"}
    return section(PIECES, atelier, tableau(colonnes, lignes), entrees)
