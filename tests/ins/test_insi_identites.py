"""Each test identity of the national scenarios, and each public fault, through the public API and the sandbox."""

from __future__ import annotations

import asyncio
import shutil
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from insi_outils import traits

from judges import reference
from segur_socles import AsyncSegur, InsAbsente, InsMultiple, InsTrouvee, Motif, Sandbox, Segur, TraitsIdentite
from segur_socles._core.retry import RetryPolicy
from segur_socles.credentials.configuration import Configuration
from segur_socles.credentials.profil import lire_profil
from segur_socles.errors import AuthentificationError, CertificatRefuseError, ServiceError
from segur_socles.ins.codes import CODES
from segur_socles.personnes.professionnel import Acteur
from segur_socles.sandbox.insi.fautes import FAUTES
from segur_socles.sandbox.insi.service import ReglagesInsi
from segur_socles.sandbox.pannes import PANNES, Effet
from segur_socles.sandbox.profil import ecrire_profil

SANS_ATTENTE = RetryPolicy(base=0.0)
Recherche = Callable[[TraitsIdentite], Any]


def bloquante(config: Configuration, acteur: Acteur) -> Recherche:
    def rechercher(personne: TraitsIdentite) -> Any:
        with Segur(config, policy=SANS_ATTENTE) as segur:
            return segur.au_nom_de(acteur, motif=Motif.ADMISSION).insi.rechercher(personne)

    return rechercher


def asynchrone(config: Configuration, acteur: Acteur) -> Recherche:
    async def rechercher(personne: TraitsIdentite) -> Any:
        async with AsyncSegur(config, policy=SANS_ATTENTE) as segur:
            return await segur.au_nom_de(acteur, motif=Motif.ADMISSION).insi.rechercher(personne)

    return lambda personne: asyncio.run(rechercher(personne))


@pytest.fixture(params=[bloquante, asynchrone], ids=["sync", "async"])
def rechercher(request: pytest.FixtureRequest, segur_sandbox: Sandbox) -> Recherche:
    """Search with the facade, either one."""
    return request.param(segur_sandbox.config, segur_sandbox.acteur)


# --- test identities ---

NIR, NIA = "1.2.250.1.213.1.4.8", "1.2.250.1.213.1.4.9"

