"""The DMP of the sandbox: three endpoints, strict and stateful.

``patients`` (TD0.2), ``registry`` (TD3.1) and ``repository`` (TD2.1, TD3.2), under ``/si-dmp-server/v2/services/``.
Masking and deletion are not played: they are refused, and the refusal says so.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final

from segur_socles._core.soap import Requete
from segur_socles.personnes.matricule import MatriculeIns
from segur_socles.sandbox.dmp import depot, lecture, patients, recherche
from segur_socles.sandbox.dmp.acces import Acces, Appel
from segur_socles.sandbox.dmp.consultations import AccesTrace, Consultations
from segur_socles.sandbox.dmp.courrier import Courrier, lire_mtom, lire_simple
from segur_socles.sandbox.dmp.dossiers import DOSSIERS, Dossier
from segur_socles.sandbox.dmp.refus import CodeDmp, ErreurRegistre, RefusError, RefusRegistreError, exiger
from segur_socles.sandbox.dmp.registre import DocumentEnregistre, Registre
from segur_socles.sandbox.dmp.reponses import (
    en_mtom,
    faute,
    refus_http,
    reponse,
    reponse_depot,
    reponse_lecture,
    reponse_recherche,
)
from segur_socles.sandbox.service import Monde, ReponseSandbox, RequeteSandbox

__all__ = ["BASE", "ServiceDmp"]

BASE: Final = "/si-dmp-server/v2/services/"

_OPERATIONS: Final[Mapping[str, str]] = MappingProxyType(
    {
        patients.ACTION: "dmp.tester_existence",
        recherche.ACTION: "dmp.rechercher",
        lecture.ACTION: "dmp.lire",
        **dict.fromkeys(depot.ACTIONS, "dmp.alimenter"),
    }
)

_NON_JOUEES: Final = frozenset({
    "urn:hl7-org:v3:PRPA_IN201311UV02",
    "urn:hl7-org:v3:PRPA_IN201314UV02",
    "urn:ihe:iti:2010:UpdateDocumentSet",
})  # fmt: skip
"""Actions these endpoints have at the national service, and not here."""

_NON_TROUVE: Final = 404
_METHODE: Final = 405


@dataclass(frozen=True, slots=True)
class _Point:
    """One operation: its action, the body it expects, how the body is read, how the answer is made.

    ``jouer`` gives the body of the answer, or the documents that the answer carries as attachments.
    """

    actions: tuple[str, ...]
    corps: str
    lire: Callable[[RequeteSandbox], Awaitable[Courrier]]
    jouer: Callable[[Appel, Courrier], str | tuple[DocumentEnregistre, ...]]
    reponse: str
    echec: Callable[[tuple[ErreurRegistre, ...]], str]


class ServiceDmp:
    """Plays the DMP for a :class:`Monde`; ``dossiers`` are the records, by matricule (15 characters)."""

    def __init__(self, monde: Monde, dossiers: Mapping[str, Dossier] = DOSSIERS) -> None:
        self._monde = monde
        self._dossiers = dossiers
        self._acces = Acces(monde)
        self.registre: Final = Registre(monde.ids)
        self._consultations = Consultations()
        self._lecture = _Point(
            (lecture.ACTION,),
            "{urn:ihe:iti:xds-b:2007}RetrieveDocumentSetRequest",
            lire_simple,
            lambda appel, _: lecture.lire(appel, self.registre, dossiers, self._consultations),
            f"{lecture.ACTION}Response",
            lambda erreurs: reponse_lecture(erreurs=erreurs),
        )
        self._points = {
            f"{BASE}patients": _Point(
                (patients.ACTION,),
                "{urn:hl7-org:v3}PRPA_IN201307UV02",
                lire_simple,
                lambda appel, _: patients.tester_existence(appel, dossiers, monde.ids),
                "urn:hl7-org:v3:PRPA_IN201308UV02",
                reponse_depot,
            ),
            f"{BASE}registry": _Point(
                (recherche.ACTION,),
                "{urn:oasis:names:tc:ebxml-regrep:xsd:query:3.0}AdhocQueryRequest",
                lire_simple,
                lambda appel, _: recherche.rechercher(appel, self.registre, dossiers, self._consultations),
                f"{recherche.ACTION}Response",
                lambda erreurs: reponse_recherche(erreurs=erreurs),
            ),
            f"{BASE}repository": _Point(
                depot.ACTIONS,
                "{urn:ihe:iti:xds-b:2007}ProvideAndRegisterDocumentSetRequest",
                lire_mtom,
                lambda appel, courrier: depot.deposer(appel, courrier, monde, dossiers, self.registre),
                f"{depot.ACTIONS[0]}Response",
                reponse_depot,
            ),
        }

    @property
    def nom(self) -> str:
        """Name in faults and journal."""
        return "dmp"

    @property
    def operations(self) -> Mapping[str, str]:
        """SOAP action → name of the operation."""
        return _OPERATIONS

    def documents_de(self, matricule: MatriculeIns) -> tuple[DocumentEnregistre, ...]:
        """Return the documents registered for a person, signatures excluded, oldest first."""
        return self.registre.documents_de(matricule.valeur)

    def acces_a(self, matricule: MatriculeIns) -> tuple[AccesTrace, ...]:
        """Return who consulted a person's record, as that person sees it, oldest first."""
        return self._consultations.de(matricule.valeur)

    @property
    def nombre_de_documents(self) -> int:
        """How many documents are registered, signatures excluded."""
        return len(self.registre)

    async def traiter(self, requete: RequeteSandbox) -> ReponseSandbox:
        """Answer one request; checks and cryptography run in a thread, so that others are served meanwhile."""
        point = self._point(requete)
        if point is None:
            return refus_http(_NON_TROUVE, f"Aucun service du DMP à cette adresse ({BASE}…).\n")
        if requete.methode != "POST":
            return refus_http(_METHODE, "Un service du DMP s'appelle par POST.\n")
        try:
            courrier = await point.lire(requete)
        except RefusError as refus:
            return self._faute(requete, refus)
        return await asyncio.to_thread(self._repondre, requete, courrier, point)

    def _point(self, requete: RequeteSandbox) -> _Point | None:
        point = self._points.get(requete.chemin)
        # The repository has two operations, whose bodies are read differently: the HTTP action tells them apart.
        retrait = point is self._points[f"{BASE}repository"] and requete.action == lecture.ACTION
        return self._lecture if retrait else point

    def _repondre(self, requete: RequeteSandbox, courrier: Courrier, point: _Point) -> ReponseSandbox:
        requete.message_id = courrier.message.addressed.message_id
        try:
            action = self._operation(requete, courrier.message, point)
            appel = self._acces.controler(requete, courrier.message, action=action)
            joue = point.jouer(appel, courrier)
        except RefusError as refus:
            return self._faute(requete, refus)
        except RefusRegistreError as refus:
            requete.code = refus.erreurs[0].code
            joue = point.echec(refus.erreurs)
        documents = () if isinstance(joue, str) else joue
        corps = joue if isinstance(joue, str) else reponse_lecture(joue)
        ids = self._monde.ids
        simple = reponse(corps, action=point.reponse, message_id=requete.message_id, ids=ids)
        return en_mtom(simple, documents, action=point.reponse, ids=ids) if point is self._lecture else simple

    def _operation(self, requete: RequeteSandbox, message: Requete, point: _Point) -> str:
        """Give the action that the message must bear, from its body."""
        action = message.addressed.action or ""
        requete.operation = _OPERATIONS.get(action)
        if action in _NON_JOUEES:
            raise RefusError(CodeDmp.NON_JOUE, "cette transaction n'est pas jouée par le bac à sable")
        texte = "le corps du message n'est pas une opération de ce service"
        exiger(requete, "SOAP : opération du service", message.body.tag == point.corps, CodeDmp.ACTION_INCONNUE, texte)
        return action if action in point.actions else point.actions[0]

    def _faute(self, requete: RequeteSandbox, refus: RefusError) -> ReponseSandbox:
        requete.code = refus.code
        return faute(refus, message_id=requete.message_id, ids=self._monde.ids)
