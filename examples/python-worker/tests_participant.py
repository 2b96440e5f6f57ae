#!/usr/bin/python3
"""Tests of one worker against a broker that does what a test says; run by tests.py."""

import unittest
from collections import deque
from unittest import mock

import participant
from adbo import Diverged
from frames import FrameReader, FrameWriter, Limits
from mailboxes import CONTROL, DATA, Delivery, Lost, Queues
from participant import Ended, Participant, Stopped
from protocol import MASTER, Objection, Rejected, control_pb2, lifecycle_pb2, wire_pb2

LIMITS = Limits(max_chunk_bytes=4096)
NODES = "nodes"
MASTERS = "p.run.master"


class FakeStar:
    """Answers with the request in capitals."""

    answered = 0

    @staticmethod
    def ask():
        return "star.state-asked.v1", b""

    def receive(self, sender, name, payload):
        if payload in (b"object", b"reject", b"diverge"):
            raise {b"object": Objection, b"reject": Rejected, b"diverge": Diverged}[payload]("as told")
        self.answered += 1
        return "star.work-reported.v1", payload.upper()


class FakeSession:
    """Keeps what was published and acknowledged, in order. What is scripted comes when the worker has nothing else to do."""

    def __init__(self, *script, refusals=0, on_refusal=None, losses=0):
        self.script, self.refusals, self.on_refusal, self.losses = deque(script), refusals, on_refusal, losses
        self.events = []
        self.bodies = []
        self._waiting = {CONTROL: deque(), DATA: deque()}
        self._idle = False
        self._tags = 0

    def put(self, kind, frame, user=NODES):
        self._tags += 1
        self._waiting[kind].append(Delivery(kind, self._tags, user, frame))

    def take(self, kind):
        delivery = self._waiting[kind].popleft() if self._waiting[kind] else None
        self._idle = kind == DATA and delivery is None
        return delivery

    def wait(self, seconds):
        if self._idle:
            if not self.script:
                raise Lost("the script is over")
            self.put(*self.script.popleft())
        elif seconds is not None and self.on_refusal:
            self.put(*self.on_refusal)
            self.on_refusal = None

    def wake(self):
        pass

    def publish(self, queue, body, headers=None):
        if self.losses:
            self.losses -= 1
            raise Lost("while publishing")
        if self.refusals:
            self.refusals -= 1
            return False
        self.events.append(queue)
        self.bodies.append((body, headers))
        return True

    def acknowledge(self, delivery):
        self.events.append(delivery.tag)