# Traits typed → codes answered, call after call; number, key, OID and first names answered; former numbers.
TROUVEES: dict[str, tuple[TraitsIdentite, list[str], tuple[str, str, str], str, list[str]]] = {
    "2.03/1": (
        traits("D'ARTAGNAN DE L'HERAULT", ["PIERRE-ALAIN"], "M", "2001-06-17", "63220"),
        ["00"],
        ("1010663220754", "60", NIR),
        "PIERRE-ALAIN",
        [],
    ),
    "2.03/2": (
        traits("ADRTROIS", ["TOUSSAINT"], "M", "1960-01-01", "2B020"),
        ["00"],
        ("160012B020777", "13", NIR),
        "TOUSSAINT",
        [],
    ),
    "2.04": (
        traits("ECETINSI", ["PIERRE-ALAIN"], "M", "2009-07-14", "63220"),
        ["00"],
        ("1090763220834", "89", NIR),
        "PIERRE-ALAIN MURIEL FLORIANT",
        ["209076322083439", "209066322012355"],
    ),
    "2.05": (
        traits("PROVISOIRE", ["MATRICULE"], "M", "2009-07-01", "63220"),
        ["00"],
        ("1090763220888", "35", NIA),
        "MATRICULE",
        [],
    ),
    "2.06/2": (
        # The number of this one was never published: the sandbox's own.
        traits("DE VINCI", ["LEONARDO"], "M", "2014-02-01", "63220"),
        ["02", "00"],
        ("1140263220991", "92", NIR),
        "LEONARDO",
        [],
    ),
    "2.07/1": (
        traits("TCHITCHI", ["OLA", "CATARINA", "BELLA"], "F", "1936-06-21", "63220"),
        ["01", "00"],
        ("2360663220836", "56", NIR),
        "CATARINA BELLA",
        [],
    ),
    "2.08/1": (
        traits("CORSE", ["ANTHONY"], "M", "1980-03-02", "2B020"),
        ["00"],
        ("180032B020401", "23", NIR),
        "ANTHONY",
        ["180032B02040123"],
    ),
    "2.08/2": (
        traits("HERMANN", ["GATIEN"], "M", "1981-03-24", "63220"),
        ["00"],
        ("1810363220456", "60", NIR),
        "GATIEN",
        ["181036322045660", "281036322045610"],
    ),
    "ADRUN": (traits("ADRUN", ["ZOE"], "F", "1975-12-31", "63220"), ["00"], ("2751263220749", "74", NIR), "ZOE", []),
    "ADRTROIS D": (
        traits("ADRTROIS", ["DOMINIQUE"], "F", "1997-02-26", "2A020"),
        ["00"],
        ("297022A020778", "78", NIR),
        "DOMINIQUE",
        [],
    ),
    "ADRDEUX": (
        traits("ADRDEUX", ["LAURENT"], "M", "1981-01-01", "63220"),
        ["00"],
        ("1810163220751", "40", NIR),
        "LAURENT",
        [],
    ),
    "NESSI": (
        traits("NESSI", ["MICHELANGELO"], "M", "2010-08-07", "63220"),
        ["00"],
        ("1100863220830", "60", NIR),
        "MICHELANGELO ANTHONY",
        [],
    ),
    "PATB": (
        traits("PATB-QUATRE", ["LAURENCE"], "F", "1907-05-25", "85756"),
        ["00"],
        ("2070585756270", "97", NIR),
        "LAURENCE",
        [],
    ),
}

SANS_INS: dict[str, tuple[TraitsIdentite, type, list[str]]] = {
    "2.06/1": (traits("DE VINCI", ["LEONARDO"], "M", "2014-02-01"), InsMultiple, ["02"]),
    "2.07/2": (
        traits("HOUILLES", ["PIERRE", "PAUL", "JACQUES"], "M", "1993-01-27"),
        InsAbsente,
        ["01", "01", "01", "01"],
    ),
}

TECHNIQUES = {
    "2.03/3": traits("D’ÆION", ["CŒUR"], "M", "1987-01-01", "2B020"),
    "2.03/3 bis": traits("D’ÆION", ["CŒUR"], "M", "1987-01-25", "2B020"),
    "DE VINCI R": traits("DE VINCI", ["RUTH"], "F", "1976-07-14"),
}


def test_every_test_identity_has_its_case() -> None:
    assert len({nom.removesuffix(" bis") for nom in (*TROUVEES, *SANS_INS, *TECHNIQUES)}) == 17


@pytest.mark.parametrize("nom", TROUVEES)
def test_identity_that_is_found(rechercher: Recherche, nom: str) -> None:
    personne, codes, matricule, prenoms, anciens = TROUVEES[nom]
    issue = rechercher(personne)
    assert isinstance(issue, InsTrouvee)
    assert [essai.code for essai in issue.essais] == codes
    reponse = issue.identite.reponse
    assert (reponse.matricule.numero, reponse.matricule.cle, reponse.matricule.oid) == matricule
    assert [ancien.matricule.valeur for ancien in reponse.historique] == anciens
    rendus = reponse.traits
    assert rendus.liste_prenoms == prenoms
    assert (rendus.nom_naissance, rendus.sexe, rendus.date_naissance, rendus.lieu_naissance) == (
        personne.nom_naissance,
        personne.sexe,
        personne.date_naissance,
        personne.lieu_naissance,
    )


@pytest.mark.parametrize("nom", ["2.08/2"])
def test_wrong_keys_are_kept_and_said(rechercher: Recherche, nom: str) -> None:
    issue = rechercher(TROUVEES[nom][0])
    fausses = [a for a in issue.avertissements if a.startswith("la clé")]
    assert (len(fausses), len(issue.avertissements)) == (3, 4)
    assert issue.identite.reponse.matricule.cle_non_conforme
    assert all(avertissement in issue.explication for avertissement in issue.avertissements)


