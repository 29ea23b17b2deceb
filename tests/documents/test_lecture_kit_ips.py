"""The official medical summary and discharge letter give what was read in them by eye."""

from __future__ import annotations

from decimal import Decimal

import pytest

from judges import kit
from segur_socles.documents.lecture.document import CdaLu, lire_document
from segur_socles.documents.lecture.elements import Affirmation
from segur_socles.documents.lecture.observations import ObservationLu
from segur_socles.documents.lecture.personnes import RoleLu
from segur_socles.documents.lecture.problemes import ProblemeLu
from segur_socles.documents.lecture.traitements import ContexteTraitement, TraitementLu
from segur_socles.documents.lecture.vaccinations import VaccinationLu
from segur_socles.documents.lecture.valeurs import CodeLu, PeriodeLue, QuantiteLue

CIM_10 = "2.16.840.1.113883.6.3"


@pytest.fixture(scope="module")
def ips() -> CdaLu:
    return lire_document(kit("ExemplesCDA", "IPS-FR_2024.01.xml").read_bytes())


@pytest.fixture(scope="module")
def lettre() -> CdaLu:
    return lire_document(kit("ExemplesCDA", "LDL-SES_2022.01.xml").read_bytes())


def code(lu: CodeLu | None) -> str | None:
    return lu.code if lu else None


def libelle(lu: CodeLu | None) -> str | None:
    return lu.libelle if lu else None


def test_the_problems_with_their_severity_status_and_certainty(ips: CdaLu) -> None:
    assert ips.modele is not None
    assert (ips.modele.nom, ips.modele.edition) == ("IPS-FR", "2024.01")
    lus = [
        (code(p.code), p.contexte.value, code(p.statut_clinique), libelle(p.severite), code(p.certitude))
        for p in ips.problemes
    ]
    assert lus == [
        ("E06.3", "problème actif", "active", "modéré", "confirmed"),
        ("T89", "problème actif", "active", "modéré", "confirmed"),
        ("114", "problème actif", "active", "modéré", "confirmed"),
        ("658", "problème actif", "active", "léger à modéré", "confirmed"),
        ("R69", "problème actif", "recurrence", "léger", "unconfirmed"),
        ("G45.9", "antécédent", "resolved", "modéré", "confirmed"),
        ("N10", "antécédent", "resolved", "modéré", "confirmed"),
    ]
    dates = [(p.periode.debut, p.periode.fin) for p in ips.problemes if p.periode]
    assert dates == [
        ("20240111", None),
        ("20230705", None),
        ("20230521", None),
        ("20220211", None),
        ("20220211", None),
        ("20180422", "20180430"),
        ("20180114", "20180125"),
    ]
    assert ips.problemes[4].commentaire == "(texte libre)"
    assert libelle(ips.problemes[0].etat_du_patient) == "en forme"


def test_the_allergy_its_reactions_and_how_severe_each_was(ips: CdaLu) -> None:
    (allergie,) = ips.allergies
    assert (allergie.nom_agent, code(allergie.agent), libelle(allergie.code)) == (
        "PARACETAMOL",
        "XM5DJ7",
        "allergie médicamenteuse",
    )
    assert [(r.nom, libelle(r.severite)) for r in allergie.reactions] == [
        ("Bronchospasme d'origine médicamenteuse", "modéré"),
        ("Troubles allergiques ou d'hypersensibilité de la peau ou des muqueuses", "léger"),
    ]
    assert (code(allergie.statut_clinique), code(allergie.criticite), code(allergie.certitude)) == (
        "active",
        "low",
        "confirmed",
    )


def test_the_medicine_suspected_of_an_adverse_effect_is_not_a_treatment(ips: CdaLu) -> None:
    (effet,) = ips.effets_indesirables
    (suspect,) = effet.suspects
    assert (suspect.nom, suspect.produit.cip, suspect.produit.atc) == (
        "AMOXICILLINE EG 1G BUV SACH 6",
        "3400935186607",
        "J01CA04",
    )
    assert [s.libelle for s in suspect.produit.substances] == ["AMOXICILLINE TRIHYDRATÉE"]
    assert [r.nom for r in effet.reactions] == ["Nausée"]
    assert (libelle(effet.imputabilite), libelle(effet.gravite), libelle(effet.evolution)) == (
        "certain(e)",
        "gravité légère",
        "Guérison sans séquelle",
    )
    # The narrative of the example says "probable" and "Non grave": it stays in sight.
    assert {"probable", "Non grave"} <= {c.texte for c in effet.ligne}
    (traitement,) = ips.traitements
    assert (traitement.nom, traitement.produit.cis, traitement.produit.cip, traitement.produit.atc) == (
        "LEVOTHYROX 75 microgrammes",
        "62080626",
        "3400930065785",
        "H03AA01",
    )


