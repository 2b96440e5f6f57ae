"""The classes that protoc makes from proto/, and the limits and names that every node of a run shares."""

import pathlib
import re
import sys

HERE = pathlib.Path(__file__).resolve().parent
GENERATE = "mkdir -p generated && protoc -I../../proto --python_out=generated ../../proto/actorfed/v1/*.proto"
PACKAGES = "apt-get install python3-pika python3-protobuf python3-numpy protobuf-compiler"

sys.path.append(str(HERE / "generated"))
try:
    import numpy  # noqa: F401  (here, so that whatever is missing is told in one place)
    import pika  # noqa: F401
    from google.protobuf.message import DecodeError, Message
except ImportError as missing:
    raise SystemExit(f"{missing}. On Debian: {PACKAGES}; and run Debian's own /usr/bin/python3.") from missing
try:
    from actorfed.v1 import adbo_pb2, control_pb2, lifecycle_pb2, star_pb2, wire_pb2
except ImportError as missing:
    raise SystemExit(f"{missing}. Make the classes of the messages, in {HERE.name}: {GENERATE}") from missing

__all__ = ["DecodeError", "Message", "adbo_pb2", "control_pb2", "lifecycle_pb2", "star_pb2", "wire_pb2"]

MASTER = "master"
PARTICIPANT = re.compile(r"master|(worker|neighbour)-(0|[1-9][0-9]{0,9})")


class Rejected(Exception):
    """What came is no message that could be taken: it is set aside, and nothing has changed."""


class Objection(Exception):
    """A message that does not fit the state here: it is dropped, and nothing has changed."""


def parse(kind: type, content: bytes) -> Message:
    """The Protobuf message of these bytes."""
    try:
        return kind.FromString(content)
    except DecodeError as broken:
        raise Rejected(f"its {len(content)} bytes are not what the name says: {broken}") from broken
