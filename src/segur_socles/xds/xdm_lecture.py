"""Reading an ``IHE_XDM.ZIP`` that somebody else wrote: verified to the byte, about one person, within bounds.

What is said of the person is read in the documents themselves; the metadata must agree with it. Findings name
the rank of a document or of a submission set, never a file: its name may be a person's.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Final

from segur_socles._core.xml import DOCUMENT, parse
from segur_socles.documents.cda.lecture import EnteteLu, lire_entete
from segur_socles.errors import Constat, DocumentInvalideError, Gravite
from segur_socles.personnes.matricule import OidIns
from segur_socles.personnes.recue import IdentiteRecue
from segur_socles.personnes.traits import Trait, egaux, normaliser
from segur_socles.xds.ebrim_lecture import ObjetRim, lire_soumission
from segur_socles.xds.formats import Cx
from segur_socles.xds.zip_lecture import MEMBRES_MAX, ArchiveZip

__all__ = ["ArchiveLue", "ArchiveRefusee", "DocumentRecu", "lire_xdm"]


@dataclass(frozen=True, slots=True)
class DocumentRecu:
    """A document of an archive: its bytes, checked by the size and SHA-1 announced, and the header they say.

    ``chemin`` is its path in the archive, in upper case.
    """

    chemin: str = field(repr=False)
    octets: bytes = field(repr=False)
    entete: EnteteLu
    type_mime: str = "text/xml"


@dataclass(frozen=True, slots=True)
class ArchiveLue:
    """An archive that passed every check; ``constats`` are deviations that do no harm."""

    documents: tuple[DocumentRecu, ...]
    identite: IdentiteRecue
    constats: tuple[Constat, ...] = ()


@dataclass(frozen=True, slots=True)
class ArchiveRefusee:
    """An archive that must not be filed: every reason at once."""

    constats: tuple[Constat, ...]

    @property
    def explication(self) -> str:
        """Sentence for the screen."""
        motifs = " ; ".join(dict.fromkeys(constat.message for constat in self.constats))
        return f"L'archive jointe ne peut pas être intégrée : {motifs}."


def lire_xdm(octets: bytes) -> ArchiveLue | ArchiveRefusee:
    """Read an archive, whoever wrote it. Never raises because of what it holds: a refusal says all its reasons.

    Accepted with a warning: no METADATA.XML (every ``*.XML`` is then taken for a document), one found elsewhere
    than in ``IHE_XDM/<subset>``, size or hash not given, files that the metadata do not announce.
    """
    try:
        return _Lecture(ArchiveZip(octets)).conclure()
    except DocumentInvalideError as error:
        return ArchiveRefusee(_constats_de("archive", error))


_XDM: Final = "IHE ITI TF-2 3.32, XDM"
_UN_USAGER: Final = "MSSanté ECO.2.1.1, un seul usager"

_MIMES_XML: Final = frozenset({"text/xml", "application/xml", "application/hl7-v3+xml", "text/x-cda-r2+xml", ""})
_INS: Final = frozenset(oid.value for oid in OidIns)
_SYSTEME: Final = "__MACOSX/"
_BALISES_MAX: Final = 2_000_000
"""Tags and attributes of one file: parsed, each costs some hundred bytes, whatever its length was."""

_PLUSIEURS: Final = "l'archive concerne plusieurs usagers"
_DISCORDANCE: Final = "discordance d'identité entre le document et ses métadonnées"


class _Lecture:
    """One archive being read: documents and findings gather, then one verdict."""

    def __init__(self, archive: ArchiveZip) -> None:
        self._archive = archive
        self._documents: list[DocumentRecu] = []
        self._constats: list[Constat] = []
        self._patients: set[tuple[str, str]] = set()
        self._annonces: set[str] = set()

    def conclure(self) -> ArchiveLue | ArchiveRefusee:
        chemins = [c for c in self._archive if not c.startswith(_SYSTEME)]
        metadonnees = sorted(c for c in chemins if c.rpartition("/")[2] == "METADATA.XML")
        xml = sorted(c for c in chemins if c.endswith(".XML") and c not in metadonnees)
        if metadonnees:
            for rang, chemin in enumerate(metadonnees):
                self._sous_ensemble(chemin, f"lots.{rang}")
            if set(xml) - self._annonces:
                self._signaler("archive", "des fichiers XML ne sont pas annoncés par les métadonnées, ils sont ignorés")
        else:
            self._signaler("archive", "METADATA.XML absent : ni taille ni empreinte ne peuvent être vérifiées")
            for chemin in xml:
                self._document(chemin, f"documents.{len(self._documents)}", None)
        self._un_seul_usager()
        constats = tuple(dict.fromkeys(self._constats))
        if any(constat.gravite is Gravite.ERREUR for constat in constats):
            return ArchiveRefusee(constats)
        return ArchiveLue(tuple(self._documents), self._documents[0].entete.patient, constats)

    # --- findings ---

    def _signaler(self, champ: str, message: str) -> None:
        self._constats.append(Constat(champ, message, _XDM, gravite=Gravite.AVERTISSEMENT))

    def _refuser(self, champ: str, message: str, regle: str = _XDM) -> None:
        self._constats.append(Constat(champ, message, regle, "ne pas classer ; prévenir l'expéditeur"))

    # --- metadata ---

    def _sous_ensemble(self, chemin: str, champ: str) -> None:
        dossiers = chemin.split("/")[:-1]
        if dossiers[-2:-1] != ["IHE_XDM"]:
            self._signaler(champ, "METADATA.XML n'est pas dans un dossier de IHE_XDM")
        try:
            soumission = lire_soumission(parse(self._lire(chemin), quota=DOCUMENT, what="Le fichier METADATA.XML"))
        except DocumentInvalideError as error:
            self._constats.extend(_constats_de(champ, error))
            return
        if len(soumission.lots) != 1:
            self._signaler(champ, "un seul lot de soumission est attendu par sous-ensemble")
        self._patients.update(_cle(lot.patient) for lot in soumission.lots if lot.patient)
        if len(soumission.documents) > MEMBRES_MAX:
            self._refuser(champ, "les métadonnées annoncent trop de documents")
            return
        for rang, entree in enumerate(soumission.documents):
            self._entree(entree, "/".join(dossiers), f"{champ}.documents.{rang}")

    def _entree(self, entree: ObjetRim, dossier: str, champ: str) -> None:
        if entree.patient:
            self._patients.add(_cle(entree.patient))
        else:
            self._refuser(champ, "patientId absent des métadonnées", _UN_USAGER)
        uri = (entree.slot("URI") or "").removeprefix("./").upper()
        chemin = f"{dossier}/{uri}" if dossier else uri
        if not uri or chemin not in self._archive:
            self._refuser(champ, "un document annoncé manque dans l'archive")
            return
        if chemin in self._annonces:
            self._refuser(champ, "le même fichier est annoncé deux fois")
            return
        self._annonces.add(chemin)
        self._document(chemin, champ, entree)

    # --- documents ---

    def _lire(self, chemin: str) -> bytes:
        octets = self._archive.lire(chemin)
        if octets.count(b"<") + octets.count(b"=") > _BALISES_MAX:
            constat = Constat("archive", "un fichier XML a trop d'éléments", _XDM)
            raise DocumentInvalideError("Un fichier de l'archive est refusé.", constats=(constat,))
        return octets

    def _document(self, chemin: str, champ: str, entree: ObjetRim | None) -> None:
        xml = entree is None or entree.type_mime.partition(";")[0].strip().lower() in _MIMES_XML
        try:
            octets = self._lire(chemin) if xml else self._archive.lire(chemin)
            if entree is not None:
                self._integrite(octets, entree, champ)
            if not xml:
                self._signaler(champ, "un document n'est pas un CDA, il est laissé de côté")
                return
            entete = lire_entete(octets)
        except DocumentInvalideError as error:
            self._constats.extend(_constats_de(champ, error))
            return
        if entree is not None:
            self._concordance(entete, entree, champ)
        if any(entete.unique_id == autre.entete.unique_id for autre in self._documents):
            self._refuser(champ, "le même document figure deux fois dans l'archive")
        self._documents.append(DocumentRecu(chemin, octets, entete, (entree and entree.type_mime) or "text/xml"))

    def _integrite(self, octets: bytes, entree: ObjetRim, champ: str) -> None:
        """Compare the bytes with the size and the SHA-1 that the metadata give."""
        attendus = {
            "la taille": ("size", str(len(octets))),
            "l'empreinte": ("hash", hashlib.sha1(octets, usedforsecurity=False).hexdigest()),
        }
        for nom, (slot, mesure) in attendus.items():
            annonce = entree.slot(slot)
            if annonce is None:
                self._signaler(champ, f"les métadonnées ne donnent pas {nom} d'un document, qui n'est pas vérifiée")
            elif annonce.lower() != mesure:
                self._refuser(champ, f"un document n'a pas {nom} annoncée")

    def _concordance(self, entete: EnteteLu, entree: ObjetRim, champ: str) -> None:
        """Check that the metadata are about the same document, and the same person, as the header."""
        if entree.unique_id != entete.unique_id:
            self._refuser(champ, "les métadonnées décrivent un autre document (uniqueId)")
        patient, recue = entree.patient, entete.patient
        if patient and _cle(patient) not in recue.identifiants:
            self._refuser(champ, f"{_DISCORDANCE} (patientId)", _UN_USAGER)
        if any(_autre_que(Cx.lire(source), recue) for source in entree.slots.get("sourcePatientId", ())):
            self._refuser(champ, f"{_DISCORDANCE} (sourcePatientId)", _UN_USAGER)
        for nom in dict.fromkeys(_ecarts_pid(entree.slots.get("sourcePatientInfo", ()), recue)):
            self._refuser(champ, f"{_DISCORDANCE} ({nom})", _UN_USAGER)

    # --- the person ---

    def _un_seul_usager(self) -> None:
        if not self._documents:
            if all(constat.gravite is Gravite.AVERTISSEMENT for constat in self._constats):
                self._refuser("archive", "aucun document CDA dans l'archive")
            return
        premier = self._documents[0].entete.patient
        memes = all(_meme_usager(premier, autre.entete.patient) for autre in self._documents)
        if len(self._patients) > 1 or not memes:
            self._refuser("archive", _PLUSIEURS, _UN_USAGER)
        if len(_ins(premier)) > 1:
            self._refuser("archive", "discordance d'identité : un document porte plusieurs INS", _UN_USAGER)


# --- comparing what is said of the person ----------------------------------------------------------------


def _cle(patient: Cx) -> tuple[str, str]:
    # Some write the type of an identifier, some do not.
    return patient.autorite, patient.id


def _ins(recue: IdentiteRecue) -> frozenset[tuple[str, str]]:
    return frozenset(identifiant for identifiant in recue.identifiants if identifiant[0] in _INS)


def _meme_usager(a: IdentiteRecue, b: IdentiteRecue) -> bool:
    """Whether two headers speak of one person: same INS, an identifier in common, no trait that contradicts."""
    meme_identifiant = _ins(a) == _ins(b) and bool(set(a.identifiants) & set(b.identifiants))
    return meme_identifiant and not any(map(_contredit, _traits(a), _traits(b)))


def _traits(recue: IdentiteRecue) -> tuple[str | None, ...]:
    noms = (recue.nom_naissance, recue.premier_prenom, recue.prenoms)
    return (*noms, recue.sexe, _jour(recue.date_naissance), recue.lieu_naissance)


def _jour(date: str | None) -> str | None:
    return date and date[:8]


def _autre_que(identifiant: Cx, recue: IdentiteRecue) -> bool:
    """Whether an identifier is somebody else's: an INS that the header has not, or another one of its authorities.

    A local number of an authority that the header does not quote says nothing.
    """
    comparable = identifiant.autorite in _INS | {autorite for autorite, _ in recue.identifiants}
    return comparable and bool(identifiant.id) and _cle(identifiant) not in recue.identifiants


def _ecarts_pid(infos: Iterable[str], recue: IdentiteRecue) -> Iterator[str]:
    """Name the traits of sourcePatientInfo that contradict the header; what either leaves out says nothing."""
    for champ, valeur in _repetitions(infos):
        parties = [partie.strip() for partie in valeur.split("^")]
        if champ == "PID-3" and _autre_que(Cx.lire(valeur), recue):
            yield "INS ou identifiant local"
        if champ == "PID-5":
            yield from _ecarts_nom(parties, recue)
        if champ == "PID-7" and _contredit(_jour(parties[0]), _jour(recue.date_naissance)):
            yield "date de naissance"
        if champ == "PID-8" and _contredit(parties[0], recue.sexe):
            yield "sexe"


def _repetitions(infos: Iterable[str]) -> Iterator[tuple[str, str]]:
    """Give each value of each field of PID. Identifiers may be repeated after a tilde; names are taken whole."""
    for champ, _, valeurs in (info.partition("|") for info in infos):
        for valeur in valeurs.split("~") if champ == "PID-3" else [valeurs]:
            yield champ, valeur


def _ecarts_nom(parties: list[str], recue: IdentiteRecue) -> Iterator[str]:
    """Compare a name of PID-5: the legal one (``L``) is that of birth, another may be that of birth or the used one."""
    nom, prenom, *_ = (*parties, "")
    legal = parties[6:7] == ["L"]
    noms = (recue.nom_naissance,) if legal else (recue.nom_naissance, recue.nom_utilise)
    premier = recue.premier_prenom or (recue.prenoms or "").partition(" ")[0]
    prenoms = (premier, recue.prenoms) if legal else (premier, recue.prenoms, recue.prenom_utilise)
    if _contredit_tous(nom, noms):
        yield "nom de naissance" if legal else "nom"
    if _contredit_tous(prenom, prenoms):
        yield "prénom"


def _contredit(annonce: str | None, lu: str | None) -> bool:
    return bool(annonce and lu) and not egaux(Trait.NOM_NAISSANCE, str(normaliser(annonce)), str(normaliser(lu)))


def _contredit_tous(annonce: str, lus: Iterable[str | None]) -> bool:
    """Whether a name is none of those read, and some were. The separators of PID cannot be part of one."""
    connus = [nom for lu in lus if lu and (nom := _sans_separateurs(lu))]
    return bool(connus) and all(_contredit(_sans_separateurs(annonce), nom) for nom in connus)


def _sans_separateurs(nom: str) -> str:
    return " ".join(nom.replace("^", " ").replace("|", " ").split())


def _constats_de(champ: str, error: DocumentInvalideError) -> tuple[Constat, ...]:
    """Give the findings of a refusal, of which ``champ`` is the place when it has none of its own."""
    message = error.message.rstrip(" .")
    return error.constats or (Constat(champ, message[:1].lower() + message[1:], remede=error.remede),)
