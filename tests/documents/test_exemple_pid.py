"""The example script of HL7 v2: its PID is the one of the ANS samples, and it reads what others send."""

from __future__ import annotations

import pytest
from formes_outils import PERSONNES, TRAITS, ecrire_pid, lire_pid, main, qualifiee, recuperee, usager
from hypothesis import example, given
from hypothesis import strategies as st

from segur_socles.personnes.identite import Attribut, Identite, StatutIdentite
from segur_socles.personnes.matricule import OidIns
from segur_socles.personnes.rapprochement import InsIncomplete, SansIns, UsagerReconnu, rapprocher
from segur_socles.personnes.recue import IdentiteRecue
from segur_socles.personnes.traits import Sexe

INS = "279035121518989^^^ASIP-SANTE-INS-NIR&1.2.250.1.213.1.4.10&ISO^INS"
IPP = "RES-1^^^&1.2.250.1.999.1.1&ISO^PI"
VIDES = "|" * 21
QUALIFIEE = PERSONNES["qualifiée"]

# The shape of the ANS samples: dates after the type, an empty address first.
RECU = (
    "MSH|^~\\&|APP|FAC|||20260106134418||ADT^A28^ADT_A05|1|P|2.5|||||FRA|UNICODE UTF-8\r"
    f"PID|||{INS}^^20101207~405660^^^AUT&1.2.250.1.999.7&ISO^PI||PAT-TROIS^DOMINIQUE^DOMINIQUE MARIE-LOUISE^^^^L"
    "~DUPONT^DOMINIQUE^^^^^D||19790328|F|||28 rue des Essais^^PARIS^^75007^FRA^H^^^^^^^~^^^^^^BDL^^51215"
    "|||||||405660^^^AUT&1.2.250.1.999.7&ISO^AN|||||||||||||N|VALI\r"
    "PV1||N\r"
)


def test_a_qualified_identity_is_written_as_the_samples_are() -> None:
    assert ecrire_pid(usager(QUALIFIEE)) == (
        f"PID|||{INS}~{IPP}||PAT-TROIS^DOMINIQUE^DOMINIQUE MARIE-LOUISE^^^^L||19790328|F|||^^^^^^BDL^^51215{VIDES}VALI"
    )


def test_the_date_from_which_the_ins_is_valid_goes_with_it() -> None:
    datee = QUALIFIEE.model_copy(
        update={"reponse": QUALIFIEE.reponse.model_copy(update={"debut": "2010-12-07"})}  # type: ignore[union-attr]
    )
    segment = ecrire_pid(usager(datee))
    assert f"|{INS}^^20101207~{IPP}|" in segment
    assert rapprocher(lire_pid(segment), [datee]) == UsagerReconnu(datee)  # type: ignore[arg-type]


def test_without_qualification_neither_matricule_nor_claim() -> None:
    attendu = f"PID|||{IPP}||PAT-TROIS^DOMINIQUE^DOMINIQUE MARIE-LOUISE^^^^L||19790328|F|||^^^^^^BDL^^51215{VIDES}PROV"
    assert ecrire_pid(usager(recuperee())) == attendu
    fictive = Identite(traits=TRAITS, attribut=Attribut.FICTIVE)
    assert ecrire_pid(usager(fictive)) == f"{attendu}~FICT"
    double = Identite(traits=TRAITS, attribut=Attribut.HOMONYME_DOUTEUSE)
    assert ecrire_pid(usager(double)) == f"{attendu}~HOMA~DOUT"


def test_the_nia_has_its_authority() -> None:
    assert "279035121518989^^^ASIP-SANTE-INS-NIA&1.2.250.1.213.1.4.9&ISO^INS~" in ecrire_pid(
        usager(qualifiee(OidIns.NIA))
    )


def test_a_message_in_the_shape_of_the_samples_is_read() -> None:
    assert lire_pid(RECU) == IdentiteRecue(
        source="HL7 v2",
        identifiants=((OidIns.NIR_TEST, "279035121518989"), ("1.2.250.1.999.7", "405660")),
        nom_naissance="PAT-TROIS",
        premier_prenom="DOMINIQUE",
        prenoms="DOMINIQUE MARIE-LOUISE",
        nom_utilise="DUPONT",
        prenom_utilise="DOMINIQUE",
        sexe=Sexe.FEMININ,
        date_naissance="19790328",
        lieu_naissance="51215",
        statut_annonce=StatutIdentite.QUALIFIEE,
    )
    assert rapprocher(lire_pid(RECU), [QUALIFIEE]) == UsagerReconnu(QUALIFIEE)
    assert lire_pid(f"\x0b{RECU}\x1c\r".replace("\r", "\n")) == lire_pid(RECU)


