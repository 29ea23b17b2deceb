"""Pro Santé Connect mode: nothing without settings, the token where they say and nowhere else."""

from __future__ import annotations

import logging
from collections.abc import Callable
from typing import Any

import httpx
import pytest
from insi_outils import ADRUN, RPPS, URL, ZOE, Banc, Canal, Insi, acteur, appelant, faute, resultat
from lxml import etree

from golden_outils import GOLDEN
from segur_socles._core.ids import SeededIds
from segur_socles._core.retry import RetryPolicy
from segur_socles._core.run import AsyncRunner, Exchange, Runner
from segur_socles.credentials.secret import Secret
from segur_socles.errors import ConfigurationError, CredentialError, ServiceError
from segur_socles.ins.acces import AccesInsi
from segur_socles.ins.assertion import AttributsPs
from segur_socles.ins.client import AsyncInsiClient, InsiClient
from segur_socles.ins.psc import EntreePsc, PortageJeton, PscInsi
from segur_socles.ins.types import InsTrouvee
from segur_socles.personnes.professionnel import MoyenAuthentification
from segur_socles.trace.traceur import Traceur

JETON = "jeton-opaque-canari-4f0e9a53"
QUI = acteur(MoyenAuthentification.PRO_SANTE_CONNECT)
SAML = "{urn:oasis:names:tc:SAML:2.0:assertion}"


def porter(jeton: Secret) -> PortageJeton:
    fragment = f'<x:Jeton xmlns:x="urn:essai">{jeton.reveler()}</x:Jeton>'
    return PortageJeton((("X-Essai", f"Porteur {jeton.reveler()}"),), fragment.encode())


REGLAGES = PscInsi(porter=porter, emetteur=lambda _: "EMETTEUR", issuer=lambda qui: f"urn:essai:{qui.structure.nom}")


def parts(
    reglages: PscInsi = REGLAGES, jeton: Callable[[], Any] = lambda: Secret(JETON), sink: Any = None
) -> tuple[Any, Callable[[], AccesInsi], Traceur]:
    banc = Banc(Insi({}))
    acces = AccesInsi(
        Canal(),
        reglages.emetteur(QUI),
        URL,
        attributs=reglages.attributs(QUI) if reglages.attributs else None,
        psc=EntreePsc.de(reglages, QUI, jeton),
    )
    traceur = Traceur(sink or banc.sink, clock=banc.pour.clock, ids=SeededIds(1), cle=b"k" * 32)
    return appelant(), lambda: acces, traceur


def client(insi: Insi, **options: Any) -> InsiClient:
    runner = Runner(transport=lambda _: httpx.MockTransport(insi), policy=RetryPolicy(base=0.0))
    return InsiClient(*parts(**options), runner)


def test_golden_capture() -> None:
    """What is known of the assertion (probable); how the token travels here is an invention of this test."""
    insi = Insi({("ZOE", None): resultat("00", ZOE)})
    assert isinstance(client(insi).rechercher(ADRUN), InsTrouvee)
    assert insi.recues[0].decode() == (GOLDEN / "insi-rechercher-psc.xml").read_text(encoding="utf-8")
    assert insi.http[0].headers["X-Essai"] == f"Porteur {JETON}"


def test_the_assertion_is_not_signed_and_says_psc() -> None:
    attributs = AttributsPs("990000019", "01", "SA07", "10")
    reglages = PscInsi(
        porter=lambda _: PortageJeton(),
        emetteur=lambda _: "E",
        issuer=lambda _: "I <&>",
        format_issuer="urn:format",
        name_id=lambda _: "autre",
        attributs=lambda _: attributs,
    )
    insi = Insi({})
    client(insi, reglages=reglages).rechercher(ADRUN)
    (assertion,) = etree.fromstring(insi.recues[0]).iter(f"{SAML}Assertion")
    assert [etree.QName(e).localname for e in assertion] == ["Issuer", "Subject", "AttributeStatement"]
    issuer, nom = assertion[0], assertion.find(f"{SAML}Subject/{SAML}NameID")
    assert (issuer.text, issuer.get("Format")) == ("I <&>", "urn:format")
    assert (nom.text, nom.get("NameQualifier")) == ("autre", "PSC")
    assert [(a.get("Name"), a[0].text) for a in assertion.iter(f"{SAML}Attribute")] == [
        ("codeSpecialiteAMO", "01"),
        ("identifiantFacturation", "990000019"),
        ("gipProfessionCode", "10"),
    ]


def test_by_default_the_name_is_the_professionals_and_the_structure_pays() -> None:
    insi = Insi({})
    client(insi).rechercher(ADRUN)
    (assertion,) = etree.fromstring(insi.recues[0]).iter(f"{SAML}Assertion")
    assert assertion.findtext(f"{SAML}Subject/{SAML}NameID") == RPPS
    assert [a[0].text for a in assertion.iter(f"{SAML}Attribute")] == ["0B0152872"]


@pytest.mark.parametrize("vide", ["  ", "", None, 8])
@pytest.mark.parametrize("champ", ["issuer", "name_id"])
def test_an_empty_setting_is_named(champ: str, vide: Any) -> None:
    vides: dict[str, Any] = {champ: lambda _: vide}
    reglages = PscInsi(**({"porter": porter, "emetteur": lambda _: "E", "issuer": lambda _: "I"} | vides))
    with pytest.raises(ConfigurationError) as caught:
        EntreePsc.de(reglages, QUI, lambda: Secret(JETON))
    assert caught.value.champ == f"paquet_insi.psc.{champ}"


