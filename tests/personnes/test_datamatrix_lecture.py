"""What scanners send: whole, mistreated in known ways (repaired and told), or otherwise (refused, value unsaid)."""

from __future__ import annotations

import contextlib
import pickle
import traceback
from collections.abc import Callable
from datetime import date

import pytest
from datamatrix_outils import ECETINSI, LE, PAT_TROIS, ecetinsi, pat_trois
from hypothesis import given, settings
from hypothesis import strategies as st

from segur_socles.errors import ChampInvalideError, Gravite
from segur_socles.personnes.datamatrix.ecriture import DatamatrixIns
from segur_socles.personnes.datamatrix.lecture import lire_ins_scannee
from segur_socles.personnes.datamatrix.scannee import InsScannee
from segur_socles.personnes.identite import IdentiteQualifiee, InsHistorique, ReponseIns
from segur_socles.personnes.matricule import MatriculeIns, OidIns
from segur_socles.personnes.traits import Sexe

GS = "\x1d"
ENTETE, S1, S2, S3, S4, S5, S6, S7 = (
    "IS010000000000000000000000",
    "S1109076322083489",
    "S21.2.250.1.213.1.4.8",
    "S3PIERRE-ALAIN MURIEL FLORIANT",
    "S4ECETINSI",
    "S5M",
    "S614-07-2009",
    "S763220",
)


def messages(scannee: InsScannee) -> list[str]:
    return [f"{constat.champ} : {constat.message}" for constat in scannee.constats]


def refus(texte: str) -> ChampInvalideError:
    with pytest.raises(ChampInvalideError) as leve:
        lire_ins_scannee(texte)
    return leve.value


def est_ecetinsi(scannee: InsScannee) -> bool:
    traits = scannee.traits
    return (traits.nom_naissance, traits.liste_prenoms, traits.sexe, traits.date_naissance, traits.lieu_naissance) == (
        "ECETINSI",
        "PIERRE-ALAIN MURIEL FLORIANT",
        Sexe.MASCULIN,
        "2009-07-14",
        "63220",
    ) and (scannee.matricule.valeur, scannee.matricule.oid) == ("109076322083489", OidIns.NIR)


# --- whole -----------------------------------------------------------------------------------------------


def test_a_text_that_nothing_altered_has_nothing_to_tell() -> None:
    scannee = lire_ins_scannee(ECETINSI)
    assert est_ecetinsi(scannee)
    assert scannee.constats == ()


def test_an_oid_of_the_greatest_length_has_no_separator() -> None:
    scannee = lire_ins_scannee(PAT_TROIS)
    assert (scannee.matricule.valeur, scannee.matricule.oid) == ("279035121518989", OidIns.NIR_TEST)
    assert scannee.traits.prenoms == ("DOMINIQUE", "MARIE-LOUISE")
    assert (scannee.traits.nom_naissance, scannee.traits.sexe) == ("PAT-TROIS", Sexe.FEMININ)
    assert (scannee.traits.date_naissance, scannee.traits.lieu_naissance) == ("1979-03-28", "51215")
    assert scannee.constats == ()


def test_blocks_come_in_any_order() -> None:
    scannee = lire_ins_scannee(ENTETE + S1 + S2 + GS + S3 + GS + S5 + S6 + S7 + S4)
    assert est_ecetinsi(scannee)
    assert scannee.constats == ()


def test_the_birth_place_may_be_absent() -> None:
    assert lire_ins_scannee(ECETINSI.removesuffix(S7)).traits.lieu_naissance is None


@pytest.mark.parametrize("nom", ["A-" * 50, "D'" * 5, "A" * 100])
@pytest.mark.parametrize("lieu", ["63220", None])
def test_a_name_of_any_length_or_end_is_read_back(nom: str, lieu: str | None) -> None:
    scannee = lire_ins_scannee(DatamatrixIns(ecetinsi(nom_naissance=nom, lieu_naissance=lieu)).texte)
    assert (scannee.traits.nom_naissance, scannee.constats) == (nom, ())


_NOMS = st.from_regex(r"[A-Z]{1,12}(?:[-' ][A-Z]{1,12}){0,3}", fullmatch=True)


