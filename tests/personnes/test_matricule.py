"""The matricule INS: key, nature, what is refused and how it is said, and what it shows on a screen."""

from __future__ import annotations

import pickle

import pytest
from hypothesis import given
from hypothesis import strategies as st

from segur_socles._core.redact import masquer
from segur_socles.errors import ChampInvalideError, Gravite
from segur_socles.personnes.matricule import FAUX_AMIS, MatriculeIns, OidIns, calculer_cle

# Published test identities (CNDA scenarios, ANS samples): number and key.
PUBLIES = [
    ("1090763220834", "89"),
    ("2090763220834", "39"),
    ("1010663220754", "60"),
    ("160012B020777", "13"),
    ("180032B020401", "23"),
    ("297022A020778", "78"),
    ("2360663220836", "56"),
    ("2751263220749", "74"),
    ("1810163220751", "40"),
    ("1100863220830", "60"),
    ("2790351215189", "89"),
    ("2070585756270", "97"),
    ("2550814168025", "38"),
    ("1810363220456", "76"),
]
publies = st.sampled_from(PUBLIES)


@pytest.mark.parametrize(("numero", "cle"), PUBLIES)
def test_published_numbers_have_their_published_key(numero: str, cle: str) -> None:
    assert calculer_cle(numero) == cle
    assert MatriculeIns.lire(numero + cle, OidIns.NIR).cle_non_conforme is False


@given(publies, st.integers(0, 14), st.integers(1, 9))
def test_any_wrong_digit_is_refused(publie: tuple[str, str], position: int, ecart: int) -> None:
    valeur = "".join(publie)
    if valeur[position].isdigit():
        faux = valeur[:position] + str((int(valeur[position]) + ecart) % 10) + valeur[position + 1 :]
        with pytest.raises(ChampInvalideError):
            MatriculeIns.lire(faux, OidIns.NIR)


@given(publies, st.integers(0, 13))
def test_any_two_neighbours_exchanged_are_refused(publie: tuple[str, str], position: int) -> None:
    valeur = "".join(publie)
    echange = valeur[:position] + valeur[position + 1] + valeur[position] + valeur[position + 2 :]
    if echange != valeur:
        with pytest.raises(ChampInvalideError):
            MatriculeIns.lire(echange, OidIns.NIR)


def test_corsica_is_neither_of_the_departments_it_counts_as() -> None:
    for corse, continent in (("297022A020778", "2970219020778"), ("180032B020401", "1800318020401")):
        assert calculer_cle(corse) == calculer_cle(continent)
        assert MatriculeIns.lire(corse + calculer_cle(corse), OidIns.NIR).numero == corse


@pytest.mark.parametrize(
    ("numero", "cle", "meme_reste"),
    [("2070585756270", "97", "00"), ("1090763220922", "01", "98"), ("1090763220921", "02", "99")],
)
def test_a_key_is_between_01_and_97_whatever_is_equal_modulo_97(numero: str, cle: str, meme_reste: str) -> None:
    assert MatriculeIns.lire(numero + cle, OidIns.NIR).cle == cle
    with pytest.raises(ChampInvalideError, match="la clé ne correspond pas"):
        MatriculeIns.lire(numero + meme_reste, OidIns.NIR)


VALEUR = "236066322083656"

ARABES = str.maketrans({str(n): chr(0x660 + n) for n in range(10)})
PLEINE_CHASSE = str.maketrans({str(n): chr(0xFF10 + n) for n in range(10)})

MAUVAISES = {
    "empty": "",
    "too short": VALEUR[:14],
    "without its key": VALEUR[:13],
    "too long": VALEUR + "1",
    "very long": "2" * 100_000,
    "letters": "ABCDEFGHIJKLMNO",
    "lower case": "297022a02077878",
    "other letter": "297022C02077878",
    "letter elsewhere": "A97022002077878",
    "letter behind another digit": "297021A02077878",
    "accent": "23606632208365é",
    "emoji": "23606632208365😀",
    "right to left": "\u202e" + VALEUR,
    "arabic digits": VALEUR.translate(ARABES),
    "full-width digits": VALEUR.translate(PLEINE_CHASSE),
    "superscript": VALEUR[:14] + "⁶",
    "trailing line feed": VALEUR + "\n",
    "inner null": VALEUR[:7] + "\0" + VALEUR[8:],
    "sign": "+" + VALEUR[1:],
    "underscore": VALEUR[:3] + "_" + VALEUR[4:],
}


