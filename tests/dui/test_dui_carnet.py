"""The address book: what an MSSanté address may be, and whom a role finds."""

from __future__ import annotations

import json
from typing import Any

import pytest

from judges import PROJECT
from segur_socles.dui.carnet import Correspondant, RoleCorrespondant
from segur_socles.dui.dossier import Dossier
from segur_socles.errors import ChampInvalideError

URGENCES = "urgences@ch-essai.bac-a-sable.mssante.fr"


def correspondant(adresse: str, role: str = "urgences") -> Correspondant:
    return Correspondant.model_validate(
        {"nom": "Urgences, CENTRE HOSPITALIER D'ESSAI", "role": role, "adresse": adresse}
    )


@pytest.mark.parametrize(
    ("saisie", "gardee"),
    [
        (URGENCES, URGENCES),
        ("  urgences@CH-Essai.Bac-a-Sable.MSSANTE.FR\n", URGENCES),
        # What stands before the @ belongs to the receiving operator: kept as it is.
        ("Alain.Fictif@medecin.mssante.fr", "Alain.Fictif@medecin.mssante.fr"),
        ("labo+bio@mssante.apicrypt.org", "labo+bio@mssante.apicrypt.org"),
        ("labo@interop-mssante.apicrypt.org", "labo@interop-mssante.apicrypt.org"),
    ],
)
def test_a_mailbox_of_the_trusted_space_is_kept(saisie: str, gardee: str) -> None:
    assert correspondant(saisie).adresse == gardee


ESPACE, CITOYEN = "MSSanté, domaines de l'espace de confiance", "MSSanté ECO.2.2.6"


@pytest.mark.parametrize(
    ("adresse", "regle"),
    [
        ("secrete", ESPACE),
        ("", ESPACE),
        ("@ch.mssante.fr", ESPACE),
        ("secrète@ch.mssante.fr", ESPACE),
        ("Secrete <secrete@ch.mssante.fr>", ESPACE),
        ("secrete@ch.mssante.fr\r\nBcc: x@y.fr", ESPACE),
        ("secrete@a@ch.mssante.fr", ESPACE),
        ("secrete@ch.mssanté.fr", ESPACE),
        ("secrete@mssante.fr", ESPACE),
        ("secrete@hopital.fr", ESPACE),
        ("secrete@fauxmssante.fr", ESPACE),
        ("secrete@ch.mssante.fr.pirate.fr", ESPACE),
        ("secrete@autre.mssante.apicrypt.org", ESPACE),
        ("secrete@apicrypt.org", ESPACE),
        (f"{'s' * 300}@ch.mssante.fr", None),
        ("275126322074974@patient.mssante.fr", CITOYEN),
        ("275126322074974@Patient.MSSante.FR", CITOYEN),
    ],
)
def test_any_other_address_is_refused_without_being_quoted(adresse: str, regle: str | None) -> None:
    with pytest.raises(ChampInvalideError) as info:
        correspondant(adresse)
    (constat,) = info.value.constats
    assert (constat.champ, constat.regle) == ("adresse", regle)
    assert constat.remede
    for trace in ("secr", "27512632", "sss"):
        assert trace not in f"{info.value} {info.value!r} {info.value.to_dict()}"


def test_a_repr_shows_the_role_only() -> None:
    assert repr(correspondant(URGENCES)) == "Correspondant(role=<RoleCorrespondant.URGENCES: 'urgences'>, …)"


def record(*carnet: dict[str, str]) -> Dossier:
    donnees: dict[str, Any] = json.loads((PROJECT / "examples" / "residente.json").read_text("utf-8"))
    return Dossier.model_validate(donnees | {"carnet": carnet})


def fiche(adresse: str, role: str) -> dict[str, str]:
    return {"nom": "Essai", "role": role, "adresse": adresse}


def test_a_role_finds_the_first_one_written_or_nobody() -> None:
    dossier = record(
        fiche("a@x.mssante.fr", "laboratoire"), fiche("b@x.mssante.fr", "urgences"), fiche("c@x.mssante.fr", "urgences")
    )
    trouve = dossier.correspondant(RoleCorrespondant.URGENCES)
    assert trouve is not None
    assert trouve.adresse == "b@x.mssante.fr"
    assert dossier.correspondant(RoleCorrespondant.PHARMACIE) is None
    assert record().carnet == ()


def test_the_same_mailbox_twice_under_one_role_is_refused() -> None:
    assert len(record(fiche("a@x.mssante.fr", "urgences"), fiche("a@x.mssante.fr", "autre")).carnet) == 2
    with pytest.raises(ChampInvalideError) as info:
        record(fiche("a@x.mssante.fr", "urgences"), fiche("A@X.mssante.fr", "urgences"))
    assert info.value.champs == ("carnet",)


@pytest.mark.parametrize("nom", ["residente", "usager_sad"])
def test_the_examples_know_the_emergency_department(nom: str) -> None:
    urgences = Dossier.lire(PROJECT / "examples" / f"{nom}.json").correspondant(RoleCorrespondant.URGENCES)
    assert urgences is not None
    assert (urgences.nom, urgences.adresse) == ("Urgences, CENTRE HOSPITALIER D'ESSAI", URGENCES)
