"""The envelopes and registry answers of the DMP, as text of the sandbox's own.

Shapes: GIE SESAM-Vitale samples (SOAP 1.2, faults under HTTP 500, plain answer to ITI-41; certain), IHE ITI TF-2
3.18 and 3.42, ebRS 3.0.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from segur_socles._core.ids import Ids
from segur_socles._core.xml import attr, text
from segur_socles.sandbox.dmp.fiches import ENTREPOT
from segur_socles.sandbox.dmp.refus import ErreurRegistre, RefusError
from segur_socles.sandbox.dmp.registre import DocumentEnregistre
from segur_socles.sandbox.service import ReponseSandbox

__all__ = [
    "en_mtom",
    "faute",
    "refus_http",
    "reponse",
    "reponse_depot",
    "reponse_fiches",
    "reponse_lecture",
    "reponse_recherche",
]

_SOAP: Final = "http://www.w3.org/2003/05/soap-envelope"
_WSA: Final = "http://www.w3.org/2005/08/addressing"
_RIM: Final = "urn:oasis:names:tc:ebxml-regrep:xsd:rim:3.0"
_RS: Final = "urn:oasis:names:tc:ebxml-regrep:xsd:rs:3.0"
_QUERY: Final = "urn:oasis:names:tc:ebxml-regrep:xsd:query:3.0"
_XDS: Final = "urn:ihe:iti:xds-b:2007"
_XOP: Final = "http://www.w3.org/2004/08/xop/include"
_STATUT: Final = "urn:oasis:names:tc:ebxml-regrep:ResponseStatusType"
_ERREUR: Final = "urn:oasis:names:tc:ebxml-regrep:ErrorSeverityType:Error"

_ENTETES: Final = {"content-type": "application/soap+xml; charset=UTF-8"}
_ERREUR_SERVEUR: Final = 500


def reponse(corps: str, *, action: str, message_id: str | None, ids: Ids, statut: int = 200) -> ReponseSandbox:
    """Wrap the body of an answer to the message ``message_id`` (left out of the headers when unknown)."""
    relates_to = f"<wsa:RelatesTo>{text(message_id)}</wsa:RelatesTo>" if message_id else ""
    enveloppe = (
        '<?xml version="1.0" encoding="UTF-8"?>\n'
        f'<soap:Envelope xmlns:soap="{_SOAP}" xmlns:wsa="{_WSA}"><soap:Header>'
        f"<wsa:Action>{text(action)}</wsa:Action><wsa:MessageID>urn:uuid:{ids.uuid()}</wsa:MessageID>"
        f"<wsa:To>{_WSA}/anonymous</wsa:To>{relates_to}</soap:Header>"
        f"<soap:Body>{corps}</soap:Body></soap:Envelope>"
    )
    return ReponseSandbox(statut, enveloppe.encode(), _ENTETES)


def faute(refus: RefusError, *, message_id: str | None, ids: Ids) -> ReponseSandbox:
    """Write a fault, under HTTP 500; DMP subcodes bear the prefix of SOAP, as in the official samples."""
    subcode = refus.code if ":" in refus.code else f"soap:{refus.code}"
    corps = (
        "<soap:Fault><soap:Code><soap:Value>soap:Sender</soap:Value><soap:Subcode>"
        f"<soap:Value>{subcode}</soap:Value></soap:Subcode></soap:Code>"
        f'<soap:Reason><soap:Text xml:lang="fr">{text(refus.texte)}</soap:Text></soap:Reason></soap:Fault>'
    )
    action = f"{_WSA}/soap/fault"
    return reponse(corps, action=action, message_id=message_id, ids=ids, statut=_ERREUR_SERVEUR)


def refus_http(statut: int, texte: str) -> ReponseSandbox:
    """Answer a request that is not one of a DMP service."""
    return ReponseSandbox(statut, texte.encode(), {"content-type": "text/plain; charset=UTF-8"})


def reponse_depot(erreurs: Sequence[ErreurRegistre] = ()) -> str:
    """Write the answer to a submission: success, or failure with every error."""
    return f'<rs:RegistryResponse xmlns:rs="{_RS}" status="{_statut(erreurs)}">{_liste(erreurs)}</rs:RegistryResponse>'


def reponse_recherche(references: Sequence[str] = (), erreurs: Sequence[ErreurRegistre] = ()) -> str:
    """Write the answer to a query by references (``urn:uuid:…``)."""
    objets = "".join(f'<rim:ObjectRef id="{attr(reference)}"/>' for reference in references)
    return (
        f'<query:AdhocQueryResponse xmlns:query="{_QUERY}" xmlns:rim="{_RIM}" xmlns:rs="{_RS}"'
        f' status="{_statut(erreurs)}" startIndex="0" totalResultCount="{len(references)}">'
        f"{_liste(erreurs)}<rim:RegistryObjectList>{objets}</rim:RegistryObjectList></query:AdhocQueryResponse>"
    )


def reponse_fiches(fiches: Sequence[str]) -> str:
    """Write the answer to a query by whole entries."""
    return (
        f'<query:AdhocQueryResponse xmlns:query="{_QUERY}" xmlns:rim="{_RIM}" xmlns:rs="{_RS}"'
        f' status="{_STATUT}:Success" startIndex="0" totalResultCount="{len(fiches)}">'
        f"<rim:RegistryObjectList>{''.join(fiches)}</rim:RegistryObjectList></query:AdhocQueryResponse>"
    )


def reponse_lecture(documents: Sequence[DocumentEnregistre] = (), erreurs: Sequence[ErreurRegistre] = ()) -> str:
    """Write the answer to a retrieval; documents are named ``document<n>@bac-a-sable``, percent-encoded."""
    lus = "".join(
        "<xds:DocumentResponse>"
        f"<xds:RepositoryUniqueId>{ENTREPOT}</xds:RepositoryUniqueId>"
        f"<xds:DocumentUniqueId>{text(document.unique_id)}</xds:DocumentUniqueId>"
        f"<xds:mimeType>{text(document.metadonnees.type_mime)}</xds:mimeType>"
        f'<xds:Document><xop:Include xmlns:xop="{_XOP}" href="cid:document{rang}%40bac-a-sable"/></xds:Document>'
        "</xds:DocumentResponse>"
        for rang, document in enumerate(documents, 1)
    )
    return (
        f'<xds:RetrieveDocumentSetResponse xmlns:xds="{_XDS}">{reponse_depot(erreurs)}{lus}'
        "</xds:RetrieveDocumentSetResponse>"
    )


def en_mtom(
    reponse: ReponseSandbox, documents: Sequence[DocumentEnregistre], *, action: str, ids: Ids
) -> ReponseSandbox:
    """Put an answer and its documents in one multipart body, as the DMP does even when it refuses."""
    separateur = f"bac_{ids.uuid().hex}"
    racine = f'application/xop+xml; charset=UTF-8; type="application/soap+xml"; action="{action}"'
    parties = [(racine, "racine@bac-a-sable", reponse.corps)]
    parties += [
        ("application/octet-stream", f"document{rang}@bac-a-sable", document.octets)
        for rang, document in enumerate(documents, 1)
    ]
    corps = b"".join(
        piece
        for type_partie, ident, octets in parties
        for piece in (
            f"--{separateur}\r\nContent-Type: {type_partie}\r\nContent-Transfer-Encoding: binary\r\n"
            f"Content-ID: <{ident}>\r\n\r\n".encode(),
            octets,
            b"\r\n",
        )
    )
    entetes = {
        "content-type": f'multipart/related; boundary="{separateur}"; type="application/xop+xml";'
        ' start="<racine@bac-a-sable>"; start-info="application/soap+xml"'
    }
    return ReponseSandbox(reponse.statut, corps + f"--{separateur}--\r\n".encode(), entetes)


def _statut(erreurs: Sequence[ErreurRegistre]) -> str:
    return f"{_STATUT}:{'Failure' if erreurs else 'Success'}"


def _liste(erreurs: Sequence[ErreurRegistre]) -> str:
    if not erreurs:
        return ""
    lignes = "".join(
        f'<rs:RegistryError errorCode="{erreur.code}" codeContext="{attr(erreur.contexte)}" severity="{_ERREUR}"'
        ' location=""/>'
        for erreur in erreurs
    )
    return f'<rs:RegistryErrorList highestSeverity="{_ERREUR}">{lignes}</rs:RegistryErrorList>'