@pytest.mark.parametrize("cas", MAUVAISES)
def test_a_bad_number_is_refused_without_being_quoted(cas: str) -> None:
    valeur = MAUVAISES[cas]
    for lire in (
        lambda: MatriculeIns.lire(valeur, OidIns.NIR),
        lambda: MatriculeIns(numero=valeur[:13], cle=valeur[13:], oid=OidIns.NIR),
    ):
        with pytest.raises(ChampInvalideError) as refus:
            lire()
        dit = f"{refus.value}{refus.value.to_dict()}{refus.value.__cause__}{refus.value.__context__}"
        assert len(dit) < 1500
        assert masquer(dit) == dit
        assert not valeur or valeur not in dit
        assert all(constat.remede for constat in refus.value.constats)


@pytest.mark.parametrize(
    "numero", ["", "236066322083", "23606632208365", "23606632208é6", VALEUR[:13].translate(ARABES)]
)
def test_the_key_of_what_is_no_number_is_refused_without_quoting_it(numero: str) -> None:
    with pytest.raises(ChampInvalideError, match="13 chiffres") as refus:
        calculer_cle(numero)
    assert not numero or numero not in str(refus.value)


def test_an_absent_key_is_asked_for_rather_than_computed() -> None:
    with pytest.raises(ChampInvalideError, match="clé absente"):
        MatriculeIns.lire("2360663220836", OidIns.NIR)


# --- one judgement, whatever the way in ---------------------------------------------------------------------


@given(
    st.one_of(
        publies.map("".join),
        st.text("0123456789AB2abé \u0662", min_size=12, max_size=16),
        st.from_regex(r"[0-9]{15}", fullmatch=True),
    )
)
def test_reading_and_constructing_judge_alike(valeur: str) -> None:
    def issue(construire: object) -> object:
        try:
            return construire()  # type: ignore[operator]
        except ChampInvalideError as refus:
            return refus.constats

    lue = issue(lambda: MatriculeIns.lire(valeur, OidIns.NIA))
    assert lue == issue(lambda: MatriculeIns(numero=valeur[:13], cle=valeur[13:], oid=OidIns.NIA))


def test_a_value_that_was_read_is_like_one_that_was_constructed() -> None:
    lue = MatriculeIns.lire(VALEUR, "1.2.250.1.213.1.4.8")
    construite = MatriculeIns(numero=VALEUR[:13], cle="56", oid=OidIns.NIR)
    assert lue == construite
    assert hash(lue) == hash(construite)
    assert lue.oid is OidIns.NIR
    assert repr(lue) == repr(construite) == "MatriculeIns(oid=<OidIns.NIR: '1.2.250.1.213.1.4.8'>, …)"
    assert lue.model_dump() == construite.model_dump()
    assert MatriculeIns.model_validate_json(lue.model_dump_json()) == lue
    assert pickle.loads(pickle.dumps(lue)) == lue  # noqa: S301 - made two lines above
    with pytest.raises(TypeError, match="ne se modifie pas"):
        lue.cle = "57"
    with pytest.raises(ChampInvalideError):
        lue.model_copy(update={"cle": "57"})


# --- nature -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("oid", "libelle", "de_test"),
    [
        ("1.2.250.1.213.1.4.8", "NIR", False),
        ("1.2.250.1.213.1.4.9", "NIA", False),
        ("1.2.250.1.213.1.4.10", "NIR de test", True),
        ("1.2.250.1.213.1.4.11", "NIR de démonstration", True),
    ],
)
def test_the_oid_says_the_nature(oid: str, libelle: str, de_test: bool) -> None:
    nature = MatriculeIns.lire(VALEUR, oid).oid
    assert (nature.value, nature.libelle, nature.de_test) == (oid, libelle, de_test)


