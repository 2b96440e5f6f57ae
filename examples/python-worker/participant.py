"""One worker of a run, from the first connection to the end: what comes from the mailboxes, what goes out, and in which order."""

import random
import sys
import time
from collections import OrderedDict, deque
from concurrent.futures import ThreadPoolExecutor

from adbo import Diverged
from frames import FrameReader, FrameWriter, Limits, key_of, new_instance
from mailboxes import CONTROL, DATA, Lost, Queues, Refused, Session
from protocol import MASTER, Objection, Rejected, control_pb2, lifecycle_pb2, parse

INITIAL_BACK_OFF, MAX_BACK_OFF = 0.1, 10.0
MIN_FULL_WAIT, MAX_FULL_WAIT = 0.001, 0.1
MAX_FAREWELL = 10.0
REMEMBERED = 1024  # messages handled, in case they come again


class Ended(Exception):
    """The run is over. The first argument is the exit code, the second says why."""


class Stopped(Ended):
    """The run goes on, but not with this worker."""


def log(text: str) -> None:
    print(f"{time.strftime('%H:%M:%S')} {text}", file=sys.stderr, flush=True)


class Participant:
    """Serves one worker. What it publishes waits in `_outgoing` until the broker has confirmed it, over as many sessions as it takes."""

    def __init__(self, address, queues: Queues, star, limits: Limits, node_user: str, ask_after: float, max_outage: float):
        self._address, self._queues, self._star = address, queues, star
        self._node_user, self._ask_after, self._max_outage = node_user, ask_after, max_outage
        self._ask_at: float | None = time.monotonic() + ask_after  # when the master is asked for state, if it says nothing
        instance = new_instance()
        self._writers = {kind: FrameWriter(queues.run, queues.participant, instance, limits) for kind in (DATA, CONTROL)}
        self._readers = {kind: FrameReader(queues.run, queues.participant, limits, log) for kind in (DATA, CONTROL)}
        self._outgoing: deque[tuple[str, bytes, dict | None]] = deque()  # queue, body, headers
        self._whole: dict[tuple, tuple] = {}  # messages put together and not answered yet, whose chunks will not come again
        self._handled: OrderedDict[tuple, None] = OrderedDict()
        self._watchers: set[str] = set()
        self._pool = ThreadPoolExecutor(max_workers=1)  # so that the connection is kept alive while a gradient is computed

    def run(self) -> int:
        """Serves until the run has ended. Returns the exit code."""
        while True:
            session = self._connect()
            try:
                self._serve(session)
            except Lost as lost:
                log(f"the connection was lost: {lost}")
                time.sleep(INITIAL_BACK_OFF * random.uniform(0.5, 1))
            except Ended as end:
                self._leave(session, end)
                return end.args[0]
            finally:
                session.close()

    def _connect(self) -> Session:
        start, wait = time.monotonic(), INITIAL_BACK_OFF
        while True:
            try:
                session = Session(self._address, self._queues)
                log(f"connected to {self._address}")
                return session
            except Lost as failure:
                away = time.monotonic() - start
                if away >= self._max_outage:
                    raise Refused(f"the broker could not be reached for {away:.0f} s: {failure}") from failure
                if wait == INITIAL_BACK_OFF:
                    log(f"cannot connect to {self._address} and try again for {self._max_outage:.0f} s: {failure}")
            time.sleep(wait * random.uniform(0.5, 1))  # workers that lost the broker together must not come back together
            wait = min(2 * wait, MAX_BACK_OFF)

    def _serve(self, session: Session) -> None:
        while True:
            self._flush(session)  # first of all: what comes again may be what these answer
            self._take_control(session)
            delivery = session.take(DATA)
            if delivery is not None:
                self._handle(session, delivery)
            elif self._ask_at is not None and time.monotonic() >= self._ask_at:
                self._send_to_master(*self._star.ask())
            else:
                session.wait(None if self._ask_at is None else max(0.0, self._ask_at - time.monotonic()))

    def _handle(self, session: Session, delivery) -> None:
        """Takes a frame of the data mailbox, answers what it makes whole, and acknowledges it when the answer is safe."""
        message = self._message_of(session, delivery)
        if message is not None:
            key, sender, name, payload = message
            try:
                answer = self._compute(session, sender, name, payload)
                if answer is not None:
                    self._send_to_master(*answer)
            except Objection as objection:
                log(f"dropped {name} from {sender}: {objection}")
            except Rejected as fault:
                self._set_aside(payload, f"{name} from {sender} was rejected: {fault}")
            except Diverged as failure:
                raise self._stop(str(failure)) from failure
            self._settle(key)
            self._flush(session)
        session.acknowledge(delivery)

    def _compute(self, session: Session, *message):
        job = self._pool.submit(self._star.receive, *message)
        job.add_done_callback(lambda _: session.wake())
        while not job.done():
            session.wait(None)
        return job.result()

    def _message_of(self, session: Session, delivery):
        """Key, sender, name and payload of the message that a frame makes whole, or None. What is no frame is set aside."""
        reader = self._readers[delivery.kind]
        try:
            if delivery.user != self._node_user:
                raise Rejected(f"A frame was rejected: user {delivery.user!a} of the broker published it, and the nodes' user is '{self._node_user}'.")
            envelope = reader.check(delivery.frame)
            key = (delivery.kind, *key_of(envelope))
            if key in self._handled:
                return None  # only its acknowledgement was lost
            if key not in self._whole:
                payload = reader.collect(envelope)
                if payload is None:
                    return None
                self._whole[key] = (key, envelope.sender, envelope.name, payload)
            return self._whole[key]
        except Rejected as fault:
            self._set_aside(delivery.frame, str(fault))
            self._flush(session)  # may come here again for a further control message: at most as often as the prefetch
            return None

    def _settle(self, key: tuple) -> None:
        del self._whole[key]
        self._handled[key] = None
        if len(self._handled) > REMEMBERED:
            self._handled.popitem(last=False)

    def _take_control(self, session: Session) -> None:
        """Takes up what engines say. Raises Ended at the end of the run."""
        while (delivery := session.take(CONTROL)) is not None:
            message = self._message_of(session, delivery)
            if message is not None:
                key, sender, name, payload = message
                end = None
                try:
                    end = self._obey(sender, name, payload)
                except Rejected as fault:
                    self._set_aside(payload, f"{name} from {sender} was rejected: {fault}")
                self._settle(key)
                session.acknowledge(delivery)
                if end is not None:
                    raise end
            else:
                session.acknowledge(delivery)

    def _obey(self, sender: str, name: str, payload: bytes) -> Ended | None:
        if name == "control.run-ended.v1":
            ended = parse(control_pb2.RunEnded, payload)
            return Ended(0 if ended.is_completed else 1, f"the run {'completed' if ended.is_completed else 'failed'}: {ended.reason}")
        if name == "control.watch-asked.v1":
            self._watchers.add(sender)
        elif name == "control.stop-asked.v1":
            return self._stop(f"{parse(control_pb2.StopAsked, payload).reason} (said by {sender})")
        elif not name.startswith("lifecycle."):  # which a worker that watches nobody need not know
            raise Rejected("it does not belong into a control mailbox.")
        return None

    def _stop(self, reason: str) -> Stopped:
        """Ends for good, and tells those who asked to be told."""
        self._outgoing.clear()
        for watcher in sorted(self._watchers):
            stopped = lifecycle_pb2.ParticipantStopped(reason=reason)
            self._send(watcher, CONTROL, "lifecycle.participant-stopped.v1", stopped.SerializeToString())
        return Stopped(1, f"stopped: {reason}")

    def _leave(self, session: Session, end: Ended) -> None:
        log(f"{end.args[1]}; answered {self._star.answered} requests")
        patience = time.monotonic() + MAX_FAREWELL
        try:
            while isinstance(end, Stopped) and self._outgoing and time.monotonic() < patience:
                if session.publish(*self._outgoing[0]):
                    self._outgoing.popleft()
                else:
                    session.wait(MAX_FULL_WAIT)
            if not isinstance(end, Stopped):
                session.delete_mailboxes()
        except (Lost, Refused) as failure:
            log(f"could not leave in order: {failure}")

    def _send_to_master(self, name: str, payload: bytes) -> None:
        self._ask_at = time.monotonic() + self._ask_after if name == "star.state-asked.v1" else None
        self._send(MASTER, DATA, name, payload)

    def _send(self, receiver: str, kind: str, name: str, payload: bytes) -> None:
        queue = self._queues.of(receiver, kind)
        self._outgoing.extend((queue, frame, None) for frame in self._writers[kind].frames(receiver, name, payload))

    def _set_aside(self, body: bytes, reason: str) -> None:
        log(reason)
        self._outgoing.append((self._queues.dead_letters, body, {"x-reason": reason, "x-receiver": self._queues.participant}))

    def _flush(self, session: Session) -> None:
        """Publishes what waits, until the broker has it. A full mailbox, or one that is not there yet, is tried again."""
        wait = MIN_FULL_WAIT
        while self._outgoing:
            if session.publish(*self._outgoing[0]):
                self._outgoing.popleft()
                wait = MIN_FULL_WAIT
            else:
                session.wait(wait)
                wait = min(2 * wait, MAX_FULL_WAIT)
                self._take_control(session)  # the run may have ended, and the mailbox be gone for good
