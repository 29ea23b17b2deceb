"""What one line of a base is worth."""

from __future__ import annotations

from datetime import date

import pytest

from segur_socles.errors import Gravite
from segur_socles.ins.base.colonnes import Champ
from segur_socles.ins.base.jugement import Jugement, Verdict, juger

LE = date(2026, 1, 15)
QUALIFIEE = {
    "nom_naissance": "Ecetinsi",
    "prenoms": "Pierre-Alain Muriel Floriant",
    "sexe": "M",
    "date_naissance": "14/07/2009",
    "lieu_naissance": "63220",
    "matricule": "1 09 07 63 220 834 89",
    "oid": "1.2.250.1.213.1.4.8",
    "statut": "QUAL",
    "attribut": "",
    "date_insi": "01/02/2025",
    "controle": "Carte d'identité",
    "date_controle": "2025-02-01",
}
SANS_INS = {"matricule": "", "oid": "", "date_insi": "", "statut": "validée"}


def jugee(**cellules: str | None) -> Jugement:
    textes = {**QUALIFIEE, **cellules}
    return juger({Champ(champ): texte for champ, texte in textes.items() if texte is not None}, LE)


def erreurs(jugement: Jugement) -> set[str]:
    return {c.champ for c in jugement.constats if c.gravite is Gravite.ERREUR}


def test_a_qualified_line_holds() -> None:
    jugement = jugee()
    assert (jugement.verdict, jugement.constats) == (Verdict.CONFORME, ())
    assert jugement.traits is not None
    assert jugement.traits.date_naissance == "2009-07-14"
    assert jugement.matricule is not None
    assert jugement.matricule.valeur == "109076322083489"


def test_a_line_without_ins_is_retrieved_one_by_one() -> None:
    jugement = jugee(**SANS_INS)
    assert jugement.verdict is Verdict.A_RECUPERER
    assert "jamais en masse" in jugement.verdict.explication


@pytest.mark.parametrize("attribut", ["douteuse", "FICT"])
def test_a_doubtful_or_fictive_line_is_left_out(attribut: str) -> None:
    assert jugee(**{**SANS_INS, "statut": "PROV", "attribut": attribut}).verdict is Verdict.EXCLUE


@pytest.mark.parametrize(
    ("cellules", "champ"),
    [
        ({"matricule": "109076322083488"}, "cle"),
        ({"matricule": "1,09076322083489E+14"}, "matricule"),
        ({"matricule": "1090763220834"}, "cle"),
        ({"oid": ""}, "oid"),
        ({"oid": "1.2.250.1.213.1.4.2"}, "oid"),
        ({"oid": "1.2.250.1.213.1.4.10"}, "oid"),
        ({"statut": "provisoire"}, "statut"),
        ({"statut": "validée"}, "statut"),
        ({"statut": "presque"}, "statut"),
        ({"matricule": "", "oid": ""}, "statut"),
        ({"controle": ""}, "controle"),
        ({"date_controle": ""}, "date_controle"),
        ({"date_insi": ""}, "date_insi"),
        ({"date_insi": "15/01/2027"}, "date_insi"),
        ({"date_insi": "31/02/2025"}, "date_insi"),
        ({"attribut": "fictive"}, "attribut"),
        ({"sexe": "I"}, "sexe"),
        ({"sexe": ""}, "sexe"),
        ({"date_naissance": "14/07/09"}, "date_naissance"),
        ({"date_naissance": "31/02/2009"}, "date_naissance"),
        ({"date_naissance": "01/01/2027"}, "date_naissance"),
        ({"date_naissance": ""}, "date_naissance"),
        ({"lieu_naissance": "1053"}, "lieu_naissance"),
        ({"lieu_naissance": "ARLANC"}, "lieu_naissance"),
        ({"nom_naissance": ""}, "nom_naissance"),
        ({"nom_naissance": "É🙂"}, "nom_naissance"),
        ({"nom_naissance": "\u202eABC"}, "nom_naissance"),
        ({"nom_naissance": "A" * 101}, "nom_naissance"),
        ({"prenoms": "R2D2"}, "prenoms"),
        ({"premier_prenom": "MURIEL"}, "premier_prenom"),
    ],
)
def test_one_fault_is_one_finding_on_its_field(cellules: dict[str, str], champ: str) -> None:
    jugement = jugee(**cellules)
    assert jugement.verdict is Verdict.A_CORRIGER
    assert erreurs(jugement) == {champ}
    assert all(c.remede for c in jugement.constats)


def test_every_fault_is_told_at_once() -> None:
    jugement = jugee(nom_naissance="X9", sexe="?", oid="", statut="PROV")
    assert erreurs(jugement) == {"nom_naissance", "sexe", "oid", "statut"}