@pytest.mark.parametrize(
    ("oid", "nom"),
    [
        ("1.2.250.1.213.1.4.2", "un INS-C"),
        ("1.2.250.1.213.1.4.13", "un NSS-NIR"),
        ("1.2.250.1.213.1.4.14", "un NSS-NIA"),
    ],
)
def test_what_looks_like_an_ins_is_told_apart_whatever_the_way_in(oid: str, nom: str) -> None:
    donnees = {"numero": VALEUR[:13], "cle": "56", "oid": oid}
    for entrer in (
        lambda: MatriculeIns.lire(VALEUR, oid),
        lambda: MatriculeIns.saisi(VALEUR, oid),
        lambda: MatriculeIns.recu_d_insi(VALEUR[:13], "56", oid),
        lambda: MatriculeIns.model_validate(donnees),
    ):
        with pytest.raises(ChampInvalideError, match=nom) as refus:
            entrer()
        (constat,) = refus.value.constats
        assert constat.champ == "oid"
        assert "INSi" in (constat.remede or "")
    assert oid in FAUX_AMIS


def test_an_ins_c_has_22_digits_and_is_still_called_by_its_name() -> None:
    with pytest.raises(ChampInvalideError, match="un INS-C"):
        MatriculeIns.lire("1" * 22, "1.2.250.1.213.1.4.2")


@pytest.mark.parametrize("oid", ["", "1.2.250.1.213.1.4", "1.2.250.1.213.1.4.8 ", "2.16.840.1.113883.12.445"])
def test_another_oid_is_refused(oid: str) -> None:
    with pytest.raises(ChampInvalideError) as refus:
        MatriculeIns.lire(VALEUR, oid)
    assert refus.value.champs == ("oid",)


# --- typed, received, shown ---------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("valeur", "affichage"),
    [
        ("109076322083489", "1 09 07 63 220 834 89"),
        ("180032B02040123", "1 80 03 2B 020 401 23"),
        ("207058575627097", "2 07 05 85 756 270 97"),
    ],
)
def test_it_is_shown_in_groups_and_typed_back(valeur: str, affichage: str) -> None:
    assert MatriculeIns.lire(valeur, OidIns.NIR).affichage == affichage
    for saisie in (affichage, affichage.replace(" ", "\u202f"), affichage.replace(" ", "."), f" {affichage.lower()}\n"):
        assert MatriculeIns.saisi(saisie, OidIns.NIR).valeur == valeur


@pytest.mark.parametrize(
    "saisie", ["", "   ", "1 09 07 63 220 834 98", "1/09/07/63/220/834/89", VALEUR.translate(ARABES)]
)
def test_what_is_typed_is_judged_too(saisie: str) -> None:
    with pytest.raises(ChampInvalideError):
        MatriculeIns.saisi(saisie, OidIns.NIR)


def test_a_wrong_key_sent_by_insi_is_kept_and_marked() -> None:
    matricule = MatriculeIns.recu_d_insi("1810363220456", "60", OidIns.NIR)
    assert matricule.cle_non_conforme
    assert matricule.valeur == "181036322045660"
    assert MatriculeIns.recu_d_insi("1810363220456", None, OidIns.NIR).cle == "76"


def test_insi_may_write_corsica_in_lower_case() -> None:
    recu = MatriculeIns.recu_d_insi("297022a020778", "78", OidIns.NIR)
    assert recu == MatriculeIns.lire("297022A02077878", OidIns.NIR)


def test_the_parts_are_explained() -> None:
    assert MatriculeIns.lire("109076322083489", OidIns.NIR).explication == (
        "NIR : Numéro d'inscription au répertoire des personnes physiques.",
        "1 : homme",
        "09 : deux derniers chiffres de l'année",
        "07 : juillet",
        "63 220 : département",
        "834 : ordre de l'inscription dans le mois et le lieu",
        "89 : clé juste",
    )
    assert MatriculeIns.recu_d_insi("1810363220456", "60", OidIns.NIR).explication[-1] == (
        "60 : clé fausse, telle qu'INSi l'a envoyée (76 attendue)"
    )


def compose(sexe: str = "2", mois: str = "06", lieu: str = "63220", ordre: str = "836") -> MatriculeIns:
    numero = f"{sexe}36{mois}{lieu}{ordre}"
    return MatriculeIns.lire(numero + calculer_cle(numero), OidIns.NIR)


