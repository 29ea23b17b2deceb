"""A foreign client: zeep, made from the published WSDL alone, drives the sandbox."""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
import requests
import zeep
from lxml import etree

from judges import reference
from segur_socles.sandbox.donnees import EHPAD
from segur_socles.sandbox.sandbox import Sandbox


class HorsLigne(zeep.Transport):
    """The WSDL names one schema by its web address; it is read from the reference, and nothing else is fetched."""

    def load(self, url: str) -> Any:
        if url.endswith("/ws-addr.xsd"):
            return reference("insi-wsdl", "xsd", "ws-addr.xsd").read_bytes()
        assert not url.startswith("http"), url
        return super().load(url)


class Action(zeep.Plugin):
    """Adds wsa:Action, which the WSDL does not declare."""

    def egress(self, envelope: Any, http_headers: Any, operation: Any, binding_options: Any) -> Any:
        del binding_options
        header = envelope.find("{http://www.w3.org/2003/05/soap-envelope}Header")
        etree.SubElement(header, "{http://www.w3.org/2005/08/addressing}Action").text = operation.soapaction
        return envelope, http_headers


@pytest.fixture(scope="module")
def sandbox() -> Iterator[Sandbox]:
    with Sandbox() as sandbox:
        yield sandbox


@pytest.fixture(scope="module")
def service(sandbox: Sandbox, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Any]:
    dossier: Path = tmp_path_factory.mktemp("zeep")
    ancres = dossier / "ancres.pem"
    ancres.write_text(sandbox.pki.ancres_pem)
    session = requests.Session()
    session.trust_env = False
    session.verify = str(ancres)
    certificat, cle = sandbox.certificats(EHPAD).insi_manu.ecrire(dossier, "insi")
    session.cert = (str(certificat), str(cle))
    wsdl = str(reference("insi-wsdl", "DESIR_ICIR_EXP_1.5.0.wsdl"))
    client = zeep.Client(wsdl, transport=HorsLigne(session=session), plugins=[Action()])
    yield client.create_service(
        "{http://www.cnamts.fr/webservice}ICIRServiceBinding", str(sandbox.environment.insi_certificat)
    )
    session.close()


def entetes(couverture: dict[str, Any] | None = None) -> dict[str, Any]:
    commun = {"Id": str(uuid.uuid4()), "Temps": datetime.now(UTC), "Emetteur": "1990000019"}
    logiciel = {"IDAM": {"_value_1": "A-OBTENIR", "R": "4"}, "Version": "1.0", "Nom": "urn:lps:JUGE:1.0"}
    return {
        "NO1_ContexteBAM": {**commun, "COUVERTURE": couverture or {}, "Version": "01_02", "Nature": "CTXBAM"},
        "NO1_ContexteLPS": {**commun, "LPS": logiciel, "Version": "01_00", "Nature": "CTXLPS"},
        "NO1_MessageID": f"uuid:{uuid.uuid4()}",
    }


def test_zeep_finds_a_person(service: Any) -> None:
    resultat = service.rechercherInsAvecTraitsIdentite(
        NomNaissance="ADRUN", Prenom=["ZOE"], Sexe="F", DateNaissance="1975-12-31", _soapheaders=entetes()
    )
    assert resultat.CR.CodeCR == "00"
    assert resultat.INDIVIDU.INSACTIF.IdIndividu.NumIdentifiant == "2751263220749"
    assert resultat.INDIVIDU.TIQ.ListePrenom == "ZOE"


def test_zeep_reads_a_report_without_a_person(service: Any) -> None:
    resultat = service.rechercherInsAvecTraitsIdentite(
        NomNaissance="TCHITCHI", Prenom=["OLA"], Sexe="F", DateNaissance="1936-06-21", _soapheaders=entetes()
    )
    assert (resultat.CR.CodeCR, resultat.CR.LibelleCR) == ("01", "Aucune identite trouvee")
    assert resultat.INDIVIDU is None


def test_zeep_reads_a_fault(service: Any) -> None:
    with pytest.raises(zeep.exceptions.Fault) as refus:
        service.rechercherInsAvecTraitsIdentite(
            NomNaissance="ADRUN", Prenom=["ZOE"], Sexe="", DateNaissance="1975-12-31", _soapheaders=entetes()
        )
    erreur = refus.value.detail.find("{urn:siram}Erreur")
    assert erreur.get("code") == "insi_24"


def par_vitale(service: Any, **lue: Any) -> Any:
    """A child on the card of a parent, the context saying it too."""
    beneficiaire = {"DateNai": lue["DateNaissance"], "Rang": lue["RangNaissance"]}
    assure = {"Id": {"Num": lue["MatriculeOD"]["NumIdentifiant"]}}
    return service.rechercherInsAvecCarteVitale(
        **lue, _soapheaders=entetes({"ASSURE": assure, "BENEFICIAIRE": beneficiaire})
    )


def test_zeep_finds_a_child_by_the_card_of_a_parent(service: Any) -> None:
    parent = {"NumIdentifiant": "2770763220829", "Cle": "10", "TypeMatricule": "NIR"}
    resultat = par_vitale(service, MatriculeOD=parent, DateNaissance="2010-08-07", RangNaissance="1")
    assert resultat.CR.CodeCR == "00"
    assert resultat.INDIVIDU.INSACTIF.IdIndividu.NumIdentifiant == "1100863220830"
    assert resultat.INDIVIDU.TIQ.ListePrenom == "MICHELANGELO ANTHONY"
    inconnue = par_vitale(service, MatriculeOD=parent, DateNaissance="2010-08-07", RangNaissance="2")
    assert (inconnue.CR.CodeCR, inconnue.INDIVIDU) == ("01", None)


def test_zeep_reads_the_fault_of_a_card_that_the_context_contradicts(service: Any) -> None:
    with pytest.raises(zeep.exceptions.Fault) as refus:
        service.rechercherInsAvecCarteVitale(
            MatriculeOD={"NumIdentifiant": "2770763220829"},
            DateNaissance="2010-08-07",
            RangNaissance="1",
            _soapheaders=entetes(),
        )
    assert refus.value.detail.find("{urn:siram}Erreur").get("code") == "SANDBOX_COUVERTURE"