def test_what_has_no_column_is_not_asked() -> None:
    assert jugee(controle=None, date_controle=None, date_insi=None, statut=None).verdict is Verdict.CONFORME


@pytest.mark.parametrize(
    "ecriture", ["2009-07-14", "14.07.2009", "14-7-2009", "20090714", "14/07/2009 00:00", "2009-07-14T00:00:00"]
)
def test_dates_as_software_writes_them(ecriture: str) -> None:
    traits = jugee(date_naissance=ecriture).traits
    assert traits is not None
    assert traits.date_naissance == "2009-07-14"


def test_a_lunar_date_is_admitted_with_an_ins_only() -> None:
    assert jugee(date_naissance="1936-00-00").verdict is Verdict.CONFORME
    assert erreurs(jugee(**SANS_INS, date_naissance="1936-00-00")) == {"date_naissance"}


def test_the_key_may_have_its_own_column_and_lose_its_zero() -> None:
    assert jugee(matricule="1090763220834", cle="89").verdict is Verdict.CONFORME
    # 1090763220042 mod 97 = 89, so its key is 08.
    assert jugee(matricule="1090763220042", cle="8").verdict is Verdict.CONFORME
    assert erreurs(jugee(matricule="1090763220042", cle="9")) == {"cle"}


def test_two_keys_that_differ_are_not_chosen_between() -> None:
    assert jugee(cle="89").verdict is Verdict.CONFORME
    jugement = jugee(cle="12")
    assert erreurs(jugement) == {"cle"}
    assert jugement.matricule is None


def test_the_nature_may_be_a_code() -> None:
    assert jugee(oid="INS-NIR").verdict is Verdict.CONFORME
    assert jugee(oid="urn:oid:1.2.250.1.213.1.4.9").verdict is Verdict.CONFORME


def test_a_compound_first_name_begins_the_list() -> None:
    traits = jugee(prenoms="JEAN CHRISTOPHE PIERRE", premier_prenom="Jean-Christophe").traits
    assert traits is not None
    assert traits.prenoms == ("JEAN CHRISTOPHE", "PIERRE")


@pytest.mark.parametrize(
    ("liste", "premier", "prenoms"),
    [
        ("DOMINIQUE MARIE-LOUISE", "Dominique", ("DOMINIQUE", "MARIE-LOUISE")),
        ("Zoé, Marie-Louise D'Arc", "ZOE", ("ZOE", "MARIE-LOUISE D'ARC")),
        ("JEAN-CHRISTOPHE PIERRE", "Jean", ("JEAN-CHRISTOPHE", "PIERRE")),
        ("JEAN CHRISTOPHE", "JEAN-CHRISTOPHE", ("JEAN CHRISTOPHE",)),
    ],
)
def test_the_list_is_the_trait_and_the_first_name_rewrites_none_of_it(
    liste: str, premier: str, prenoms: tuple[str, ...]
) -> None:
    traits = jugee(prenoms=liste, premier_prenom=premier).traits
    assert traits is not None
    assert traits.prenoms == prenoms


@pytest.mark.parametrize(
    ("liste", "premier", "champ"),
    [
        ("DOMINIQUE MARIE🙂", "DOMINIQUE", "prenoms"),
        ("DOMINIQUE Мария", "DOMINIQUE", "prenoms"),
        ("DOMINIQUE MARIE", "DOMINIQUE🙂", "premier_prenom"),
    ],
)
def test_nothing_is_dropped_from_first_names_told_twice(liste: str, premier: str, champ: str) -> None:
    assert erreurs(jugee(prenoms=liste, premier_prenom=premier)) == {champ}


def test_a_list_may_have_its_own_separators() -> None:
    traits = jugee(prenoms="MARIE CLAUDE, Zoé").traits
    assert traits is not None
    assert traits.prenoms == ("MARIE CLAUDE", "ZOE")


def test_a_driving_licence_is_a_warning() -> None:
    jugement = jugee(controle="Permis de conduire")
    assert jugement.verdict is Verdict.CONFORME
    assert [c.champ for c in jugement.constats] == ["controle"]


def test_the_sex_and_the_place_are_not_read_in_the_number() -> None:
    assert jugee(sexe="F", lieu_naissance="75056").constats == ()


def test_a_test_oid_is_admitted_on_demand() -> None:
    cellules = {Champ(champ): texte for champ, texte in {**QUALIFIEE, "oid": "INS-NIR-TEST"}.items()}
    assert juger(cellules, LE, essai=True).verdict is Verdict.CONFORME
    assert juger(cellules, LE).verdict is Verdict.A_CORRIGER


def test_the_repr_shows_nobody() -> None:
    assert not any(secret in repr(jugee()) for secret in ("ECETINSI", "MURIEL", "1090763220834", "2009-07-14"))
