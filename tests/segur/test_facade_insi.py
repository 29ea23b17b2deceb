"""INSi through the facade, over real sockets: carte Vitale by each door, Pro Santé Connect only when set up."""

from __future__ import annotations

import asyncio
import dataclasses
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pytest

from segur_socles._core.run import Exchange
from segur_socles.credentials.secret import Secret
from segur_socles.errors import AccesRefuseError, ConfigurationError, ServiceError
from segur_socles.ins.paquet import PaquetInsi
from segur_socles.ins.psc import PortageJeton, PscInsi
from segur_socles.ins.types import InsAbsente, InsMultiple, InsTrouvee
from segur_socles.ins.vitale import LectureVitale
from segur_socles.personnes.identite import ControleIdentite, StatutIdentite
from segur_socles.personnes.professionnel import Motif, MoyenAuthentification
from segur_socles.personnes.traits import Sexe, TraitsIdentite
from segur_socles.sandbox.sandbox import Sandbox
from segur_socles.segur.acces import ModeInsi
from segur_socles.segur.facade import AsyncSegur, Segur
from segur_socles.trace.sinks import MemorySink

both = pytest.mark.parametrize("mode", ["sync", "async"])
TRAITS = TraitsIdentite(
    nom_naissance="NESSI",
    prenoms=("MICHELANGELO", "ANTHONY"),
    sexe=Sexe.MASCULIN,
    date_naissance="2010-08-07",
    lieu_naissance="63220",
)
JETON = "jeton-opaque-canari-4f0e9a53"


def lecture(ouvrant: str, date: str, rang: int = 1, individu: str | None = None) -> LectureVitale:
    matricule = individu and {"numero": individu}
    donnees = {"ouvrant_droit": {"numero": ouvrant}, "individu": matricule}
    return LectureVitale.model_validate({**donnees, "date_naissance": date, "rang_naissance": rang})


ENFANT = lecture("2770763220829", "2010-08-07")


class Lecteur:
    """A reader that has no card: it writes what one would."""

    def assertion(self, emetteur: str) -> bytes:
        instant = datetime.now(UTC).isoformat()
        return (
            f'<v:Assertion xmlns:v="urn:oasis:names:tc:SAML:2.0:assertion" ID="_v" IssueInstant="{instant}" '
            f'Version="2.0"><v:Issuer>{emetteur}</v:Issuer><v:Subject><v:NameID NameQualifier="VITALE">'
            "1234567890123456</v:NameID></v:Subject></v:Assertion>"
        ).encode()


def jouer(
    mode: str, config: Any, acteur: Any, appel: Callable[[Any], Any], *, options: Any = None, **facade: Any
) -> Any:
    options = {"motif": Motif.PRISE_EN_CHARGE, **(options or {})}
    if mode == "sync":
        with Segur(config, **facade) as segur:
            return appel(segur.au_nom_de(acteur, **options).insi)

    async def asynchrone() -> Any:
        async with AsyncSegur(config, **facade) as segur:
            return await appel(segur.au_nom_de(acteur, **options).insi)

    return asyncio.run(asynchrone())


@both
def test_a_child_by_the_card_of_a_parent_to_a_qualified_identity(segur_sandbox: Sandbox, mode: str) -> None:
    config, acteur = segur_sandbox.config, segur_sandbox.acteur
    issue = jouer(mode, config, acteur, lambda insi: insi.rechercher_par_vitale(ENFANT, TRAITS))
    assert isinstance(issue, InsTrouvee)
    assert (issue.identite.differences, issue.identite.differences_vitale, issue.avertissements) == ((), (), ())
    qualifiee = issue.identite.qualifier(ControleIdentite.CARTE_IDENTITE, par=acteur)
    assert (qualifiee.statut, qualifiee.matricule.numero) == (StatutIdentite.QUALIFIEE, "1100863220830")


@both
def test_card_mode_with_the_second_assertion(segur_sandbox: Sandbox, mode: str) -> None:
    avant = len(segur_sandbox.journal.entrees)
    carte = {"insi": ModeInsi.CARTE}
    for lecteur in (None, Lecteur()):
        issue = jouer(
            mode,
            segur_sandbox.config,
            segur_sandbox.acteur,
            lambda insi, lecteur=lecteur: insi.rechercher_par_vitale(ENFANT, lecteur=lecteur),
            options=carte,
        )
        assert isinstance(issue, InsTrouvee)
    sans, avec = segur_sandbox.journal.entrees[avant:]
    assert all(v.ok for entree in (sans, avec) for v in entree.verdicts)
    assert [any("Vitale : NameID" in v.controle for v in entree.verdicts) for entree in (sans, avec)] == [False, True]


@both
def test_other_outcomes_and_a_fault(segur_sandbox: Sandbox, mode: str) -> None:
    config, acteur = segur_sandbox.config, segur_sandbox.acteur
    for lue, type_attendu in (
        (lecture("1500163220001", "1950-01-01"), InsAbsente),
        (lecture("2760775056993", "2014-02-01"), InsMultiple),
    ):
        issue = jouer(mode, config, acteur, lambda insi, lue=lue: insi.rechercher_par_vitale(lue))
        assert isinstance(issue, type_attendu)
    segur_sandbox.pannes.activer("desir_560", service="insi")
    with pytest.raises(ServiceError) as caught:
        jouer(mode, config, acteur, lambda insi: insi.rechercher_par_vitale(ENFANT))
    assert caught.value.detail_code == "desir_560"