def test_the_dosing_of_the_treatment(ips: CdaLu) -> None:
    (traitement,) = ips.traitements
    prise = traitement.prise
    assert prise.dose is not None
    assert prise.dose.bas is not None
    assert (prise.dose.bas.valeur, prise.dose.bas.unite, prise.dose.bas.texte) == (Decimal(1), "{tablet}", "1 cp")
    assert prise.frequence is not None
    assert (prise.frequence.valeur, prise.frequence.unite, prise.texte_frequence) == (Decimal(1), "d", "1 fois/j")
    assert prise.debit is not None
    assert (prise.debit.bas, prise.debit.absence) == (None, "NAV")
    assert traitement.dose_max is None  # empty elements
    assert traitement.periode is not None
    assert (traitement.periode.debut, traitement.periode.fin, traitement.periode.absence_fin) == (
        "20220211",
        None,
        "UNK",
    )
    assert (libelle(traitement.voie), code(traitement.motif)) == ("Voie orale", "E06.3")
    # The example puts the dose under "Fréquence", and another date in the row: words and codes are both kept.
    assert traitement.posologie == (
        "Date de début : 11/01/2024 · Date de fin : - · Fréquence : 1 cp · Dose prescrite : 1 fois/j · Rythme : - · "
        "Voie d'administration : Voie orale · Motif : Thyroïdite auto-immune · Commentaire : (texte libre)"
    )


def test_results_with_what_is_normal(ips: CdaLu) -> None:
    crp, scanner = ips.resultats
    assert (code(crp.code), crp.texte, crp.valeur, crp.quantite) == ("1988-5", "CRP", "<1.0 mg/L", None)
    (reference,) = crp.references
    assert reference.intervalle is not None
    assert reference.intervalle.bas is not None
    assert reference.intervalle.haut is not None
    assert (reference.intervalle.bas.valeur, reference.intervalle.haut.valeur) == (Decimal("0.0"), Decimal("6.0"))
    assert (reference.intervalle.haut.unite, code(reference.interpretation)) == ("mg/L", "N")
    assert (libelle(crp.groupe), crp.periode and crp.periode.moment) == ("Biologie polyvalente", "20240329")
    assert isinstance(scanner.valeur, CodeLu)
    assert (scanner.valeur.nom, libelle(scanner.site)) == ("Pas d'embolie pulmonaire proximale", "thorax entier")
    assert libelle(scanner.groupe) == "Imagerie"


def test_vaccinations_done_and_those_to_come(ips: CdaLu) -> None:
    lues = [(v.vaccin.cis, v.vaccin.lot, v.rang and v.rang.valeur, libelle(v.site), v.faite) for v in ips.vaccinations]
    assert lues == [
        ("60917345", "4456672", Decimal(2), "Deltoïde gauche", True),
        ("60917345", "4456668", Decimal(1), "Deltoïde gauche", True),
    ]
    a_venir = [v for v in ips.prevus if isinstance(v, VaccinationLu)]
    assert [(v.vaccin.atc, v.faite, v.periode and v.periode.debut) for v in a_venir] == [
        ("J07AN", None, "20241201"),
        (None, None, "20241201"),
    ]


def test_the_care_plan_is_planned(ips: CdaLu) -> None:
    medicaments = [t for t in ips.prevus if isinstance(t, TraitementLu)]
    assert [(t.produit.cis, t.contexte) for t in medicaments] == [
        ("69473265", ContexteTraitement.PREVU),
        (None, ContexteTraitement.PREVU),
    ]
    examens = [o for o in ips.prevus if isinstance(o, ObservationLu)]
    assert [(code(o.code), o.mode) for o in examens] == [("22748-8", "INT"), ("GEN-092.04.20", "GOL")]
    assert [(code(a.code), a.periode and a.periode.moment) for a in ips.actes] == [
        ("DDAF004", "20180114"),
        ("GEN-092.04.13", "20161208"),
        ("GEN-092.04.13", "20241201"),  # the example codes as done an act of its care plan
    ]
    assert code(ips.actes[0].motif) == "I21.1"


def test_directives_accepted_and_refused(ips: CdaLu) -> None:
    assert [(code(d.code), d.choix) for d in ips.directives] == [
        ("75789-8", False),
        ("75787-2", False),
        ("77352-3", False),
        ("MED-295", True),
        ("75779-9", False),
        ("387713003", True),
        ("MED-298", True),
        ("42348-3", None),
    ]
    assert ips.contradictions == ()
    assert [(p.rubrique, p.nom_local, p.type_constate) for p in ips.pieces] == [
        ("42348-3", "directives-anticipees-pdf", "application/pdf"),
        ("55107-7", "doc-1", "application/pdf"),
        ("55107-7", "doc-2", "application/pdf"),
    ]