@settings(max_examples=60, deadline=None)
@given(
    nom=_NOMS,
    prenoms=st.lists(st.from_regex(r"[A-Z]{1,9}(?:-[A-Z]{1,9})?", fullmatch=True), min_size=1, max_size=4),
    naissance=st.dates(date(1900, 1, 1), date(2026, 1, 1)),
    lieu=st.sampled_from(["63220", "2B020", "99350", None]),
)
def test_what_is_printed_is_read_back_with_or_without_its_separators(
    nom: str, prenoms: list[str], naissance: date, lieu: str | None
) -> None:
    identite = ecetinsi(nom_naissance=nom, prenoms=prenoms, date_naissance=naissance, lieu_naissance=lieu)
    texte = DatamatrixIns(identite).texte
    lue = lire_ins_scannee(texte)
    assert (lue.traits, lue.matricule, lue.constats) == (identite.traits, identite.matricule, ())
    mutile = lire_ins_scannee(texte.replace(GS, ""))
    assert (mutile.traits, mutile.matricule) == (identite.traits, identite.matricule)
    assert len(mutile.constats) == texte.count(GS) == 3


# --- repaired, and told ----------------------------------------------------------------------------------

AUTOUR = "lecteur : blancs ou caractères de contrôle ajoutés autour du contenu"
PREFIXE = "lecteur : préfixe de symbologie ajouté devant le contenu"
REMPLACES = "lecteur : séparateurs remplacés par un autre signe"
EN_TROP = "lecteur : séparateur ajouté à la fin"
PERDUS = [
    "S2 : nature de l'INS (OID) : séparateur perdu après ce bloc",
    "S3 : prénoms de naissance : séparateur perdu après ce bloc",
    "S4 : nom de naissance : séparateur perdu après ce bloc",
]

DEFAUTS: dict[str, tuple[str, list[str]]] = {
    "enter key": (ECETINSI + "\r\n", [AUTOUR]),
    "tabulations": ("\t" + ECETINSI + "\t", [AUTOUR]),
    "final separator": (ECETINSI + GS, [AUTOUR]),
    "symbology": ("]d1" + ECETINSI, [PREFIXE]),
    "symbology and enter": ("]d2" + ECETINSI + "\r", [AUTOUR, PREFIXE]),
    "separators lost": (ECETINSI.replace(GS, ""), PERDUS),
    "one separator lost": (ECETINSI.replace(GS + "S4", "S4"), PERDUS[1:2]),
    "separators as text": (ECETINSI.replace(GS, "<GS>"), [REMPLACES]),
    "final separator as text": (ECETINSI.replace(GS, "<GS>") + "<GS>", [REMPLACES, EN_TROP]),
    "separators in brackets": (ECETINSI.replace(GS, "{GS}"), [REMPLACES]),
    "separators as caret": (ECETINSI.replace(GS, "^]"), [REMPLACES]),
    "separators escaped": (ECETINSI.replace(GS, r"\x1D"), [REMPLACES]),
    "record separators": (ECETINSI.replace(GS, "\x1e"), [REMPLACES]),
    "symbols of GS": (ECETINSI.replace(GS, "\u241d"), [REMPLACES]),
    "spaces": (ECETINSI.replace(GS, " "), ["lecteur : séparateurs remplacés par un espace"]),
    "separator too many": (
        ECETINSI.replace("S5M", "S5M" + GS),
        ["S5 : sexe : séparateur ajouté après ce bloc"],
    ),
    "separators doubled": (
        ECETINSI.replace("ECETINSI" + GS, "ECETINSI" + 2 * GS),
        ["S4 : nom de naissance : séparateur ajouté après ce bloc"],
    ),
    "lower case": (ECETINSI.lower(), ["lecteur : contenu en minuscules, lu en majuscules"]),
    "lower case, separators as text": (
        ECETINSI.replace(GS, "<GS>").lower(),
        [REMPLACES, "lecteur : contenu en minuscules, lu en majuscules"],
    ),
}  # fmt: skip


@pytest.mark.parametrize(("texte", "attendus"), DEFAUTS.values(), ids=DEFAUTS)
def test_a_known_fault_is_repaired_and_told(texte: str, attendus: list[str]) -> None:
    scannee = lire_ins_scannee(texte)
    assert est_ecetinsi(scannee)
    assert messages(scannee) == attendus
    assert all(c.gravite is Gravite.AVERTISSEMENT and c.remede for c in scannee.constats)


