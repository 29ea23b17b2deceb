"""The searches, without input or output."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field, replace
from typing import Final, TypeVar

from segur_socles._core.flow import Flow, Http, Request, Response
from segur_socles.errors import ServiceError
from segur_socles.mss.annuaire import demandes
from segur_socles.mss.annuaire.acces import AccesAnnuaire
from segur_socles.mss.annuaire.codes import SERVICE
from segur_socles.mss.annuaire.demandes import Demande
from segur_socles.mss.annuaire.messages import Page, invalide, lire_page
from segur_socles.mss.annuaire.types import (
    BoiteConnue,
    BoiteInconnue,
    BoiteMss,
    FicheAnnuaire,
    FicheProfessionnel,
    FicheStructure,
    ListeAnnuaire,
    ProfessionnelAbsent,
    ProfessionnelTrouve,
    ResultatBoite,
    ResultatProfessionnel,
    ResultatStructure,
    SituationExercice,
    StructureAbsente,
    StructureTrouvee,
)
from segur_socles.trace.appelant import Appelant
from segur_socles.trace.record import Resultat as ResultatTrace
from segur_socles.trace.traceur import ActeTrace, Bilan, Traceur

__all__ = ["FluxAnnuaire"]

PAR_RPPS: Final = "annuaire.rechercher_par_rpps"
PAR_FINESS: Final = "annuaire.rechercher_par_finess"
PROFESSIONNELS: Final = "annuaire.rechercher_professionnels"
STRUCTURES: Final = "annuaire.rechercher_structures"
BOITE: Final = "annuaire.verifier_boite"

_TAILLE_MIN: Final = 10
_DELAI_SERVEUR: Final = 504

T = TypeVar("T")
F = TypeVar("F", bound=FicheAnnuaire)


class FluxAnnuaire:
    """Flows of one caller. ``acces`` is asked at each call, so that a renewed key is taken up."""

    def __init__(self, appelant: Appelant, acces: Callable[[], AccesAnnuaire], traceur: Traceur) -> None:
        self._appelant = appelant
        self._acces = acces
        self._traceur = traceur

    def rechercher_par_rpps(self, rpps: str) -> Flow[ResultatProfessionnel]:
        """Find one professional, with his or her situations and mailboxes."""
        demande = demandes.par_rpps(rpps)
        (numero,) = demande.termes

        def flux() -> Flow[ResultatProfessionnel]:
            recolte = yield from self._parcourir(demande, PAR_RPPS)
            fiche = _unique([f for f in recolte.de(FicheProfessionnel) if f.rpps == numero], recolte)
            if fiche is None:
                return ProfessionnelAbsent()
            # One that does not say whose it is might be somebody else's, and so its mailboxes.
            recues = recolte.de(SituationExercice)
            situations = tuple(s for s in recues if s.professionnel == f"Practitioner/{fiche.id}")
            anonymes = sum(s.professionnel is None for s in recues)
            return ProfessionnelTrouve(fiche, situations, _fusionner((fiche, *situations)), anonymes)

        return self._suivre(flux(), PAR_RPPS, _bilan_professionnel)

    def rechercher_par_finess(self, finess: str) -> Flow[ResultatStructure]:
        """Find one structure, with its mailboxes."""
        demande = demandes.par_finess(finess)
        (numero,) = demande.termes

        def flux() -> Flow[ResultatStructure]:
            recolte = yield from self._parcourir(demande, PAR_FINESS)
            structures = recolte.de(FicheStructure)
            fiche = _unique([f for f in structures if numero in (f.finess_eg, f.finess_ej)], recolte)
            return StructureAbsente() if fiche is None else StructureTrouvee(fiche, _fusionner((fiche,)))

        return self._suivre(flux(), PAR_FINESS, _bilan_structure)

    def rechercher_professionnels(
        self, nom: str, prenom: str | None, limite: int
    ) -> Flow[ListeAnnuaire[FicheProfessionnel]]:
        """List professionals by name. The first name is compared here: see :func:`demandes.par_nom_de_structure`."""

        def garder(fiche: FicheProfessionnel) -> bool:
            return prenom is None or any(demandes.commence_par(p, prenom.strip()) for p in fiche.prenoms)

        demande = demandes.par_nom_de_famille(nom)
        return self._lister(demande, PROFESSIONNELS, FicheProfessionnel, garder, limite)

    def rechercher_structures(
        self, nom: str, code_postal: str | None, limite: int, *, contient: bool
    ) -> Flow[ListeAnnuaire[FicheStructure]]:
        """List structures by name."""

        def garder(fiche: FicheStructure) -> bool:
            connu = fiche.adresse.code_postal if fiche.adresse else None
            return code_postal is None or (connu is not None and connu.startswith(code_postal))

        demande = demandes.par_nom_de_structure(nom, contient=contient, code_postal=code_postal)
        return self._lister(demande, STRUCTURES, FicheStructure, garder, limite)

    def verifier_boite(self, adresse: str) -> Flow[ResultatBoite]:
        """Tell who publishes a mailbox: three searches."""
        recherches = demandes.par_adresse(adresse)
        cle = adresse.strip().lower()

        def flux() -> Flow[ResultatBoite]:
            fiches: list[FicheAnnuaire] = []
            for demande in recherches:
                recolte = yield from self._parcourir(demande, BOITE)
                # The search also matches ordinary addresses of structures: only mailboxes count (certain).
                fiches += [f for f in recolte.trouvees if not f.close and any(b.cle == cle for b in f.boites)]
            boite = next((b for b in _fusionner(fiches) if b.cle == cle), None)
            if boite is None:
                return BoiteInconnue()
            return BoiteConnue(
                boite, _de(fiches, FicheProfessionnel), _de(fiches, SituationExercice), _de(fiches, FicheStructure)
            )

        return self._suivre(flux(), BOITE, _bilan_boite)

    # --- shared ---

    def _lister(
        self, demande: Demande, operation: str, genre: type[F], garder: Callable[[F], bool], limite: int
    ) -> Flow[ListeAnnuaire[F]]:
        def flux() -> Flow[ListeAnnuaire[F]]:
            def assez(recolte: _Recolte) -> bool:
                return sum(map(garder, recolte.de(genre))) >= limite

            recolte = yield from self._parcourir(demande, operation, assez)
            gardees = tuple(filter(garder, recolte.de(genre)))
            tronquee = recolte.incertaine or recolte.suivante is not None or len(gardees) > limite
            return ListeAnnuaire(gardees[:limite], recolte.total, tronquee)

        return self._suivre(flux(), operation, _bilan_liste)

    def _parcourir(
        self, demande: Demande, operation: str, assez: Callable[[_Recolte], bool] | None = None
    ) -> Flow[_Recolte]:
        """Read pages until the last one, until ``assez``, or until the bound of the environment.

        Without ``assez`` the whole answer is needed: one that goes beyond the bound is an error.
        """
        parcours = _Parcours(self._appelant, self._acces(), demande, operation)
        recolte = _Recolte()
        for _ in range(self._appelant.environment.options_annuaire.pages_max):
            page = yield from parcours.page(recolte.suivante)
            recolte.ajouter(page)
            if recolte.suivante is None or (assez is not None and assez(recolte)):
                return recolte
        if assez is None:
            raise invalide("est bien plus longue qu'attendu pour cette recherche")
        return recolte

    def _suivre(self, flux: Flow[T], operation: str, bilan: Callable[[T], Bilan]) -> Flow[T]:
        acte = ActeTrace(SERVICE, operation, self._appelant.acteur, self._appelant.motif, bilan)
        return self._traceur.suivre(flux, acte)


class _Parcours:
    """The exchanges of one search. A page that took the server too long is asked again at half the size."""

    def __init__(self, appelant: Appelant, acces: AccesAnnuaire, demande: Demande, operation: str) -> None:
        self._acces = acces
        self._demande = demande
        self._operation = operation
        self._taille = appelant.environment.options_annuaire.taille_page

    def page(self, suivante: str | None) -> Flow[Page]:
        """Read the first page, or the one at ``suivante``: that address is replayed as it was given."""

        def construire() -> Flow[Request]:
            url = suivante or self._demande.url(self._acces.url, self._taille)
            entetes = (("Accept", "application/fhir+json"), ("ESANTE-API-KEY", self._acces.cle.reveler()))
            return Request("GET", url, entetes)
            yield  # makes this function a generator

        page: Page = yield Http(
            build=construire,
            read=self._lire,
            channel=self._acces.channel,
            label=self._operation,
            repeatable=True,  # a read: asking twice changes nothing
        )
        return page

    def _lire(self, response: Response) -> Page:
        try:
            return lire_page(response, base=self._acces.url, cites=self._demande.cites)
        except ServiceError as error:
            if error.status == _DELAI_SERVEUR:
                self._taille = max(_TAILLE_MIN, self._taille // 2)
            raise


@dataclass(slots=True)
class _Recolte:
    """What the pages read so far hold, each resource once."""

    total: int | None = None
    suivante: str | None = None
    incertaine: bool = False
    trouvees: list[FicheAnnuaire] = field(default_factory=list[FicheAnnuaire])
    jointes: list[FicheAnnuaire] = field(default_factory=list[FicheAnnuaire])
    _connues: set[tuple[type[FicheAnnuaire], str]] = field(default_factory=set[tuple[type[FicheAnnuaire], str]])
    _liens: set[str] = field(default_factory=set[str])

    def ajouter(self, page: Page) -> None:
        """Take a page. Raises :class:`ReponseInvalideError` when the service stops before its own total.

        Known defects of the service: a next page that is empty, or leads back to one already read.
        """
        premiere = not self._liens and self.suivante is None
        self.total = page.total if self.total is None else self.total
        self.trouvees += self._nouvelles(page.trouvees)
        self.jointes += self._nouvelles(page.jointes)
        self.suivante = page.suivante
        if page.suivante in self._liens:
            raise invalide("tourne en rond : sa suite est une page déjà lue")
        if page.suivante is not None:
            self._liens.add(page.suivante)
        vide = not page.trouvees and not page.jointes
        # Included resources are not counted in a total by the standard, and are in some answers (samples).
        manque = self.total is not None and len(self.trouvees) + len(self.jointes) < self.total
        if manque and (vide or page.suivante is None):
            raise invalide("s'arrête avant la fin : des fiches annoncées manquent")
        # Without a total, an empty page at the end proves nothing.
        self.incertaine = self.incertaine or (vide and not premiere and self.total is None)

    def de(self, genre: type[F]) -> tuple[F, ...]:
        """Give the resources of one kind, matching ones first."""
        return _de((*self.trouvees, *self.jointes), genre)

    def _nouvelles(self, fiches: Iterable[FicheAnnuaire]) -> list[FicheAnnuaire]:
        nouvelles: list[FicheAnnuaire] = []
        for fiche in fiches:
            cle = (type(fiche), fiche.id)
            if not fiche.id or cle not in self._connues:
                self._connues.add(cle)
                nouvelles.append(fiche)
        return nouvelles


def _de(fiches: Iterable[FicheAnnuaire], genre: type[F]) -> tuple[F, ...]:
    return tuple(fiche for fiche in fiches if isinstance(fiche, genre))


def _unique(fiches: list[F], recolte: _Recolte) -> F | None:
    """Give the one resource that has the identifier asked for: one in use rather than a closed one.

    Writing to the wrong person is what must never happen: a doubt is an error.
    """
    if not fiches:
        if recolte.trouvees:
            raise invalide("ne porte pas sur l'identifiant demandé")
        return None
    ouvertes = [fiche for fiche in fiches if not fiche.close]
    if len(ouvertes) > 1:
        raise invalide("donne plusieurs fiches en cours pour un même identifiant")
    return (ouvertes or fiches)[0]


def _fusionner(fiches: Iterable[FicheAnnuaire]) -> tuple[BoiteMss, ...]:
    """Give the mailboxes of resources in use, each address once, preferred ones first."""
    boites: dict[str, BoiteMss] = {}
    for fiche in fiches:
        for boite in () if fiche.close else fiche.boites:
            connue = boites.get(boite.cle)
            porteurs = tuple(dict.fromkeys((*(connue.porteurs if connue else ()), *boite.porteurs)))
            boites[boite.cle] = replace(connue or boite, porteurs=porteurs)
    return tuple(sorted(boites.values(), key=lambda b: b.rang or _SANS_RANG))


_SANS_RANG: Final = 1_000_000


# --- what the traces say: counts, never who was looked for ---


def _bilan(*, trouve: bool, **comptes: int | bool) -> Bilan:
    return Bilan(ResultatTrace.SUCCES if trouve else ResultatTrace.SANS_RESULTAT, details=comptes)


def _bilan_professionnel(resultat: ResultatProfessionnel) -> Bilan:
    trouve = isinstance(resultat, ProfessionnelTrouve)
    return _bilan(trouve=trouve, boites=len(resultat.boites) if isinstance(resultat, ProfessionnelTrouve) else 0)


def _bilan_structure(resultat: ResultatStructure) -> Bilan:
    trouve = isinstance(resultat, StructureTrouvee)
    return _bilan(trouve=trouve, boites=len(resultat.boites) if isinstance(resultat, StructureTrouvee) else 0)


def _bilan_boite(resultat: ResultatBoite) -> Bilan:
    return _bilan(trouve=isinstance(resultat, BoiteConnue))


def _bilan_liste(resultat: ListeAnnuaire[F]) -> Bilan:
    return _bilan(trouve=bool(resultat.fiches), fiches=len(resultat.fiches), tronquee=resultat.tronquee)
