"""The official DLU, transfer sheet and unstructured document give what was read in them by eye."""

from __future__ import annotations

import hashlib
from decimal import Decimal

import pytest

from judges import kit
from segur_socles.documents.lecture.document import CdaLu, lire_document
from segur_socles.documents.lecture.elements import Affirmation
from segur_socles.documents.lecture.personnes import RoleLu
from segur_socles.documents.lecture.traitements import ContexteTraitement
from segur_socles.documents.rendu.modele import EtatSection

SNOMED = "2.16.840.1.113883.6.96"


def exemple(nom: str) -> CdaLu:
    return lire_document(kit("ExemplesCDA", f"{nom}.xml").read_bytes())


@pytest.fixture(scope="module")
def dlu() -> CdaLu:
    return exemple("DLU-EHPAD-DLU_2022.01")


@pytest.fixture(scope="module")
def fludt() -> CdaLu:
    return exemple("DLU-EHPAD-FLUDT_2022.01")


def test_the_model_its_edition_and_the_sections_in_order(dlu: CdaLu) -> None:
    assert dlu.modele is not None
    assert (dlu.modele.nom, dlu.modele.edition, dlu.modele.deprecie) == ("DLU", "2022.01", False)
    assert dlu.entete.unique_id == "1.2.250.1.213.1.1.1.22.2022.1.1"
    assert [(s.titre, s.code.code if s.code else None) for s in dlu.sections] == [
        ("Etablissement de santé de préférence", "11302-7"),
        ("Pathologie en cours", "11450-4"),
        ("Antécédents médicaux", "11348-0"),
        ("Allergies et hypersensibilités", "48765-2"),
        ("Traitements au long cours", "10160-0"),
        ("Soins palliatifs", "18776-5"),
        ("Directives anticipées", "42348-3"),
        ("Observations", "42545-4"),
        ("Résultats d'examens", "30954-2"),
        ("Vaccinations du patient", "11369-6"),
        ("Commentaires", "55112-7"),
        ("Checklist des documents annexés au DLU", "55107-7"),
    ]
    assert {s.etat for s in dlu.sections} == {EtatSection.RENSEIGNE}
    assert dlu.sections[10].texte == "(Texte libre)"
    assert dlu.corps is None


def test_the_medicine_with_its_dose_and_the_words_for_it(dlu: CdaLu) -> None:
    (traitement,) = dlu.traitements
    assert traitement.nom == "AMPICILLINE PANPHARMA 500 mg, poudre et solution pour préparation injectable"
    assert (traitement.produit.cis, traitement.produit.cip, traitement.produit.atc) == ("68496001", None, "J01CA01")
    assert (traitement.contexte, traitement.mode_administration) == (ContexteTraitement.HABITUEL, "normal")
    assert traitement.periode is not None
    assert (traitement.periode.debut, traitement.periode.fin) == ("20200302", "20200309")
    dose = traitement.prise.dose
    assert dose is not None
    assert dose.bas is not None
    assert dose.haut is not None
    assert (dose.bas.valeur, dose.haut.valeur, dose.bas.unite, dose.texte) == (Decimal(2), Decimal(4), "{count}", "CP")
    assert traitement.prise.debit is None
    frequence = traitement.prise.frequence
    assert frequence is not None
    assert (frequence.valeur, frequence.unite) == (Decimal(1), "d")
    assert traitement.dose_max is not None
    assert (traitement.dose_max.valeur, traitement.dose_max_par and traitement.dose_max_par.unite) == (Decimal(4), "J")
    assert traitement.posologie == (
        "Date de début : 02/03/2020 · Date de fin : 09/03/2020 · Dose : de 2 à 4 CP · Périodicité : par 1 jour(s)"
    )


def test_diagnoses_and_history(dlu: CdaLu) -> None:
    lus = [
        (p.nom, p.code and p.code.code, p.code and p.code.systeme, p.contexte.value, p.periode and p.periode.debut)
        for p in dlu.problemes
    ]
    cim = "2.16.840.1.113883.6.3"
    assert lus == [
        ("Bronchite chronique simple", "J41.0", cim, "problème actif", "20200327"),
        ("Infarctus aigu du myocarde", "I21", cim, "antécédent", "20180811"),
    ]
    premier = dlu.problemes[0]
    assert premier.nature is not None
    assert (premier.nature.code, premier.liste, premier.statut_clinique) == ("282291009", "completed", None)
    assert premier.periode is not None
    assert (premier.periode.fin, premier.periode.absence_fin) == (None, "NA")


def test_allergies_with_their_agent(dlu: CdaLu) -> None:
    lues = [
        (a.nom_agent, a.agent and a.agent.code, a.code and a.code.libelle, a.periode and a.periode.debut)
        for a in dlu.allergies
    ]
    assert lues == [
        ("Intoxication alimentaire par mollusques et crustacés", "XM7VB5", "allergie alimentaire", "20190630"),
        ("Paracétamol", "XM5DJ7", "allergie médicamenteuse", "20140107"),
    ]
    assert [a.periode and a.periode.fin for a in dlu.allergies] == ["20190717", None]
    assert [a.reactions for a in dlu.allergies] == [(), ()]