def test_a_name_that_ends_like_a_block_keeps_its_letters() -> None:
    sans = ECETINSI.replace(GS, "").replace("ECETINSI", "DESS").replace("FLORIANT", "LOUIS")
    traits = lire_ins_scannee(sans).traits
    assert (traits.nom_naissance, traits.prenoms[-1]) == ("DESS", "LOUIS")


def test_diacritics_are_rewritten_and_told() -> None:
    scannee = lire_ins_scannee(ECETINSI.replace("ECETINSI", "D’ÆION").replace("MURIEL", "ÉLOÏSE"))
    assert (scannee.traits.nom_naissance, scannee.traits.prenoms[1]) == ("D'AEION", "ELOISE")
    assert messages(scannee) == [
        "S3 : prénoms de naissance : réécrits en lettres capitales sans accent",
        "S4 : nom de naissance : réécrits en lettres capitales sans accent",
    ]


def test_a_day_unknown_to_the_calendar_is_kept_and_told() -> None:
    scannee = lire_ins_scannee(ECETINSI.replace("14-07-2009", "00-07-2009"))
    assert (scannee.traits.date_naissance, scannee.traits.date_lunaire) == ("2009-07-00", True)
    assert messages(scannee) == ["S6 : jour ou mois à zéro : date qui n'est pas du calendrier, gardée telle quelle"]


# --- refused ---------------------------------------------------------------------------------------------

AZERTY = str.maketrans("1234567890.-AQWZ", "&é\"'(-è_çà:)QAZW")

REFUS: dict[str, tuple[str, str, str]] = {
    "nothing": ("", "lecteur", "rien n'a été lu"),
    "blanks": (" \r\n", "lecteur", "rien n'a été lu"),
    "2D-Doc": ("DC02FR0000011E6A1E6A0100FR43AZERTY", "lecteur", "2D-Doc"),
    "address": ("https://esante.exemple/", "lecteur", "n'est pas un datamatrix INS"),
    "version": (ECETINSI.replace("IS01", "IS02"), "lecteur", "version du format inconnue"),
    "reserved": (ECETINSI.replace("IS010", "IS011"), "lecteur", "n'est pas un datamatrix INS"),
    "header cut": ("S" + ECETINSI, "lecteur", "n'est pas un datamatrix INS"),
    "US scanner, French keyboard": (ECETINSI.translate(AZERTY), "lecteur", "disposition de clavier"),
    "French scanner, US keyboard": ("IS)!" + ")" * 22 + "S!", "lecteur", "disposition de clavier"),
    "unknown block": (ECETINSI + "S8X", "lecteur", "bloc inconnu"),
    "text after": (ECETINSI + " ou bien", "S7", "longueur ou caractères refusés"),
    "block twice": (ECETINSI + S5, "S5", "présent deux fois"),
    "no name": (ECETINSI.replace(S4 + GS, ""), "S4", "absent"),
    "empty name": (ECETINSI.replace(S4, "S4"), "S4", "longueur ou caractères refusés"),
    "name too long": (ECETINSI.replace("ECETINSI", "A" * 101), "S4", "longueur ou caractères refusés"),
    "digit in a name": (ECETINSI.replace("ECETINSI", "ECET1NSI"), "S4", "longueur ou caractères refusés"),
    "hyphen for a separator": (ECETINSI.replace("ECETINSI" + GS, "ECETINSI-"), "S4", "longueur ou caractères"),
    "emoji": (ECETINSI.replace("ECETINSI", "ECET😀NSI"), "traits.nom_naissance", "sans équivalent de A à Z"),
    "right to left": (ECETINSI.replace("ECETINSI", "\u202eECETINSI"), "traits.nom_naissance", "caractère"),
    "Cyrillic": (ECETINSI.replace("ECETINSI", "\u0415CETINSI"), "traits.nom_naissance", "caractère"),
    "surrogate": (ECETINSI.replace("ECETINSI", "\ud800"), "traits.nom_naissance", "caractère"),
    "other digits": (ECETINSI.replace("S1109", "S1\u066109"), "S1", "longueur ou caractères refusés"),
    "short matricule": (ECETINSI.replace("083489", "08348"), "S1", "longueur ou caractères refusés"),
    "key wrong by one": (ECETINSI.replace("083489", "083490"), "matricule.cle", "clé"),
    "INS-C": (ECETINSI.replace(".4.8" + GS, ".4.2" + GS), "matricule.oid", "INS-C"),
    "NSS": (ECETINSI.replace(".4.8" + GS, ".4.13"), "matricule.oid", "NSS"),
    "unknown OID": (ECETINSI.replace(".4.8" + GS, ".4.99"), "matricule.oid", "code inconnu"),
    "sex": (ECETINSI.replace("S5M", "S5I"), "S5", "longueur ou caractères refusés"),
    "no such day": (ECETINSI.replace("14-07", "31-02"), "traits.date_naissance", "calendrier"),
    "no such month": (ECETINSI.replace("14-07", "01-13"), "traits.date_naissance", "calendrier"),
    "date the other way": (ECETINSI.replace("14-07-2009", "2009-07-14"), "traits.date_naissance", "date de naissance"),
    "no hyphens": (ECETINSI.replace("14-07-2009", "0014072009"), "traits.date_naissance", "date de naissance"),
    "place": (ECETINSI.replace("S763220", "S7B3220"), "traits.lieu_naissance", "code officiel géographique"),
    "too long": (ECETINSI + " " * 2_000, "lecteur", "trop long"),
    "nul": (ECETINSI.replace("ECETINSI", "ECET\x00NSI"), "traits.nom_naissance", "caractère"),
}  # fmt: skip


