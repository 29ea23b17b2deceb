"""HL7 values of the metadata: forms written, and forms met."""

from __future__ import annotations

import pytest

from segur_socles._core.model import RegleError
from segur_socles.nomenclatures.codes import Code
from segur_socles.xds.correspondances import classe_du_type, format_du_modele, type_contenu
from segur_socles.xds.formats import Cx, Xcn, Xon, ecrire_code, lire_code_texte, vers_utc


def test_forms_written() -> None:
    assert str(Xcn.professionnel("899900000017", "MARTIN", "Claire")) == (
        "899900000017^MARTIN^Claire^^^^^^&1.2.250.1.71.4.2.1&ISO^D^^^IDNPS"
    )
    assert str(Xcn.professionnel("30B0127189/42", "DURAND", "Zoé")).endswith("^D^^^EI")
    assert str(Xon("EHPAD LES TILLEULS", "1990000019")) == (
        "EHPAD LES TILLEULS^^^^^&1.2.250.1.71.4.2.2&ISO^IDNST^^^1990000019"
    )
    ins = Cx("235079999999960", "1.2.250.1.213.1.4.10", "NH")
    assert ins.cx() == "235079999999960^^^&1.2.250.1.213.1.4.10&ISO^NH"
    assert "2350799" not in f"{ins} {ins!r}", "asked for, or not shown"
    assert ecrire_code(Code("G15_60", "1.2.250.1.213.1.1.4.5", "Infirmier")) == "G15_60^Infirmier^1.2.250.1.213.1.1.4.5"


def test_separators_in_names_do_not_shift_components() -> None:
    written = str(Xcn("8", "MAR^TIN", " Cla&ire "))
    assert Xcn.lire(written).nom == "MAR TIN"
    assert Xcn.lire(written).prenom == "Cla ire"
    assert Xon.lire(str(Xon("A^B~C|D", "19"))).nom == "A B C D"


def test_forms_met() -> None:
    # The GIE samples add the birth date after the type; the official DLU has a blank after a first name.
    assert Cx.lire("235079999999960^^^&1.2.250.1.213.1.4.10&ISO^NH^^19350714") == Cx(
        "235079999999960", "1.2.250.1.213.1.4.10", "NH"
    )
    assert Xcn.lire("801234567890^DUPONT^Charles ^^^^^^&1.2.250.1.71.4.2.1&ISO^D^^^IDNPS").prenom == "Charles"
    assert Xcn.lire("") == Xcn("", "", "", "", "", "")
    assert lire_code_texte("10^Médecin") == Code("10", "", "Médecin")


def test_no_identifier_of_a_person_in_a_repr() -> None:
    assert "235079999999960" not in repr(Cx.lire("235079999999960^^^&1.2&ISO^NH"))
    assert "MARTIN" not in repr(Xcn("8", "MARTIN", "Claire"))


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("20200327153500+0100", "20200327143500"),
        ("20200101003000+0100", "20191231233000"),
        ("20200327", "20200327"),
        ("202003", "202003"),
        ("202003271535+0200", "202003271335"),
        ("20200327153500.123+0000", "20200327153500"),
    ],
)
def test_times_go_to_utc(value: str, expected: str) -> None:
    assert vers_utc(value) == expected


@pytest.mark.parametrize("value", ["20200327153500", "hier", "", "20201301120000+0100", "2020-03-27"])
def test_a_time_is_never_guessed(value: str) -> None:
    with pytest.raises(RegleError):
        vers_utc(value)


def test_tables_say_what_is_not_confirmed() -> None:
    assert classe_du_type("11490-0").code.code == "10"
    assert classe_du_type("11490-0").certaine
    assert classe_du_type("74207-2").code.code == "11"
    assert not classe_du_type("74207-2").certaine
    assert format_du_modele("1.2.250.1.213.1.1.1.22") == Code(
        "urn:asip:ci-sis:dlu:2015", "1.2.250.1.213.1.1.4.2.282", format_du_modele("1.2.250.1.213.1.1.1.22").libelle
    )
    assert [type_contenu(s).code for s in ("SA17", "SA18", "SA16")] == ["11", "16", "97"]
    with pytest.raises(RegleError):
        classe_du_type("0-0")
    with pytest.raises(RegleError):
        format_du_modele("1.2.3")
