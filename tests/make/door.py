"""A door between a program and its database, which a test shuts as a restart of the database would."""

import socket
import threading
from collections.abc import Callable
from contextlib import suppress
from types import TracebackType
from typing import Self


class Door:
    """Listens on a port of its own and passes on what is said; while it is shut, whoever is inside is put out as well.

    `turned_away` counts who came while it was shut.
    """

    def __init__(self, host: str, port: int) -> None:
        self._behind = (host, port)
        self._listener = socket.create_server(("127.0.0.1", 0))
        self._inside: list[socket.socket] = []
        self._lock = threading.Lock()
        self._doormen: list[threading.Thread] = []
        self._is_shut = False
        self.turned_away = 0
        self.port: int = self._listener.getsockname()[1]

    def __enter__(self) -> Self:
        self._set_going(self._receive)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        with suppress(OSError):
            self._listener.shutdown(socket.SHUT_RDWR)
        self.shut()
        for doorman in self._doormen:
            doorman.join()
        self._listener.close()

    def shut(self) -> None:
        """Put everybody out, and let nobody in."""
        with self._lock:
            self._is_shut = True
            for each in self._inside:
                _end(each)
            self._inside.clear()

    def open(self) -> None:
        """Let them in again."""
        with self._lock:
            self._is_shut = False

    def _set_going(self, act: Callable[..., None], *facts: socket.socket) -> threading.Thread:
        doorman = threading.Thread(target=act, args=facts, daemon=True)
        self._doormen.append(doorman)
        doorman.start()
        return doorman

    def _receive(self) -> None:
        with suppress(OSError):
            while True:
                visitor, _address = self._listener.accept()
                with self._lock:
                    if self._is_shut:
                        self.turned_away += 1
                        visitor.close()
                        continue
                    server = socket.create_connection(self._behind)
                    self._inside += [visitor, server]
                self._set_going(self._accompany, visitor, server)

    def _accompany(self, visitor: socket.socket, server: socket.socket) -> None:
        with visitor, server:
            back = self._set_going(_pass_on, server, visitor)
            _pass_on(visitor, server)
            back.join()


def _pass_on(source: socket.socket, target: socket.socket) -> None:
    with suppress(OSError):
        while said := source.recv(65536):
            target.sendall(said)
    _end(source)
    _end(target)


def _end(connection: socket.socket) -> None:
    with suppress(OSError):
        connection.shutdown(socket.SHUT_RDWR)