@pytest.mark.parametrize(("texte", "champ", "message"), REFUS.values(), ids=REFUS)
def test_all_the_rest_is_refused_with_its_place_and_its_remedy(texte: str, champ: str, message: str) -> None:
    error = refus(texte)
    (constat,) = error.constats
    assert constat.champ == champ
    assert message in constat.message
    assert constat.remede
    vu = "".join(traceback.format_exception(error)) + repr(error.to_dict()) + repr(pickle.dumps(error))
    assert not any(canari in vu for canari in ("ECET", "PIERRE", "FLORIANT", "1090763", "14-07-2009", "2009-07"))


def test_every_finding_comes_at_once() -> None:
    vide = refus(ENTETE + S7)
    assert vide.champs == ("S1", "S2", "S3", "S4", "S5", "S6")
    faux = refus(ECETINSI.replace("083489", "083490").replace("ECETINSI", "E_T").replace("S763220", "S7B3220"))
    assert faux.champs == ("matricule.cle", "traits.nom_naissance", "traits.lieu_naissance")


def _coupe(texte: str, place: int, quantite: int) -> str:
    return texte[:place] + texte[place + quantite :]


def _remplace(texte: str, place: int, quantite: int) -> str:
    return texte[:place] + chr(quantite * 7 % 256) + texte[place + 1 :]


def _double(texte: str, place: int, quantite: int) -> str:
    return texte[:place] + texte[place : place + quantite] + texte[place:]


@settings(max_examples=300, deadline=None)
@given(
    faire=st.sampled_from([_coupe, _remplace, _double]),
    place=st.integers(0, len(ECETINSI) - 1),
    quantite=st.integers(1, 40),
)
def test_a_damaged_text_is_read_or_refused_and_never_gives_another_matricule(
    faire: Callable[[str, int, int], str], place: int, quantite: int
) -> None:
    with contextlib.suppress(ChampInvalideError):
        assert lire_ins_scannee(faire(ECETINSI, place, quantite)).matricule.valeur == "109076322083489"


@settings(max_examples=200, deadline=None)
@given(st.text(max_size=1_100), st.booleans())
def test_any_text_is_refused_in_words(texte: str, entete: bool) -> None:
    assert refus(ENTETE + texte if entete else texte).constats


# --- a candidate, and no more ----------------------------------------------------------------------------


def test_nothing_of_the_person_is_in_its_repr_and_it_survives_pickling() -> None:
    scannee = lire_ins_scannee(ECETINSI.replace(GS, ""))
    assert not any(canari in repr(scannee) for canari in ("ECETINSI", "PIERRE", "1090763", "2009", "63220"))
    assert "séparateur perdu" in repr(scannee)
    assert pickle.loads(pickle.dumps(scannee)) == scannee  # noqa: S301 - our own bytes


