"""The header, judged by the tables of ``entete_tables`` and by the rules that tie several of its elements."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from lxml import etree

from segur_socles.documents.validation.entete_tables import (
    ATTRIBUTS,
    CARDINALITES,
    CHOIX,
    CODES_PLUS_RECENTS,
    JEUX,
    JEUX_DE_TEXTES,
    ORDRE,
    RACINES,
    Attribut,
    Jeu,
)
from segur_socles.documents.validation.modeles import CI_SIS, HL7_FRANCE, N1, ModeleValide
from segur_socles.documents.validation.releve import NS, Regle, Releve, trouver, trouver_tous
from segur_socles.errors import Gravite
from segur_socles.nomenclatures.codes import nomenclature

__all__ = ["juger_entete"]

_MINIMALE: Final = "CI-SIS, structuration minimale"
_AJOUTER: Final = "ajouter cet élément"


def juger_entete(releve: Releve) -> None:
    """Note what is wrong in the header, the person apart."""
    _ordre(releve)
    _cardinalites(releve)
    _valeurs(releve)
    _textes(releve)
    _modeles(releve)
    _versions(releve)
    _periodes(releve)
    if releve.modele is not None:
        _codes_du_modele(releve, releve.modele)
        _participants_du_modele(releve, releve.modele)


# --- tables ----------------------------------------------------------------------------------------------


def _valeurs(releve: Releve) -> None:
    for attribut in ATTRIBUTS:
        for noeud in trouver_tous(releve.racine, attribut.chemin):
            _attribut(releve, noeud, attribut)
    for jeu in JEUX:
        for noeud in trouver_tous(releve.racine, jeu.chemin):
            _jeu(releve, noeud, jeu)
    for racines in RACINES:
        for noeud in trouver_tous(releve.racine, racines.chemin):
            if not noeud.get("nullFlavor") and noeud.get("root") not in racines.racines:
                remede = f"utiliser la racine {' ou '.join(racines.racines)}"
                releve.noter(Regle("autorité d'affectation inattendue", _MINIMALE, remede), noeud, "@root")


def _textes(releve: Releve) -> None:
    for jeu in JEUX_DE_TEXTES:
        for noeud in trouver_tous(releve.racine, jeu.chemin):
            if (noeud.text or "").strip() not in nomenclature(jeu.table):
                releve.noter(_hors_jeu(jeu.table), noeud)


def _ordre(releve: Releve) -> None:
    rangs = {nom: rang for rang, nom in enumerate(ORDRE)}
    dernier = -1
    for enfant in releve.racine.iterchildren(f"{{{NS['h']}}}*"):
        rang = rangs.get(etree.QName(enfant).localname)
        if rang is None:
            regle = Regle("élément inconnu dans l'en-tête", "schéma CDA R2", "retirer cet élément")
            releve.noter(regle, enfant)
        elif rang < dernier:
            regle = Regle(
                "élément mal placé", "schéma CDA R2 : ordre de l'en-tête", f"le placer avant {ORDRE[dernier]}"
            )
            releve.noter(regle, enfant)
        else:
            dernier = rang


def _cardinalites(releve: Releve) -> None:
    for regle in CARDINALITES:
        for parent in trouver_tous(releve.racine, regle.parent):
            if parent.get("nullFlavor"):
                continue
            enfants = parent.findall(f"h:{regle.enfant}", NS)
            borne = "n" if regle.maximum is None else regle.maximum
            source = f"{_MINIMALE} : [{regle.minimum}..{borne}]"
            if len(enfants) < regle.minimum:
                releve.noter(Regle("élément obligatoire absent", source, _AJOUTER), parent, regle.enfant)
            for en_trop in enfants[regle.maximum :] if regle.maximum is not None else ():
                releve.noter(Regle("élément en trop", source, f"n'en garder que {regle.maximum}"), en_trop)
    for choix in CHOIX:
        for parent in trouver_tous(releve.racine, choix.parent):
            presents = [nom for nom in choix.enfants if trouver(parent, nom) is not None]
            if not choix.minimum <= len(presents) <= 1:
                message = "élément obligatoire absent" if not presents else "deux éléments qui s'excluent"
                remede = f"écrire {' ou '.join(choix.enfants)}, et un seul"
                releve.noter(Regle(message, f"{_MINIMALE} : choix", remede), parent)


def _attribut(releve: Releve, noeud: etree._Element, attendu: Attribut) -> None:
    if attendu.nul and noeud.get("nullFlavor"):
        return
    valeur = noeud.get(attendu.nom)
    if valeur is None:
        if not attendu.facultatif:
            remede = f"écrire {attendu.valeurs[0]}" if len(attendu.valeurs) == 1 else "renseigner cet attribut"
            releve.noter(Regle("attribut obligatoire absent", _MINIMALE, remede), noeud, f"@{attendu.nom}")
    elif attendu.valeurs and valeur not in attendu.valeurs:
        admises = ", ".join(attendu.valeurs)
        releve.noter(Regle("valeur non admise", _MINIMALE, f"valeurs admises : {admises}"), noeud, f"@{attendu.nom}")
    elif attendu.forme is not None and not attendu.forme.fullmatch(valeur):
        releve.noter(Regle("forme refusée", _MINIMALE, f"écrire {attendu.attendu}"), noeud, f"@{attendu.nom}")
    elif valeur in attendu.deconseilles:
        gardees = ", ".join(v for v in attendu.valeurs if v not in attendu.deconseilles)
        regle = Regle("valeur déconseillée", _MINIMALE, f"préférer {gardees}", Gravite.AVERTISSEMENT)
        releve.noter(regle, noeud, f"@{attendu.nom}")


def _jeu(releve: Releve, noeud: etree._Element, jeu: Jeu) -> None:
    if jeu.attribut:
        if noeud.get(jeu.attribut) not in nomenclature(jeu.table):
            releve.noter(_hors_jeu(jeu.table), noeud, f"@{jeu.attribut}")
        return
    code = noeud.get("code")
    if not code:  # a code that is absent or null is another rule's business
        return
    entree = nomenclature(jeu.table).codes.get(code)
    if code in CODES_PLUS_RECENTS.get(jeu.table, ()):
        releve.noter(_hors_jeu(jeu.table, recent=True), noeud)
    elif entree is None or entree.systeme != noeud.get("codeSystem"):
        releve.noter(_hors_jeu(jeu.table), noeud)
    if jeu.libelle and noeud.get("displayName") is None:
        regle = Regle("attribut obligatoire absent", _MINIMALE, "recopier le libellé de la nomenclature")
        releve.noter(regle, noeud, "@displayName")


def _hors_jeu(table: str, *, recent: bool = False) -> Regle:
    jeu = nomenclature(table)
    source = f"{table} (OID {jeu.oid}, édition {jeu.edition})"
    if recent:
        remede = "vérifier que le destinataire connaît cette édition"
        return Regle("code d'une édition plus récente de la nomenclature", source, remede, Gravite.AVERTISSEMENT)
    return Regle("code absent de la nomenclature", source, f"choisir un code de {table}, avec son système")


# --- what the tables cannot say --------------------------------------------------------------------------


def _modeles(releve: Releve) -> None:
    declares = [m.get("root") for m in trouver_tous(releve.racine, "templateId")]
    for racine, nom in ((HL7_FRANCE, "HL7 France"), (CI_SIS, "CI-SIS")):
        if declares.count(racine) != 1:
            regle = Regle(
                f"le modèle {nom} doit être déclaré une fois",
                f"{_MINIMALE} : templateId",
                f"écrire templateId {racine}",
            )
            releve.noter(regle, releve.racine, "templateId")
    propres = [racine for racine in declares if racine not in (HL7_FRANCE, CI_SIS)]
    if releve.modele is N1:
        if propres != [N1.racine]:
            remede = f"déclarer {HL7_FRANCE}, {CI_SIS} et {N1.racine}, et rien d'autre"
            regle = Regle("un document non structuré déclare trois modèles", "CI-SIS, document N1", remede)
            releve.noter(regle, releve.racine, "templateId")
    elif not propres:
        regle = Regle("aucun modèle de document n'est déclaré", _MINIMALE, "déclarer le modèle suivi (templateId)")
        releve.noter(regle, releve.racine, "templateId")
    elif releve.modele is None:
        regle = Regle(
            "modèle de document inconnu d'ici",
            "modèles couverts : voir docs/valider.md",
            "l'en-tête seul est contrôlé ; vérifier le reste avec les règles du modèle",
            Gravite.AVERTISSEMENT,
        )
        releve.noter(regle, releve.racine, "templateId")


_REMPLACEMENT: Final = "CI-SIS, relatedDocument RPLC"


def _versions(releve: Releve) -> None:
    racine = releve.racine
    version, ancien = _entier(trouver(racine, "versionNumber")), trouver(racine, "relatedDocument/parentDocument")
    if ancien is None:
        if version and version > 1:
            remede = "désigner la version remplacée (relatedDocument RPLC), ou reprendre au numéro 1"
            releve.noter(Regle("une nouvelle version ne dit pas laquelle elle remplace", _REMPLACEMENT, remede), racine)
        return
    ancienne = trouver(ancien, "versionNumber")
    numero = _entier(ancienne)
    if ancienne is not None and version and numero and numero >= version:
        regle = Regle(
            "la version remplacée n'est pas antérieure", _REMPLACEMENT, "augmenter versionNumber à chaque version"
        )
        releve.noter(regle, ancienne)
    elif ancienne is None and version == 1:
        remede = "numéroter 2 et au-delà un document qui en remplace un autre"
        releve.noter(Regle("la version 1 ne remplace rien", _REMPLACEMENT, remede), racine, "versionNumber")
    if (sien := _identifiant(racine, "id")) and sien == _identifiant(ancien, "id"):
        remede = "donner un nouvel identifiant à chaque version"
        releve.noter(Regle("le document se remplace lui-même", _REMPLACEMENT, remede), ancien, "id")
    lot, ancien_lot = _identifiant(racine, "setId"), _identifiant(ancien, "setId")
    if lot and ancien_lot and lot != ancien_lot:
        remede = "garder le même setId pour toutes les versions"
        releve.noter(Regle("l'identifiant commun aux versions a changé", _REMPLACEMENT, remede), ancien, "setId")


def _entier(noeud: etree._Element | None) -> int | None:
    valeur = "" if noeud is None else noeud.get("value", "")
    return int(valeur) if valeur.isascii() and valeur.isdigit() and len(valeur) < 10 else None  # noqa: PLR2004 - int32


def _identifiant(noeud: etree._Element, nom: str) -> tuple[str | None, str | None] | None:
    trouve = trouver(noeud, nom)
    return None if trouve is None else (trouve.get("root"), trouve.get("extension"))


def _periodes(releve: Releve) -> None:
    for chemin in ("componentOf/encompassingEncounter/effectiveTime", "participant/time"):
        for periode in trouver_tous(releve.racine, chemin):
            bornes = [b for nom in ("low", "high") if (b := trouver(periode, nom)) is not None]
            if not (bornes or periode.get("nullFlavor") or periode.get("value")):
                remede = "donner le début ou la fin, ou un nullFlavor (UNK, NA)"
                releve.noter(Regle("période sans début ni fin", _MINIMALE, remede), periode)


# --- the model -------------------------------------------------------------------------------------------


def _codes_du_modele(releve: Releve, modele: ModeleValide) -> None:
    source = f"CI-SIS, modèle {modele.nom}"
    code = trouver(releve.racine, "code")
    if modele.types and code is not None and code.get("code") and code.get("code") not in modele.types:
        releve.noter(Regle("type contraire au modèle", source, f"écrire {' ou '.join(modele.types)}"), code)
    if modele.acte:
        actes = list(trouver_tous(releve.racine, "documentationOf/serviceEvent"))
        if actes and not any(_acte_est(acte, modele.acte[0]) for acte in actes):
            remede = f"écrire le code {modele.acte[0]} (système {modele.acte[1]})"
            releve.noter(Regle("acte contraire au modèle", source, remede), actes[0], "code")
    sejour = trouver(releve.racine, "componentOf/encompassingEncounter/code")
    if modele.prise_en_charge and sejour is not None and sejour.get("code") != modele.prise_en_charge:
        remede = f"écrire {modele.prise_en_charge}, ou retirer le code"
        releve.noter(Regle("type de prise en charge contraire au modèle", source, remede), sejour)


def _acte_est(acte: etree._Element, code: str) -> bool:
    trouve = trouver(acte, "code")
    return trouve is not None and trouve.get("code") == code


_LIBELLES_IPS: Final = {
    "PCP": ("Médecin Traitant", "Médecin traitant"),
    "ES-PREF": ("Etablissement de santé de préférence",),
}
"""The only labels that a rule of the kit reads: one edition writes a capital, the next does not."""


def _participants_du_modele(releve: Releve, modele: ModeleValide) -> None:
    fonctions = list(_fonctions(releve, "INF"))
    source = f"CI-SIS, modèle {modele.nom}"
    if modele.medecin_traitant and not any(f.get("code") == "PCP" for f in fonctions):
        remede = (
            "ajouter participant INF, functionCode PCP (time et associatedEntity peuvent être nuls s'il est inconnu)"
        )
        releve.noter(Regle("médecin traitant absent", source, remede), releve.racine, "participant")
    informants = releve.racine.findall("h:participant[@typeCode='INF']", NS)
    if modele.nom == "IPS-FR" and informants:
        connus = [f for f in fonctions if f.get("displayName") in _LIBELLES_IPS.get(f.get("code", ""), ())]
        if not connus:
            remede = "libellé « Médecin Traitant » pour PCP, ou « Etablissement de santé de préférence » pour ES-PREF"
            releve.noter(
                Regle("aucun participant INF n'a le rôle et le libellé attendus", source, remede), informants[0]
            )


def _fonctions(releve: Releve, role: str) -> Iterator[etree._Element]:
    for participant in releve.racine.iterfind(f"h:participant[@typeCode='{role}']", NS):
        if (fonction := trouver(participant, "functionCode")) is not None:
            yield fonction
