"""Whose document it is: an entry, or a CDA, about another person than the one asked for."""

from __future__ import annotations

import dataclasses
import hashlib
from pathlib import Path
from typing import Any

import pytest
from dmp_outils import DOCUMENT_ID, MATRICULE, OCTETS, conduire, identite, reponse, sans_reseau
from test_dmp_lecture import ACCORD, FICHE, contenu, fiches, flux, jouer, medecin, servir, trouver

from segur_socles._core.flow import Http, Request, Response
from segur_socles.dmp.lecture_types import DocumentDmp, DocumentLu
from segur_socles.errors import DocumentInvalideError, Gravite
from segur_socles.personnes.identite import IdentiteQualifiee, InsHistorique
from segur_socles.personnes.matricule import MatriculeIns, calculer_cle
from segur_socles.personnes.rapprochement import InsDiscordante, InsIncomplete, SansIns, UsagerReconnu
from segur_socles.xds.formats import Cx

AUTRE = "2790351215189"
AUTRE += calculer_cle(AUTRE)
OID = "1.2.250.1.213.1.4.10"
INS_C = "1.2.250.1.213.1.4.2"


def de(matricule: str, oid: str = OID) -> DocumentDmp:
    return dataclasses.replace(FICHE, patient=Cx(matricule, oid, "NH"))


def fiche_de(octets: bytes) -> DocumentDmp:
    return dataclasses.replace(FICHE, hash=hashlib.sha1(octets).hexdigest(), taille=len(octets))


def autrefois(matricule: str) -> IdentiteQualifiee:
    """The person, who had ``matricule`` before."""
    qui = identite()
    ancien = InsHistorique(matricule=MatriculeIns.lire(matricule, OID))
    reponse_ins = qui.reponse.model_copy(update={"historique": (ancien,)})
    return qui.model_copy(update={"reponse": reponse_ins})


# --- entries ---------------------------------------------------------------------------------------------


def test_an_entry_about_another_ins_is_left_out_counted_and_told() -> None:
    trouves = trouver(fiches().replace(MATRICULE, AUTRE))
    assert (trouves.documents, trouves.etrangers, trouves.complet) == ((), 1, False)
    (constat,) = trouves.avertissements
    assert (constat.champ, constat.gravite) == ("patientId", Gravite.AVERTISSEMENT)
    assert constat.message.startswith("fiches d'un autre INS")
    assert constat.message.endswith(" : 1")
    assert "incomplète" in trouves.explication
    assert AUTRE not in repr(trouves)


@pytest.mark.parametrize(
    ("avant", "apres"),
    [(f"&amp;{OID}&amp;", f"&amp;{INS_C}&amp;"), ("urn:uuid:58a6f841-87b3-4a3e-92fd-a8ffeff98427", "urn:uuid:autre")],
)
def test_an_entry_without_an_ins_is_kept_and_told(avant: str, apres: str) -> None:
    assert avant in fiches()
    trouves = trouver(fiches().replace(avant, apres))
    assert (len(trouves.documents), trouves.etrangers, trouves.complet) == (1, 0, True)
    assert trouves.avertissements[0].message.startswith("fiches sans INS")


def test_an_entry_under_a_former_ins_of_the_person_is_hers() -> None:
    flux_de = flux(medecin()).rechercher(autrefois(AUTRE), ACCORD)
    trouves: Any = conduire(flux_de, lambda _, request: reponse(request, fiches().replace(MATRICULE, AUTRE)))
    assert (len(trouves.documents), trouves.complet, trouves.avertissements) == (1, True, ())


def test_the_document_of_another_ins_is_not_asked_for() -> None:
    with pytest.raises(DocumentInvalideError) as caught:
        conduire(flux(medecin()).lire(de(AUTRE), identite(), ACCORD), sans_reseau)
    assert [c.champ for c in caught.value.constats] == ["patientId"]
    assert AUTRE not in str(caught.value.to_dict())


