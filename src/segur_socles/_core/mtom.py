"""MTOM: a SOAP message and its documents in one ``multipart/related`` body, written and read as a stream.

Written as the DMP takes it (GIE SESAM-Vitale samples, certain; W3C xop10, soap12-mtom): root part first,
``start`` naming it, parts in binary, CRLF line ends. Documents are bodies that stream and restart: none is
copied. Read by an incremental parser that hands each part to a sink, so that memory does not grow with the
answer.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final, NoReturn
from urllib.parse import unquote

from segur_socles._core.body import CHUNK, Body, BytesBody, MemorySink, PartsBody, Sink
from segur_socles._core.ids import Ids
from segur_socles._core.xml import NS
from segur_socles.errors import ReponseInvalideError

__all__ = [
    "Message",
    "MtomBody",
    "MtomReader",
    "Part",
    "PartHead",
    "content_id_of",
    "include",
    "media_type_of",
    "read_multipart",
]

XOP_TYPE: Final = "application/xop+xml"
SOAP_TYPE: Final = "application/soap+xml"

# --- writing ---------------------------------------------------------------------------------------------

_CONTENT_ID: Final = re.compile(r"[A-Za-z0-9.-]+@[A-Za-z0-9.-]+")
_HEADER_VALUE: Final = re.compile(r"[\x20-\x7e]+")
_QUOTABLE: Final = re.compile(r"[\x21\x23-\x5b\x5d-\x7e]+")


@dataclass(frozen=True, slots=True)
class Part:
    """One attached document.

    ``content_id`` has no angle brackets and only ``[A-Za-z0-9.-]`` around its ``@``, so that nothing needs
    encoding in ``cid:``; ``media_type`` is the whole value of Content-Type.
    """

    content_id: str
    media_type: str
    body: Body

    def __post_init__(self) -> None:
        _require(_CONTENT_ID, self.content_id, "content_id")
        _require(_HEADER_VALUE, self.media_type, "media_type")


class MtomBody:
    """The body of an MTOM request: its size is known, it starts again at each attempt, it copies no document.

    - ``root``: the SOAP envelope, whose ``xop:Include`` (see :func:`include`) name the parts;
    - ``action``: the SOAP action, repeated in the HTTP Content-Type; ``root_action``: what some servers want
      on the root part itself;
    - ``ids`` gives the 128 random bits of the boundary; what is in memory is searched for it all the same.
    """

    def __init__(
        self,
        root: bytes,
        parts: Sequence[Part],
        *,
        ids: Ids,
        action: str | None = None,
        root_action: str | None = None,
        root_id: str = "root@segur-socles",
    ) -> None:
        _require(_CONTENT_ID, root_id, "root_id")
        if len({root_id, *(part.content_id for part in parts)}) != len(parts) + 1:
            message = "two parts share one content_id"
            raise ValueError(message)
        root_type = f'{XOP_TYPE}; charset=UTF-8; type="{SOAP_TYPE}"{_action(root_action)}'
        entries = (Part(root_id, root_type, BytesBody(root)), *parts)
        boundary = _free_boundary([entry.body for entry in entries], ids)
        self.content_type: Final = (
            f'multipart/related; boundary="{boundary}"; type="{XOP_TYPE}"; start="<{root_id}>"; '
            f'start-info="{SOAP_TYPE}"{_action(action)}'
        )
        pieces: list[Body] = []
        separator = f"--{boundary}"
        for entry in entries:
            head = (
                f"{separator}\r\nContent-Type: {entry.media_type}\r\nContent-Transfer-Encoding: binary\r\n"
                f"Content-ID: <{entry.content_id}>\r\n\r\n"
            )
            pieces += BytesBody(head.encode("ascii")), entry.body
            separator = f"\r\n--{boundary}"
        pieces.append(BytesBody(f"{separator}--\r\n".encode("ascii")))
        self._body = PartsBody(pieces)

    @property
    def size(self) -> int:
        """Length in bytes, for Content-Length."""
        return self._body.size

    def chunks(self) -> Iterator[bytes | memoryview]:
        """Iterate from the first delimiter."""
        return self._body.chunks()


def include(content_id: str) -> str:
    """Write the ``xop:Include`` that stands for the part ``content_id``."""
    _require(_CONTENT_ID, content_id, "content_id")
    return f'<xop:Include xmlns:xop="{NS["xop"]}" href="cid:{content_id}"></xop:Include>'


def _action(action: str | None) -> str:
    if action is None:
        return ""
    _require(_QUOTABLE, action, "action")
    return f'; action="{action}"'


def _require(pattern: re.Pattern[str], value: str, name: str) -> None:
    if not pattern.fullmatch(value):
        message = f"{name} cannot be written in a MIME header"
        raise ValueError(message)


def _free_boundary(bodies: Sequence[Body], ids: Ids) -> str:
    while True:
        boundary = f"segur_{ids.uuid().hex}"
        needle = f"--{boundary}".encode("ascii")
        if not any(isinstance(body, BytesBody) and _holds(body, needle) for body in bodies):
            return boundary


def _holds(body: Body, needle: bytes) -> bool:
    tail = b""
    for chunk in body.chunks():
        window = tail + chunk
        if needle in window:
            return True
        tail = window[1 - len(needle) :]
    return False


# --- reading ---------------------------------------------------------------------------------------------

_MAX_PARTS: Final = 64
_MAX_HEAD: Final = 16 * 1024
_MAX_PREAMBLE: Final = 4 * 1024
_MAX_BOUNDARY: Final = 70  # RFC 2046 §5.1.1
_MAX_PADDING: Final = 70

_PARAMETER: Final = re.compile(
    r';\s*(?P<name>[\w!#$&.+^*-]+)\s*=\s*(?:"(?P<quoted>(?:[^"\\]|\\.)*)"|(?P<bare>[^\s;"]+))\s*'
)
_FOLD: Final = re.compile(r"\r\n[ \t]+")
_IDENTITY_ENCODINGS: Final = frozenset({"", "binary", "8bit", "7bit"})


@dataclass(frozen=True, slots=True)
class PartHead:
    """What is known of a received part before its content: ``index`` 0 is the first part of the message."""

    index: int
    content_id: str | None
    media_type: str


@dataclass(frozen=True, slots=True)
class Message:
    """A message read to its end: the root, and the sinks of the other parts by Content-ID."""

    root: bytes = field(repr=False)
    parts: Mapping[str, Sink] = field(default_factory=dict[str, Sink], repr=False)

    def resolve(self, href: str) -> Sink:
        """Return the sink of the part that an ``xop:Include`` points at; :class:`ReponseInvalideError` if none."""
        sink = self.parts.get(content_id_of(href))
        if sink is None:
            _refuse("La réponse", "elle renvoie à une pièce jointe absente")
        return sink


def media_type_of(content_type: str) -> tuple[str, dict[str, str]]:
    """Split a Content-Type into its lower-case media type and its parameters (names lower-case, unquoted)."""
    media_type, separator, rest = content_type.partition(";")
    parameters: dict[str, str] = {}
    position, rest = 0, separator + rest
    while found := _PARAMETER.match(rest, position):
        quoted = found["quoted"]
        value = found["bare"] if quoted is None else re.sub(r"\\(.)", r"\1", quoted)
        parameters.setdefault(found["name"].lower(), value)
        position = found.end()
    return media_type.strip().lower(), parameters


def content_id_of(href: str) -> str:
    """Return the Content-ID that a ``cid:`` URL names (RFC 2392), percent-decoded, without angle brackets."""
    scheme, _, encoded = href.partition(":")
    if scheme.lower() != "cid" or not encoded:
        _refuse("La réponse", "elle renvoie à une pièce autrement que par cid:")
    return unquote(encoded)


def read_multipart(content: bytes, content_type: str, *, what: str) -> Message:
    """Read a whole answer held in memory, multipart or not. Errors as :class:`MtomReader`."""
    media_type, parameters = media_type_of(content_type)
    if media_type != "multipart/related":
        return Message(content)
    reader = MtomReader(boundary=parameters.get("boundary", ""), what=what)
    reader.write(content)
    return reader.close(content_type)


def _in_memory(head: PartHead) -> Sink:
    del head
    return MemorySink()


class MtomReader:
    """Incremental reader of an answer, multipart or plain; it is itself a :class:`Sink`.

    Without ``boundary`` it is found in the first line, because a sink exists before the headers are known;
    :meth:`close` then checks it against them. ``sink`` gives each part a place to go (memory, 4 MiB each, by
    default); the root must go to one that keeps its content.

    Memory used: one chunk and one header. Every refusal is a :class:`ReponseInvalideError`.
    """

    def __init__(
        self,
        *,
        boundary: str | None = None,
        sink: Callable[[PartHead], Sink] = _in_memory,
        what: str = "La réponse",
    ) -> None:
        self._what = what
        self._sink_for = sink
        self._heads: list[PartHead] = []
        self._sinks: list[Sink] = []
        # A delimiter begins with a line end; that of the HTTP head stands before the first. ``_virtual`` counts
        # the bytes at the start of the buffer that may delimit but are not content.
        self._buffer = bytearray(b"\r\n")
        self._virtual = 2
        self._preamble = 0
        self._boundary = ""
        self._delimiter = b""
        self._line: re.Pattern[bytes]
        # Plain functions, not bound methods: no reference cycle keeps a large answer alive.
        self._step: Callable[[MtomReader], bool] = MtomReader._sniff
        if boundary is not None:
            self._start(boundary)

    def write(self, chunk: bytes) -> None:
        """Take the next bytes of the answer."""
        view = memoryview(chunk)
        for start in range(0, len(view), CHUNK):
            self._buffer += view[start : start + CHUNK]
            while self._step(self):
                pass

    def content(self) -> bytes:
        """Return the first part, which is the root unless Content-Type says otherwise (see :meth:`close`)."""
        return self._sinks[0].content() if self._sinks else b""

    def close(self, content_type: str = "") -> Message:
        """End the message and return it; ``content_type`` is that of the HTTP answer, when known."""
        media_type, parameters = media_type_of(content_type)
        if self._step in (MtomReader._sniff, MtomReader._plain):
            if media_type == "multipart/related":
                self._refuse("le multipart annoncé est absent")
            return Message(self.content())
        # The very last line end may be missing, never the closing delimiter.
        self._buffer += b"\r\n"
        while self._step(self):
            pass
        if self._step != MtomReader._in_epilogue or not self._heads:
            self._refuse("le multipart est tronqué")
        if parameters.get("boundary", self._boundary) != self._boundary:
            self._refuse("le séparateur n'est pas celui qu'annonce Content-Type")
        return self._message(_bare(parameters.get("start")))

    def _message(self, start: str | None) -> Message:
        root = 0
        if start is not None:
            found = [head.index for head in self._heads if head.content_id == start]
            if not found:
                self._refuse("la pièce principale annoncée est absente")
            root = found[0]
        parts = {
            head.content_id: self._sinks[head.index]
            for head in self._heads
            if head.index != root and head.content_id is not None
        }
        return Message(self._sinks[root].content(), parts)

    # Each step consumes what it can of the buffer, and says whether another step may go on with the rest.

    def _sniff(self) -> bool:
        begun = bytes(self._buffer[: _MAX_BOUNDARY + 16]).lstrip(b"\r\n \t")
        if len(begun) < 2:  # noqa: PLR2004 - the two dashes
            return False
        if not begun.startswith(b"--"):
            self._open(PartHead(0, None, ""))
            self._step = MtomReader._plain
            return True
        line, ended, _ = begun.partition(b"\r\n")
        if not ended and len(begun) <= _MAX_BOUNDARY + 2:
            return False
        self._start(line[2:].decode("latin-1").rstrip(" \t") if ended else "")
        return True

    def _start(self, boundary: str) -> None:
        if not 0 < len(boundary) <= _MAX_BOUNDARY or not boundary.isascii():
            self._refuse("séparateur de multipart absent ou invalide")
        self._boundary = boundary
        self._delimiter = f"\r\n--{boundary}".encode("ascii")
        # A line that only begins like the delimiter is content.
        self._line = re.compile(re.escape(self._delimiter) + rb"(?:--)?[ \t]{0,%d}\r\n" % _MAX_PADDING)
        self._step = MtomReader._in_preamble

    def _plain(self) -> bool:
        self._emit(len(self._buffer))
        return False

    def _in_preamble(self) -> bool:
        start, end = self._find_delimiter()
        self._preamble += start
        if self._preamble > _MAX_PREAMBLE:
            self._refuse("aucune pièce n'y commence")
        del self._buffer[:start]
        return self._next_part(end - start)

    def _in_content(self) -> bool:
        start, end = self._find_delimiter()
        self._emit(start)
        return self._next_part(end - start)

    def _in_head(self) -> bool:
        end = self._buffer.find(b"\r\n\r\n")
        if max(end, len(self._buffer) if end < 0 else 0) > _MAX_HEAD:
            self._refuse("en-tête de pièce trop long")
        if end < 0:
            return False
        self._open(self._head(self._buffer[2:end].decode("latin-1")))
        # The empty line's end stays in the buffer, so that a delimiter right after it ends an empty part.
        del self._buffer[: end + 2]
        self._virtual = 2
        self._step = MtomReader._in_content
        return True

    def _in_epilogue(self) -> bool:
        self._buffer.clear()
        return False

    def _find_delimiter(self) -> tuple[int, int]:
        """Return where a delimiter line begins and ends; twice the same place before which there surely is none."""
        position = 0
        while (start := self._buffer.find(self._delimiter, position)) >= 0:
            after = start + len(self._delimiter)
            if line := self._line.match(self._buffer, start):
                return start, line.end()
            if self._buffer.find(b"\r\n", after) < 0 and len(self._buffer) - after < _MAX_PADDING + len(b"--\r\n"):
                return start, start  # the line is not complete yet
            position = after
        kept = max(len(self._buffer) - len(self._delimiter) + 1, 0)
        return kept, kept

    def _next_part(self, delimiter: int) -> bool:
        """Pass the delimiter line of that length at the start of the buffer; 0 when it is still to come."""
        if not delimiter:
            return False
        last = self._buffer.startswith(b"--", len(self._delimiter))
        del self._buffer[: delimiter - 2]  # its line end may be the one before an empty head
        self._step = MtomReader._in_epilogue if last else MtomReader._in_head
        return True

    def _emit(self, end: int) -> None:
        """Give the buffer's content before ``end`` to the current part."""
        if end > self._virtual:
            self._sinks[-1].write(bytes(self._buffer[self._virtual : end]))
        del self._buffer[:end]
        self._virtual = max(self._virtual - end, 0)

    def _head(self, written: str) -> PartHead:
        fields: dict[str, str] = {}
        for line in filter(None, _FOLD.sub(" ", written).split("\r\n")):
            name, colon, value = line.partition(":")
            if not colon or not name.strip():
                self._refuse("en-tête de pièce mal formé")
            fields.setdefault(name.strip().lower(), value.strip())
        if fields.get("content-transfer-encoding", "").lower() not in _IDENTITY_ENCODINGS:
            self._refuse("une pièce n'est pas transmise en binaire")
        content_id = _bare(fields.get("content-id"))
        if content_id is not None and any(head.content_id == content_id for head in self._heads):
            self._refuse("deux pièces portent le même Content-ID")
        return PartHead(len(self._heads), content_id, media_type_of(fields.get("content-type", ""))[0])

    def _open(self, head: PartHead) -> None:
        if head.index >= _MAX_PARTS:
            self._refuse(f"plus de {_MAX_PARTS} pièces")
        self._heads.append(head)
        self._sinks.append(self._sink_for(head))

    def _refuse(self, reason: str) -> NoReturn:
        _refuse(self._what, reason)


def _bare(content_id: str | None) -> str | None:
    return None if content_id is None else content_id.strip().removeprefix("<").removesuffix(">")


def _refuse(what: str, reason: str) -> NoReturn:
    raise ReponseInvalideError(f"{what} est illisible : {reason}.", phase="read", sent=True)
