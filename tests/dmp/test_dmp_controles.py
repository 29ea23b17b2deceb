"""Pre-flight: each inconsistency gives its finding, with places and never values."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from dmp_outils import (
    DOCUMENT_ID,
    MAINTENANT,
    MATRICULE,
    OCTETS,
    acces,
    acteur,
    appelant,
    conduire,
    document,
    entete,
    flux,
    identite,
    lot,
    sans_reseau,
    signataire,
    structure,
)

from segur_socles.dmp.acces import AccesDmp
from segur_socles.dmp.controles import Envoi, controler, exiger
from segur_socles.dmp.lot_de_soumission import LotDeSoumission
from segur_socles.errors import AccesRefuseError, DocumentInvalideError, Gravite, IdentiteError, SegurError
from segur_socles.personnes.autorisation import ActeSocle, Autorisation
from segur_socles.personnes.professionnel import Acteur
from segur_socles.personnes.usager import IdentifiantLocal, Usager
from segur_socles.trace.appelant import Appelant

AUTRE_MATRICULE = "2350799999999"


def envoi(
    modifier: Callable[[Appelant], LotDeSoumission] = lot, pour: Appelant | None = None, voie: AccesDmp | None = None
) -> Envoi:
    qui = pour or appelant()
    return Envoi(modifier(qui), qui, voie or acces())


def _avec(**champs: Any) -> Callable[[Appelant], LotDeSoumission]:
    return lambda pour: lot(pour, document(**champs))


def _etranger(avant: bytes, apres: bytes) -> Callable[[Appelant], LotDeSoumission]:
    def make(pour: Appelant) -> LotDeSoumission:
        assert avant in OCTETS
        return lot(pour, document(OCTETS.replace(avant, apres), canonique=False))

    return make


def _autre_personne() -> Usager:
    from segur_socles.personnes.matricule import calculer_cle

    autre = "2350799999998"
    return Usager(
        identite=identite(autre + calculer_cle(autre)), ipp=IdentifiantLocal(valeur="RES-2", oid="1.2.250.1.999.2")
    )


def _autre_structure() -> Acteur:
    return Acteur(professionnel=acteur().professionnel, structure=structure("990000027", "AUTRE EHPAD"))


CAS: dict[str, tuple[Callable[[], Envoi], str, type[SegurError]]] = {
    "other person": (
        lambda: envoi(_avec(usager=_autre_personne())),
        "documents.0.entete.usager.identite",
        DocumentInvalideError,
    ),
    "two persons in one set": (
        lambda: envoi(lambda p: lot(p, document(), document(id="1.2.3.4", usager=_autre_personne()))),
        "documents.0",
        DocumentInvalideError,
    ),
    "author of another structure": (
        lambda: envoi(_avec(auteur=_autre_structure())),
        "documents.0 authorInstitution (entete.auteur.structure)",
        DocumentInvalideError,
    ),
    "set prepared by another structure": (
        lambda: Envoi(lot(appelant(_autre_structure()), document()), appelant(), acces()),
        "lot authorInstitution (acteur de la préparation)",
        DocumentInvalideError,
    ),
    "document of the future": (
        lambda: envoi(_avec(date_creation=MAINTENANT + timedelta(hours=1))),
        "documents.0.entete.date_creation",
        DocumentInvalideError,
    ),
    "doctor without speciality": (
        lambda: envoi(pour=appelant(acteur("G15_10"))),
        "acteur.professionnel.profession",
        AccesRefuseError,
    ),
    "certificates of another structure": (
        lambda: envoi(voie=acces(idnats=frozenset({"1990000027"}))),
        "certificats, OU (trousseau)",
        AccesRefuseError,
    ),
    "signing certificate of another structure": (
        lambda: envoi(voie=acces(signataire("1990000027"))),
        "certificat de signature, OU",
        AccesRefuseError,
    ),
    "TLS certificate used to sign": (
        lambda: envoi(voie=acces(signataire(non_repudiation=False))),
        "certificat de signature, keyUsage",
        AccesRefuseError,
    ),
    "foreign document, other identifier": (
        lambda: envoi(_etranger(DOCUMENT_ID.encode(), b"1.2.3")),
        "documents.0 ClinicalDocument/id",
        DocumentInvalideError,
    ),
    "foreign document, other type": (
        lambda: envoi(_etranger(b"74207-2", b"34133-9")),
        "documents.0 ClinicalDocument/code",
        DocumentInvalideError,
    ),
    "foreign document, other model": (
        lambda: envoi(_etranger(b"1.2.250.1.213.1.1.1.22", b"1.2.250.1.213.1.1.1.23")),
        "documents.0 ClinicalDocument/templateId",
        DocumentInvalideError,
    ),
    "foreign document, other person": (
        lambda: envoi(_etranger(b"235079999999960", b"135079999999960")),
        "documents.0 patientRole/id",
        DocumentInvalideError,
    ),
    "foreign document, other structure": (
        lambda: envoi(_etranger(b"1990000019", b"1990000027")),
        "documents.0 assignedAuthor/representedOrganization/id",
        DocumentInvalideError,
    ),
    "foreign document, other hour": (
        lambda: envoi(_etranger(b"20260115103000+0100", b"20260115113000+0100")),
        "documents.0 ClinicalDocument/effectiveTime",
        DocumentInvalideError,
    ),
}


@pytest.mark.parametrize("nom", CAS)
def test_each_inconsistency_gives_its_finding(nom: str) -> None:
    make, champ, classe = CAS[nom]
    cas = make()
    errors = [c for c in controler(cas) if c.gravite is Gravite.ERREUR]
    assert champ in {c.champ for c in errors}
    with pytest.raises(SegurError) as caught:
        exiger(cas)
    assert type(caught.value) is classe
    texte = str(caught.value)
    for secret in (MATRICULE, "DURAND", "RES-000123", "1990000027"):
        assert secret not in texte
    assert all(c.remede and c.regle for c in errors)


def test_a_coherent_set_only_warns_of_the_guessed_class() -> None:
    constats = exiger(envoi())
    assert [(c.champ, c.gravite) for c in constats] == [("documents.0 classCode", Gravite.AVERTISSEMENT)]
    assert exiger(envoi(lambda p: lot(p, classe="11"))) == ()
    assert exiger(envoi(_etranger(b"<title>", b"<!-- c --><title>")))[0].gravite is Gravite.AVERTISSEMENT


def test_certificate_of_the_legal_entity_serves_its_sites() -> None:
    assert exiger(envoi(voie=acces(signataire("1990000001"), frozenset({"1990000001"}))))


def test_findings_come_all_at_once_and_nothing_is_sent() -> None:
    pour = appelant(acteur("G15_10"))
    lot_fautif = lot(pour, document(usager=_autre_personne(), auteur=_autre_structure()))
    accord = Autorisation.accorder(ActeSocle.ALIMENTER_DMP, "information délivrée")
    with pytest.raises(DocumentInvalideError) as caught:
        conduire(flux(pour, acces(idnats=frozenset({"3"}))).alimenter(lot_fautif, accord), sans_reseau)
    champs = {c.champ for c in caught.value.constats}
    assert len(champs) >= 4
    assert "acteur.professionnel.profession" in champs


def test_identity_that_is_not_qualified_cannot_enter_a_document() -> None:
    from segur_socles.personnes.identite import Identite

    simple = Identite(traits=identite().traits)
    usager = Usager(identite=simple, ipp=IdentifiantLocal(valeur="RES-2", oid="1.2.250.1.999.2"))
    with pytest.raises(IdentiteError):
        lot(appelant(), document(usager=usager))


def test_metadata_follow_the_header() -> None:
    usager = Usager(identite=identite(nom_utilise="MARTIN-DURAND", prenom_utilise="Jeannette"), ipp=entete().usager.ipp)
    entree = lot(appelant(), document(usager=usager)).documents[0].entree
    # 10:30 in Paris is 09:30 UTC.
    assert (entree.creation, entree.debut, entree.fin) == ("20260115093000", "20260115080000", None)
    assert entree.patient_source_infos == (
        "PID-5|DURAND^JEANNE^^^^^L", "PID-5|MARTIN-DURAND^Jeannette^^^^^D", "PID-7|19350714", "PID-8|F",
    )  # fmt: skip
    assert entree.patient_source.cx() == "RES-000123^^^&1.2.250.1.999.1.1.99001.2&ISO^PI"
    assert (entree.type.code, entree.classe.code, entree.format.code) == ("74207-2", "11", "urn:asip:ci-sis:dlu:2015")
    assert [c.code for c in entree.confidentialites] == ["N"]
    assert str(entree.signataire_legal) == "899900000017^MARTIN^Claire^^^^^^&1.2.250.1.71.4.2.1&ISO^D^^^IDNPS"
    assert entree.auteurs[0].specialite is not None
    assert entree.auteurs[0].specialite.code == "G15_60"
    restreint = lot(appelant(), document(confidentialite="R")).documents[0].entree
    assert [c.code for c in restreint.confidentialites] == ["N", "R"]
    memes_noms = lot(appelant()).documents[0].entree.patient_source_infos
    assert [info.partition("|")[0] for info in memes_noms] == ["PID-5", "PID-7", "PID-8"]


def test_unknown_model_or_class_is_refused() -> None:
    from dataclasses import replace

    with pytest.raises(DocumentInvalideError) as caught:
        lot(appelant(), replace(document(), modele="1.2.3"), classe="99")
    assert {c.champ for c in caught.value.constats} == {"formatCode", "classCode"}
