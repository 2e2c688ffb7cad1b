"""A wire to the server that can be cut, hushed and mended, for browsers that must notice nothing
else."""

import socket
from contextlib import suppress
from threading import Lock, Thread
from typing import Self


class Wire:
    """Passes bytes on between a port of its own and the server's."""

    def __init__(self, server_port: int) -> None:
        self._server_port = server_port
        self._lock, self._ends = Lock(), set[socket.socket]()
        self._hushed, self._times_hushed = False, 0
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port = int(self._listener.getsockname()[1])
        self._accept()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.cut()

    def cut(self) -> None:
        """Every connection ends, and none comes about."""
        self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()
        with self._lock:
            for end in self._ends:
                with suppress(OSError):
                    end.shutdown(socket.SHUT_RDWR)

    def mend(self) -> None:
        self._listener = socket.create_server(("127.0.0.1", self.port))
        self._accept()

    def hush(self) -> None:
        """What is sent gets lost, and no connection ends: as over a network that is only gone."""
        self._hushed, self._times_hushed = True, self._times_hushed + 1

    def unhush(self) -> None:
        """What was connected before stays silent."""
        self._hushed = False

    def _accept(self) -> None:
        Thread(target=self._serve, args=(self._listener,), daemon=True).start()

    def _serve(self, listener: socket.socket) -> None:
        with suppress(OSError):
            while True:
                near, _ = listener.accept()
                far = socket.create_connection(("127.0.0.1", self._server_port))
                with self._lock:
                    self._ends |= {near, far}
                for source, target in ((near, far), (far, near)):
                    Thread(target=self._pass_on, args=(source, target), daemon=True).start()

    def _pass_on(self, source: socket.socket, target: socket.socket) -> None:
        known, lost = self._times_hushed, self._hushed
        with suppress(OSError):
            while data := source.recv(65536):
                lost = lost or known != self._times_hushed
                if not lost:
                    target.sendall(data)
        with suppress(OSError):
            target.shutdown(socket.SHUT_RDWR)
        source.close()
        with self._lock:
            self._ends.discard(source)