class ParticipantTests(unittest.TestCase):
    def setUp(self):
        self.told = []
        self.enterContext(mock.patch.object(participant, "log", self.told.append))
        self.master = FrameWriter("run", MASTER, 7, LIMITS)
        self.node = FrameWriter("run", MASTER, 8, LIMITS)
        self.participant = Participant(None, Queues("p", "run", "worker-3"), FakeStar(), LIMITS, NODES, ask_after=60, max_outage=1)

    def request(self, payload=b"work"):
        return self.master.frames("worker-3", "star.work-requested.v1", payload)

    def control(self, name, message):
        (frame,) = self.node.frames("worker-3", name, message.SerializeToString())
        return CONTROL, frame

    def end(self, is_completed=True):
        return self.control("control.run-ended.v1", control_pb2.RunEnded(is_completed=is_completed, reason="step limit"))

    def serve(self, session, until=Ended):
        with self.assertRaises(until) as raised:
            self.participant._serve(session)
        return raised.exception

    def answers(self, session):
        reader = FrameReader("run", MASTER, LIMITS, self.told.append)
        envelopes = [reader.check(body) for body, headers in session.bodies if headers is None]
        return [(envelope.number, payload) for envelope in envelopes if (payload := reader.collect(envelope)) is not None]

    def test_a_request_is_acknowledged_after_its_answer_was_confirmed(self):
        session = FakeSession((DATA, self.request()[0]), self.end(), refusals=3)
        end = self.serve(session)
        self.assertEqual(session.events, [MASTERS, 1, 2])
        self.assertEqual(self.answers(session), [(1, b"WORK")])
        self.assertEqual(end.args, (0, "the run completed: step limit"))

    def test_chunks_are_acknowledged_when_kept_and_the_last_when_answered(self):
        chunks = [(DATA, frame) for frame in self.request(bytes(9000))]
        session = FakeSession(*chunks, self.end())
        self.serve(session)
        self.assertEqual(session.events, [1, 2, MASTERS, MASTERS, MASTERS, 3, 4])

    def test_an_answer_that_a_lost_connection_left_over_goes_out_first_and_once(self):
        first, second = self.request(bytes(5000))
        before = FakeSession((DATA, first), (DATA, second), losses=1)
        self.serve(before, Lost)
        after = FakeSession((DATA, second), self.end())
        self.serve(after)
        self.assertEqual(before.events, [1])
        self.assertEqual(after.events, [MASTERS, MASTERS, 1, 2])
        self.assertEqual(self.answers(after), [(1, bytes(5000))])

    def test_the_end_is_seen_while_an_answer_finds_no_mailbox(self):
        session = FakeSession((DATA, self.request()[0]), refusals=10**9, on_refusal=self.end(is_completed=False))
        end = self.serve(session)
        self.assertEqual(session.events, [2])
        self.assertEqual(end.args, (1, "the run failed: step limit"))

    def test_what_is_objected_to_is_dropped(self):
        session = FakeSession((DATA, self.request(b"object")[0]), (DATA, self.request()[0]), self.end())
        self.serve(session)
        self.assertEqual(session.events, [1, MASTERS, 2, 3])
        self.assertIn("as told", self.told[0])

    def test_what_is_no_message_is_set_aside_before_it_is_acknowledged(self):
        stranger = (DATA, self.request(b"forged")[0], "stranger")
        wrong = self.control("star.work-requested.v1", wire_pb2.Body(name="x"))
        session = FakeSession((DATA, b"\xff"), stranger, (DATA, self.request(b"reject")[0]), wrong, self.end())
        self.serve(session)
        dead = "p.run.dead-letters"
        self.assertEqual(session.events[:6], [dead, 1, dead, 2, dead, 3])
        self.assertEqual(sorted(map(str, session.events[6:])), ["4", "5", dead])
        self.assertEqual(session.bodies[2][0], b"reject")
        for (_, headers), words in zip(session.bodies, ("no envelope", "stranger", "as told", "does not belong")):
            self.assertIn(words, headers["x-reason"])
            self.assertEqual(headers["x-receiver"], "worker-3")

    def test_those_who_watch_are_told_when_it_is_stopped(self):
        for stop, reason in (
            (self.control("control.stop-asked.v1", control_pb2.StopAsked(reason="enough")), "enough (said by master)"),
            ((DATA, self.request(b"diverge")[0]), "as told"),
        ):
            with self.subTest(reason):
                session = FakeSession(self.control("control.watch-asked.v1", control_pb2.WatchAsked()), stop)
                self.participant._leave(session, self.serve(session, Stopped))
                self.assertEqual(session.events[-1], MASTERS + ".control")
                envelope = FrameReader("run", MASTER, LIMITS, self.told.append).check(session.bodies[-1][0])
                self.assertEqual(envelope.name, "lifecycle.participant-stopped.v1")
                self.assertEqual(lifecycle_pb2.ParticipantStopped.FromString(envelope.payload).reason, reason)

    def test_a_worker_that_hears_nothing_asks_for_state(self):
        silent = Participant(None, Queues("p", "run", "worker-3"), FakeStar(), LIMITS, NODES, ask_after=0, max_outage=1)
        session = FakeSession(self.end())
        session.put(*session.script.popleft())
        with self.assertRaises(Ended):
            silent._serve(session)
        self.assertEqual(session.events, [1])
        session = FakeSession()
        session.publish = mock.Mock(side_effect=Lost("published"))
        with self.assertRaises(Lost):
            silent._serve(session)
        (queue, frame, _), _ = session.publish.call_args
        self.assertEqual((queue, wire_pb2.Envelope.FromString(frame).name), (MASTERS, "star.state-asked.v1"))


if __name__ == "__main__":
    unittest.main()