def test_it_leads_to_no_identity_but_through_insi() -> None:
    scannee = lire_ins_scannee(ECETINSI)
    assert not isinstance(scannee, IdentiteQualifiee)
    assert {nom for nom in dir(scannee) if not nom.startswith("_")} == {"constats", "ecarts", "matricule", "traits"}


def reponse(matricule: MatriculeIns | None = None, anciens: tuple[str, ...] = (), **traits: object) -> ReponseIns:
    return ReponseIns(
        matricule=matricule or MatriculeIns.lire("109076322083489", OidIns.NIR),
        traits=ecetinsi(**traits).traits,
        historique=tuple(InsHistorique(matricule=MatriculeIns.lire(a, OidIns.NIR)) for a in anciens),
        message_id="uuid:2",
        recue_le=LE,
        environnement="bac à sable",
        production=False,
    )


def test_insi_confirms_what_was_scanned() -> None:
    scannee = lire_ins_scannee(ECETINSI)
    assert scannee.ecarts(reponse()) == ()
    # CNDA scenario 2.08/1: the active matricule, again in the history.
    assert scannee.ecarts(reponse(anciens=("109076322083489",))) == ()


def test_each_difference_is_named_and_its_values_stay_off_its_repr() -> None:
    ecarts = lire_ins_scannee(ECETINSI).ecarts(
        reponse(
            MatriculeIns.lire("279035121518989", OidIns.NIA),
            nom_naissance="ECETINSO",
            prenoms=("PIERRE-ALAIN", "MURIEL"),
            sexe="F",
            date_naissance="2009-07-15",
            lieu_naissance="63221",
        )
    )
    assert [(ecart.libelle, ecart.scanne, ecart.recu) for ecart in ecarts] == [
        ("matricule INS", "109076322083489", "279035121518989"),
        ("nature de l'INS (OID)", "1.2.250.1.213.1.4.8", "1.2.250.1.213.1.4.9"),
        ("nom de naissance", "ECETINSI", "ECETINSO"),
        ("prénoms de naissance", "PIERRE-ALAIN MURIEL FLORIANT", "PIERRE-ALAIN MURIEL"),
        ("sexe", "M", "F"),
        ("date de naissance", "2009-07-14", "2009-07-15"),
        ("lieu de naissance", "63220", "63221"),
    ]
    assert repr(ecarts[0]) == "EcartScan(libelle='matricule INS')"


def test_a_former_matricule_is_told_as_such() -> None:
    actif = MatriculeIns.lire("209076322083439", OidIns.NIR)
    (ecart,) = lire_ins_scannee(ECETINSI).ecarts(reponse(actif, anciens=("109076322083489",)))
    assert ecart.libelle == "matricule INS (ancien)"


def test_a_key_that_insi_got_wrong_is_a_difference_and_not_a_former_matricule() -> None:
    faux = MatriculeIns.recu_d_insi("1090763220834", "88", OidIns.NIR)
    (ecart,) = lire_ins_scannee(ECETINSI).ecarts(reponse(faux, anciens=("109076322083489",)))
    assert (ecart.libelle, ecart.scanne, ecart.recu) == ("matricule INS", "109076322083489", "109076322083488")


def test_a_place_that_was_not_scanned_is_no_difference() -> None:
    assert lire_ins_scannee(ECETINSI.removesuffix(S7)).ecarts(reponse()) == ()


def test_two_people_differ_in_all() -> None:
    assert lire_ins_scannee(PAT_TROIS).ecarts(pat_trois().reponse) == ()
    assert len(lire_ins_scannee(PAT_TROIS).ecarts(reponse())) == 7


def test_the_bytes_of_a_serial_scanner_are_read_as_its_text() -> None:
    assert lire_ins_scannee(ECETINSI.encode()) == lire_ins_scannee(ECETINSI)
    assert (
        lire_ins_scannee(bytearray(b"]d1" + ECETINSI.encode() + b"\r\n")).matricule
        == lire_ins_scannee(ECETINSI).matricule
    )


@pytest.mark.parametrize("octets", [b"", b"\x00", ECETINSI.encode() + b"\xe9", ECETINSI.encode("utf-16"), b"a" * 5000])
def test_bytes_that_are_no_text_are_refused_in_words(octets: bytes) -> None:
    with pytest.raises(ChampInvalideError) as caught:
        lire_ins_scannee(octets)
    assert caught.value.champs == ("lecteur",)
    assert caught.value.__context__ is None
