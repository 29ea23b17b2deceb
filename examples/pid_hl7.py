"""An identity to and from the PID segment of HL7 v2.5, as IHE PAM France writes it.

Written: PID-3 (INS, local identifier), PID-5 (birth name, used name), PID-7, PID-8, PID-11 (birth place), PID-32
(reliability). Run as it is, it qualifies a person of the sandbox, writes the segment, reads it back and matches it.
"""

from __future__ import annotations

import re

from segur_socles import ControleIdentite, InsTrouvee, Motif, Sandbox, Segur, Sexe, TraitsIdentite
from segur_socles.personnes import (
    Attribut,
    IdentifiantLocal,
    IdentiteQualifiee,
    IdentiteRecue,
    OidIns,
    StatutIdentite,
    Usager,
    rapprocher,
)
from segur_socles.xds import Cx

SEPARATEURS = r"|^~\&"
AUTORITES = dict.fromkeys(OidIns, "ASIP-SANTE-INS-NIR") | {OidIns.NIA: "ASIP-SANTE-INS-NIA"}
ATTRIBUTS = {"HOMA": Attribut.HOMONYME, "DOUT": Attribut.DOUTEUSE, "FICT": Attribut.FICTIVE}
SEXES = {sexe.value: sexe for sexe in Sexe}
ECHAPPES = {"\\": "E", "|": "F", "^": "S", "&": "T", "~": "R"}
CARACTERES = {code: caractere for caractere, code in ECHAPPES.items()}


def ecrire_pid(usager: Usager) -> str:
    """Write the segment, without its line end. The INS is there only if the identity is qualified."""
    identite, traits = usager.identite, usager.identite.traits
    qualifiee = isinstance(identite, IdentiteQualifiee)
    champs = {
        3: [f"{_ecrit(usager.ipp.valeur)}^^^&{usager.ipp.oid}&ISO^PI"],
        5: [f"{traits.nom_naissance}^{traits.premier_prenom}^{traits.liste_prenoms}^^^^L"],
        7: [traits.naissance_hl7],
        8: [traits.sexe.value],
        11: [f"^^{_ecrit(usager.ville_naissance)}^^^^BDL^^{traits.lieu_naissance or ''}"],
        32: [
            "VALI" if qualifiee else "PROV",
            *(c for c, a in ATTRIBUTS.items() if identite.attribut and a in identite.attribut.elements),
        ],
    }
    if isinstance(identite, IdentiteQualifiee):
        oid = identite.matricule.oid
        debut = f"^^{identite.reponse.debut:%Y%m%d}" if identite.reponse.debut else ""
        champs[3].insert(0, f"{identite.matricule.valeur}^^^{AUTORITES[oid]}&{oid.value}&ISO^INS{debut}")
    if identite.nom_utilise or identite.prenom_utilise:
        champs[5].append(f"{_ecrit(identite.nom_utilise)}^{_ecrit(identite.prenom_utilise)}^^^^^D")
    return "|".join(("PID", *("~".join(champs.get(rang, [])) for rang in range(1, 33))))


def lire_pid(message: str) -> IdentiteRecue:
    """Read the first PID segment of a message. ``ValueError``: none, or separators that are not the usual ones."""
    segments = [ligne.strip() for ligne in re.split(r"[\r\n]+", message)]
    if any(s.startswith("MSH") and not s.startswith(f"MSH{SEPARATEURS}|") for s in segments):
        raise ValueError("MSH-1, MSH-2 : séparateurs inhabituels ; cet exemple ne lit que ceux d'IHE PAM France")
    pid = next((s.split("|") for s in segments if s.startswith("PID|")), None)
    if pid is None:
        raise ValueError("le message n'a pas de segment PID")
    pid += [""] * (33 - len(pid))
    ids = tuple((cx.autorite, _lu(cx.id)) for cx in map(Cx.lire, _repetitions(pid[3])) if _est_ce_qu_il_dit(cx))
    noms = {nom[6]: nom for nom in map(_composants, reversed(_repetitions(pid[5])))}  # the first of a type wins
    naissance, utilise = noms.get("L", _composants("")), noms.get("D", _composants(""))
    lieux = [lieu[8] for lieu in map(_composants, _repetitions(pid[11])) if lieu[6] == "BDL"]
    codes = {code.strip() for code in _repetitions(pid[32])}
    return IdentiteRecue(
        source="HL7 v2",
        identifiants=ids,
        nom_naissance=naissance[0] or None,
        premier_prenom=naissance[1] or None,
        prenoms=naissance[2] or None,
        nom_utilise=utilise[0] or None,
        prenom_utilise=utilise[1] or None,
        date_naissance=_composants(pid[7])[0] or None,
        sexe=SEXES.get(_composants(pid[8])[0]),
        lieu_naissance=next(filter(None, lieux), None),
        statut_annonce=_statut(codes, ins=any(oid in set(OidIns) for oid, _ in ids)),
        attributs_annonces=tuple(attribut for code, attribut in ATTRIBUTS.items() if code in codes),
    )


def _est_ce_qu_il_dit(cx: Cx) -> bool:
    """Pass over a number that is under the OID of an INS without being typed as one: a billing number, say."""
    return bool(cx.id) and (cx.autorite not in set(OidIns) or cx.type_id == "INS")


def _statut(codes: set[str], *, ins: bool) -> StatutIdentite | None:
    if not codes:
        return None
    if "VALI" in codes and codes <= {"VALI", "HOMA"}:
        return StatutIdentite.QUALIFIEE if ins else StatutIdentite.VALIDEE
    return StatutIdentite.PROVISOIRE  # the least that any other code claims


def _repetitions(champ: str) -> list[str]:
    return [repetition for repetition in champ.split("~") if repetition.strip() not in ("", '""')]


def _composants(repetition: str) -> list[str]:
    lus = ["" if composant == '""' else _lu(composant) for composant in repetition.split("^")]
    return lus + [""] * (9 - len(lus))


def _ecrit(texte: str | None) -> str:
    """Escape what HL7 would take for a separator; a line end would start another segment."""
    return "".join(f"\\{ECHAPPES[c]}\\" if c in ECHAPPES else c for c in " ".join((texte or "").split()))


def _lu(texte: str) -> str:
    return re.sub(r"\\([EFSTR])\\", lambda code: CARACTERES[code[1]], texte).strip()


def main() -> None:
    traits = TraitsIdentite(nom_naissance="Adrun", prenoms=("Zoé",), sexe=Sexe.FEMININ, date_naissance="1975-12-31")
    with Sandbox() as sandbox, Segur(sandbox.config) as segur:
        session = segur.au_nom_de(sandbox.acteur, motif=Motif.PRISE_EN_CHARGE)
        trouvee = session.insi.rechercher(traits)
        if not isinstance(trouvee, InsTrouvee):
            print(trouvee.explication)
            return
        identite = trouvee.identite.qualifier(ControleIdentite.CARTE_IDENTITE, par=session.acteur)
    usager = Usager(identite=identite, ipp=IdentifiantLocal(valeur="RES-1", oid="1.2.250.1.999.1.1"))
    segment = ecrire_pid(usager)
    recue = lire_pid(segment)
    print(segment)
    print(f"Statut annoncé : {recue.statut_annonce}. {rapprocher(recue, [identite]).explication}")


if __name__ == "__main__":
    main()
