"""A header and a reader of the documents written under it; the Agency's rules as a fixture."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from entete_outils import ACTEUR, MOMENT, qualifiee
from lxml import etree

from judges import agency_rules
from segur_socles._core.ids import SeededIds
from segur_socles.documents.cda.ecriture import PAR_DEFAUT, ContenuDocument, ecrire_document
from segur_socles.documents.document import DocumentCda
from segur_socles.documents.editions import EditionDocument
from segur_socles.documents.entete import Entete
from segur_socles.documents.modeles.dlu import Dlu
from segur_socles.personnes.identite import Identite
from segur_socles.personnes.usager import Usager


@pytest.fixture
def faire_entete() -> Callable[..., Entete]:
    def faire(*, usager: dict[str, Any] | None = None, identite: Identite | None = None, **champs: Any) -> Entete:
        personne = {
            "identite": identite or qualifiee(),
            "ipp": {"valeur": "RES-1", "oid": "1.2.250.1.999.1.1"},
            **(usager or {}),
        }
        base: dict[str, Any] = {
            "id": "1.2.250.1.999.1.2.1",
            "set_id": "1.2.250.1.999.1.2.2",
            "type": "74207-2",
            "titre": "Document de liaison d'urgence",
            "date_creation": MOMENT,
            "usager": Usager.model_validate(personne),
            "auteur": ACTEUR,
            "acte": {
                "code": {"code": "34117-2", "systeme": "2.16.840.1.113883.6.1", "libelle": "Historique et clinique"},
                "debut": MOMENT,
            },
        }
        return Entete.model_validate(base | champs)

    return faire


class Lu:
    """A written document, read by XPath with the prefix ``h``; values come out as texts."""

    def __init__(self, document: DocumentCda) -> None:
        self.document = document
        self.racine = etree.fromstring(document.octets)
        self.ns = {"h": "urn:hl7-org:v3", "x": "http://www.w3.org/2001/XMLSchema-instance"}

    def __call__(self, chemin: str) -> list[str]:
        trouves = self.racine.xpath(chemin, namespaces=self.ns)
        return [t if isinstance(t, str) else "".join(t.itertext()) for t in trouves]

    def section(self, loinc: str) -> str:
        return f"//h:section[h:code/@code='{loinc}']"


@pytest.fixture
def ecrire(faire_entete: Callable[..., Entete]) -> Callable[..., Lu]:
    def faire(contenu: dict[str, Any] | Dlu | None = None, **entete: Any) -> Lu:
        dlu = contenu if isinstance(contenu, Dlu) else Dlu.model_validate(contenu or {})
        return Lu(ecrire_document(dlu, faire_entete(**entete), SeededIds(7)))

    return faire


@pytest.fixture
def ecrire_modele(faire_entete: Callable[..., Entete]) -> Callable[..., Lu]:
    """Write any content, in its usual edition or another, under the header that the edition wants."""

    def faire(contenu: ContenuDocument, edition: EditionDocument | None = None, **champs: Any) -> Lu:
        voulue = edition or PAR_DEFAUT[type(contenu)]
        du_modele = {
            "titre": voulue.titre or "Essai",
            "acte": {"code": voulue.acte, "debut": MOMENT},
            "rencontre": {"type": voulue.rencontre},
            **({"type": voulue.type} if voulue.type else {}),
        }
        return Lu(ecrire_document(contenu, faire_entete(**(du_modele | champs)), SeededIds(7), edition=edition))

    return faire


@pytest.fixture(scope="session")
def juger(tmp_path_factory: pytest.TempPathFactory) -> Callable[[bytes, str], list[str]]:
    """Give all that the Agency's rules find in a document of one profile, warnings included."""
    pytest.importorskip("saxonche", reason="juge absent : saxonche ; pip install saxonche")
    validator = agency_rules()
    path: Path = tmp_path_factory.mktemp("cda") / "document.xml"

    def constats(octets: bytes, profil: str) -> list[str]:
        path.write_bytes(octets)
        rapport = validator.validate(path)
        assert rapport.profile == profil
        return [f"{f.severity} {f.step}: {f.message} {f.location}" for f in rapport.findings]

    return constats


@pytest.fixture(scope="session")
def valider(tmp_path_factory: pytest.TempPathFactory) -> Callable[..., list[str]]:
    """Give what the Agency's schema and schematrons find in a document of ``profil``: errors, or anything at all."""
    pytest.importorskip("saxonche", reason="juge absent : saxonche ; pip install saxonche")
    validator = agency_rules()
    path: Path = tmp_path_factory.mktemp("cda") / "document.xml"

    def erreurs(octets: bytes, profil: str = "DLU", *, tout: bool = False) -> list[str]:
        path.write_bytes(octets)
        rapport = validator.validate(path)
        assert rapport.profile == profil
        return [f"{f.step}: {f.message} {f.location}" for f in (rapport.findings if tout else rapport.errors())]

    return erreurs
