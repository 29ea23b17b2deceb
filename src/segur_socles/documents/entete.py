"""The header of a document: what the CDA writer, the XDS metadata and the mail envelope all say, once."""

from __future__ import annotations

from typing import Annotated, Any, Final, Self

from pydantic import Field, model_validator

from segur_socles._core.model import Entier, Instant, NonVide, RegleError, Valeur
from segur_socles._core.textes import Oid, Texte
from segur_socles.documents.editions import EditionDocument
from segur_socles.nomenclatures.codes import Code, JeuDeValeurs, nomenclature
from segur_socles.personnes.coordonnees import Adresse, Telecom
from segur_socles.personnes.identite import IdentiteQualifiee
from segur_socles.personnes.professionnel import Acteur, IdNatPs, Professionnel
from segur_socles.personnes.structure import Finess, Structure
from segur_socles.personnes.usager import Usager

__all__ = ["ActeDocumente", "ContactPermanent", "Destinataire", "Entete", "Rencontre"]

LANGUE: Final = "fr-FR"
NORMAL: Final = nomenclature("CONFIDENTIALITE").code("N")


def _titre_du_type(donne: Any) -> str:
    table, code = nomenclature("JDV_J07"), donne.code if isinstance(donne, Code) else donne
    # A type that is not of the table is refused as such, and not for want of a title.
    return table.code(code).libelle if isinstance(code, str) and code in table else "Document"


class ActeDocumente(Valeur):
    """The act the document tells about (``serviceEvent``): LOINC or SNOMED code fixed by the model, and when."""

    code: Code | None = None
    debut: Instant
    fin: Instant | None = None

    _visible = ("code", "debut", "fin")

    @model_validator(mode="after")
    def _periode(self) -> Self:
        if self.fin and self.fin <= self.debut:
            message = "la fin de l'acte n'est pas après son début"
            raise RegleError(
                message, champ="fin", regle="CI-SIS, serviceEvent/effectiveTime", remede="vérifier les deux instants"
            )
        return self


class Rencontre(Valeur):
    """The stay or visit during which the document was made; ``type`` is a code of JDV_J142, if one fits."""

    type: Annotated[Code, JeuDeValeurs("JDV_J142")] | None = None
    debut: Instant | None = None
    fin: Instant | None = None

    _visible = ("type", "debut", "fin")

    @model_validator(mode="after")
    def _periode(self) -> Self:
        if self.debut and self.fin and self.fin <= self.debut:
            message = "la fin de la rencontre n'est pas après son début"
            raise RegleError(message, champ="fin", regle="CI-SIS, IVL_TS", remede="vérifier les deux instants")
        return self


class ContactPermanent(Valeur):
    """Who answers day and night for the structure or the service, and how to reach them."""

    nom: Texte
    telecoms: Annotated[tuple[Telecom, ...], NonVide]


class Destinataire(Valeur):
    """To whom the document is addressed: a professional, a structure, or a professional in a structure."""

    nom: Texte | None = None
    prenom: Texte | None = None
    id_nat: IdNatPs | None = None
    structure: Texte | None = None
    finess: Finess | None = None
    adresse: Adresse | None = None
    telecoms: tuple[Telecom, ...] = ()

    @model_validator(mode="after")
    def _nomme(self) -> Self:
        if self.nom is None and (self.prenom or self.id_nat or self.structure is None):
            message = "un destinataire sans nom"
            raise RegleError(message, champ="nom", remede="donner le nom du professionnel ou celui de la structure")
        if self.finess and self.structure is None:
            message = "un FINESS sans nom de structure"
            raise RegleError(message, champ="structure", remede="donner le nom de la structure")
        return self


