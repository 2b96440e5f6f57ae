"""One connection to the broker: the mailboxes of one participant as quorum queues, publishing with confirmation."""

import dataclasses
import ssl
from collections import deque

import pika
from pika import exceptions

DATA, CONTROL = "", ".control"
EXPIRES_MILLISECONDS = 7 * 24 * 3600 * 1000
DELIVERY_LIMIT = 20
CONTROL_CAPACITY = 1024
PREFETCH = 16
REFUSALS = (403, 405, 406, 530)  # access refused, locked, precondition failed, not allowed: they stay so when tried again


class Refused(Exception):
    """The broker will never let this program do what it needs."""


class Lost(Exception):
    """The connection is gone; another may do."""


@dataclasses.dataclass(frozen=True)
class Address:
    """Where the broker is, and who signs in. The password is in no text that this makes."""

    host: str
    port: int
    virtual_host: str
    user: str
    password: str = dataclasses.field(repr=False)
    tls: ssl.SSLContext | None
    heartbeat_seconds: int = 10

    def __str__(self) -> str:
        return f"the broker at {self.host}:{self.port}, virtual host '{self.virtual_host}', as {self.user}{' over TLS' if self.tls else ''}"

    def parameters(self, name: str) -> pika.ConnectionParameters:
        return pika.ConnectionParameters(
            host=self.host, port=self.port, virtual_host=self.virtual_host,
            credentials=pika.PlainCredentials(self.user, self.password),
            ssl_options=pika.SSLOptions(self.tls, self.host) if self.tls else None,
            heartbeat=self.heartbeat_seconds, blocked_connection_timeout=300,
            socket_timeout=self.heartbeat_seconds, stack_timeout=2 * self.heartbeat_seconds,
            client_properties={"connection_name": name},
        )


@dataclasses.dataclass(frozen=True)
class Queues:
    """The names of a run's queues, and of what kind they are: on all nodes alike."""

    prefix: str
    run: str
    participant: str
    capacity: int = 1024

    def of(self, participant: str, kind: str = DATA) -> str:
        return f"{self.prefix}.{self.run}.{participant}{kind}"

    @property
    def dead_letters(self) -> str:
        return f"{self.prefix}.{self.run}.dead-letters"

    def declare(self, channel) -> None:
        """Makes sure that the participant's own are there. All others are for the nodes to make."""
        for kind, capacity in ((CONTROL, CONTROL_CAPACITY), (DATA, self.capacity)):
            channel.queue_declare(self.of(self.participant, kind), durable=True, arguments={
                "x-queue-type": "quorum",
                "x-expires": EXPIRES_MILLISECONDS,
                "x-single-active-consumer": True,
                "x-max-length": capacity,
                "x-overflow": "reject-publish",
                "x-delivery-limit": DELIVERY_LIMIT,
                "x-dead-letter-exchange": "",
                "x-dead-letter-routing-key": self.dead_letters,
            })


@dataclasses.dataclass(frozen=True)
class Delivery:
    """A frame, and who published it, as the broker vouches for it; None where the publisher does not say."""

    kind: str
    tag: int
    user: str | None
    frame: bytes


class Session:
    """From connecting until the connection is lost. One thread, but for wake()."""

    def __init__(self, address: Address, queues: Queues):
        self._user, self._queues = address.user, queues
        self._waiting: dict[str, deque[Delivery]] = {CONTROL: deque(), DATA: deque()}
        self._cancelled = False
        self._connection = None
        try:
            self._connection = pika.BlockingConnection(address.parameters(f"{queues.prefix} {queues.run}: {queues.participant}"))
            self._channel = self._connection.channel()
            self._channel.confirm_delivery()
            self._channel.basic_qos(prefetch_count=PREFETCH)
            self._channel.add_on_cancel_callback(self._on_cancel)
            queues.declare(self._channel)
            for kind in (CONTROL, DATA):
                self._channel.basic_consume(queues.of(queues.participant, kind), self._taker(kind))
        except Exception as failure:
            self.close()
            raise told(failure) from failure

    def take(self, kind: str) -> Delivery | None:
        """What came into a mailbox and waits here; the prefetch bounds it."""
        return self._waiting[kind].popleft() if self._waiting[kind] else None

    def wait(self, seconds: float | None) -> None:
        """Until something has come, wake() was called, or the time is over; keeps the connection alive meanwhile."""
        try:
            self._connection.process_data_events(time_limit=seconds)
        except Exception as failure:
            raise told(failure) from failure
        if self._cancelled or not self._channel.is_open:
            raise Lost("the broker ended the receiving")

    def wake(self) -> None:
        """Ends a wait(); any thread."""
        try:
            self._connection.add_callback_threadsafe(lambda: None)
        except exceptions.ConnectionWrongState:
            pass  # lost meanwhile: nobody waits here any more

    def publish(self, queue: str, body: bytes, headers: dict | None = None) -> bool:
        """Whether the broker has it safe; not so while the queue is full, or is not there yet."""
        properties = pika.BasicProperties(
            content_type="application/x-protobuf", delivery_mode=2, headers=headers,
            user_id=self._user,  # which the broker verifies: receivers learn from it who really sent a frame
        )
        try:
            self._channel.basic_publish("", queue, body, properties, mandatory=True)
            return True
        except (exceptions.NackError, exceptions.UnroutableError):
            return False
        except Exception as failure:
            raise told(failure) from failure

    def acknowledge(self, delivery: Delivery) -> None:
        try:
            self._channel.basic_ack(delivery.tag)
        except Exception as failure:
            raise told(failure) from failure

    def delete_mailboxes(self) -> None:
        """The run is over, and nobody else removes them."""
        try:
            for kind in (DATA, CONTROL):
                self._channel.queue_delete(self._queues.of(self._queues.participant, kind))
        except Exception as failure:
            raise told(failure) from failure

    def close(self) -> None:
        try:
            if self._connection is not None and self._connection.is_open:
                self._connection.close()
        except exceptions.AMQPError:
            pass  # it is gone either way

    def _taker(self, kind: str):
        def take(channel, method, properties, body):
            self._waiting[kind].append(Delivery(kind, method.delivery_tag, properties.user_id, body))
        return take

    def _on_cancel(self, method) -> None:
        self._cancelled = True


def told(failure: Exception) -> Exception:
    """What a failure of the client means here: a refusal for good, a lost connection, or itself."""
    for cause in causes_of(failure):
        if isinstance(cause, (exceptions.AuthenticationError, exceptions.ProbableAuthenticationError, exceptions.ProbableAccessDeniedError)):
            return Refused(f"the broker does not let this user in: {type(cause).__name__}")
        is_closed = isinstance(cause, (exceptions.ChannelClosed, exceptions.ConnectionClosed))
        if is_closed and cause.reply_code in REFUSALS and "timed out" not in cause.reply_text:  # a message that took very long comes again
            return Refused(f"{cause.reply_code} {cause.reply_text}")
        if isinstance(cause, ssl.SSLCertVerificationError):
            return Refused(f"the broker's certificate was not accepted: {cause.verify_message}")
    if isinstance(failure, (exceptions.AMQPError, OSError)):
        return Lost(repr(failure)[:500])  # most have their reasons there only, and none has credentials
    return failure


def causes_of(failure: BaseException):
    """A failure and what is behind it: the client keeps the reasons of failed attempts as arguments."""
    waiting, seen = [failure], set()
    while waiting:
        cause = waiting.pop()
        if isinstance(cause, BaseException) and id(cause) not in seen:
            seen.add(id(cause))
            yield cause
            waiting += [*cause.args, *getattr(cause, "exceptions", ()), cause.__cause__, cause.__context__]