@pytest.mark.parametrize("nom", ["2.08/1", "2.08/2"])
def test_a_number_repeated_in_the_history_is_kept_and_said(rechercher: Recherche, nom: str) -> None:
    issue = rechercher(TROUVEES[nom][0])
    assert issue.identite.reponse.historique[0].matricule == issue.identite.reponse.matricule
    assert "l'ancien INS n° 1 répète un matricule déjà lu dans la réponse" in issue.avertissements


@pytest.mark.parametrize("nom", sorted(TROUVEES.keys() - {"2.08/1", "2.08/2"}))
def test_nothing_is_odd_about_the_others(rechercher: Recherche, nom: str) -> None:
    assert rechercher(TROUVEES[nom][0]).avertissements == ()


@pytest.mark.parametrize("nom", SANS_INS)
def test_identity_that_is_not_found_or_not_alone(rechercher: Recherche, nom: str) -> None:
    personne, attendue, codes = SANS_INS[nom]
    issue = rechercher(personne)
    assert type(issue) is attendue
    assert [essai.code for essai in issue.essais] == codes


@pytest.mark.parametrize("nom", TECHNIQUES)
def test_identity_that_gives_a_technical_fault(rechercher: Recherche, nom: str) -> None:
    with pytest.raises(ServiceError) as caught:
        rechercher(TECHNIQUES[nom])
    error = caught.value
    assert (error.code, error.detail_code, error.retryable) == ("siram_40", "insi_102", True)


def test_typographic_signs_are_normalised_before_sending() -> None:
    personne = TECHNIQUES["2.03/3"]
    assert (personne.nom_naissance, personne.prenoms) == ("D'AEION", ("COEUR",))


def test_an_unknown_person_as_the_qualification_platform_answers() -> None:
    """A technical fault, not « aucune identité »; and the others are answered under the OID of production."""
    inconnu = traits("PERSONNE", ["AUCUNE"], "F", "1950-02-03")
    with Sandbox(insi=ReglagesInsi(qualification=True)) as sandbox:
        for facade in (bloquante, asynchrone):
            rechercher = facade(sandbox.config, sandbox.acteur)
            with pytest.raises(ServiceError, match="ne pas en conclure que la personne est inconnue") as caught:
                rechercher(inconnu)
            assert (caught.value.detail_code, caught.value.retryable) == ("insi_102", True)
            assert isinstance(rechercher(SANS_INS["2.07/2"][0]), InsAbsente)
            reponse = rechercher(TROUVEES["ADRUN"][0]).identite.reponse
            assert (reponse.matricule.oid, reponse.production) == (NIR, False)


# --- public faults ---

_NON_PUBLIE = "SANDBOX_SIRAM_NON_PUBLIE"
# Error, gateway code, severity, technical label, whether it may pass, a word of the remedy.
FAUTES_LUES: dict[str, tuple[type[ServiceError], str, str, str, bool, str]] = {
    "desir_550": (
        AuthentificationError,
        "siram_100",
        "erreur",
        "Numéro d'autorisation du logiciel inconnu.",
        False,
        "numéro d'autorisation du CNDA",
    ),
    "desir_560": (CertificatRefuseError, _NON_PUBLIE, "erreur", "Niveau d'accès insuffisant", False, "INSI-AUTO"),
    "desir_1020": (
        ServiceError,
        "siram_40",
        "fatale",
        "Le service appelé est temporairement indisponible",
        True,
        "réessayer plus tard",
    ),
    "insi_24": (ServiceError, _NON_PUBLIE, "erreur", "Le format du sexe est incorrect.", False, "M ou F"),
    "insi_102": (
        ServiceError,
        "siram_40",
        "fatal",
        "L'appel au service de recherche avec les traits d'identité renvoie une erreur technique.",
        True,
        "réessayer plus tard",
    ),
}