MAUVAIS: dict[str, Callable[[Secret], Any]] = {
    "retour à la ligne": lambda j: PortageJeton((("X-A", f"a\r\nX-B: {j.reveler()}"),)),
    "nom vide": lambda j: PortageJeton((("", j.reveler()),)),
    "nom avec deux-points": lambda j: PortageJeton((("X:A", j.reveler()),)),
    "valeur vide": lambda _: PortageJeton((("X-A", ""),)),
    "accent": lambda j: PortageJeton((("X-A", f"é{j.reveler()}"),)),
    "type de contenu": lambda j: PortageJeton((("Content-Type", j.reveler()),)),
    "hôte": lambda j: PortageJeton((("HOST", j.reveler()),)),
    "XML mal formé": lambda j: PortageJeton((), f"<a>{j.reveler()}".encode()),
    "texte nu": lambda j: PortageJeton((), j.reveler().encode()),
    "ferme Security": lambda j: PortageJeton((), f"</f><f>{j.reveler()}".encode()),
    "préfixe inconnu": lambda j: PortageJeton((), f"<a:b>{j.reveler()}</a:b>".encode()),
    "rien": lambda _: None,
    "texte": lambda j: j.reveler(),
    "exception": lambda j: (_ for _ in ()).throw(ValueError(j.reveler())),
}


@pytest.mark.parametrize("nom", MAUVAIS)
def test_a_token_that_cannot_be_carried_sends_nothing_and_is_not_told(nom: str) -> None:
    insi = Insi({})
    reglages = PscInsi(porter=MAUVAIS[nom], emetteur=lambda _: "E", issuer=lambda _: "I")
    with pytest.raises((ConfigurationError, CredentialError)) as caught:
        client(insi, reglages=reglages).rechercher(ADRUN)
    assert insi.recues == []
    error: BaseException | None = caught.value
    while error is not None:
        assert JETON not in f"{error} {error!r} {error.__dict__}"
        error = error.__cause__ or error.__context__


@pytest.mark.parametrize("jeton", [None, JETON, Secret(""), Secret("  ")])
def test_no_token_no_call(jeton: Any) -> None:
    insi = Insi({})
    with pytest.raises(ConfigurationError) as caught:
        client(insi, jeton=lambda: jeton).rechercher(ADRUN)
    assert (caught.value.champ, insi.recues) == ("jeton_psc", [])


def test_a_renewal_that_fails_is_told_by_its_kind() -> None:
    def echouer() -> Secret:
        raise OSError(JETON)

    insi = Insi({})
    with pytest.raises(CredentialError, match="OSError") as caught:
        client(insi, jeton=echouer).rechercher(ADRUN)
    assert insi.recues == []
    assert JETON not in f"{caught.value!r}{caught.value.__context__!r}{caught.value.__cause__!r}"


def test_the_token_of_the_moment_is_asked_at_each_attempt() -> None:
    donnes: list[str] = []

    def jeton() -> Secret:
        donnes.append(f"jeton-{len(donnes)}")
        return Secret(donnes[-1])

    insi = Insi({("ZOE", None): lambda: (500, faute("siram_40", "desir_1020"))})
    with pytest.raises(ServiceError):
        client(insi, jeton=jeton).rechercher(ADRUN)
    assert [r.headers["X-Essai"] for r in insi.http] == ["Porteur jeton-0", "Porteur jeton-1", "Porteur jeton-2"]


def test_the_token_is_in_no_log_trace_repr_nor_error(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    banc = Banc(Insi({}))
    insi = Insi({("ZOE", None): lambda: (500, faute("siram_77", "insi_9", libelle=f"jeton {JETON} refusé"))})
    porte = client(insi, sink=banc.sink)
    with pytest.raises(ServiceError) as caught:
        porte.rechercher(ADRUN)
    entree = EntreePsc.de(REGLAGES, QUI, lambda: Secret(JETON))
    acces = parts()[1]()
    vus = [caplog.text, str(caught.value), repr(caught.value.__dict__), repr(porter(Secret(JETON))), repr(entree)]
    vus += [repr(acces), repr(REGLAGES), repr(porte), *(r.en_json() for r in banc.sink.records)]
    assert not [texte for texte in vus if JETON in texte]
    assert (acces.mode, banc.sink.records[0].objet["mode"]) == ("psc", "psc")


def test_the_token_goes_to_the_configured_origin_alone() -> None:
    insi = Insi({})
    runner = Runner(transport=lambda _: httpx.MockTransport(insi), origins=frozenset({("ailleurs.invalid", 443)}))
    with pytest.raises(ConfigurationError, match="n'appartient pas à l'environnement"):
        InsiClient(*parts(), runner).rechercher(ADRUN)
    assert insi.recues == []


async def test_asynchronous_client_does_the_same() -> None:
    bloquant, asynchrone = Insi({}), Insi({})
    client(bloquant).rechercher(ADRUN)
    runner = AsyncRunner(transport=lambda _: httpx.MockTransport(asynchrone))
    await AsyncInsiClient(*parts(), runner).rechercher(ADRUN)
    assert asynchrone.recues == bloquant.recues
    assert asynchrone.http[0].headers["X-Essai"] == f"Porteur {JETON}"


def test_what_an_observer_prints_does_not_show_the_token() -> None:
    vus: list[Exchange] = []
    runner = Runner(transport=lambda _: httpx.MockTransport(Insi({})), observer=vus.append)
    InsiClient(*parts(), runner).rechercher(ADRUN)
    assert dict(vus[0].request.headers)["X-Essai"] == f"Porteur {JETON}"  # whole, for who asks for it
    assert not [vu for vu in vus if JETON in repr(vu)]
