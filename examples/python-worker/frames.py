"""Messages to frames and back, as docs/wire.md says: one Envelope per frame, long payloads in chunks."""

import dataclasses
import re
import secrets
from collections import OrderedDict

from protocol import PARTICIPANT, DecodeError, Rejected, wire_pb2

MIN_CHUNK_BYTES = 4096
MAX_HEAD_BYTES = 1024
NAME = re.compile(r"[a-z][a-z0-9]*(-[a-z0-9]+)*\.[a-z][a-z0-9]*(-[a-z0-9]+)*\.v[1-9][0-9]*")


@dataclasses.dataclass(frozen=True)
class Limits:
    """How large things may be; the same on all nodes of a run."""

    max_payload_bytes: int = 256 << 20
    max_chunk_bytes: int = 1 << 20
    max_incomplete_bytes: int = 512 << 20


class FrameWriter:
    """Numbers what one process says for one participant into one kind of mailbox, and cuts it into frames."""

    def __init__(self, run: str, sender: str, instance: int, limits: Limits):
        self._run, self._sender, self._instance, self._limits = run, sender, instance, limits
        self._number = 0

    def frames(self, receiver: str, name: str, payload: bytes) -> list[bytes]:
        size = self._limits.max_chunk_bytes
        if len(payload) > self._limits.max_payload_bytes:
            raise ValueError(f"{name} has {len(payload)} bytes; at most {self._limits.max_payload_bytes} are allowed.")
        self._number += 1
        chunks = [payload[start:start + size] for start in range(0, len(payload), size)] or [b""]
        return [
            wire_pb2.Envelope(
                run=self._run, sender=self._sender, receiver=receiver,
                incarnation=1,  # what survives no restart begins at 1 each time; the instance tells the processes apart
                instance=self._instance, number=self._number, name=name,
                payload_bytes=len(payload), chunk_index=index, chunk_count=len(chunks), payload=chunk,
            ).SerializeToString()
            for index, chunk in enumerate(chunks)
        ]


def new_instance() -> int:
    """Drawn anew by every process: 64 bits, not 0."""
    return secrets.randbelow((1 << 64) - 1) + 1


def key_of(envelope) -> tuple:
    """What tells messages apart. Frames of one message, and the same message published again, have the same."""
    return envelope.sender, envelope.incarnation, envelope.instance, envelope.number


class FrameReader:
    """Puts the frames of one mailbox together, in whatever order and however often they come."""

    def __init__(self, run: str, receiver: str, limits: Limits, log):
        self._run, self._receiver, self._limits, self._log = run, receiver, limits, log
        self._incomplete: OrderedDict[tuple, tuple[tuple, dict[int, bytes]]] = OrderedDict()  # oldest first
        self._bytes = 0

    def check(self, frame: bytes):
        """The envelope of a frame."""
        limit = self._limits.max_chunk_bytes + MAX_HEAD_BYTES
        if len(frame) > limit:
            raise Rejected(f"A frame of {len(frame)} bytes came, and at most {limit} are allowed.")
        try:
            envelope = wire_pb2.Envelope.FromString(frame)
        except DecodeError as broken:
            raise Rejected(f"The {len(frame)} bytes of a frame are no envelope: {broken}") from broken
        fault = self._fault_of_head(envelope) or self._fault_of_chunk(envelope)
        if fault:
            raise Rejected(f"{envelope.name[:100]!a} from {envelope.sender[:100]!a} was rejected: {fault}")
        return envelope

    def collect(self, envelope) -> bytes | None:
        """The payload, when this frame makes it whole."""
        if envelope.chunk_count == 1:
            return envelope.payload
        key = key_of(envelope)
        head = (envelope.name, envelope.chunk_count, envelope.payload_bytes)
        known_head, chunks = self._incomplete.setdefault(key, (head, {}))
        if known_head == head and envelope.chunk_index not in chunks:
            chunks[envelope.chunk_index] = envelope.payload
            self._bytes += len(envelope.payload)
        length = sum(map(len, chunks.values()))
        is_full = len(chunks) == envelope.chunk_count
        if known_head != head or length > envelope.payload_bytes or (is_full and length < envelope.payload_bytes):
            self._forget(key)
            raise Rejected(f"{envelope.name} from {envelope.sender}: its chunks contradict each other; all are dropped.")
        if is_full:
            self._forget(key)
            return b"".join(chunks[index] for index in range(len(chunks)))
        while self._bytes > self._limits.max_incomplete_bytes:
            oldest = next(iter(self._incomplete))
            self._log(f"gave up the incomplete message {oldest}: such took more than {self._limits.max_incomplete_bytes} bytes")
            self._forget(oldest)
        return None

    def _forget(self, key: tuple) -> None:
        _, chunks = self._incomplete.pop(key)
        self._bytes -= sum(map(len, chunks.values()))

    def _fault_of_head(self, envelope) -> str | None:
        if not PARTICIPANT.fullmatch(envelope.sender):
            return "its sender is no participant's name."
        if len(envelope.name) > 100 or not NAME.fullmatch(envelope.name):
            return "its name is not of the form protocol.what-is-said.v1."
        if envelope.run != self._run:
            return f"it is of run {envelope.run[:128]!a}, and this is run '{self._run}'."
        if envelope.receiver != self._receiver:
            return f"it is for {envelope.receiver[:100]!a}, and came to {self._receiver}."
        if envelope.incarnation < 1 or envelope.instance == 0 or envelope.number < 1:
            return "incarnation, instance and number must all be at least 1."
        return None

    def _fault_of_chunk(self, envelope) -> str | None:
        length, index, count = len(envelope.payload), envelope.chunk_index, envelope.chunk_count
        if not 0 <= envelope.payload_bytes <= self._limits.max_payload_bytes:
            return f"its payload is of {envelope.payload_bytes} bytes; it must be in [0, {self._limits.max_payload_bytes}]."
        if not 0 <= index < count:
            return f"it is chunk {index} of {count}; chunks are counted from 0, and there is at least one."
        if length > self._limits.max_chunk_bytes:
            return f"its chunk is {length} bytes long, and at most {self._limits.max_chunk_bytes} are allowed."
        if length > envelope.payload_bytes or (count == 1 and length != envelope.payload_bytes):
            return f"its chunk is {length} bytes long, and {envelope.payload_bytes} were announced."
        if count > 1 and length < (1 if index == count - 1 else MIN_CHUNK_BYTES):
            return f"its chunk {index} of {count} is {length} bytes long; all but the last hold at least {MIN_CHUNK_BYTES}."
        return None
