"""The canary run: every identity and clinical word of the record is a canary, and nothing that is kept may hold one.

The whole chain runs at DEBUG, with faults and refusals; then logs, warnings, traces, the journal and every
exception (text, repr, arguments, pickle, traceback, ``to_dict``) are searched.
"""

from __future__ import annotations

import json
import logging
import pickle
import re
import traceback
import warnings
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from chaine_outils import RESIDENTE, VITE, Chaine, jouer, preparer

from segur_socles.credentials.secret import Secret
from segur_socles.credentials.tls import CertificatTls
from segur_socles.credentials.usages import Contexte, Perimetre, Service
from segur_socles.dmp.lecture_types import DocumentLu, DocumentsTrouves
from segur_socles.dmp.types import Accuse
from segur_socles.documents.cda.lecture import lire_entete
from segur_socles.dui.dossier import Dossier
from segur_socles.dui.parcours import deposer, qualifier, rediger
from segur_socles.errors import SegurError
from segur_socles.personnes.autorisation import ActeSocle, Autorisation
from segur_socles.personnes.identite import Identite
from segur_socles.personnes.matricule import MatriculeIns
from segur_socles.personnes.professionnel import Motif, MoyenAuthentification
from segur_socles.personnes.traits import TraitsIdentite
from segur_socles.psc.types import SessionPsc
from segur_socles.sandbox.donnees import URGENCES, URGENTISTE
from segur_socles.sandbox.sandbox import Sandbox
from segur_socles.segur.facade import Segur
from segur_socles.trace.sinks import JsonLinesSink, TraceSink

RECORD = json.loads(RESIDENTE.read_text("utf-8"))
MOT_DE_PASSE = "mot-de-passe-canari"
MATRICULES = ("2360663220836", "236066322083656")

# Words of the record that are not secret: codes, names of structures and professionals, dates of acts.
PUBLICS = re.compile(r"[A-Z]{1,4}|[a-z_]+|[\d.{}\[\]/]+|\d{4}(-\d\d){0,2}|8997000\d+|8999000\d+|[\d.]+")


# A name of the record that is also a word of our own texts.
COMMUNS = frozenset({"ESSAI"})

# Never written whole in this file: a traceback quotes the line that raised.
NOM = RECORD["usager"]["traits"]["nom_naissance"]


def textes(valeur: Any, cle: str = "") -> Iterator[str]:
    """Every text of the person's record: traits, contacts, addresses, treatments, comments."""
    if isinstance(valeur, dict):
        for nom, contenu in valeur.items():
            yield from textes(contenu, nom)
    elif isinstance(valeur, list):
        for contenu in valeur:
            yield from textes(contenu, cle)
    elif isinstance(valeur, str) and cle not in ("oid", "nom_structure", "finess"):
        yield valeur


def canaris() -> frozenset[str]:
    trouves = {t for part in ("usager", "soins") for t in textes(RECORD[part]) if not PUBLICS.fullmatch(t)}
    traits = RECORD["usager"]["traits"]
    trouves |= {traits["nom_naissance"], *traits["prenoms"][1:], "19360621", traits["date_naissance"]}
    telecoms = {re.sub(r"\s", "", t) for t in trouves if re.fullmatch(r"(\d\d ){4}\d\d", t)}
    return frozenset(t for t in trouves | telecoms if len(t) >= 5 and t not in COMMUNS) | {
        *MATRICULES,
        MOT_DE_PASSE,
        "<ClinicalDocument",
    }


CANARIS = canaris()


def chercher(texte: str, ou: str) -> list[str]:
    return [f"{ou} : {canari}" for canari in CANARIS if canari.lower() in texte.lower()]


def test_there_are_canaries() -> None:
    assert len(CANARIS) > 60
    assert {"TCHITCHI", "CATARINA", "1936-06-21", "0199000014", "RES-000142"} <= CANARIS
    assert chercher("… tchitchi …", "essai"), "the search finds what it looks for"


def porte(error: BaseException) -> str:
    """Everything that a log, a crash report or another process could take from an error."""
    morceaux = traceback.format_exception(error)
    vue: BaseException | None = error
    while vue is not None:
        morceaux += [str(vue), repr(vue), repr(vue.args), repr(vue.__dict__)]
        vue = vue.__cause__ or vue.__context__
    if isinstance(error, SegurError):
        morceaux += [json.dumps(error.to_dict(), default=str), repr(pickle.dumps(error))]
    return "\n".join(morceaux)


COUPE = f"<ClinicalDocument>{NOM}".encode()
VIDE = f'<ClinicalDocument xmlns="urn:hl7-org:v3">{NOM}</ClinicalDocument>'.encode()

