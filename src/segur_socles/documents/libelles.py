"""What each field of a content means, in French: for findings, screens and the pages of the documentation."""

from __future__ import annotations

from typing import Final

__all__ = ["LIBELLES", "chemin_en_clair", "libelle"]

LIBELLES: Final[dict[str, str]] = {
    "acces": "Accès au logement (étage, clés ; jamais un code de porte)",
    "acte": "Nature de l'acte vaccinal",
    "actes": "Actes et interventions passés",
    "adresse": "Adresse",
    "agent": "Agent en cause",
    "aides": "Aides et passages réguliers",
    "agite": "Agité",
    "alerte": "À lire en premier (anticoagulant, insuline…)",
    "allergies": "Allergies et hypersensibilités",
    "animaux": "Animaux",
    "antecedents": "Antécédents",
    "autonomie": "Autonomie (grille AGGIR)",
    "bmr": "Portage d'une bactérie multirésistante",
    "ccam": "Code CCAM",
    "chutes": "Chutes",
    "cim10": "Code CIM-10",
    "cis": "Code CIS du médicament",
    "commentaire": "Commentaire",
    "communique": "Capable de communiquer, peut alerter",
    "constantes": "Constantes",
    "contention": "Contention physique",
    "cote_auditif": "Côté du déficit auditif",
    "cote_visuel": "Côté du déficit visuel",
    "date": "Date de la déclaration",
    "deambulation": "Déambulation",
    "debit": "Débit (oxygène, perfusion)",
    "debut": "Depuis quand",
    "declarant": "Qui déclare qu'il n'y en a pas",
    "deficit_auditif": "Déficit auditif",
    "deficit_visuel": "Déficit visuel",
    "desoriente": "Désorienté",
    "directives": "Directives anticipées",
    "disponible": "Où la pièce se trouve sur place",
    "domicile": "Vie à domicile",
    "dose": "Dose par prise",
    "effectuee": "Vaccination faite (sinon : connue non faite)",
    "etablissement_preference": "Établissement de santé de préférence",
    "etat": "État de la personne",
    "evalue_le": "Date de l'évaluation",
    "accepte": "Accepté (sinon : refusé)",
    "exprimee_le": "Date d'expression",
    "fait_le": "Date de l'acte",
    "faite_le": "Date de la vaccination",
    "fin": "Jusqu'à quand",
    "finess": "Numéro FINESS",
    "fugue": "Fugue",
    "gir": "GIR, de 1 (le plus dépendant) à 6",
    "habitudes": "Habitudes de vie",
    "handicap_precision": "Précision sur le handicap",
    "handicaps": "Handicaps et déficits",
    "indication": "Indication",
    "intervenant": "Intervenant",
    "items": "Éléments de la liste",
    "lateralite": "Côté",
    "le": "Date et heure",
    "libelle": "Libellé",
    "logement": "Logement",
    "lot": "Numéro de lot",
    "materiel": "Matériel au domicile",
    "medicament": "Médicament",
    "nom": "Nom",
    "objet": "Objet de l'intervention",
    "observe_le": "Date de l'observation",
    "opposant": "Opposant aux soins",
    "oriente": "Orienté",
    "pathologies": "Pathologies en cours",
    "pdf": "Fichier PDF",
    "periode": "Temps entre deux prises",
    "pieces": "Documents joints ou disponibles",
    "porteur": "Porteur (oui, non, non connu)",
    "posologie": "Posologie, dans les mots du prescripteur",
    "precision": "Précision",
    "quand": "Quand",
    "reactions": "Réactions",
    "risque_escarre": "Risque d'escarre",
    "risque_fausse_route": "Risque de fausse route",
    "risque_suicidaire": "Risque suicidaire",
    "severite": "Sévérité",
    "si_besoin": "Seulement si besoin",
    "soins_palliatifs": "Soins palliatifs",
    "telecom": "Téléphone",
    "traitements": "Traitements",
    "trouble_langage": "Trouble du langage",
    "type": "Type",
    "unite": "Unité (UCUM)",
    "vaccin": "Vaccin",
    "vaccinations": "Vaccinations",
    "valeur": "Valeur",
    "vit_seul": "Vit seul",
    "voie": "Voie d'administration",
}
"""Field → what it means. One meaning a name: a field that means something else bears another name."""


def libelle(champ: str) -> str:
    """Give the French name of a field, or the field itself when it has none."""
    return LIBELLES.get(champ, champ)


def chemin_en_clair(champ: str) -> str:
    """Write the path of a finding as read: ``traitements.items.1.dose.unite`` → « Traitements › 2 › Dose… »."""
    parties = [part for part in champ.split(".") if part != "items"]
    return " › ".join(str(int(part) + 1) if part.isdigit() else libelle(part) for part in parties)
