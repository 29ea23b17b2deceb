"""Writing the message that carries documents: coherent or refused, its bytes fixed once."""

from __future__ import annotations

import zlib
from collections import Counter
from collections.abc import Iterator, Sequence
from email.utils import format_datetime
from io import BytesIO
from typing import Final, TypeVar
from zipfile import BadZipFile, ZipFile

from pydantic import TypeAdapter, ValidationError

from segur_socles._core.model import constats_de, invalide
from segur_socles.config.messagerie import OptionsMss
from segur_socles.documents.document import DocumentCda
from segur_socles.documents.entete import Entete
from segur_socles.errors import Constat
from segur_socles.mss.entetes import champ, champ_adresses, champ_boite, champ_texte
from segur_socles.mss.nommage import ARCHIVE, noms_pdf, objet
from segur_socles.mss.parties import fichier, message, texte_brut
from segur_socles.mss.reperes import IdMessage, Reperes, refus_nil
from segur_socles.mss.types import MessagePret
from segur_socles.personnes.adresses_mss import AdresseMss, AdresseProfessionnelle, adresse_citoyenne, est_citoyenne
from segur_socles.personnes.boite import BoiteStructure

__all__ = ["rediger_message"]

T = TypeVar("T")

_OPTIONS: Final = OptionsMss()
_ADRESSES: Final = TypeAdapter[list[str]](list[AdresseMss])
_REPONDRE_A: Final = TypeAdapter[str | None](AdresseProfessionnelle | None)
_FIL: Final = TypeAdapter[str | None](IdMessage | None)


def rediger_message(  # noqa: PLR0913 - each is a separate fact of the message, all by keyword
    documents: Sequence[DocumentCda],
    archive: bytes,
    *,
    pdfs: Sequence[bytes],
    boite: BoiteStructure,
    destinataires: Sequence[str],
    nil: str,
    reperes: Reperes,
    texte: str | None = None,
    accuse: bool = False,
    repondre_a: str | None = None,
    en_reponse_a: str | None = None,
    sans_reponse: bool = False,
    options: OptionsMss = _OPTIONS,
) -> MessagePret:
    """Write the message of one or several documents about one person.

    - ``archive``: the ``IHE_XDM.ZIP`` of exactly these documents; ``pdfs``: their readable copies, in order;
    - ``destinataires``: mailboxes of the MSSanté space; a citizen's must be that of the documents' qualified person;
    - ``nil``: number of the software (``X-MSS-NIL``); ``texte``: a plain French one by default;
    - ``accuse``: ask for read and delivery receipts; ``repondre_a``: mailbox of the answers, if another;
    - ``en_reponse_a``: Message-ID this one answers to; ``sans_reponse``: tell a citizen that none is expected.

    The same arguments give the same bytes. Source: Référentiel socle MSSanté #2, ECO.2.1 to 2.4 (near certain).
    Raises :class:`ChampInvalideError` with every incoherence at once, before a byte is written.
    """
    refus: list[Constat] = []
    lues: list[str] | None = _lire("destinataires", _ADRESSES, list(destinataires), refus)
    uniques = _sans_double(lues or ())
    reponse = _lire("repondre_a", _REPONDRE_A, repondre_a, refus)
    fil = _lire("en_reponse_a", _FIL, en_reponse_a, refus)
    if not refus:
        refus += _refus_destinataires(uniques, documents, sans_reponse=sans_reponse)
    refus += _refus_documents(documents, archive, pdfs)
    refus += refus_nil(nil)
    if refus:
        raise invalide("Message", tuple(refus))

    entetes = [document.entete for document in documents]
    qualifiee = entetes[0].identite_qualifiee
    champs = [
        champ_boite("From", boite.nom, boite.adresse),
        *_si("Reply-To", reponse),
        champ_adresses("To", uniques),
        champ_texte("Subject", objet(entetes)),
        champ("Date", format_datetime(reperes.date)),
        champ("Message-ID", reperes.message_id),
        *_si("In-Reply-To", fil),
        *_si("References", fil),
        *_si("Disposition-Notification-To", demande := boite.adresse if accuse else None),
        *_si("Return-Receipt-To", demande),
        champ("X-MSS-NIL", nil),
        champ("X-MSS-CODECDA", options.separateur_codecda.join(entete.type.code for entete in entetes)),
        champ("X-MSS-INS", "O" if qualifiee else "N"),
        *_si("X-MSS-MES", "FIN" if sans_reponse else None),
    ]
    noms = noms_pdf(entetes)
    octets = message(
        champs,
        "multipart/mixed",
        reperes.frontiere,
        [
            texte_brut(_texte(len(documents), boite, sans_reponse=sans_reponse) if texte is None else texte),
            fichier("application/zip", ARCHIVE, archive),
            *(fichier("application/pdf", nom, pdf) for nom, pdf in zip(noms, pdfs, strict=True)),
        ],
    )
    if len(octets) > options.taille_maximale:
        raise invalide("Message", (_trop_lourd(len(octets), options.taille_maximale),))
    return MessagePret(
        message_id=reperes.message_id,
        envid=reperes.envid,
        expediteur=boite.adresse,
        destinataires=uniques,
        octets=octets,
        date=reperes.date,
        documents=tuple(document.unique_id for document in documents),
        accuse_demande=accuse,
        matricule=qualifiee.matricule.cx() if qualifiee else None,
    )


