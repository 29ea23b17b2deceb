"""Our WSDL says what the published one says, and requests made from either are the same."""

from __future__ import annotations

import itertools
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest
from lxml import etree

from judges import reference
from segur_socles.errors import ConfigurationError
from segur_socles.ins.contract import RECHERCHE_TRAITS, RECHERCHE_VITALE, WSDL, Contrat, contrat_de

XS = "{http://www.w3.org/2001/XMLSchema}"
W = "{http://schemas.xmlsoap.org/wsdl/}"
S12 = "{http://schemas.xmlsoap.org/wsdl/soap12/}"
WSAW = "{http://www.w3.org/2006/02/addressing/wsdl}"

SCHEMAS = {
    "recherche-traits.xsd": "ServiceIdentiteCertifiee/INSi_RECSANS_INS.xsd",
    "recherche-vitale.xsd": "ServiceIdentiteCertifiee/INSi_RECVITALE_INS.xsd",
    "resultat.xsd": "ServiceIdentiteCertifiee/INSi_RESULTAT_INS.xsd",
    "contexte-bam.xsd": "CTX/ROOT_ctxbam_CTXBAM_V01_02.xsd",
    "contexte-lps.xsd": "CTX/ROOT_ctxlps_CTXLPS_V01_00.xsd",
    "erreur.xsd": "schema_faultSOAP_V01_01.xsd",
    "securite.xsd": "WSSE/Security.xsd",
}


def official() -> Path:
    return reference("insi-wsdl", "DESIR_ICIR_EXP_1.5.0.wsdl")


class Schema:
    """Global elements of one schema, with every named type followed to its built-in base."""

    def __init__(self, path: Path) -> None:
        self.root = etree.parse(path).getroot()
        self.target = self.root.get("targetNamespace")
        self.types = {t.get("name"): t for t in self.root if t.tag in (f"{XS}complexType", f"{XS}simpleType")}

    def elements(self) -> dict[str, Any]:
        forms = (self.root.get("elementFormDefault"), self.root.get("attributeFormDefault"), self.target)
        return {e.get("name"): (forms, self.element(e)) for e in self.root.iterchildren(f"{XS}element")}

    def element(self, e: etree._Element) -> Any:
        occurs = (e.get("minOccurs", "1"), e.get("maxOccurs", "1"))
        if "ref" in e.attrib:
            return (self.qname(e, e.get("ref")), occurs)
        inline = next((c for c in e if c.tag in (f"{XS}complexType", f"{XS}simpleType")), None)
        return (e.get("name"), occurs, self.type(e, e.get("type")) if inline is None else self.definition(inline))

    def qname(self, at: etree._Element, name: str) -> tuple[str | None, str]:
        prefix, _, local = name.rpartition(":")
        return at.nsmap.get(prefix or None), local

    def type(self, at: etree._Element, name: str) -> Any:
        namespace, local = self.qname(at, name)
        return local if namespace == XS[1:-1] else self.definition(self.types[local])

    def definition(self, t: etree._Element) -> Any:
        restriction = t.find(f"{XS}restriction")
        if restriction is not None:
            facets = {(f.tag.rpartition("}")[2], f.get("value").replace("{1}", "").replace("(\\d{6})", "\\d{6}"))
                      for f in restriction.iterchildren("{*}*")}  # fmt: skip
            base = self.type(restriction, restriction.get("base"))
            return (base[0], base[1] | facets) if isinstance(base, tuple) else (base, facets) if facets else base
        extension = t.find(f"{XS}simpleContent/{XS}extension")
        if extension is not None:
            return self.type(extension, extension.get("base")), self.attributes(extension)
        children = [self.element(e) for e in t.iterfind(f"{XS}sequence/{XS}element")]
        return children, self.attributes(t)

    def attributes(self, holder: etree._Element) -> Any:
        found = []
        for a in holder.iterfind(f"{XS}attribute"):
            inline = a.find(f"{XS}simpleType")
            kind = self.type(a, a.get("type")) if inline is None else self.definition(inline)
            found.append((a.get("name"), a.get("use", "optional"), kind))
        return sorted(found, key=str)