def test_vaccinations_whose_references_lack_their_sign(dlu: CdaLu) -> None:
    # The example writes value="teta" where #teta is meant.
    assert [(v.texte, v.vaccin.cis, v.vaccin.atc, v.vaccin.lot, v.faite) for v in dlu.vaccinations] == [
        ("Tétanos", "68747507", "J07AM01", "6547", True),
        ("Grippe", "61402736", "J07BB01", "0076543", True),
        ("Pneumocoque", "66229252", "J07AL", "0012345", True),
    ]
    assert {v.voie.libelle for v in dlu.vaccinations if v.voie} == {"voie intramusculaire"}
    assert {v.periode.absence for v in dlu.vaccinations if v.periode} == {"NASK"}


def test_the_state_of_the_person_and_the_place_where_the_example_contradicts_itself(dlu: CdaLu) -> None:
    reponses = {o.code.code: (o.texte, o.reponse) for o in dlu.observations if o.code}
    assert reponses == {
        "288575003": ("peut alerter", False),
        "247663003": ("orienté", True),
        "62476001": ("désorienté", False),
        "24199005": ("agité", True),
        "248043008": ("opposant", True),
        "425104003": ("risque suicidaire", True),
        "397540003": ("visuel", True),
        "15188001": ("auditif", True),
        "62305002": ("langage", True),
        "161898004": ("chute", True),
        "50239007": ("déambulation", True),
        "248046000": ("fugue", False),
        "386423001": ("contention", True),
        "285304000": ("risques d'escarre", True),
        "249492002": ("risques de fausse route", False),
        "U83.71": ("Le patient porte-t-il une bactérie multirésistante ?", False),
    }
    (contention,) = dlu.contradictions
    assert (contention.texte, contention.dit) == ("contention", "non")  # and coded true


def test_what_is_denied_planned_or_states_nothing_is_apart(dlu: CdaLu) -> None:
    assert [e.code.libelle for e in dlu.nies if e.code] == [
        "Soins palliatifs",
        "capable de communiquer",
        "désorienté(e)",
        "fugue",
        "fausse route alimentaire",
        "Bactérie multirésistante [BMR]",
    ]
    assert dlu.actes == ()
    (preference,) = dlu.prevus
    assert preference.rubrique == "11302-7"
    (factice,) = dlu.absences  # the dummy procedure that the model requires
    assert (factice.affirmation, factice.rubrique) == (Affirmation.NON_RENSEIGNE, "30954-2")
    assert (dlu.resultats, dlu.signes_vitaux, dlu.sur_un_proche, dlu.dispositifs) == ((), (), (), ())


def test_the_directive_and_the_document_it_points_at(dlu: CdaLu) -> None:
    (directive,) = dlu.directives
    assert (directive.choix, directive.generale, directive.texte) == (True, True, None)
    assert directive.documents == (
        "FB56FC8D-5DC2-4A75-8681-C307336F60E1",
        "ftp://ftp.ihe.net/advancedirectives/durand#124/",
    )


def test_the_annexes_with_their_bytes(dlu: CdaLu) -> None:
    lues = [(p.code and p.code.code, p.nom_local, p.type_media, p.type_constate) for p in dlu.pieces]
    assert lues == [
        ("DLU_006", "doc-1", "application/pdf", "application/pdf"),
        ("DLU_007", "doc-2", "application/pdf", "application/pdf"),
    ]
    assert [p.texte for p in dlu.pieces] == ["Attestation de la carte vitale", "Attestation de mutuelle"]
    assert all(p.octets and p.octets.rstrip().endswith(b"%%EOF") for p in dlu.pieces)


def test_whom_to_call_and_for_what(dlu: CdaLu) -> None:
    lues = [(p.role, p.classe, p.prenom, p.nom, p.lien and p.lien.libelle) for p in dlu.personnes]
    assert lues == [
        (RoleLu.REPRESENTANT, "GUARD", "Jeanne", "NESSI", None),
        (RoleLu.A_PREVENIR, "ECON", "Sophie", "NESSI", "Soeur"),
        (RoleLu.PERSONNE_DE_CONFIANCE, "NOK", "Sophie", "NESSI", "Soeur"),
        (RoleLu.MEDECIN_TRAITANT, "INF", "Stéphane", "MEDIONI", None),
        (RoleLu.AUTRE, "PRF", "Charles", "BOILEAU", None),
    ]
    (prevenir,) = dlu.dans_le_role(RoleLu.A_PREVENIR)
    assert [(t.genre, t.valeur, t.usage) for t in prevenir.telecoms] == [("tel", "0647150100", "MC")]
    assert prevenir.adresse is None
    (traitant,) = dlu.dans_le_role(RoleLu.MEDECIN_TRAITANT)
    assert traitant.identifiants == (("1.2.250.1.71.4.2.1", "801234567897"),)
    assert (traitant.civilite, traitant.titre, traitant.adresse) == ("M", "DR", "3 Rue Petit Pont, 75005 PARIS")
    assert [(t.valeur, t.usage) for t in dlu.personnes[4].telecoms] == [("0131931902", "EC")]


