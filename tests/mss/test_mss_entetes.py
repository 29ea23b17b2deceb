"""Headers as written, to the byte, and as foreign readers give them back."""

from __future__ import annotations

from email import message_from_bytes
from email.header import decode_header, make_header
from email.policy import default
from email.utils import parseaddr

import pytest
from hypothesis import given
from hypothesis import strategies as st

from segur_socles.errors import ChampInvalideError
from segur_socles.mss.entetes import champ, champ_adresses, champ_boite, champ_texte, nom_de_piece, sans_accents

TEXTE = st.text(st.characters(blacklist_categories=("Cc", "Cs", "Zl", "Zp")), min_size=1, max_size=120)


def relu(octets: bytes, nom: str) -> str:
    return str(message_from_bytes(octets + b"\r\n", policy=default)[nom])


def test_a_header_for_programs_is_never_folded() -> None:
    codes = ",".join(["34112-3"] * 100)
    assert champ("X-MSS-CODECDA", codes) == f"X-MSS-CODECDA: {codes}\r\n".encode()


def test_a_header_for_programs_has_998_characters_at_most() -> None:
    assert len(champ("X", "a" * 995)) == 1000
    with pytest.raises(ChampInvalideError, match="998") as refus:
        champ("X", "a" * 996)
    assert refus.value.champs == ("X",)


def test_an_ascii_subject_of_78_characters_stays_on_its_line() -> None:
    objet = "XDM/1.0/DDM+Lettre de liaison a la sortie d'un etabl VIAL Paul 26/11/1978"
    assert champ_texte("Subject", objet) == f"Subject: {objet}\r\n".encode()


def test_an_accented_subject_is_written_in_encoded_words_that_begin_with_the_mark() -> None:
    ecrit = champ_texte("Subject", "XDM/1.0/DDM+CR d'imagerie médicale CORSE FIGATELLIX 12/10/1988")
    assert ecrit == (
        b"Subject: =?utf-8?q?XDM/1.0/DDM+CR_d'imagerie_m=C3=A9dicale_CORSE_FIGATELLI?=\r\n"  # 76 characters
        b" =?utf-8?q?X_12/10/1988?=\r\n"
    )


def test_an_ascii_text_that_looks_encoded_is_encoded() -> None:
    assert champ_texte("Subject", "=?utf-8?q?a?=") == b"Subject: =?utf-8?q?=3D=3Futf-8=3Fq=3Fa=3F=3D?=\r\n"


@given(TEXTE)
def test_any_text_comes_back_through_a_foreign_reader_in_short_lines(texte: str) -> None:
    ecrit = champ_texte("Subject", texte)
    lignes = ecrit.decode("ascii").removesuffix("\r\n").split("\r\n")
    if "=?" in lignes[0]:
        assert all(len(ligne) <= 76 for ligne in lignes)
    if texte == texte.strip():  # blanks at the ends of an unencoded header say nothing
        assert relu(ecrit, "Subject") == texte


@pytest.mark.parametrize("signe", ["\r\nBcc: x@y.fr", "\n", "\r", "\0", "\x7f", "\x85", "\u2028", "\ud800"])
def test_a_control_character_is_refused_without_the_value(signe: str) -> None:
    for ecrire in (champ, champ_texte):
        with pytest.raises(ChampInvalideError, match="caractère de contrôle") as refus:
            ecrire("Subject", f"SECRET{signe}x")
        assert "SECRET" not in str(refus.value)
        assert refus.value.champs == ("Subject",)
    with pytest.raises(ChampInvalideError, match="caractère de contrôle"):
        champ_boite("From", f"SECRET{signe}x", "a@b.mssante.fr")
    with pytest.raises(ChampInvalideError, match="caractère de contrôle"):
        nom_de_piece("application/pdf", f"SECRET{signe}x")


def test_display_names() -> None:
    marie = champ_boite("From", "Dr_Marie_MARTIN_Cabinet Medical", "marie.martin@medecin.mssante.fr")
    assert marie == b"From: Dr_Marie_MARTIN_Cabinet Medical <marie.martin@medecin.mssante.fr>\r\n"
    hopital = champ_boite("From", "Hopital C – Biologie", "resultat_biologie@hopitalc.mssante.fr")
    assert hopital == (
        b"From: =?utf-8?q?Hopital_C_=E2=80=93_Biologie?=\r\n <resultat_biologie@hopitalc.mssante.fr>\r\n"
    )
    guillemets = champ_boite("From", 'EHPAD "Les Tilleuls", Lyon', "a@b.mssante.fr")
    assert guillemets == b'From: "EHPAD \\"Les Tilleuls\\", Lyon" <a@b.mssante.fr>\r\n'


@given(TEXTE.filter(lambda t: t == " ".join(t.split())))
def test_any_display_name_comes_back_with_its_address_alone(nom: str) -> None:
    # Read with the older parser: the newer one puts a blank between two encoded words of a display name.
    lu = message_from_bytes(champ_boite("From", nom, "a@b.mssante.fr") + b"\r\n")["From"].replace("\r\n", "")
    affichage, adresse = parseaddr(lu)
    assert (str(make_header(decode_header(affichage))), adresse) == (nom, "a@b.mssante.fr")


def test_addresses_stand_one_a_line() -> None:
    ecrit = champ_adresses("To", ["a@x.mssante.fr", "b@y.mssante.fr"])
    assert ecrit == b"To: a@x.mssante.fr,\r\n b@y.mssante.fr\r\n"
    assert relu(ecrit, "To") == "a@x.mssante.fr, b@y.mssante.fr"


def test_a_file_name_is_written_once_exactly_and_once_in_ascii() -> None:
    ecrit = nom_de_piece("application/pdf", "20220531_CR d'imagerie médicale_CORSE_FIGATELLIX.pdf")
    assert ecrit == (
        b'Content-Type: application/pdf; name="20220531_CR d\'imagerie medicale_CORSE_FIGATELLIX.pdf"\r\n'
        b"Content-Disposition: attachment; "
        b"filename*=UTF-8''20220531_CR%20d%27imagerie%20m%C3%A9dicale_CORSE_FIGATELLIX.pdf\r\n"
    )
    lu = message_from_bytes(ecrit + b"\r\n", policy=default)
    assert lu.get_filename() == "20220531_CR d'imagerie médicale_CORSE_FIGATELLIX.pdf"
    assert lu["Content-Disposition"].defects == ()


def test_a_plain_file_name_needs_no_encoding() -> None:
    ecrit = nom_de_piece("application/zip", "IHE_XDM.ZIP")
    assert ecrit == (
        b'Content-Type: application/zip; name="IHE_XDM.ZIP"\r\n'
        b'Content-Disposition: attachment; filename="IHE_XDM.ZIP"\r\n'
    )


def test_ascii_names() -> None:
    assert sans_accents("L’Haÿ-les-Œufs – Évry… ") == "L'Hay-les-OEufs - Evry... "
    assert sans_accents("東") == "_"