@pytest.mark.parametrize(
    ("avant", "apres", "statut"),
    [
        ("VALI", "PROV", StatutIdentite.PROVISOIRE),
        ("VALI", "VALI~DOUT", StatutIdentite.PROVISOIRE),
        ("VALI", "INVA", StatutIdentite.PROVISOIRE),
    ],
)
def test_an_ins_that_is_not_claimed_qualified_matches_nobody(avant: str, apres: str, statut: StatutIdentite) -> None:
    recue = lire_pid(RECU.replace(avant, apres))
    assert recue.statut_annonce is statut
    assert rapprocher(recue, [QUALIFIEE]) == InsIncomplete(("statut d'identité qualifiée",))


@pytest.mark.parametrize("type_", ["NH", "PI", ""])
def test_a_number_that_is_not_typed_as_an_ins_is_not_one(type_: str) -> None:
    recue = lire_pid(RECU.replace("ISO^INS", f"ISO^{type_}"))
    assert rapprocher(recue, [QUALIFIEE]) == SansIns()
    assert recue.statut_annonce is StatutIdentite.VALIDEE


def test_what_is_absent_or_null_is_not_known() -> None:
    assert lire_pid("PID|1") == IdentiteRecue(source="HL7 v2")
    assert lire_pid('PID|||""||""^""^^^^^L||""|U|||^^^^^^BDL^^""|') == IdentiteRecue(source="HL7 v2")


@pytest.mark.parametrize(
    ("avant", "apres"),
    [
        ("~^^^^^^BDL^^51215", "~^^^^^^H^^75107~^^^^^^BDL^^51215"),
        ("^^^^L~DUPONT", "^^^^L~MARTIN^ANNE^^^^^L~DUPONT"),
        ("~DUPONT^DOMINIQUE^^^^^D", "~DUPONT^DOMINIQUE^^^^^D~DURAND^D^^^^^D"),
    ],
)
def test_the_first_of_the_right_type_counts(avant: str, apres: str) -> None:
    assert lire_pid(RECU.replace(avant, apres)) == lire_pid(RECU)


@pytest.mark.parametrize("message", ["", "MSH|^~\\&|\rPV1||N", "MSH#^~\\&#\rPID|||", "PID^^^"])
def test_what_is_no_pid_is_refused(message: str) -> None:
    with pytest.raises(ValueError, match=r"segment PID|séparateurs"):
        lire_pid(message)


@example("RES\r\nPID|||1~2^3&4\\F\\")
@given(st.text(max_size=60).filter(lambda texte: texte.strip() and texte.isprintable()))
def test_no_text_escapes_from_its_field(texte: str) -> None:
    qui = usager(PERSONNES["provisoire"].model_copy(update={"nom_utilise": texte}), ipp=texte, ville_naissance=texte)
    segment = ecrire_pid(qui)
    assert segment.count("|") == 32
    recue = lire_pid(segment)
    attendu = " ".join(texte.split())
    assert (recue.nom_utilise, recue.identifiants) == (attendu, (("1.2.250.1.999.1.1", attendu),))
    assert recue.lieu_naissance == "51215"


@given(st.text('PID|^~\\&\r\n"AMSH0123456789BDLVI', max_size=120))
def test_any_text_is_read_or_refused(texte: str) -> None:
    try:
        recue = lire_pid(f"PID|||{texte}")
    except ValueError:
        return
    assert recue.source == "HL7 v2"


def test_the_script_runs_as_it_is(capsys: pytest.CaptureFixture[str]) -> None:
    main()
    segment, issue = capsys.readouterr().out.splitlines()
    assert segment.endswith(f"|{VIDES[1:]}VALI")
    assert issue == "Statut annoncé : qualifiée. L'usager est reconnu : INS et traits d'identité concordent."
