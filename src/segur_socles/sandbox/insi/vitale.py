"""The search by carte Vitale, as the sandbox plays it: body and context must be well written, and say the same.

Which numbers and dates INSi compares is not public: the beneficiary's own number decides alone, former ones included;
without it, the insured person's number, the birth date and the rank do (guessed).
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Final

from lxml import etree

from segur_socles._core.soap import Requete
from segur_socles._core.xml import q
from segur_socles.personnes.numeros import nir
from segur_socles.sandbox.donnees import Issue, PersonneInsi
from segur_socles.sandbox.insi.fautes import RefusInsi
from segur_socles.sandbox.insi.recherche import Trouvaille
from segur_socles.sandbox.service import RequeteSandbox

__all__ = ["RACINE_VITALE", "DemandeVitale", "chercher_vitale", "lire_demande_vitale", "verifier_assertion_vitale"]

_NS: Final = "http://www.cnamts.fr/INSiRecVit"
_BAM: Final = "urn:siram:bam:ctxbam"
RACINE_VITALE: Final = f"{{{_NS}}}RECVITALE"

_Modele = Mapping[str, "_Modele | re.Pattern[str]"]

# The schema leaves the values of the body free; these are those of the context, which it constrains.
_NUMERO: Final = re.compile(r"[0-9]{6}[AB0-9][0-9]{6}")
_CLE: Final = re.compile(r"[0-9]{2}")
_DATE: Final = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_RANG: Final = re.compile(r"[0-9]{1,2}")
_TEXTE: Final = re.compile(r"[^\s](?:.*[^\s])?")

_MATRICULE: Final[_Modele] = {"NumIdentifiant": _NUMERO, "Cle": _CLE, "TypeMatricule": _TEXTE}
_CORPS: Final[_Modele] = {
    "MatriculeIndividu": _MATRICULE,
    "MatriculeOD": _MATRICULE,
    "NomNaissance": _TEXTE,
    "DateNaissance": _DATE,
    "RangNaissance": _RANG,
}
_COUVERTURE: Final[_Modele] = {
    "GrandRegime": _TEXTE,
    "Organisme": _TEXTE,
    "CodeCentre": _TEXTE,
    "ASSURE": {"Id": {"Num": _NUMERO, "Cle": _CLE}},
    "BENEFICIAIRE": {
        "Nir": {"Num": _NUMERO, "Cle": _CLE, "DateCertification": _DATE},
        "DateNai": _DATE,
        "Rang": _RANG,
        "Porteur": re.compile(r"[0-9]"),
    },
}

# What the context repeats of the body: place there, place here.
_REPETES: Final = {
    "ASSURE/Id/Num": "MatriculeOD/NumIdentifiant",
    "BENEFICIAIRE/Nir/Num": "MatriculeIndividu/NumIdentifiant",
    "BENEFICIAIRE/DateNai": "DateNaissance",
    "BENEFICIAIRE/Rang": "RangNaissance",
}


@dataclass(frozen=True, slots=True)
class DemandeVitale:
    """What a card says of its beneficiary: numbers of 13 characters, birth date and rank as written."""

    ouvrant_droit: str = field(repr=False)
    individu: str | None = field(repr=False)
    naissance: str = field(repr=False)
    rang: str | None = field(repr=False)


def lire_demande_vitale(requete: RequeteSandbox, soap: Requete) -> DemandeVitale:
    """Read ``RECVITALE`` and the COUVERTURE of the context. Raises :class:`RefusInsi`."""
    lus = _lire(soap.body, _NS, _CORPS, "SANDBOX_CORPS")
    for place in ("MatriculeOD/NumIdentifiant", "DateNaissance"):
        if place not in lus:
            raise RefusInsi("SANDBOX_VITALE_ABSENT", f"donnée de la carte absente : {place}")
    for qui in ("MatriculeOD", "MatriculeIndividu"):
        numero, cle = lus.get(f"{qui}/NumIdentifiant"), lus.get(f"{qui}/Cle")
        if cle and not (numero and nir.FORME.fullmatch(numero) and nir.cle_juste(numero, cle)):
            raise RefusInsi("SANDBOX_VITALE_CLE", f"{qui} : la clé n'est pas celle du numéro")
    if "MatriculeIndividu/NumIdentifiant" not in lus and "RangNaissance" not in lus:
        raise RefusInsi("SANDBOX_VITALE_ABSENT", "sans MatriculeIndividu, RangNaissance désigne le bénéficiaire")
    _verifier_couverture(requete, soap, lus)
    return DemandeVitale(
        lus["MatriculeOD/NumIdentifiant"],
        lus.get("MatriculeIndividu/NumIdentifiant"),
        lus["DateNaissance"],
        lus.get("RangNaissance"),
    )


def _verifier_couverture(requete: RequeteSandbox, soap: Requete, corps: Mapping[str, str]) -> None:
    (contexte,) = soap.headers[f"{{{_BAM}}}ContexteBAM"]  # once, as the headers were checked
    couverture = contexte.find(f"{{{_BAM}}}COUVERTURE")
    lus = {} if couverture is None else _lire(couverture, _BAM, _COUVERTURE, "SANDBOX_COUVERTURE")
    ecarts = [la for la, ici in _REPETES.items() if lus.get(la) != corps.get(ici)]
    detail = f"COUVERTURE ne dit pas comme le corps : {', '.join(ecarts)}"
    if not requete.verifier("COUVERTURE : celle de la carte lue", not ecarts, detail):
        raise RefusInsi("SANDBOX_COUVERTURE", detail)


def _lire(parent: etree._Element, ns: str, modele: _Modele, code: str, chemin: str = "") -> dict[str, str]:
    """Give the text of each leaf by its path: elements of the model only, in its order, none twice, none empty."""
    enfants = list(parent.iterchildren("{*}*"))
    noms = [etree.QName(e).localname if etree.QName(e).namespace == ns else "?" for e in enfants]
    ou = chemin.rstrip("/") or etree.QName(parent).localname
    if noms != [nom for nom in modele if nom in noms]:
        raise RefusInsi(code, f"{ou} : enfants attendus, dans cet ordre : {', '.join(modele)}")
    lus: dict[str, str] = {}
    for nom, enfant in zip(noms, enfants, strict=True):
        attendu = modele[nom]
        if isinstance(attendu, re.Pattern):
            valeur = (enfant.text or "").strip()
            if len(enfant) or not attendu.fullmatch(valeur):
                raise RefusInsi(code, f"{chemin}{nom} : valeur mal formée")
            lus[f"{chemin}{nom}"] = valeur
        else:
            dedans = _lire(enfant, ns, attendu, code, f"{chemin}{nom}/")
            if not dedans:
                raise RefusInsi(code, f"{chemin}{nom} : élément vide")
            lus |= dedans
    return lus


def chercher_vitale(demande: DemandeVitale, personnes: Sequence[PersonneInsi], *, qualification: bool) -> Trouvaille:
    """Search. Unknown people give ``01``, or the technical fault with ``qualification``, as a search by traits."""
    trouvees = [p for p in personnes if p.issue is Issue.CONNUE and _designe(demande, p)]
    if qualification and not trouvees:
        raise RefusInsi("insi_102")
    match trouvees:
        case []:
            return Trouvaille("01")
        case [personne]:
            return Trouvaille("00", personne)
        case _:
            return Trouvaille("02")


def _designe(demande: DemandeVitale, personne: PersonneInsi) -> bool:
    if demande.individu is not None:
        return demande.individu in {personne.numero, *(ancien.numero for ancien in personne.historique)}
    return (demande.ouvrant_droit, demande.naissance, demande.rang) == (
        personne.ouvrant_droit or personne.numero,
        personne.naissance,
        personne.rang,
    )


def verifier_assertion_vitale(requete: RequeteSandbox, assertion: etree._Element, porteur: str) -> None:
    """Check the second assertion of card mode, but for its signature: its algorithms are those of the card."""
    nom = assertion.find(f"{q('saml:Subject')}/{q('saml:NameID')}")
    emetteur = assertion.find(q("saml:Issuer"))
    controles = (
        (
            "assertion Vitale : ID, date, version",
            bool(assertion.get("ID")) and assertion.get("Version") == "2.0" and _instant(assertion),
            "ID, IssueInstant (UTC) et Version=2.0 attendus",
        ),
        (
            "assertion Vitale : Issuer",
            emetteur is not None and not emetteur.attrib and (emetteur.text or "").strip() == porteur,
            "Issuer doit être l'identifiant du porteur de la carte CPx, sans Format",
        ),
        (
            "assertion Vitale : NameID",
            nom is not None and nom.get("NameQualifier") == "VITALE" and bool((nom.text or "").strip()),
            "NameID doit être le numéro de série de la carte, avec NameQualifier=VITALE",
        ),
    )
    for controle, ok, detail in controles:
        if not requete.verifier(controle, ok, detail):
            raise RefusInsi("SANDBOX_ASSERTION_VITALE", detail)


def _instant(assertion: etree._Element) -> bool:
    try:
        return datetime.fromisoformat(assertion.get("IssueInstant", "")).tzinfo is not None
    except ValueError:
        return False