def test_nor_when_the_registry_gives_it_for_an_identifier() -> None:
    urls: list[str] = []

    def repondre(http: Http, request: Request) -> Response:
        urls.append(request.url.rpartition("/")[2])
        if urls[-1] == "registry":
            texte = fiches(hash=FICHE.hash or "", size=str(FICHE.taille))
            return reponse(request, texte.replace(MATRICULE, AUTRE))
        return jouer(http, *contenu()(request))

    with pytest.raises(DocumentInvalideError):
        conduire(flux(medecin()).lire(DOCUMENT_ID, identite(), ACCORD), repondre)
    assert urls == ["registry"]


# --- what the document itself says -----------------------------------------------------------------------

TRAITS = b"<patient><name><family>DURAND</family></name></patient>"


def complet(nom: bytes = b"DURAND") -> bytes:
    qui = identite().traits
    prenoms = f"<given>{qui.liste_prenoms}</given><given qualifier='BR'>{qui.premier_prenom}</given>".encode()
    autres = f"<administrativeGenderCode code='{qui.sexe.value}'/><birthTime value='{qui.naissance_hl7}'/>".encode()
    personne = b"<patient><name><family qualifier='BR'>" + nom + b"</family>" + prenoms + b"</name>" + autres
    return OCTETS.replace(TRAITS, personne + b"</patient>")


INS = f'<id extension="{MATRICULE}" root="{OID}"></id>'.encode()


def lire_octets(octets: bytes, qui: IdentiteQualifiee | None = None, **options: Any) -> DocumentLu:
    ligne = flux(medecin()).lire(fiche_de(octets), qui or identite(), ACCORD, **options)
    lu: Any = conduire(ligne, servir(contenu(octets)))
    return lu


def test_the_header_is_compared_and_its_verdict_given() -> None:
    lu = lire_octets(complet())
    assert lu.personne == UsagerReconnu(identite())
    assert "dentité" not in lu.explication


@pytest.mark.parametrize(
    ("octets", "verdict", "phrase"),
    [
        (complet(b"MARTIN"), InsDiscordante, "Identité à vérifier. L'INS reçue ne concorde pas"),
        (OCTETS, InsIncomplete, "Identité à vérifier. L'INS reçue est incomplète"),
        (complet().replace(INS, b""), SansIns, "Identité à vérifier. Le document ne porte pas d'INS"),
        (complet().replace(f'"{OID}"'.encode(), f'"{INS_C}"'.encode()), SansIns, "ne porte pas d'INS"),
        (b"<pas-un-cda/>", type(None), "n'a pas pu être comparée"),
    ],
)
def test_what_does_not_prove_the_person_is_told(octets: bytes, verdict: type, phrase: str) -> None:
    lu = lire_octets(octets)
    assert lu.octets == octets
    assert isinstance(lu.personne, verdict)
    assert phrase in lu.explication


@pytest.mark.parametrize(
    ("octets", "champ"),
    [
        (complet().replace(MATRICULE.encode(), AUTRE.encode()), "patientRole/id"),
        (OCTETS.replace(MATRICULE.encode(), AUTRE.encode()), "patientRole/id"),
        (complet().replace(INS, INS + INS.replace(MATRICULE.encode(), AUTRE.encode())), "patientRole/id"),
        (complet().replace(b"</recordTarget>", b"</recordTarget><recordTarget/>"), "ClinicalDocument/recordTarget"),
    ],
)
@pytest.mark.parametrize("fichier", [False, True])
def test_a_document_of_another_person_is_refused_and_not_kept(
    tmp_path: Path, octets: bytes, champ: str, fichier: bool
) -> None:
    vers = tmp_path / "document.xml"
    vers.write_bytes(b"avant")
    with pytest.raises(DocumentInvalideError) as caught:
        lire_octets(octets, vers=vers if fichier else None)
    assert [c.champ for c in caught.value.constats] == [champ]
    assert AUTRE not in str(caught.value.to_dict())
    assert [(p.name, p.read_bytes()) for p in tmp_path.iterdir()] == [("document.xml", b"avant")]


def test_a_document_written_before_the_ins_changed_is_given() -> None:
    octets = complet().replace(MATRICULE.encode(), AUTRE.encode())
    lu = lire_octets(octets, autrefois(AUTRE))
    assert (lu.octets, isinstance(lu.personne, UsagerReconnu)) == (octets, False)