Ratage = Callable[[Sandbox, Chaine], object]


def _bac_arrete(_: Sandbox, chaine: Chaine) -> object:
    with Sandbox() as autre:
        config = autre.config
    return jouer("sync", chaine, "dmp.alimenter", config=config)


def _panne(nom: str, service: str, operation: str, fois: int) -> Ratage:
    def rater(bac: Sandbox, chaine: Chaine) -> object:
        bac.pannes.activer(nom, service=service, fois=fois)
        return jouer("async", chaine, operation)

    return rater


def _champ(*chemin: str | int, valeur: object) -> Ratage:
    """A record with one field that is wrong and holds canaries."""

    def rater(_: Sandbox, __: Chaine) -> object:
        record = json.loads(json.dumps(RECORD))
        cible = record
        for part in chemin[:-1]:
            cible = cible[part]
        cible[chemin[-1]] = valeur
        return Dossier.model_validate_json(json.dumps(record))

    return rater


def _p12(bac: Sandbox, chaine: Chaine) -> object:
    structure = chaine.dossier.structure
    contexte = Contexte(
        production=False, maintenant=bac.config.clock.now(), perimetre=Perimetre(structure.struct_idnat)
    )
    p12 = bac.certificats(structure).dmp.p12(Secret("un-autre"))
    return CertificatTls.charger_p12(
        p12, Secret(MOT_DE_PASSE), service=Service.DMP, contexte=contexte, ancres=bac.pki.ancres()
    )


JUSTIFICATION = f"{NOM} est tombée"
CONSULTER = Autorisation.accorder(ActeSocle.CONSULTER_DMP, "urgence vitale")


def consulter(bac: Sandbox, chaine: Chaine, traces: TraceSink | None = None) -> tuple[object, ...]:
    """Log in, find the record's documents and read the last one: everything that a night at the hospital handles."""
    bac.ajouter_structure(URGENCES)
    with Segur(bac.config, traces=traces, policy=VITE) as segur:
        demande = segur.psc.preparer()
        connexion = segur.psc.terminer(demande, bac.naviguer(demande.url, acteur=URGENTISTE))
        assert isinstance(connexion, SessionPsc)
        session = segur.au_nom_de(connexion.acteur(), motif=Motif.URGENCE, justification=JUSTIFICATION)
        trouves = session.dmp.rechercher(chaine.identite, CONSULTER)
        assert isinstance(trouves, DocumentsTrouves)
        lu = session.dmp.lire(trouves.documents[-1], chaine.identite, CONSULTER)
        assert isinstance(lu, DocumentLu)
        assert NOM.encode() in lu.octets
        return session, trouves, *trouves.documents, lu, bac.dmp.acces_a(chaine.identite.matricule)


def _altere(bac: Sandbox, chaine: Chaine) -> object:
    """A document that is not the one its entry describes."""
    with Segur(bac.config, policy=VITE) as segur:
        acteur = bac.acteur.model_copy(update={"moyen": MoyenAuthentification.PRO_SANTE_CONNECT})
        session = segur.au_nom_de(acteur, motif=Motif.URGENCE, justification=JUSTIFICATION)
        depose = deposer(session, chaine.dossier, chaine.identite, chaine.document(session))
        assert isinstance(depose, Accuse)
        trouves = session.dmp.rechercher(chaine.identite, CONSULTER)
        assert isinstance(trouves, DocumentsTrouves)
        autre = replace(trouves.documents[-1], hash="0" * 40)
        return session.dmp.lire(autre, chaine.identite, CONSULTER)


def _par_un_trait(bac: Sandbox, chaine: Chaine) -> object:
    """A name and a number where the identifier of a document is expected."""
    with Segur(bac.config, policy=VITE) as segur:
        acteur = bac.acteur.model_copy(update={"moyen": MoyenAuthentification.CPS})
        session = segur.au_nom_de(acteur, motif=Motif.URGENCE, justification=JUSTIFICATION)
        return session.dmp.lire(f"{NOM} {MATRICULES[1]}", chaine.identite, CONSULTER)


def _sans_connexion(bac: Sandbox, chaine: Chaine) -> object:
    with Segur(bac.config, policy=VITE) as segur:
        session = segur.au_nom_de(bac.acteur, motif=Motif.URGENCE, justification=JUSTIFICATION)
        return session.dmp.rechercher(chaine.identite, CONSULTER)


