"""An HTTPS server that demands a client certificate and always answers the same, in a process of its own.

``python loopback.py FOLDER`` serves; :class:`Loopback` starts one and stops it with the process that measures.
"""

from __future__ import annotations

import asyncio
import atexit
import re
import ssl
import subprocess
import sys
import tempfile
from collections.abc import Hashable
from pathlib import Path

from insi import ANSWER, TRAITS, Card, client_parts

from segur_socles._core.run import Exchange, Runner
from segur_socles.ins.client import InsiClient
from segur_socles.sandbox.pki import PkiDeTest

HEAD = b"HTTP/1.1 200 OK\r\nContent-Type: application/soap+xml; charset=utf-8\r\nContent-Length: %d\r\n\r\n"


class Loopback:
    """A running server, its ``url``, and the client's side of its TLS: a ``Channel``."""

    key: Hashable = "loopback"

    def __init__(self) -> None:
        self._folder = tempfile.TemporaryDirectory()
        folder, pki = Path(self._folder.name), PkiDeTest.creer()
        pki.serveur("bench").ecrire(folder, "server")
        self._client = pki.auth_cli("10B0152872", "EHPAD FICTIF", "INSI-MANU").ecrire(folder, "client")
        self._anchors = folder / "anchors.pem"
        self._anchors.write_text(pki.ancres_pem)
        self._context = self._make_context()
        command = [sys.executable, __file__, str(folder)]
        self._process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
        atexit.register(self.close)
        assert self._process.stdout
        self.url = f"https://127.0.0.1:{int(self._process.stdout.readline())}/lps"

    def _make_context(self) -> ssl.SSLContext:
        context = ssl.create_default_context(cafile=str(self._anchors))
        context.load_cert_chain(*self._client)
        return context

    def ssl_context(self) -> ssl.SSLContext:
        return self._context

    def close(self) -> None:
        self._process.terminate()
        self._process.wait()
        self._folder.cleanup()


def captured(server: Loopback) -> tuple[bytes, dict[str, str]]:
    """Give the body and the headers of one call, to be sent again as they are."""
    seen: list[Exchange] = []
    runner = Runner(observer=seen.append)
    InsiClient(*client_parts(server.url, server, Card()), runner).rechercher(TRAITS)
    runner.close()
    request = seen[0].request
    return b"".join(request.body.chunks()), dict(request.headers)


async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    """Answer each request of a connection."""
    try:
        while True:
            head = await reader.readuntil(b"\r\n\r\n")
            length = re.search(rb"content-length: *(\d+)", head, re.IGNORECASE)
            await reader.readexactly(int(length[1]) if length else 0)
            writer.write(HEAD % len(ANSWER) + ANSWER)
            await writer.drain()
    except (asyncio.IncompleteReadError, ConnectionError):
        writer.close()


async def serve(folder: Path) -> None:
    """Serve until the process is stopped, and say the port."""
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH, cafile=str(folder / "anchors.pem"))
    context.load_cert_chain(folder / "server.pem", folder / "server.key")
    context.verify_mode = ssl.CERT_REQUIRED
    server = await asyncio.start_server(answer, "127.0.0.1", 0, ssl=context)
    print(server.sockets[0].getsockname()[1], flush=True)
    await server.serve_forever()


if __name__ == "__main__":
    asyncio.run(serve(Path(sys.argv[1])))