@pytest.mark.parametrize(
    ("lieu", "dit"),
    [
        ("01004", "01 004 : département"),
        ("2A004", "2A 004 : Corse-du-Sud"),
        ("2B033", "2B 033 : Haute-Corse"),
        ("20033", "20 033 : Corse, avant 1976"),
        ("91228", "91 228 : département, ou autrefois Algérie, Maroc et Tunisie"),
        ("96001", "96 001 : ancien département d'Algérie, ou protectorat"),
        ("97105", "97 105 : Guadeloupe"),
        ("97209", "97 209 : Martinique"),
        ("97302", "97 302 : Guyane"),
        ("97411", "97 411 : La Réunion"),
        ("97502", "97 502 : Saint-Pierre-et-Miquelon"),
        ("97608", "97 608 : Mayotte"),
        ("97701", "97 701 : Saint-Barthélemy"),
        ("97801", "97 801 : Saint-Martin"),
        ("98411", "98 411 : Terres australes et antarctiques françaises"),
        ("98611", "98 611 : Wallis-et-Futuna"),
        ("98735", "98 735 : Polynésie française"),
        ("98901", "98 901 : Clipperton"),
        ("98818", "98 818 : Nouvelle-Calédonie"),
        ("97999", "97 999 : outre-mer"),
        ("99109", "99 109 : à l'étranger : pays"),
        ("00001", "00 001 : lieu jamais attribué"),
    ],
)
def test_places(lieu: str, dit: str) -> None:
    assert compose(lieu=lieu).explication[4] == dit


@pytest.mark.parametrize("mois", ["01", "12", "20", "30", "31", "42", "50", "99"])
def test_months_that_are_attributed(mois: str) -> None:
    assert compose(mois=mois).remarques == ()


@pytest.mark.parametrize("mois", ["00", "13", "19", "43", "49"])
def test_a_month_never_attributed_is_remarked_not_refused(mois: str) -> None:
    matricule = compose(mois=mois)
    (remarque,) = matricule.remarques
    assert (remarque.gravite, remarque.message) == (Gravite.AVERTISSEMENT, "code de mois jamais attribué")
    assert matricule.numero not in str(remarque)
    assert matricule.explication[3] == f"{mois} : code de mois jamais attribué"


def test_other_oddities_are_remarked() -> None:
    assert compose(sexe="7").remarques == ()
    assert [r.message for r in compose(sexe="5").remarques] == ["premier chiffre jamais attribué"]
    assert [r.message for r in compose(ordre="000").remarques] == ["numéro d'ordre jamais attribué"]
    assert [r.message for r in compose(lieu="63000").remarques] == ["code de commune jamais attribué"]
    assert [r.message for r in compose(lieu="00100").remarques] == ["code de lieu jamais attribué"]


@pytest.mark.parametrize("oid", [["1.2.250.1.213.1.4.8"], {}, None, 8, ""])
def test_an_oid_that_is_no_text_is_a_typed_refusal(oid: object) -> None:
    with pytest.raises(ChampInvalideError) as caught:
        MatriculeIns.model_validate({"numero": VALEUR[:13], "cle": "56", "oid": oid})
    assert caught.value.champs == ("oid",)


@pytest.mark.parametrize(
    ("sexe", "dit"),
    [
        ("1", "homme"),
        ("2", "femme"),
        ("3", "homme, immatriculation en cours"),
        ("4", "femme, immatriculation en cours"),
        ("7", "homme, numéro provisoire"),
        ("8", "femme, numéro provisoire"),
        ("0", "sexe non attribué"),
    ],
)
def test_first_digits(sexe: str, dit: str) -> None:
    assert compose(sexe=sexe).explication[1] == f"{sexe} : {dit}"


@pytest.mark.parametrize(
    ("mois", "dit"),
    [
        ("01", "janvier"),
        ("02", "février"),
        ("08", "août"),
        ("12", "décembre"),
        ("42", "acte d'état civil incomplet"),
        ("99", "acte d'état civil incomplet"),
    ],
)
def test_months(mois: str, dit: str) -> None:
    assert compose(mois=mois).explication[3] == f"{mois} : {dit}"