RATAGES: dict[str, Ratage] = {
    "bac arrêté": _bac_arrete,
    "INSi en panne": _panne("503-then-ok", "insi", "insi.rechercher", 9),
    "réponse perdue pour de bon": _panne("accept-then-lose-reply", "dmp", "dmp.alimenter", 9),
    "registre muet": _panne("503-then-ok", "dmp", "dmp.tester_existence", 9),
    "document lu altéré": _altere,
    "document lu par un trait": _par_un_trait,
    "consultation sans connexion": _sans_connexion,
    "écart non décidé": lambda _, chaine: chaine.qualifiee.trouvee.identite.accepter(chaine.dossier.acteur),
    "trait refusé": _champ("usager", "traits", "nom_naissance", valeur=f"{NOM} 9"),
    "date refusée": _champ(
        "usager", "traits", "date_naissance", valeur=RECORD["usager"]["traits"]["date_naissance"] + "T00:00"
    ),
    "nombre pour un texte": _champ("usager", "traits", "prenoms", 0, valeur=int(MATRICULES[1])),
    "liste pour un texte": _champ("usager", "adresse", "voie", valeur=[NOM]),
    "code inconnu": _champ("soins", "allergies", "items", 0, "type", valeur=NOM),
    "texte de contrôle": _champ("soins", "commentaire", valeur=f"{NOM} \x07"),
    "JSON coupé": lambda _, __: Dossier.model_validate_json(RESIDENTE.read_bytes()[:900]),
    "matricule faux": lambda _, __: MatriculeIns.lire(MATRICULES[1][:14] + "7", "1.2.250.1.213.1.4.8"),
    "stockage abîmé": lambda _, chaine: Identite.depuis_stockage(
        chaine.identite.vers_stockage() | {"controle": {"par": NOM}}
    ),
    "traits construits de force": lambda _, __: TraitsIdentite.model_construct(nom_naissance=f"{NOM} 8"),
    "document illisible": lambda _, __: lire_entete(COUPE),
    "document sans en-tête": lambda _, __: lire_entete(VIDE),
    "mauvais mot de passe": _p12,
}  # fmt: skip


def test_no_canary_in_anything_that_is_kept(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    trouves: list[str] = []
    with (
        caplog.at_level(logging.DEBUG),
        warnings.catch_warnings(record=True) as avertis,
        Sandbox(dossier=tmp_path) as bac,
    ):
        warnings.simplefilter("always")
        logging.getLogger().setLevel(logging.DEBUG)
        dossier = Dossier.lire(RESIDENTE)
        traces = JsonLinesSink(tmp_path / "traces.jsonl")
        with Segur(bac.config, traces=traces, policy=VITE) as segur:
            session = segur.au_nom_de(dossier.acteur, motif=Motif.URGENCE, justification=JUSTIFICATION)
            qualifiee = qualifier(session, dossier)
            document = rediger(session, dossier, qualifiee.identite)
            existence = session.dmp.tester_existence(qualifiee.identite)
            accuse = deposer(session, dossier, qualifiee.identite, document)
            refus = session.dmp.alimenter(
                session.dmp.preparer(rediger(session, dossier, qualifiee.identite), qualifiee.identite),
                Autorisation.refuser(ActeSocle.ALIMENTER_DMP, "la personne s'y est opposée"),
            )
            valeurs = (
                *(dossier, dossier.soins, dossier.usager, qualifiee, qualifiee.identite, qualifiee.trouvee, document),
                *(existence, accuse, refus, session, segur, bac.config, bac.trousseau, bac.journal.entrees),
            )
        chaine = preparer(bac)
        for valeur in (*valeurs, *consulter(bac, chaine, traces)):
            trouves += chercher(f"{valeur!r}{valeur!s}", f"repr de {type(valeur).__name__}")
        traces.close()
        for nom, rater in RATAGES.items():
            with pytest.raises(SegurError) as caught:
                rater(bac, chaine)
            bac.pannes.effacer()
            trouves += chercher(porte(caught.value), f"erreur « {nom} » ({type(caught.value).__name__})")
    assert caplog.records, "something was logged"
    for record in caplog.records:
        trouves += chercher(f"{record.getMessage()} {record.args!r} {record.exc_text or ''}", f"log {record.name}")
    for avertissement in avertis:
        trouves += chercher(str(avertissement.message), "avertissement")
    for fichier in tmp_path.rglob("*"):
        if fichier.is_file():
            trouves += chercher(fichier.read_text("utf-8", errors="replace"), f"fichier {fichier.name}")
    assert {f.name for f in tmp_path.iterdir()} >= {"journal.jsonl", "traces.jsonl"}
    # The session of the emergency doctor names his hospital, which is also the one that the record prefers.
    assert trouves == [f"repr de Session : {URGENCES.nom}"]
