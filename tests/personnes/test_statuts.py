"""The life of an identity: which event leads to which status, what stands after it, and what the history tells."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import UTC, datetime
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from judges import PROJECT
from segur_socles.errors import ChampInvalideError, IdentiteError, SegurError
from segur_socles.personnes import (
    ActeIdentite,
    Attribut,
    ControleIdentite,
    Decision,
    DifferencesAcceptees,
    Evenement,
    Identite,
    IdentiteQualifiee,
    Intervenant,
    MatriculeIns,
    NatureDate,
    OidIns,
    PreuveControle,
    ReponseIns,
    Sexe,
    StatutIdentite,
    TraitsIdentite,
)
from segur_socles.personnes.statuts import INTERDITS

LE = datetime(2026, 1, 15, 9, 30, tzinfo=UTC)
PAR = Intervenant(id_nat="899900000017", nom="Claire MARTIN")
TRAITS = TraitsIdentite(
    nom_naissance="ECETINSI",
    prenoms=("PIERRE-ALAIN", "MURIEL", "FLORIANT"),
    sexe=Sexe.MASCULIN,
    date_naissance="2009-07-14",
    lieu_naissance="63220",
)
AUTRES = TRAITS.model_copy(update={"nom_naissance": "ECETINSY"})
REPONSE = ReponseIns(
    matricule=MatriculeIns.lire("109076322083489", OidIns.NIR),
    traits=TRAITS,
    message_id="uuid:1",
    recue_le=LE,
    environnement="bac à sable",
    production=False,
)
CONTROLE = PreuveControle(controle=ControleIdentite.PASSEPORT, par=PAR, le=LE)

P, R, V, Q = StatutIdentite
"""Provisoire, récupérée, validée, qualifiée."""

GESTES: dict[str, Callable[[Identite], Identite]] = {
    "accepter": lambda i: i.accepter(REPONSE, Decision(par=PAR, le=LE)),
    "accepter l'écart": lambda i: i.accepter(
        REPONSE, Decision(par=PAR, le=LE, differences_acceptees=DifferencesAcceptees(nom_naissance="ECETINSI"))
    ),
    "controler": lambda i: i.controler(CONTROLE),
    "corriger le nom": lambda i: i.modifier_traits(
        AUTRES if i.traits.nom_naissance == "ECETINSI" else TRAITS, PAR, LE, "acte de naissance présenté"
    ),
    "invalider": lambda i: i.invalider_ins(PAR, LE, "vérification négative"),
    "homonyme": lambda i: i.marquer(Attribut.HOMONYME, PAR, LE, "deux dossiers proches"),
    "douteuse": lambda i: i.marquer(Attribut.DOUTEUSE, PAR, LE, "photographie discordante"),
    "fictive": lambda i: i.marquer(Attribut.FICTIVE, PAR, LE, "formation"),
    "lever homonyme": lambda i: i.lever(Attribut.HOMONYME, PAR, LE, "dossiers distincts"),
    "lever douteuse": lambda i: i.lever(Attribut.DOUTEUSE, PAR, LE, "doute levé"),
    "lever fictive": lambda i: i.lever(Attribut.FICTIVE, PAR, LE, "formation finie"),
    "stocker": lambda i: Identite.depuis_stockage(i.vers_stockage()),
    "renommer": lambda i: i.model_copy(update={"nom_utilise": "Durand"}),
}


def identite(*gestes: str) -> Identite:
    etat = Identite(traits=TRAITS)
    for geste in gestes:
        etat = GESTES[geste](etat)
    return etat


CHEMINS = {P: (), R: ("accepter",), V: ("controler",), Q: ("accepter", "controler")}

# From each status (provisoire, récupérée, validée, qualifiée): where the event leads; None when it is refused.
TRANSITIONS: dict[str, tuple[StatutIdentite | None, ...]] = {
    "accepter": (R, R, Q, Q),
    "controler": (V, Q, V, Q),
    "corriger le nom": (P, P, P, P),
    "invalider": (None, P, None, V),
    "homonyme": (P, R, V, Q),
    "douteuse": (P, P, P, P),
    "fictive": (P, P, P, P),
    "lever douteuse": (None, None, None, None),
    "renommer": (P, R, V, Q),
    "stocker": (P, R, V, Q),
}
CAS = [
    (geste, depart, vers) for geste, ligne in TRANSITIONS.items() for depart, vers in zip(CHEMINS, ligne, strict=True)
]


@pytest.mark.parametrize(("geste", "depart", "vers"), CAS)
def test_each_event_from_each_status(geste: str, depart: StatutIdentite, vers: StatutIdentite | None) -> None:
    avant = identite(*CHEMINS[depart])
    assert avant.statut is depart
    if vers is None:
        with pytest.raises(IdentiteError):
            GESTES[geste](avant)
        return
    apres = GESTES[geste](avant)
    assert apres.statut is vers
    assert avant.statut is depart
    assert (apres.matricule is not None) is (vers in (R, Q))


@pytest.mark.exigence("RNIV/EXI-ID-26")
def test_what_each_event_leaves_in_the_history() -> None:
    vie = identite("controler", "accepter", "homonyme", "invalider", "douteuse", "lever douteuse", "corriger le nom")
    assert [(t.evenement, t.de, t.vers, t.preuve, t.objet) for t in vie.historique] == [
        (Evenement.PIECE_CONTROLEE, P, V, "passeport", None),
        (Evenement.INS_ACCEPTEE, V, Q, "réponse d'INSi uuid:1", None),
        (Evenement.ATTRIBUT_POSE, Q, Q, "deux dossiers proches", "homonyme"),
        (Evenement.INS_INVALIDEE, Q, V, "vérification négative", None),
        (Evenement.ATTRIBUT_POSE, V, P, "photographie discordante", "douteuse"),
        (Evenement.ATTRIBUT_LEVE, P, P, "doute levé", "douteuse"),
        (Evenement.TRAITS_MODIFIES, P, P, "acte de naissance présenté", "nom de naissance"),
    ]
    assert {(t.par, t.le) for t in vie.historique} == {(PAR, LE)}
    assert vie.attribut is Attribut.HOMONYME


def test_the_differences_accepted_are_named_not_quoted() -> None:
    decision = Decision(par=PAR, le=LE, differences_acceptees=DifferencesAcceptees(nom_naissance="Ecetinsi"))
    (passage,) = Identite(traits=AUTRES).accepter(REPONSE, decision).historique
    assert passage.objet == "nom de naissance"


@pytest.mark.exigence("RNIV/EXI-PP-19")
def test_a_completed_date_stays_marked_only_while_it_is_the_one_insi_gives() -> None:
    interpretes = TRAITS.model_copy(update={"nature_date": NatureDate.INTERPRETEE})
    meme = Identite(traits=interpretes).accepter(REPONSE, Decision(par=PAR, le=LE))
    assert meme.traits == interpretes
    decision = Decision(par=PAR, le=LE, differences_acceptees=DifferencesAcceptees(date_naissance="2009-07-14"))
    premier = interpretes.model_copy(update={"date_naissance": "2009-07-01"})
    assert Identite(traits=premier).accepter(REPONSE, decision).traits == TRAITS


GESTES_MOTIVES: list[Callable[[Identite, str], Identite]] = [
    lambda i, motif: i.modifier_traits(AUTRES, PAR, LE, motif),
    lambda i, motif: i.invalider_ins(PAR, LE, motif),
    lambda i, motif: i.marquer(Attribut.DOUTEUSE, PAR, LE, motif),
    lambda i, motif: i.lever(Attribut.HOMONYME, PAR, LE, motif),
]


@pytest.mark.parametrize("geste", GESTES_MOTIVES)
def test_nothing_changes_without_a_reason(geste: Callable[[Identite, str], Identite]) -> None:
    avant = identite("accepter", "controler", "homonyme")
    assert geste(avant, "relu").historique[-1].preuve == "relu"
    with pytest.raises(ChampInvalideError, match="preuve"):
        geste(avant, " ")


def test_a_reason_is_not_printed_and_no_number_is_left_behind() -> None:
    vie = identite("accepter", "controler", "fictive")
    assert "109076322083489"[:13] not in vie.model_dump_json()
    assert not any(mot in repr(vie.historique) for mot in ("MARTIN", "formation", "uuid:1"))


def test_telling_the_first_name_apart_drops_no_evidence() -> None:
    qualifiee = identite("accepter", "controler")
    autre = qualifiee.modifier_traits(TRAITS.avec_premier_prenom("Pierre Alain Muriel"), PAR, LE, "pièce relue")
    assert autre.statut is Q
    assert autre.traits.premier_prenom == "PIERRE-ALAIN MURIEL"
    assert autre.historique == qualifiee.historique


@pytest.mark.exigence("RNIV/EXI-ID-24")
@pytest.mark.parametrize(
    ("pose", "ajoute", "ensemble"),
    [
        ("homonyme", "douteuse", Attribut.HOMONYME_DOUTEUSE),
        ("douteuse", "homonyme", Attribut.HOMONYME_DOUTEUSE),
        ("douteuse", "douteuse", Attribut.DOUTEUSE),
        ("homonyme", "fictive", None),
        ("fictive", "homonyme", None),
        ("fictive", "douteuse", None),
        ("douteuse", "fictive", None),
    ],
)
def test_only_homonyme_and_douteuse_go_together(pose: str, ajoute: str, ensemble: Attribut | None) -> None:
    avant = identite(pose)
    if ensemble is None:
        with pytest.raises(IdentiteError, match=ajoute):
            GESTES[ajoute](avant)
    else:
        assert GESTES[ajoute](avant).attribut is ensemble


@pytest.mark.exigence("RNIV/EXI-ID-26")
@pytest.mark.parametrize("gestes", [("douteuse",), ("fictive",), ("homonyme", "douteuse")])
def test_a_blocking_attribute_forbids_everything(gestes: tuple[str, ...]) -> None:
    bloquee = identite("accepter", "controler", *gestes)
    assert (bloquee.statut, bloquee.interdits) == (P, tuple(ActeIdentite))
    with pytest.raises(IdentiteError, match="INSi ne doit pas"):
        bloquee.exiger_interrogeable()
    with pytest.raises(ChampInvalideError, match="douteuse ou fictive"):
        bloquee.controler(CONTROLE)
    with pytest.raises(IdentiteError, match="seule une identité qualifiée"):
        bloquee.qualifiee()


def test_a_lifted_doubt_does_not_bring_the_evidence_back() -> None:
    levee = identite("accepter", "controler", "homonyme", "douteuse", "lever douteuse")
    assert (levee.statut, levee.attribut, levee.matricule) == (P, Attribut.HOMONYME, None)
    levee.exiger_interrogeable()


def test_storage_that_lost_evidence_says_so_and_its_history_proves_nothing() -> None:
    stocke = identite("accepter", "controler").vers_stockage()
    sans = Identite.depuis_stockage(stocke | {"controle": None})
    assert (sans.statut, sans.preuve_perdue) == (R, True)
    seule = Identite.depuis_stockage({"traits": stocke["traits"], "historique": stocke["historique"]})
    assert (seule.statut, seule.matricule, seule.preuve_perdue) == (P, None, True)
    assert not Identite.depuis_stockage(stocke).preuve_perdue


def test_what_was_stored_before_there_was_a_history_comes_back() -> None:
    stocke = identite("accepter", "controler").vers_stockage()
    del stocke["historique"]
    ancienne = Identite.depuis_stockage(stocke)
    assert (ancienne.statut, ancienne.historique, ancienne.preuve_perdue) == (Q, (), False)


@given(st.lists(st.sampled_from(sorted(GESTES)), max_size=12))
def test_whatever_happens_evidence_status_and_history_agree(gestes: list[str]) -> None:
    etat = Identite(traits=TRAITS)
    for geste in gestes:
        avant = etat.vers_stockage()
        try:
            suivant = GESTES[geste](etat)
        except SegurError:
            assert etat.vers_stockage() == avant
            continue
        assert suivant.historique[: len(etat.historique)] == etat.historique
        assert len(suivant.historique) - len(etat.historique) == (geste not in ("stocker", "renommer"))
        if geste.startswith("accepter"):
            # What differed was named, and nothing else was.
            assert (geste == "accepter") is (etat.traits.nom_naissance == TRAITS.nom_naissance)
        etat = suivant
        preuves = (etat.reponse is not None, etat.controle is not None)
        assert etat.statut is {(False, False): P, (True, False): R, (False, True): V, (True, True): Q}[preuves]
        assert isinstance(etat, IdentiteQualifiee) is (etat.statut is Q)
        assert (etat.matricule is not None) is (ActeIdentite.CONSERVER_INS not in etat.interdits)
        assert (etat.statut is Q) is (ActeIdentite.TRANSMETTRE_INS not in etat.interdits)
        if etat.attribut and etat.attribut.bloquant:
            assert etat.statut is P
        if etat.reponse:
            assert etat.traits.par_trait == TRAITS.par_trait
        assert not etat.preuve_perdue
        assert all(avant.vers is apres.de for avant, apres in pairwise(etat.historique))
        assert [t.de for t in etat.historique[:1]] in ([], [P])


PAGE = (PROJECT / "docs" / "identite.md").read_text(encoding="utf-8")
LIGNES = {
    "réponse d'INSi acceptée": ("accepter",),
    "pièce contrôlée": ("controler",),
    "trait strict modifié": ("corriger le nom",),
    "vérification négative": ("invalider",),
    "attribut douteuse ou fictive": ("douteuse", "fictive"),
    "attribut homonyme": ("homonyme",),
}


@pytest.mark.parametrize("ligne", LIGNES)
def test_the_page_tells_where_each_event_leads(ligne: str) -> None:
    (suites,) = re.findall(rf"^\| {ligne} \| `\w+` \| (.+) \|$", PAGE, re.MULTILINE)
    for geste in LIGNES[ligne]:
        assert suites.split(" | ") == [vers.value if vers else "refusé" for vers in TRANSITIONS[geste]]


def test_the_page_tells_what_each_status_and_attribute_forbids() -> None:
    lignes = dict(re.findall(r"^\| (\S[^|]*?) \|.*\| ([^|]+?) \|$", PAGE, re.MULTILINE))
    for qui, actes in INTERDITS.items():
        dits = "tout" if actes == set(ActeIdentite) else ", ".join(a for a in ActeIdentite if a in actes) or "rien"
        assert lignes[qui.value] == dits, qui