def test_the_journal_and_the_traces_hold_nothing_of_the_card(segur_sandbox: Sandbox) -> None:
    avant, sink = len(segur_sandbox.journal.entrees), MemorySink()
    individu = lecture("2770763220829", "2010-08-07", individu="1100863220830")
    jouer("sync", segur_sandbox.config, segur_sandbox.acteur, lambda i: i.rechercher_par_vitale(individu), traces=sink)
    vus = repr(segur_sandbox.journal.entrees[avant:]) + "".join(record.en_json() for record in sink.records)
    assert not [s for s in ("2770763220829", "1100863220830", "2010-08-07", "NESSI") if s in vus]


# --- Pro Santé Connect ---

PSC = PscInsi(
    porter=lambda jeton: PortageJeton((("X-Essai", jeton.reveler()),)),
    emetteur=lambda qui: qui.professionnel.id_nat,
    issuer=lambda _: "urn:essai",
)
REGLE = {"insi": ModeInsi.PSC, "jeton_psc": lambda: Secret(JETON)}


def connecte(sandbox: Sandbox) -> Any:
    return sandbox.acteur.model_copy(update={"moyen": MoyenAuthentification.PRO_SANTE_CONNECT})


def reglee(sandbox: Sandbox, **adresses: Any) -> Any:
    # The address of cards stands in: the sandbox does not play a contract that is not public.
    adresses = {"insi_psc": sandbox.environment.insi_carte, **adresses}
    return dataclasses.replace(sandbox.config, environment=sandbox.environment.model_copy(update=adresses))


@both
@pytest.mark.parametrize("manque", ["environment.insi_psc", "paquet_insi.psc", "jeton_psc"])
def test_what_is_missing_is_named_and_nothing_is_sent(segur_sandbox: Sandbox, mode: str, manque: str) -> None:
    config = segur_sandbox.config if manque == "environment.insi_psc" else reglee(segur_sandbox)
    paquet = PaquetInsi(psc=None if manque == "paquet_insi.psc" else PSC)
    options = {**REGLE, "jeton_psc": None} if manque == "jeton_psc" else REGLE
    avant, vus = len(segur_sandbox.journal.entrees), list[Exchange]()
    with pytest.raises(ConfigurationError) as caught:
        jouer(
            mode,
            config,
            connecte(segur_sandbox),
            lambda insi: insi.rechercher(TRAITS),
            options=options,
            paquet_insi=paquet,
            observer=vus.append,
        )
    assert (caught.value.champ, vus, len(segur_sandbox.journal.entrees)) == (manque, [], avant)
    assert "paquet officiel" in str(caught.value.remede)
    assert JETON not in str(caught.value)


@pytest.mark.parametrize("moyen", [MoyenAuthentification.MOT_DE_PASSE, MoyenAuthentification.AUTOMATE])
def test_only_who_logged_in_there_calls_by_it(segur_sandbox: Sandbox, moyen: MoyenAuthentification) -> None:
    acteur = segur_sandbox.acteur.model_copy(update={"moyen": moyen})
    with pytest.raises(AccesRefuseError, match="Pro Santé Connect"):
        jouer(
            "sync",
            reglee(segur_sandbox),
            acteur,
            lambda insi: insi.rechercher(TRAITS),
            options=REGLE,
            paquet_insi=PaquetInsi(psc=PSC),
        )


@both
def test_the_token_arrives_where_it_was_told_to_and_is_kept_nowhere(segur_sandbox: Sandbox, mode: str) -> None:
    vus, sink = list[Exchange](), MemorySink()
    avant = len(segur_sandbox.journal.entrees)
    with pytest.raises(ServiceError) as caught:
        jouer(
            mode,
            reglee(segur_sandbox),
            connecte(segur_sandbox),
            lambda insi: insi.rechercher(TRAITS),
            options=REGLE,
            paquet_insi=PaquetInsi(psc=PSC),
            observer=vus.append,
            traces=sink,
        )
    assert caught.value.detail_code == "SANDBOX_ASSERTION_SIGNATURE", "it is not signed, and cards sign"
    (echange,) = vus
    assert echange.request.url == segur_sandbox.environment.insi_carte
    assert dict(echange.request.headers)["X-Essai"] == JETON
    gardes = repr(segur_sandbox.journal.entrees[avant:]) + "".join(r.en_json() for r in sink.records)
    assert JETON not in gardes + str(caught.value) + repr(caught.value.to_dict())


def test_the_address_of_psc_mode_is_one_of_the_environment(segur_sandbox: Sandbox) -> None:
    environment = reglee(segur_sandbox, insi_psc="https://localhost:9443/lps").environment
    assert ("localhost", 9443) in environment.origines
    assert ("localhost", 9443) not in segur_sandbox.environment.origines


@pytest.mark.parametrize("facade", [Segur, AsyncSegur])
@pytest.mark.parametrize("insi", [ModeInsi.CERTIFICAT, ModeInsi.CARTE])
def test_a_token_given_for_another_mode_is_refused_at_once(facade: Any, insi: ModeInsi) -> None:
    with Sandbox() as bac:
        segur = facade(bac.config)
        with pytest.raises(ConfigurationError, match="n'est pas appelé par Pro Santé Connect") as caught:
            segur.au_nom_de(bac.acteur, motif=Motif.ADMISSION, insi=insi, jeton_psc=lambda: Secret(JETON))
    assert caught.value.champ == "jeton_psc"