# --- transfer sheet --------------------------------------------------------------------------------------


def test_the_reason_of_the_transfer_is_what_the_row_says(fludt: CdaLu) -> None:
    assert fludt.modele is not None
    assert fludt.modele.nom == "FLUDT"
    motif = fludt.observations[0]
    assert motif.code is not None
    assert (motif.code.code, motif.texte) == ("57277-6", "Motif")
    assert motif.dit == "La patiente présente un problème respiratoire."
    (transfert,) = fludt.actes
    assert transfert.code is not None
    assert (transfert.code.code, transfert.dit) == ("80413-8", "Service des urgences du CHU de Nanterre")
    assert [(lieu.role, lieu.nom, lieu.type and lieu.type.code) for lieu in transfert.lieux] == [
        ("DST", "CHU DE NANTERRE", "SA01")
    ]


def test_vital_signs_with_units(fludt: CdaLu) -> None:
    assert [
        (s.nom, s.quantite and s.quantite.valeur, s.quantite and s.quantite.unite, s.periode and s.periode.moment)
        for s in fludt.signes_vitaux
    ] == [
        ("Fréquence cardiaque", Decimal(80), "/min", "20200327153500+0100"),
        ("Température corporelle", Decimal(37), "Cel", "20200327153500+0100"),
        ("Poids", Decimal(80), "kg", "20200327153500+0100"),
        ("Pression artérielle systolique", Decimal(155), "mm[Hg]", "20200327153500+0100"),
        ("Pression artérielle diastolique", Decimal(85), "mm[Hg]", "20200327153500+0100"),
    ]
    assert fludt.signes_vitaux[0].texte == "Pouls"  # by a reference without its sign


def test_pain_by_site_and_the_last_meal(fludt: CdaLu) -> None:
    douleurs = [o for o in fludt.observations if o.code and o.code.code == "R52.9"]
    assert [o.site and o.site.libelle for o in douleurs] == ["avant-bras gauche", "cuisse gauche"]
    assert [o.reponse for o in douleurs] == [True, True]
    repas = fludt.observations[-1]
    assert repas.code is not None
    assert (repas.code.code, repas.periode and repas.periode.moment) == ("GEN-244", "20200327120000")
    assert (repas.reponse, repas.absence) == (None, "NA")


def test_a_medicine_nobody_names_stays_without_name(fludt: CdaLu) -> None:
    (prise,) = fludt.traitements
    assert (prise.nom, prise.produit.absence, prise.texte) == (None, "UNK", None)
    assert prise.produit.code is not None
    assert (prise.produit.code.code, prise.produit.code.absence) == (None, "UNK")
    assert prise.periode is not None
    assert (prise.periode.debut, prise.periode.fin) == ("20200327120000", "20200327120100")


def test_personal_objects_and_their_side(fludt: CdaLu) -> None:
    assert [(d.code and d.code.code, d.texte, d.present, d.cote and d.cote.libelle) for d in fludt.dispositifs] == [
        ("Q021003", "Lunettes", True, None),
        ("P0102", "Prothèse dentaire (Haut)", True, "supérieur"),
        ("P0102", "Prothèse dentaire (bas)", True, "inférieur"),
        ("Y2145", "Prothèse auditive (droite)", True, "droit"),
        ("Y2145", "Prothèse auditive (gauche)", True, "gauche"),
        ("GEN-092.02.01", "Autres dispositifs ou objets personnels", None, None),
    ]
    assert fludt.dispositifs[-1].dit == "texte libre"


# --- unstructured ----------------------------------------------------------------------------------------


def test_an_unstructured_document_gives_its_pdf_back_untouched() -> None:
    lu = exemple("DOC_NON_STRUCTURE_CDA-R2-N1")
    assert lu.modele is not None
    assert (lu.modele.nom, lu.modele.edition, lu.sections) == ("N1", None, ())
    assert lu.corps is not None
    assert (lu.corps.type_media, lu.corps.type_constate, lu.corps.texte) == ("application/pdf", "application/pdf", None)
    # Size and digest of what `base64 -d` makes of the text of the example.
    assert len(lu.corps.octets or b"") == 326650
    assert hashlib.sha256(lu.corps.octets or b"").hexdigest() == (
        "72cbc4c926baf2817c7f9013a5f898c2254c84db2d3fad6febf22b64abd01529"
    )
    assert [(p.role, p.fonction and p.fonction.code, p.nom) for p in lu.personnes] == [
        (RoleLu.REPRESENTANT, None, "NESSI"),
        (RoleLu.AUTRE, "PRELV", "BLEEDER"),
        (RoleLu.AUTRE, None, "CHARLES"),
        (RoleLu.AUTRE, None, "BLEEDER"),
    ]