@pytest.mark.parametrize(("ours", "theirs"), SCHEMAS.items())
def test_schema_has_the_published_elements(ours: str, theirs: str) -> None:
    mine = Schema(WSDL.with_name(ours)).elements()
    published = Schema(reference("insi-wsdl", "xsd", theirs)).elements()
    assert mine == published
    assert mine


def wsdl_facts(path: Path) -> dict[str, Any]:
    root = etree.parse(path).getroot()

    def qname(e: etree._Element, attribute: str) -> tuple[str | None, str]:
        prefix, _, local = e.get(attribute, "").rpartition(":")
        return e.nsmap.get(prefix or None), local

    def part(e: etree._Element) -> tuple[Any, ...]:
        return e.get("name"), qname(e, "element")

    def io(e: etree._Element) -> tuple[Any, ...]:
        return e.tag, e.get("name"), qname(e, "message"), e.get(f"{WSAW}Action")

    def bound(operation: etree._Element) -> Any:
        (sent,), (answered,) = operation.findall(f"{W}input"), operation.findall(f"{W}output")
        headers = [(qname(h, "message"), h.get("part"), h.get("use")) for h in sent.iterfind(f"{S12}header")]
        bodies = [
            (b.get("parts"), b.get("use")) for b in (*sent.iterfind(f"{S12}body"), *answered.iterfind(f"{S12}body"))
        ]
        faults = [(f.get("name"), f.get("use")) for f in operation.iterfind(f"{W}fault/{S12}fault")]
        return operation.find(f"{S12}operation").get("soapAction"), headers, bodies, faults

    (binding,), (service,), (port,) = (
        root.findall(f"{W}binding"),
        root.findall(f"{W}service"),
        root.findall(f"{W}service/{W}port"),
    )
    soap = binding.find(f"{S12}binding")
    return {
        "definitions": (root.get("name"), root.get("targetNamespace")),
        "messages": {m.get("name"): [part(p) for p in m.iterfind(f"{W}part")] for m in root.iterfind(f"{W}message")},
        "port type": {
            o.get("name"): [io(e) for e in o.iterchildren(f"{W}input", f"{W}output", f"{W}fault")]
            for o in root.iterfind(f"{W}portType/{W}operation")
        },
        "port type name": [p.get("name") for p in root.iterfind(f"{W}portType")],
        "binding": (binding.get("name"), qname(binding, "type"), soap.get("style"), soap.get("transport")),
        "operations": {o.get("name"): bound(o) for o in binding.iterfind(f"{W}operation")},
        "service": (service.get("name"), port.get("name"), qname(port, "binding")),
        "imports": {i.get("namespace") for i in root.iter(f"{XS}import")},
    }


def test_wsdl_says_what_the_published_one_says() -> None:
    mine, published = wsdl_facts(WSDL), wsdl_facts(official())
    for fact, value in published.items():
        assert mine[fact] == value, fact


TRAITS_ABSENTS = [frozenset(c) for n in range(3) for c in itertools.combinations(("lieu", "assertion"), n)]
VITALE_ABSENTS = [
    frozenset(itertools.chain.from_iterable(c))
    for n in range(5)
    for c in itertools.combinations(
        (("individu", "individu_cle", "individu_type"), ("ouvrant_droit_cle",), ("nom", "rang"), ("assertion",)), n
    )
]
FORMES = [(RECHERCHE_TRAITS, a) for a in TRAITS_ABSENTS] + [(RECHERCHE_VITALE, a) for a in VITALE_ABSENTS]