class Entete(Valeur):
    """Header of a document to be written.

    - ``id``, ``set_id``: OIDs (no extension), ``id`` new for each version, ``set_id`` common to all of them;
    - ``remplace``: ``id`` of the version that this one replaces; required exactly when ``version`` > 1;
    - ``type``: code of JDV_J07; ``confidentialite``: ``N``, ``R`` or ``V``;
    - ``auteur`` writes, ``signataire`` takes legal responsibility (the author by default), ``conservateur``
      keeps the document (the author's structure by default);
    - ``destinataires``: to whom it is addressed; ``equipe``: other professionals who care for the person;
      ``contact_permanent``: who answers day and night.

    The INS leaves only with an :class:`IdentiteQualifiee`; otherwise the local identifier stands alone.
    Source: CI-SIS, structuration minimale des documents de santé (certain).
    """

    id: Oid
    set_id: Oid
    version: Annotated[Entier, Field(ge=1)] = 1
    remplace: Oid | None = None
    type: Annotated[Code, JeuDeValeurs("JDV_J07")]
    titre: Texte
    date_creation: Instant
    confidentialite: Annotated[Code, JeuDeValeurs("CONFIDENTIALITE")] = NORMAL
    langue: Annotated[str, Field(pattern=r"^[a-z]{2}-[A-Z]{2}$")] = LANGUE
    usager: Usager
    auteur: Acteur
    signataire: Acteur | None = None
    conservateur: Structure | None = None
    acte: ActeDocumente
    rencontre: Rencontre = Rencontre()
    destinataires: tuple[Destinataire, ...] = ()
    equipe: tuple[Professionnel, ...] = ()
    contact_permanent: ContactPermanent | None = None

    _visible = ("id", "version", "type")

    @classmethod
    def du_modele(cls, edition: EditionDocument, *, debut: Any = None, fin: Any = None, **champs: Any) -> Self:
        """Make the header of a document written in ``edition``: its type, title, act and encounter are filled in.

        ``debut`` and ``fin`` bound the act (by default, it begins when the document is made). Every other field is
        given as to the constructor, and replaces what the edition says; the errors are the constructor's. Where the
        edition leaves ``type`` open, the title is by default the label of the type given.
        """
        du_modele: dict[str, Any] = {
            "titre": edition.titre or _titre_du_type(champs.get("type")),
            "acte": {"code": edition.acte, "debut": debut or champs.get("date_creation"), "fin": fin},
            **({"type": edition.type} if edition.type else {}),
            **({"rencontre": {"type": edition.rencontre}} if edition.rencontre else {}),
        }
        return cls.model_validate(du_modele | champs)

    @model_validator(mode="after")
    def _regles(self) -> Self:
        if (self.version > 1) is (self.remplace is None):
            message = "numéro de version et version remplacée ne s'accordent pas"
            remede = "version 1 sans remplace ; au-delà, donner l'identifiant de la version remplacée"
            raise RegleError(message, champ="remplace", regle="CI-SIS, relatedDocument RPLC", remede=remede)
        if not self.type.systeme[:1].isdigit():  # the list also types what is no CDA: signatures of a submission
            message = "ce type n'est pas celui d'un document CDA"
            raise RegleError(message, champ="type", regle="CDA R2, code", remede="choisir un autre code de JDV_J07")
        if self.id in (self.set_id, self.remplace):
            message = "l'identifiant du document n'est pas nouveau"
            raise RegleError(
                message, champ="id", regle="CI-SIS, id unique par version", remede="tirer un nouvel identifiant"
            )
        if len({p.id_nat for p in self.equipe}) < len(self.equipe) or len(set(self.destinataires)) < len(
            self.destinataires
        ):
            message = "la même personne figure deux fois"
            raise RegleError(message, regle="CI-SIS, éléments identiques", remede="supprimer le doublon")
        if self.identite_qualifiee and self.identite_qualifiee.traits.lieu_naissance is None:
            message = "le lieu de naissance manque à une identité qualifiée"
            remede = "reprendre le code officiel géographique rendu par INSi (99xxx à l'étranger)"
            raise RegleError(
                message, champ="usager.identite.traits.lieu_naissance", regle="CI-SIS, traits de l'INS", remede=remede
            )
        return self

    @property
    def identite_qualifiee(self) -> IdentiteQualifiee | None:
        """The identity when its INS may be transmitted."""
        return self.usager.identite if isinstance(self.usager.identite, IdentiteQualifiee) else None

    @property
    def responsable(self) -> Acteur:
        """Who answers legally for the document."""
        return self.signataire or self.auteur

    @property
    def gardien(self) -> Structure:
        """The structure that keeps the document."""
        return self.conservateur or self.auteur.structure

    @property
    def secteur(self) -> Code:
        """Activity sector where the act took place (JDV_J02): ``healthcareFacilityTypeCode`` of XDS."""
        return self.auteur.structure.secteur

    @property
    def cadre(self) -> Code:
        """Practice setting (JDV_J04): ``practiceSettingCode`` of XDS."""
        return self.auteur.structure.cadre
