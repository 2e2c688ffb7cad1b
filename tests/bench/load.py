"""A load generator of one thread: many keep-alive connections, each with one request in flight.

``run`` takes for each connection the requests that it sends one after another, as bytes, and gives
back what was answered and how long each took. It is quick enough to saturate one core of server.
"""

import selectors
import socket
import time
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field


@dataclass
class Result:
    seconds: float = 0.0
    #: Seconds from the request's first byte to its answer's last.
    latencies: list[float] = field(default_factory=list)
    statuses: dict[int, int] = field(default_factory=dict)

    def at(self, share: float) -> float:
        """A percentile of the latencies, in milliseconds."""
        ordered = sorted(self.latencies)
        return ordered[min(len(ordered) - 1, int(len(ordered) * share))] * 1000


class _Line:
    def __init__(self, port: int, requests: Iterator[bytes]) -> None:
        self.socket = socket.create_connection(("127.0.0.1", port))
        self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.requests, self.buffer, self.sent = requests, b"", 0.0

    def send(self) -> bool:
        request = next(self.requests, None)
        if request is None:
            return False
        self.buffer, self.sent = b"", time.perf_counter()
        self.socket.sendall(request)
        return True

    def receive(self) -> int | None:
        """The status once the whole answer is there."""
        data = self.socket.recv(262_144)
        if not data:
            raise ConnectionError("the server hung up")
        self.buffer += data
        head, gap, body = self.buffer.partition(b"\r\n\r\n")
        if not gap:
            return None
        lower = head.lower()
        at = lower.find(b"content-length:")
        length = int(lower[at + 15 :].split(b"\r\n", 1)[0]) if at >= 0 else 0
        return int(head[9:12]) if len(body) >= length else None


def run(port: int, lines: Iterable[Iterator[bytes]], seconds: float = 1e9) -> Result:
    """Send until every line is out of requests, or for ``seconds``."""
    result, selector, began = Result(), selectors.DefaultSelector(), time.perf_counter()
    for requests in lines:
        line = _Line(port, requests)
        if line.send():
            selector.register(line.socket, selectors.EVENT_READ, line)
    while selector.get_map():
        over = time.perf_counter() - began > seconds
        for key, _ in selector.select(timeout=60):
            line: _Line = key.data
            status = line.receive()
            if status is None:
                continue
            result.latencies.append(time.perf_counter() - line.sent)
            result.statuses[status] = result.statuses.get(status, 0) + 1
            if over or not line.send():
                selector.unregister(line.socket)
                line.socket.close()
    result.seconds = time.perf_counter() - began
    return result
