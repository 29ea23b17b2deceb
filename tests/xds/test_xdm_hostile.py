"""Archives made to harm: refused with a reason, never an exception, within bounded memory."""

from __future__ import annotations

import random
import struct
import tracemalloc
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from io import BytesIO

import pytest
from xdm_outils import DOCUMENT, METADONNEES, archive, contenu, document, zipper

from segur_socles.xds import xdm_lecture, zip_lecture
from segur_socles.xds.xdm_lecture import ArchiveLue, ArchiveRefusee, lire_xdm

MIO = 1 << 20
LOCAL, CENTRAL = b"PK\x03\x04", b"PK\x01\x02"


def refus(octets: bytes) -> str:
    lue = lire_xdm(octets)
    assert isinstance(lue, ArchiveRefusee), "l'archive devait être refusée"
    return lue.explication


@contextmanager
def memoire(plafond: int) -> Iterator[None]:
    tracemalloc.start()
    try:
        yield
        assert tracemalloc.get_traced_memory()[1] < plafond
    finally:
        tracemalloc.stop()


def bombe(nom: str, bloc: bytes, fois: int, *, methode: int = zipfile.ZIP_DEFLATED) -> bytes:
    sortie = BytesIO()
    with zipfile.ZipFile(sortie, "w", methode) as ecrite, ecrite.open(nom, "w", force_zip64=False) as membre:
        for _ in range(fois):
            membre.write(bloc)
    return sortie.getvalue()


def en_tetes(octets: bytes, marque: bytes) -> Iterator[int]:
    position = octets.find(marque)
    while position >= 0:
        yield position
        position = octets.find(marque, position + 4)


def poser(octets: bytes, champ: dict[bytes, int], valeur: bytes) -> bytes:
    """Write ``valeur`` at the given offset of every header of each kind."""
    ecrit = bytearray(octets)
    for marque, decalage in champ.items():
        for position in en_tetes(octets, marque):
            ecrit[position + decalage : position + decalage + len(valeur)] = valeur
    return bytes(ecrit)


# --- the container ---------------------------------------------------------------------------------------


@pytest.mark.parametrize("octets", [b"", b"PK", b"PK\x05\x06" + bytes(18), b"%PDF-1.4", b"\0" * 1000])
def test_what_is_no_zip_or_is_empty_is_refused(octets: bytes) -> None:
    assert refus(octets)


@pytest.mark.parametrize(
    "nom",
    [
        "../A.XML",
        "IHE_XDM/../../A.XML",
        "/A.XML",
        "\\A.XML",
        "..\\A.XML",
        "C:\\A.XML",
        "C:A.XML",
        "A//B.XML",
        "A/../B.XML",
    ],
)
def test_a_path_that_leaves_the_archive_is_refused(nom: str) -> None:
    assert "chemin absolu ou qui sort de l'archive" in refus(zipper(contenu(archive()) | {nom: b"x"}))


def test_a_path_cut_by_a_zero_is_refused() -> None:
    octets = archive().replace(b"INDEX.HTM", b"INDEX\0HTM")
    assert "chemin absolu ou qui sort de l'archive" in refus(octets)


def test_two_members_of_the_same_path_are_refused() -> None:
    assert "deux fichiers ont le même chemin" in refus(zipper(contenu(archive()) | {DOCUMENT.lower(): b"<x/>"}))


def test_an_encrypted_member_is_refused() -> None:
    assert "un fichier est chiffré" in refus(poser(archive(), {LOCAL: 6, CENTRAL: 8}, b"\1\0"))


@pytest.mark.parametrize("methode", [zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA])
def test_other_compressions_are_refused(methode: int) -> None:
    assert "méthode non admise" in refus(zipper(contenu(archive()), methode))


def test_stored_members_are_read() -> None:
    assert isinstance(lire_xdm(zipper(contenu(archive()), zipfile.ZIP_STORED)), ArchiveLue)


def test_a_crc_that_does_not_fit_is_refused() -> None:
    assert "un fichier est endommagé" in refus(poser(archive(), {LOCAL: 14, CENTRAL: 16}, b"\0\0\0\0"))


def test_headers_of_one_member_that_name_another_are_refused() -> None:
    octets = archive(document(1), document(2))
    local = octets.index(LOCAL, octets.index(b"DOC0001.XML"))
    assert octets[local:].index(b"DOC0002.XML") < 64
    autre = octets[:local] + octets[local:].replace(b"DOC0002.XML", b"DOC0003.XML", 1)
    assert "un fichier est endommagé" in refus(autre)


def test_too_many_members_are_refused_and_the_limit_is_not() -> None:
    membres = contenu(archive()) | {f"X{n}.TXT": b"" for n in range(196)}
    assert isinstance(lire_xdm(zipper(membres)), ArchiveLue)
    assert "trop de fichiers" in refus(zipper(membres | {"TROP.TXT": b""}))


def test_a_directory_of_many_thousand_entries_is_not_even_read() -> None:
    entree = zipper({"A": b""})
    entree = entree[entree.index(CENTRAL) : entree.index(b"PK\x05\x06")]
    fin = struct.pack("<4sHHHHIIH", b"PK\x05\x06", 0, 0, 0xFFFF, 0xFFFF, 200_000 * len(entree), 0, 0)
    octets = entree * 200_000 + fin
    with memoire(MIO):
        assert "trop de fichiers" in refus(octets)