@pytest.mark.parametrize(("operation", "absents"), FORMES)
def test_templates_kept_are_those_made_from_either_wsdl(operation: str, absents: frozenset[str]) -> None:
    mine = contrat_de().gabarit(operation, absents)
    values = {champ: champ.encode() for champ in mine.champs}
    for wsdl in (WSDL, official()):
        made = Contrat(wsdl).gabarit(operation, absents)
        assert mine.remplir(values) == made.remplir(values)
    assert not absents & set(mine.champs)
    assert {*contrat_de().gabarit(operation).champs} - absents == {*mine.champs}


def test_what_holds_nothing_is_left_out_and_the_rest_stays() -> None:
    absents = frozenset({"individu", "individu_cle", "individu_type", "ouvrant_droit_cle", "ouvrant_droit_type"})
    enveloppe = contrat_de().gabarit(RECHERCHE_VITALE, absents | {"nom", "assertion"}).texte
    assert "<ctxbam:BENEFICIAIRE><ctxbam:DateNai>" in enveloppe
    for absent in ("MatriculeIndividu", "ctxbam:Nir", "Cle", "TypeMatricule", "NomNaissance", "Security"):
        assert absent not in enveloppe
    traits = contrat_de().gabarit(RECHERCHE_TRAITS, frozenset({"lieu", "assertion"})).texte
    assert "<ctxbam:COUVERTURE/>" in traits


@pytest.mark.parametrize("operation", [RECHERCHE_TRAITS, RECHERCHE_VITALE])
def test_action_comes_from_the_contract(operation: str) -> None:
    expected = f"urn:ServiceIdentiteCertifiee:1.0.0:{operation}"
    for contrat in (contrat_de(), Contrat(), Contrat(official())):
        assert contrat.action(operation) == expected


def test_threads_share_one_template() -> None:
    contrat = Contrat()
    with ThreadPoolExecutor(16) as pool:
        futures = [pool.submit(contrat.gabarit, RECHERCHE_TRAITS, frozenset({"lieu"})) for _ in range(64)]
        assert len({f.result().remplir(dict.fromkeys(f.result().champs, b"x")) for f in futures}) == 1


def altered(tmp_path: Path, old: str, new: str) -> Path:
    for schema in WSDL.parent.iterdir():
        (tmp_path / schema.name).write_bytes(schema.read_bytes())
    path = tmp_path / WSDL.name
    written = path.read_text(encoding="utf-8")
    assert old in written
    path.write_text(written.replace(old, new), encoding="utf-8")
    return path


@pytest.mark.parametrize(
    ("old", "new", "raison"),
    [
        ("recherche-traits.xsd", "https://example.org/x.xsd", "rien n'est téléchargé"),
        ("recherche-traits.xsd", "../x.xsd", "rien n'est téléchargé"),
        ("recherche-traits.xsd", "absent.xsd", "illisible"),
        (RECHERCHE_TRAITS, "autreOperation", RECHERCHE_TRAITS),
        ('<part name="NO1_MessageID" element="wsa:MessageID"/>', "", "ne convient pas"),
        ("</definitions>", "", "illisible"),
    ],
)
def test_a_contract_that_does_not_fit_is_refused_and_nothing_is_fetched(
    tmp_path: Path, old: str, new: str, raison: str
) -> None:
    contrat = Contrat(altered(tmp_path, old, new))
    with pytest.raises(ConfigurationError) as caught:
        contrat.gabarit(RECHERCHE_TRAITS)
    assert caught.value.champ == "wsdl"
    assert raison in caught.value.message
    assert caught.value.remede


def test_an_absent_wsdl_is_a_configuration_error(tmp_path: Path) -> None:
    with pytest.raises(ConfigurationError):
        Contrat(tmp_path / "absent.wsdl").action(RECHERCHE_TRAITS)


def test_the_first_call_of_a_process_does_not_import_zeep() -> None:
    script = (
        "import sys; from segur_socles.ins.contract import contrat_de as c, RECHERCHE_TRAITS as t, RECHERCHE_VITALE"
    )
    script += " as v; [(c().action(o), c().gabarit(o)) for o in (t, v)]; print('zeep' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "False"
