"""The answers have the shape of the published schemas and samples."""

from __future__ import annotations

from collections import Counter

import pytest
from atelier_dmp import NS, Atelier, Change, Resultat, remplacer, sample, tel_quel
from lxml import etree

from judges import reference


def _corps(resultat: Resultat) -> etree._Element:
    corps = resultat.racine.find("soap:Body/*", NS)
    assert corps is not None
    return etree.fromstring(etree.tostring(corps))


@pytest.fixture(scope="module")
def schema() -> etree.XMLSchema:
    # query.xsd imports rs.xsd and rim.xsd.
    return etree.XMLSchema(etree.parse(reference("xds", "wsdl", "schema", "ebRS30", "query.xsd")))


@pytest.mark.parametrize("change", [tel_quel, remplacer('nodeRepresentation="44"', 'nodeRepresentation="99"')])
def test_reponse_au_depot_selon_rs_xsd(atelier: Atelier, schema: etree.XMLSchema, change: Change) -> None:
    schema.assertValid(_corps(atelier.envoyer(atelier.td21(change))))


@pytest.mark.parametrize("change", [tel_quel, remplacer("$XDSDocumentEntryUniqueId", "$Autre")])
def test_reponse_a_la_recherche_selon_query_xsd(atelier: Atelier, schema: etree.XMLSchema, change: Change) -> None:
    atelier.envoyer(atelier.td21())
    schema.assertValid(_corps(atelier.envoyer(atelier.td31(change))))


def _formes(racine: etree._Element) -> Counter[tuple[str, tuple[str, ...]]]:
    """Path of each element, with the names of its attributes."""
    arbre = racine.getroottree()
    return Counter(
        (arbre.getelementpath(e), tuple(sorted(e.attrib))) for e in racine.iter("{*}*") if "telecom" not in e.tag
    )


def _ordre(racine: etree._Element) -> list[str]:
    return [str(e.tag) for e in racine.iter("{*}*") if "telecom" not in e.tag]


def test_reponse_td02_comme_l_exemple(atelier: Atelier) -> None:
    notre = _corps(atelier.envoyer(atelier.td02()))
    exemple = etree.fromstring(sample("dmp-td02-response-found.xml"))
    assert _ordre(notre) == _ordre(exemple)
    assert _formes(notre) == _formes(exemple)


def test_reponse_td02_sans_dossier_comme_l_exemple(atelier: Atelier) -> None:
    change = remplacer("235079999999960", "181016322075140")
    notre = _corps(atelier.envoyer(atelier.td02(change, vihf=atelier.vihf(change))))
    exemple = etree.fromstring(sample("dmp-td02-response-notfound.xml"))
    assert _ordre(notre) == _ordre(exemple)
    assert _formes(notre) == _formes(exemple)


def test_les_echantillons_de_reference_sont_refuses_pour_leur_autorite(atelier: Atelier) -> None:
    # Right in form, but signed under an authority that is not this sandbox's.
    vihf = sample("dmp-vihf-indirecte-signed.xml").decode()
    assert atelier.envoyer(atelier.td02(vihf=vihf)).faute == "DMPInvalidCertificate"