# --- bombs -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("nom", [METADONNEES, DOCUMENT])
def test_a_bomb_is_stopped_by_its_ratio(nom: str) -> None:
    octets = bombe(nom, bytes(MIO), 300)
    assert len(octets) < MIO
    with memoire(2 * len(octets) * zip_lecture.RATIO_MAX):
        assert "dépasse la taille permise" in refus(octets)


def test_a_size_announced_too_small_does_not_hide_a_bomb() -> None:
    octets = poser(bombe(METADONNEES, bytes(MIO), 50), {LOCAL: 22, CENTRAL: 24}, struct.pack("<I", 1000))
    with memoire(4 * MIO):
        assert "un fichier est endommagé" in refus(octets)


def test_a_compressed_size_announced_too_large_does_not_hide_a_bomb() -> None:
    octets = bombe(METADONNEES, bytes(MIO), 300)
    menteuse = poser(octets, {LOCAL: 18, CENTRAL: 20}, struct.pack("<I", 0x7FFFFFFF))
    with memoire(2 * MIO):
        assert "plus d'octets que l'archive n'en a" in refus(menteuse)


def test_the_total_is_counted_over_all_members(monkeypatch: pytest.MonkeyPatch) -> None:
    octets = archive(document(1), document(2))
    total = sum(len(o) for nom, o in contenu(octets).items() if "SUBSET" in nom)
    monkeypatch.setattr(zip_lecture, "TOTAL_MAX", total)
    assert isinstance(lire_xdm(octets), ArchiveLue)
    monkeypatch.setattr(zip_lecture, "TOTAL_MAX", total - 1)
    assert "dépasse la taille permise" in refus(octets)


def test_members_that_nobody_asks_for_are_not_inflated() -> None:
    interne = bombe("A", bytes(MIO), 100)
    en_plus = {"IHE_XDM/SUBSET01/DOC0001.PDF": bytes(20 * MIO), "INTERNE.ZIP": interne, "IHE_XDM.ZIP": archive()}
    octets = zipper(contenu(archive()) | en_plus)
    with memoire(8 * MIO):
        assert isinstance(lire_xdm(octets), ArchiveLue)


@pytest.mark.parametrize("motif", [b"<a/>", b'<a b="" c="" d=""/>'])
def test_a_text_of_too_many_elements_is_refused_before_it_is_parsed(motif: bytes) -> None:
    nombre = xdm_lecture._BALISES_MAX // (motif.count(b"<") + motif.count(b"=")) + 1
    xml = b"<x>" + motif * nombre + b"</x>"
    octets = zipper({METADONNEES: xml}, zipfile.ZIP_STORED)
    with memoire(3 * len(xml)):
        assert "trop d'éléments" in refus(octets)


@pytest.mark.parametrize(
    "xml",
    [
        b'<!DOCTYPE x [<!ENTITY a "b"><!ENTITY c "&a;&a;">]><x>&c;</x>',
        b'<!DOCTYPE x SYSTEM "file:///etc/passwd"><x/>',
        b"<x>" * 5000 + b"</x>" * 5000,
        b"",
        b"\xff\xfe\x00",
    ],
)
@pytest.mark.parametrize("nom", [METADONNEES, DOCUMENT])
def test_hostile_xml_is_refused(nom: str, xml: bytes) -> None:
    assert refus(zipper(contenu(archive()) | {nom: xml}))


# --- damage ----------------------------------------------------------------------------------------------


def test_whatever_is_damaged_nothing_is_raised_and_nothing_else_is_read() -> None:
    ecrit = document()
    octets = archive(ecrit)
    hasard = random.Random(20260115)
    lues = 0
    for essai in range(600):
        abime = bytearray(octets)
        for _ in range(1 + essai % 3):
            abime[hasard.randrange(len(abime))] = hasard.randrange(256)
        coupe = abime[: hasard.randrange(len(abime))] if essai % 5 == 0 else abime
        lue = lire_xdm(bytes(coupe))
        if isinstance(lue, ArchiveLue):
            lues += 1
            assert [d.octets for d in lue.documents] == [ecrit.octets]
        else:
            assert lue.constats
    assert 0 < lues < 600


def test_whatever_is_damaged_in_the_headers_nothing_is_raised() -> None:
    octets = archive()
    hasard = random.Random(7)
    places = [
        p + d for marque in (LOCAL, CENTRAL, b"PK\x05\x06") for p in en_tetes(octets, marque) for d in range(4, 22)
    ]
    for place in places:
        abime = bytearray(octets)
        abime[place] = hasard.choice([0, 0x7F, 0xFF, abime[place] ^ 0x80])
        lue = lire_xdm(bytes(abime))
        assert isinstance(lue, ArchiveLue) or lue.constats


@pytest.mark.parametrize("nom", [METADONNEES, DOCUMENT])
def test_whatever_is_written_in_the_xml_nothing_is_raised(nom: str) -> None:
    membres = contenu(archive())
    hasard = random.Random(11)
    for _ in range(150):
        abime = bytearray(membres[nom])
        debut = hasard.randrange(len(abime))
        abime[debut : debut + hasard.randrange(40)] = hasard.choice(
            [b"", b"\0", b"<", b">", b'"', b"&x;", b"\xe9", b"^^"]
        )
        lue = lire_xdm(zipper(membres | {nom: bytes(abime)}, zipfile.ZIP_STORED))
        assert isinstance(lue, ArchiveLue) or lue.constats
