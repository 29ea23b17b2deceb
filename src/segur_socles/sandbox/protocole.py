"""uvicorn's HTTP/1.1 protocol, telling the application who is at the other end of the TLS connection."""

from __future__ import annotations

import asyncio
import socket
from typing import Any

from uvicorn.config import Config  # noqa: TID253 - this module is itself imported late, by the host
from uvicorn.protocols.http.h11_impl import H11Protocol  # noqa: TID253
from uvicorn.server import ServerState  # noqa: TID253

__all__ = ["ProtocoleTls"]


class ProtocoleTls(H11Protocol):
    """Puts ``certificat_client`` (DER, or ``None``) and ``couper`` (drops the connection) in the scope's state."""

    def __init__(self, config: Config, server_state: ServerState, app_state: dict[str, Any]) -> None:
        super().__init__(config, server_state, app_state)
        self.access_log = False  # the journal is the sandbox's access log

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        """Read the peer's certificate once for the connection."""
        super().connection_made(transport)
        # asyncio does it only for sockets opened with an explicit protocol number. Head and body of an answer are
        # two writes: without it, the second one waits 40 ms for the peer's delayed acknowledgement.
        transport.get_extra_info("socket").setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        liaison = transport.get_extra_info("ssl_object")
        certificat = liaison.getpeercert(binary_form=True) if liaison is not None else None
        self.app_state = {"certificat_client": certificat, "couper": transport.abort}