def test_what_a_parent_had_is_not_what_the_person_has(ips: CdaLu) -> None:
    (familial,) = ips.sur_un_proche
    assert isinstance(familial, ProblemeLu)
    assert (code(familial.sujet), code(familial.code), familial.contexte.value) == (
        "MTH",
        "D57.1",
        "antécédent familial",
    )
    assert "D57.1" not in {code(p.code) for p in ips.problemes}


def test_observations_of_every_type(ips: CdaLu) -> None:
    par_code = {code(o.code): o.valeur for o in ips.observations}
    assert par_code["74011-8"] == QuantiteLue(valeur=Decimal(25), ecrite="25", unite="{pack}/a")
    assert par_code["11778-8"] == PeriodeLue(moment="20240903")
    assert par_code["11638-4"] == QuantiteLue(valeur=Decimal(1), ecrite="1")
    statut = par_code["72166-2"]
    assert isinstance(statut, CodeLu)
    assert (statut.code, statut.libelle) == ("LA18976-3", "Fumeur quotidien")
    assert [(s.nom, s.quantite and s.quantite.ecrite, s.quantite and s.quantite.unite) for s in ips.signes_vitaux] == [
        ("Poids", "58", "kg"),
        ("Taille", "1.60", "m"),
    ]
    assert [(code(d.code), d.periode and d.periode.debut) for d in ips.dispositifs] == [
        ("J010104", "20190811"),
        ("GEN-092.02.02", "20190811"),
    ]


# --- discharge letter ------------------------------------------------------------------------------------


def test_stopped_and_discharge_treatments_are_told_apart(lettre: CdaLu) -> None:
    assert [
        (t.nom, t.contexte, t.produit.cis, t.produit.cip, t.produit.atc, t.periode and t.periode.fin)
        for t in lettre.traitements
    ] == [
        ("SOLIAN 100 mg", ContexteTraitement.ADMINISTRE, "60019927", "3400934874741", None, "20191029"),
        ("LEPONEX 100 mg", ContexteTraitement.SORTIE, "62552920", None, "N05AH02", "20200202"),
    ]
    solian = lettre.traitements[0]
    dose, debit = solian.prise.dose, solian.prise.debit
    assert dose is not None
    assert debit is not None
    assert dose.bas is not None
    assert debit.bas is not None
    assert (dose.bas.valeur, dose.bas.unite) == (Decimal(1), "{tbl}")
    assert (debit.bas.valeur, debit.bas.unite) == (Decimal(100), "mg/d")
    assert solian.dose_max is not None
    assert (solian.dose_max.valeur, solian.dose_max.unite) == (Decimal(200), "mg")
    assert "Commentaire : arrêt suite à analyses médicales" in (solian.posologie or "")


def test_an_allergy_entry_without_agent_under_a_sentence_that_denies_any(lettre: CdaLu) -> None:
    # The entry points at an ID that does not exist; the section is one sentence.
    assert lettre.allergies == ()
    (absence,) = lettre.absences
    assert (absence.affirmation, absence.rubrique, code(absence.code)) == (
        Affirmation.AUCUN_CONNU,
        "48765-2",
        "416098002",
    )


def test_the_stay_in_words(lettre: CdaLu) -> None:
    lues = {code(o.code): (o.valeur, o.reponse) for o in lettre.observations}
    assert lues["MED-142"] == ("Infection respiratoire aigüe", None)
    assert lues["MED-144"] == ("Streptococcus pneumoniae", None)
    assert lues["MED-309"] == (True, True)
    assert (lues["MED-145"], lues["MED-147"]) == ((False, False), (False, False))
    entree, _ = lues["ORG-070"]
    assert isinstance(entree, CodeLu)
    assert entree.code == "107724000"
    assert lettre.contradictions == ()


def test_what_is_to_be_done_after_the_stay(lettre: CdaLu) -> None:
    assert [(code(e.code), e.mode, e.texte) for e in lettre.prevus] == [
        ("ECQH010", "INT", "Scanographie des vaisseaux du thorax et/ou du cœur [Angioscanner thoracique]"),
        ("ORG-064", "INT", "Suivi par le psychiatre à prévoir"),
        ("AMB", "ARQ", "Médecin traitant"),
    ]
    assert lettre.actes == ()
    (stimulateur,) = lettre.dispositifs
    assert code(stimulateur.code) == "J010104"
    assert [p.nom for p in lettre.dans_le_role(RoleLu.PERSONNE_DE_CONFIANCE)] == ["NESSI"]
    assert [(p.nom, p.identifiants[0][1]) for p in lettre.dans_le_role(RoleLu.MEDECIN_TRAITANT)] == [
        ("MEDIONI", "801984758437")
    ]