def test_each_public_fault_can_be_asked_for_by_its_code() -> None:
    demandables = {nom for nom, modele in PANNES.items() if modele.effet is Effet.FAUTER}
    assert demandables == FAUTES.keys() == FAUTES_LUES.keys()
    assert demandables <= CODES.keys()


@pytest.mark.parametrize("code", FAUTES_LUES)
def test_a_public_fault_is_read_whole(rechercher: Recherche, segur_sandbox: Sandbox, code: str) -> None:
    erreur, siram, severite, libelle, passagere, remede = FAUTES_LUES[code]
    appels = SANS_ATTENTE.attempts if passagere else 1
    segur_sandbox.pannes.activer(code, service="insi", fois=appels)
    deja = len(segur_sandbox.journal.entrees)
    with pytest.raises(ServiceError) as caught:
        rechercher(TROUVEES["ADRUN"][0])
    error = caught.value
    assert type(error) is erreur
    assert (error.service, error.code, error.detail_code, error.status) == ("insi", siram, code, 500)
    assert (error.severity, error.label, error.retryable) == (severite, libelle, passagere)
    assert remede in (error.remede or "")
    entrees = segur_sandbox.journal.entrees[deja:]
    assert [entree.code for entree in entrees] == [code] * appels
    assert error.correlation_id == entrees[-1].message_id
    assert segur_sandbox.pannes.actives == ()


def test_a_passing_fault_met_once_is_overcome(rechercher: Recherche, segur_sandbox: Sandbox) -> None:
    segur_sandbox.pannes.activer("desir_1020")
    assert isinstance(rechercher(TROUVEES["ADRUN"][0]), InsTrouvee)


def test_a_fault_set_for_another_service_does_not_touch_insi(rechercher: Recherche, segur_sandbox: Sandbox) -> None:
    segur_sandbox.pannes.activer("desir_560", service="dmp")
    assert isinstance(rechercher(TROUVEES["ADRUN"][0]), InsTrouvee)


# --- the editor's own contract ---

OFFICIEL = ("insi-wsdl", "DESIR_ICIR_EXP_1.5.0.wsdl")


def modifie(tmp_path: Path) -> Path:
    """A copy of the published contract whose operation has another action."""
    wsdl = Path(shutil.copytree(reference(OFFICIEL[0]), tmp_path)) / OFFICIEL[1]
    ecrit = wsdl.read_text("utf-8")
    action = ":1.0.0:rechercherInsAvecTraitsIdentite"
    assert action in ecrit
    wsdl.write_text(ecrit.replace(action, ":2.0.0:rechercherInsAvecTraitsIdentite"), "utf-8")
    return wsdl


def test_requests_are_made_from_the_editors_own_contract(segur_sandbox: Sandbox, tmp_path: Path) -> None:
    """The published one is answered as ours; one of another version is what is sent, so that it is refused."""
    personne = TROUVEES["ADRUN"][0]
    for facade in (bloquante, asynchrone):
        publie = facade(replace(segur_sandbox.config, wsdl_insi=reference(*OFFICIEL)), segur_sandbox.acteur)
        assert isinstance(publie(personne), InsTrouvee)
        autre = facade(
            replace(segur_sandbox.config, wsdl_insi=modifie(tmp_path / facade.__name__)), segur_sandbox.acteur
        )
        with pytest.raises(ServiceError) as caught:
            autre(personne)
        assert caught.value.detail_code == "SANDBOX_OPERATION"


def test_a_profile_names_the_contract(segur_sandbox: Sandbox, tmp_path: Path) -> None:
    profil = ecrire_profil(segur_sandbox, tmp_path / "bac").profil
    assert lire_profil(profil).wsdl_insi is None
    profil.write_text(profil.read_text("utf-8") + '\n[insi]\nwsdl = "icir/ICIR.wsdl"\n', "utf-8")
    assert lire_profil(profil).wsdl_insi == profil.parent / "icir" / "ICIR.wsdl"