# --- coherence: every refusal, with its remedy -----------------------------------------------------------


def _lire(nom: str, forme: TypeAdapter[T], valeur: object, refus: list[Constat]) -> T | None:
    """Read an argument; what is wrong with it joins ``refus``, without pydantic's error, which quotes it."""
    try:
        return forme.validate_python(valeur)
    except ValidationError as error:
        refus += constats_de(error, prefixe=(nom,))
    return None


def _sans_double(adresses: Sequence[str]) -> tuple[str, ...]:
    vues: dict[str, str] = {}
    for adresse in adresses:
        vues.setdefault(adresse.lower(), adresse)
    return tuple(vues.values())


def _refus_documents(documents: Sequence[DocumentCda], archive: bytes, pdfs: Sequence[bytes]) -> Iterator[Constat]:
    if not documents:
        yield Constat("documents", "aucun document à envoyer", "MSSanté ECO.2.1.1", "joindre au moins un document")
    if len({_personne(document.entete) for document in documents}) > 1:
        remede = "envoyer un message par personne, avec des documents écrits sous la même identité"
        yield Constat("documents", "les documents ne disent pas tous la même personne", "MSSanté ECO.2.1.1", remede)
    if len(pdfs) != len(documents):
        ecart = f"{len(pdfs)} PDF pour {len(documents)} document(s)"
        yield Constat("pdfs", ecart, "MSSanté ECO.2.1.1", "joindre la copie PDF de chaque document, dans le même ordre")
    for rang, pdf in enumerate(pdfs):
        if not pdf.startswith(b"%PDF-"):
            yield Constat(f"pdfs.{rang}", "ce n'est pas un PDF", "MSSanté ECO.2.1.5", "produire un PDF/A-1 du document")
    if _empreintes_archive(archive) != Counter((zlib.crc32(d.octets), len(d.octets)) for d in documents):
        remede = "écrire l'archive avec ces documents, tels qu'ils seront envoyés"
        yield Constat("archive", "l'archive ne contient pas exactement ces documents", "IHE XDM", remede)


def _personne(entete: Entete) -> tuple[object, ...]:
    identite = entete.usager.identite
    return entete.usager.ipp, identite.traits, entete.identite_qualifiee and identite.matricule


def _empreintes_archive(archive: bytes) -> Counter[tuple[int, int]] | None:
    """Checksum and size of each document, read in the directory of the archive: nothing is inflated."""
    try:
        with ZipFile(BytesIO(archive)) as zip_:
            membres = [membre for membre in zip_.infolist() if membre.filename.upper().endswith(".XML")]
    except BadZipFile:
        return None
    return Counter((m.CRC, m.file_size) for m in membres if not m.filename.upper().endswith("/METADATA.XML"))


def _refus_destinataires(
    adresses: Sequence[str], documents: Sequence[DocumentCda], *, sans_reponse: bool
) -> Iterator[Constat]:
    citoyens = [rang for rang, adresse in enumerate(adresses) if est_citoyenne(adresse)]
    if not adresses:
        yield Constat("destinataires", "aucun destinataire", "RFC 5322 §3.6.3", "donner au moins une adresse")
    if sans_reponse and not citoyens:
        remede = "retirer sans_reponse : cette mention ne s'adresse qu'à un citoyen"
        yield Constat("sans_reponse", "aucun citoyen parmi les destinataires", "MSSanté ECO.2.2.8", remede)
    qualifiees = [document.entete.identite_qualifiee for document in documents]
    for rang in citoyens:
        if not all(qualifiees):
            message_ = "un citoyen ne reçoit que des documents dont l'identité est qualifiée"
            remede = "qualifier l'identité, ou n'écrire qu'aux professionnels"
            yield Constat(f"destinataires.{rang}", message_, "MSSanté ECO.2.2.6", remede)
        elif any(q and adresses[rang].lower() != adresse_citoyenne(q).lower() for q in qualifiees):
            message_ = "cette adresse de citoyen n'est pas celle de la personne que disent les documents"
            remede = "utiliser adresse_citoyenne(identite) ; un mineur a la sienne, pas celle de son représentant"
            yield Constat(f"destinataires.{rang}", message_, "Mon espace santé, messagerie §2", remede)


def _trop_lourd(taille: int, maximum: int) -> Constat:
    ecart = f"le message pèserait {_octets(taille)}, et {_octets(maximum)} sont admis"
    remede = "répartir les documents en plusieurs messages ; l'encodage ajoute un tiers à la taille des fichiers"
    return Constat("archive", ecart, "limite de l'opérateur", remede)


def _octets(nombre: int) -> str:
    return f"{nombre:,} octets".replace(",", " ")


# --- words -----------------------------------------------------------------------------------------------


def _si(nom: str, valeur: str | None) -> list[bytes]:
    return [champ(nom, valeur)] if valeur else []


def _texte(nombre: int, boite: BoiteStructure, *, sans_reponse: bool) -> str:
    quoi = "un document de santé" if nombre == 1 else f"{nombre} documents de santé"
    phrases = [
        "Bonjour,",
        f"Vous trouverez ci-joint {quoi} : le PDF est à lire, l'archive {ARCHIVE} s'intègre dans un logiciel.",
        *(["Ce message n'appelle pas de réponse."] if sans_reponse else ()),
        boite.nom,
    ]
    return "\n\n".join(phrases) + "\n"
