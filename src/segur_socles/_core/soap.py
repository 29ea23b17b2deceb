"""SOAP 1.2 with WS-Addressing, as INSi and the DMP speak it: envelopes written, answers and requests read.

An envelope is made by joining bytes: a signed assertion goes in untouched, and no default namespace stands
above it. Everything is read by namespace, whatever the prefixes. What a fault *means* is the service's
business: it is a value here.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final, NoReturn, Self

from lxml import etree

from segur_socles._core.flow import Response
from segur_socles._core.mtom import Message, MtomReader, media_type_of, read_multipart
from segur_socles._core.xml import NS, attr, parse, q, text
from segur_socles.errors import ReponseInvalideError, TransportError

__all__ = [
    "ANONYMOUS",
    "Addressed",
    "Answer",
    "Fault",
    "Requete",
    "addressing",
    "content_type",
    "envelope",
    "read_answer",
    "read_request",
    "security",
]

ANONYMOUS: Final = f"{NS['wsa']}/anonymous"

# --- writing ---------------------------------------------------------------------------------------------

_OPEN: Final = (
    f'<?xml version="1.0" encoding="UTF-8"?>\n<soap:Envelope xmlns:soap="{NS["soap"]}" xmlns:wsa="{NS["wsa"]}">'
).encode()


def envelope(*, headers: Sequence[bytes | str], body: bytes | str) -> bytes:
    """Join header blocks and the body's content into an envelope.

    Blocks are XML fragments: text is encoded in UTF-8, bytes (a signed assertion) go in as they are. The
    prefixes ``soap`` and ``wsa`` are declared; a block declares its own others.
    """
    pieces = [_OPEN]
    if headers:
        pieces += b"<soap:Header>", *map(_bytes, headers), b"</soap:Header>"
    pieces += b"<soap:Body>", _bytes(body), b"</soap:Body></soap:Envelope>"
    return b"".join(pieces)


def addressing(
    *,
    action: str,
    message_id: str | None = None,
    to: str | None = None,
    reply_to: str | None = None,
    relates_to: str | None = None,
    must_understand: bool = False,
) -> str:
    """Write the WS-Addressing headers; what is None is left out.

    INSi takes ``action`` and ``message_id`` (``uuid:…``); the DMP wants ``message_id`` (``urn:uuid:…``),
    ``to``, ``reply_to`` (:data:`ANONYMOUS`) and ``action`` with ``must_understand`` (GIE SESAM-Vitale samples,
    certain). ``relates_to`` is for answers.
    """
    blocks: list[str] = []
    if message_id is not None:
        blocks.append(f"<wsa:MessageID>{text(message_id)}</wsa:MessageID>")
    if to is not None:
        blocks.append(f"<wsa:To>{text(to)}</wsa:To>")
    if reply_to is not None:
        blocks.append(f"<wsa:ReplyTo><wsa:Address>{text(reply_to)}</wsa:Address></wsa:ReplyTo>")
    if relates_to is not None:
        blocks.append(f"<wsa:RelatesTo>{text(relates_to)}</wsa:RelatesTo>")
    flag = ' soap:mustUnderstand="1"' if must_understand else ""
    blocks.append(f"<wsa:Action{flag}>{text(action)}</wsa:Action>")
    return "".join(blocks)


def security(assertions: Sequence[bytes]) -> bytes:
    """Write the ``wsse:Security`` header around signed assertions, whose bytes are not touched."""
    opened = f'<wsse:Security xmlns:wsse="{NS["wsse"]}">'.encode()
    return b"".join((opened, *assertions, b"</wsse:Security>"))


def content_type(action: str) -> str:
    """Return the HTTP Content-Type of a request without attachment."""
    return f'application/soap+xml; charset=UTF-8; action="{attr(action)}"'


def _bytes(block: bytes | str) -> bytes:
    return block if isinstance(block, bytes) else block.encode()


# --- answers ---------------------------------------------------------------------------------------------

_HTTP_NOT_SUCCESS: Final = 300
_HTTP_SERVER_ERROR: Final = 500

_XML_TYPES: Final = frozenset({
    "", "application/soap+xml", "application/xop+xml", "application/xml", "multipart/related", "text/xml",
})  # fmt: skip


@dataclass(frozen=True, slots=True)
class Addressed:
    """The WS-Addressing headers of a message, None for those it lacks."""

    action: str | None = None
    message_id: str | None = None
    to: str | None = None
    reply_to: str | None = None
    relates_to: str | None = None

    @classmethod
    def read(cls, headers: Mapping[str, Sequence[etree._Element]], what: str) -> Self:
        """Take them among header blocks; the same one twice is refused."""
        if not headers:
            return cls()

        def value(name: str, below: str | None = None) -> str | None:
            blocks = headers.get(q(name), ())
            if len(blocks) > 1:
                _refuse(what, f"porte deux fois l'en-tête {name}")
            if not blocks:
                return None
            found = blocks[0] if below is None else blocks[0].find(q(below))
            return None if found is None else (found.text or "").strip()

        return cls(
            action=value("wsa:Action"),
            message_id=value("wsa:MessageID"),
            to=value("wsa:To"),
            reply_to=value("wsa:ReplyTo", "wsa:Address"),
            relates_to=value("wsa:RelatesTo"),
        )


@dataclass(frozen=True, slots=True)
class Answer:
    """What a service answered: ``body`` is the first element of the SOAP body; ``message`` holds attachments."""

    body: etree._Element = field(repr=False)
    addressed: Addressed
    message: Message = field(repr=False)


@dataclass(frozen=True, slots=True)
class Fault:
    """A SOAP fault. Codes are local names, prefix dropped: ``Sender``, ``siram_40``, ``DMPInvalidCertificate``.

    ``subcodes`` go from the outer to the inner one; ``reasons`` are (language, text) pairs in the order sent;
    ``detail`` is the Detail element. Reasons and detail are the service's wording: kept out of the repr.
    """

    code: str
    subcodes: tuple[str, ...]
    reasons: tuple[tuple[str, str], ...] = field(repr=False)
    detail: etree._Element | None = field(repr=False)
    addressed: Addressed
    status: int

    @property
    def subcode(self) -> str | None:
        """The outermost subcode: where INSi and the DMP put the national code."""
        return self.subcodes[0] if self.subcodes else None

    def reason(self, language: str = "fr") -> str | None:
        """Return the reason in ``language``, else the first one. INSi has sent French under ``en``."""
        for lang, written in self.reasons:
            if lang.lower().startswith(language):
                return written
        return self.reasons[0][1] if self.reasons else None


def read_answer(
    response: Response, *, expect_relates_to: str | None, what: str, strict_relates_to: bool = True
) -> Answer | Fault:
    """Read an HTTP answer, multipart or not, whatever its status: a fault comes with 500 and is an answer.

    - ``expect_relates_to``: the MessageID of our request. Another one is refused; none at all too, unless
      ``strict_relates_to`` is False or the answer is a fault (gateways answer faults without any header);
    - ``what`` names the answer in French in errors (``"La réponse du DMP"``).

    Raises :class:`TransportError` with its ``status`` when that is 300 or more and no fault can be read (the
    outcome is unknown from 500 on); :class:`ReponseInvalideError` when a success is not one that SOAP allows.
    """
    headers, body, message = _soap_in(response, what)
    addressed = Addressed.read(headers, what)
    is_fault = body.tag == q("soap:Fault")
    if expect_relates_to is not None and addressed.relates_to != expect_relates_to:
        if addressed.relates_to is not None:
            _refuse(what, "répond à un autre message que le nôtre (RelatesTo)")
        if strict_relates_to and not is_fault:
            _refuse(what, "ne dit pas à quel message elle répond (RelatesTo absent)")
    if is_fault:
        return _fault(body, addressed, response.status)
    if response.status >= _HTTP_NOT_SUCCESS:
        raise _not_soap(response.status, what)
    return Answer(body, addressed, message)


def _soap_in(response: Response, what: str) -> tuple[Mapping[str, Sequence[etree._Element]], etree._Element, Message]:
    """Return the header blocks, the first element of the body, and the message that may hold attachments."""
    written_type = response.headers.get("content-type", "")
    media_type, _ = media_type_of(written_type)
    if media_type not in _XML_TYPES:
        raise _not_soap(response.status, what)
    try:
        if isinstance(response.sink, MtomReader):
            message = response.sink.close(written_type)
        elif media_type != "multipart/related":
            message = Message(response.content)
        else:
            message = read_multipart(response.content, written_type, what=what)
        headers, bodies = _split(parse(message.root, what=what), what)
        if not bodies:
            _refuse(what, "a un corps SOAP vide")
    except ReponseInvalideError:
        if response.status < _HTTP_NOT_SUCCESS:
            raise
    else:
        return headers, bodies[0], message
    raise _not_soap(response.status, what)


def _fault(element: etree._Element, addressed: Addressed, status: int) -> Fault:
    code = element.find(q("soap:Code"))
    codes: list[str] = []
    while code is not None:
        codes.append((code.findtext(q("soap:Value")) or "").strip().rpartition(":")[2])
        code = code.find(q("soap:Subcode"))
    reasons = tuple(
        (reason.get(q("xml:lang"), ""), (reason.text or "").strip())
        for reason in element.iterfind(f"{q('soap:Reason')}/{q('soap:Text')}")
    )
    return Fault(
        code=codes[0] if codes else "",
        subcodes=tuple(codes[1:]),
        reasons=reasons,
        detail=element.find(q("soap:Detail")),
        addressed=addressed,
        status=status,
    )


# --- requests (the sandbox) ------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Requete:
    """A request as received: header blocks by ``{uri}local`` name, and the only element of the body."""

    addressed: Addressed
    headers: Mapping[str, Sequence[etree._Element]] = field(repr=False)
    body: etree._Element = field(repr=False)

    @property
    def assertions(self) -> tuple[etree._Element, ...]:
        """The SAML assertions of ``wsse:Security``, still in their message so that wrapping can be seen."""
        found = self.headers.get(q("wsse:Security"), ())
        return tuple(assertion for block in found for assertion in block.iterchildren(q("saml:Assertion")))


def read_request(data: bytes, *, what: str = "La requête") -> Requete:
    """Read a request envelope. Raises :class:`ReponseInvalideError` when it is not one, or holds several bodies."""
    headers, bodies = _split(parse(data, what=what), what)
    if len(bodies) != 1:
        _refuse(what, "n'a pas un corps SOAP et un seul")
    return Requete(Addressed.read(headers, what), headers, bodies[0])


# --- common ----------------------------------------------------------------------------------------------


_ENVELOPE, _HEADER, _BODY = q("soap:Envelope"), q("soap:Header"), q("soap:Body")


def _split(root: etree._Element, what: str) -> tuple[Mapping[str, Sequence[etree._Element]], list[etree._Element]]:
    """Return the header blocks by name, and the elements of the body."""
    headers: dict[str, list[etree._Element]] = {}
    bodies: list[etree._Element] = []
    for part in root:
        if part.tag == _BODY:
            bodies.append(part)
        elif part.tag == _HEADER:
            for block in part.iterchildren("{*}*"):
                headers.setdefault(block.tag, []).append(block)
    if root.tag != _ENVELOPE or len(bodies) != 1:
        _refuse(what, "n'est pas une enveloppe SOAP 1.2")
    return headers, list(bodies[0].iterchildren("{*}*"))  # no comments


def _not_soap(status: int, what: str) -> TransportError:
    if status < _HTTP_NOT_SUCCESS:
        return ReponseInvalideError(f"{what} n'est pas du SOAP 1.2.", phase="read", sent=True, status=status)
    message = f"{what} manque : le serveur a répondu HTTP {status}, sans message SOAP lisible."
    remede = _REMEDES.get(status, "réessayer plus tard ; si cela dure, prévenir le support du service")
    unknown = status >= _HTTP_SERVER_ERROR
    return TransportError(message, phase="answer", sent=True, outcome_unknown=unknown, status=status, remede=remede)


_REMEDES: Final = {
    401: "vérifier le certificat ou le jeton présenté au service",
    403: "vérifier le certificat présenté et les droits de la structure",
    404: "vérifier l'adresse du service dans l'environnement choisi",
}


def _refuse(what: str, reason: str) -> NoReturn:
    raise ReponseInvalideError(f"{what} {reason}.", phase="read", sent=True)
