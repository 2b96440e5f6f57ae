#!/usr/bin/python3
"""Tests of the parts that need no broker: python3 tests.py"""

import argparse
import dataclasses
import pathlib
import tempfile
import unittest
from unittest import mock

import numpy as np

import adbo
import cleaning
import worker
from frames import FrameReader, FrameWriter, Limits
from mailboxes import Address, Lost, Refused, exceptions, told
from protocol import HERE, MASTER, Objection, Rejected, adbo_pb2, star_pb2, wire_pb2
from star import StarWorker
from tests_participant import ParticipantTests  # noqa: F401  (unittest finds it here)

GOLDEN = HERE.parents[1] / "tests" / "Wire.Tests" / "Golden"
SMALL = Limits(max_payload_bytes=100_000, max_chunk_bytes=4096, max_incomplete_bytes=20_000)


def golden(name: str) -> bytes:
    return bytes.fromhex((GOLDEN / f"{name}.hex").read_text())


class FrameTests(unittest.TestCase):
    def setUp(self):
        self.told = []
        self.writer = FrameWriter("run", MASTER, 7, SMALL)
        self.reader = FrameReader("run", "worker-3", SMALL, self.told.append)

    def collect(self, frame: bytes):
        return self.reader.collect(self.reader.check(frame))

    def frames(self, length: int = 10_000) -> list[bytes]:
        return self.writer.frames("worker-3", "a.b.v1", bytes(range(250)) * (length // 250))

    def changed(self, **fields) -> bytes:
        envelope = wire_pb2.Envelope.FromString(self.frames(250)[0])
        for name, value in fields.items():
            setattr(envelope, name, value)
        return envelope.SerializeToString()

    def test_chunks_make_a_message_in_any_order_and_more_than_once(self):
        first, second, third = self.frames()
        self.assertIsNone(self.collect(third))
        self.assertIsNone(self.collect(first))
        self.assertIsNone(self.collect(first))
        self.assertEqual(self.collect(second), bytes(range(250)) * 40)

    def test_an_empty_payload_is_one_frame(self):
        (frame,) = self.writer.frames("worker-3", "a.b.v1", b"")
        self.assertEqual(self.collect(frame), b"")

    def test_messages_are_counted_from_1(self):
        numbers = [wire_pb2.Envelope.FromString(self.frames(250)[0]).number for _ in range(2)]
        self.assertEqual(numbers, [1, 2])

    def test_what_breaks_a_rule_of_the_head_or_the_chunk_is_rejected(self):
        for field, value in {
            "run": "other", "sender": "worker-03", "receiver": "worker-4", "incarnation": 0, "instance": 0, "number": 0, "name": "A.b.v1",
            "payload_bytes": 251, "chunk_index": 1, "chunk_count": 0,
        }.items():
            with self.subTest(field), self.assertRaises(Rejected):
                self.reader.check(self.changed(**{field: value}))
        for frame in (self.changed(chunk_count=2), self.changed(payload_bytes=SMALL.max_payload_bytes + 1), b"\xff", bytes(9000)):
            with self.subTest(frame[:20]), self.assertRaises(Rejected):
                self.reader.check(frame)

    def test_chunks_that_contradict_each_other_are_dropped(self):
        first, second, _ = self.frames()
        self.collect(first)
        envelope = wire_pb2.Envelope.FromString(second)
        envelope.payload_bytes += 1
        with self.assertRaises(Rejected):
            self.collect(envelope.SerializeToString())

    def test_the_oldest_incomplete_message_is_given_up_when_there_are_too_many(self):
        messages = [self.frames() for _ in range(6)]
        for message in messages:
            self.collect(message[0])
        self.assertEqual(len(self.told), 2)
        self.collect(messages[5][1])
        self.assertEqual(self.collect(messages[5][2]), bytes(range(250)) * 40)

    def test_the_envelope_is_that_of_the_other_languages(self):
        envelope = wire_pb2.Envelope.FromString(golden("envelope"))
        self.assertEqual(envelope.SerializeToString(deterministic=True), golden("envelope"))


class Doubler:
    """A rule whose state is a number: work adds to it."""

    def read_work(self, name, content):
        return int(content)

    read_state = read_work

    def do(self, state, work):
        if work < 0:
            raise Objection("negative")
        return state + work, "sum.v1", wire_pb2.Vector(float64=bytes(state + work))


class StarTests(unittest.TestCase):
    def setUp(self):
        self.star = StarWorker(Doubler())

    def ask(self, sequence: int, previous: int, work: int, state: int | None = None, epoch: int = 1):
        request = star_pb2.WorkRequested()
        request.id.epoch, request.id.sequence = epoch, sequence
        request.previous.epoch, request.previous.sequence = (1, previous) if previous else (0, 0)
        request.work.content = str(work).encode()
        if state is not None:
            request.state.content = str(state).encode()
        answer = self.star.receive(MASTER, "star.work-requested.v1", request.SerializeToString())
        if answer is None or answer[0] != "star.work-reported.v1":
            return answer and answer[0]
        return len(wire_pb2.Vector.FromString(star_pb2.WorkReported.FromString(answer[1]).report.content).float64)

    def test_work_builds_on_the_state_given_then_on_its_own(self):
        self.assertEqual(self.ask(1, 0, work=2, state=1), 3)
        self.assertEqual(self.ask(2, 1, work=4), 7)

    def test_the_same_request_gets_the_same_answer_and_an_older_one_none(self):
        self.ask(1, 0, work=2, state=1)
        self.assertEqual(self.ask(2, 1, work=4), 7)
        self.assertEqual(self.ask(2, 1, work=4), 7)
        self.assertIsNone(self.ask(1, 0, work=2, state=1))
        self.assertEqual(self.star.answered, 2)

    def test_a_later_request_may_go_back_by_one(self):
        self.ask(1, 0, work=2, state=1)
        self.ask(2, 1, work=4)
        self.assertEqual(self.ask(3, 1, work=10), 13)

    def test_a_new_epoch_supersedes_the_old_one(self):
        self.ask(5, 0, work=2, state=1)
        self.assertEqual(self.ask(1, 5, work=4, epoch=2), 7)
        self.assertIsNone(self.ask(6, 5, work=4))

    def test_without_a_state_to_build_on_it_asks_for_one(self):
        self.assertEqual(self.ask(2, 1, work=4), "star.state-asked.v1")
        self.ask(3, 0, work=2, state=1)
        self.assertEqual(self.ask(9, 8, work=4), "star.state-asked.v1")

    def test_what_it_objects_to_changes_nothing(self):
        self.ask(1, 0, work=2, state=1)
        with self.assertRaises(Objection):
            self.ask(2, 1, work=-1)
        with self.assertRaises(Objection):
            self.star.receive("worker-1", "star.work-requested.v1", b"")
        with self.assertRaises(Rejected):
            self.star.receive(MASTER, "star.work-requested.v1", b"")
        self.assertEqual(self.ask(3, 1, work=4), 7)


class AdboTests(unittest.TestCase):
    def setUp(self):
        generator = np.random.default_rng(1)
        parts = [cleaning.Part(np.arange(start, start + 6), generator.integers(0, 3, 6), generator.normal(size=(6, 4))) for start in (0, 6)]
        self.oracle = cleaning.HyperCleaning(*parts, cleaning.Options())
        self.rule = adbo.AdboRule(adbo.Options(step_upper=0.5, step_lower=0.25, inner_step_lower=0.1), self.oracle)
        self.x, self.y, self.v = generator.normal(size=20), generator.normal(size=12), generator.normal(size=12)
        self.state = adbo.State(self.x, self.y, self.y, np.ones(20), np.array([2.0]), (np.full(12, 0.5),), None, ())

    def do(self, work, state=None):
        return self.rule.do(state or self.state, work)

    def round(self, upper=None, state=None):
        work = adbo_pb2.InnerRound(consensus=adbo.packed(self.v), dual=adbo.packed(self.y))
        if upper is not None:
            work.upper.CopyFrom(adbo.packed(upper))
        return self.do(work, state)

    def test_derivatives_are_those_of_the_losses(self):
        h = 1e-6

        def slope(f):
            return (f(h) - f(-h)) / (2 * h)

        self.assertAlmostEqual(self.oracle.upper_loss(self.y)[1] @ self.v, slope(lambda t: self.oracle.upper_loss(self.y + t * self.v)[0]), 7)
        gradient = self.oracle.lower_loss(self.x, self.y)[1]
        self.assertAlmostEqual(gradient @ self.v, slope(lambda t: self.oracle.lower_loss(self.x, self.y + t * self.v)[0]), 7)
        product = self.oracle.lower_hessian_product(self.x, self.y, self.v)
        np.testing.assert_allclose(product, slope(lambda t: self.oracle.lower_loss(self.x, self.y + t * self.v)[1]), atol=1e-7)
        u = np.linspace(-1, 1, 20)
        cross = self.oracle.lower_cross_product(self.x, self.y, self.v)
        self.assertAlmostEqual(cross @ u, slope(lambda t: self.oracle.lower_loss(self.x + t * u, self.y)[1] @ self.v), 7)

    def test_a_step_follows_the_gradient_the_duals_and_the_planes(self):
        after, name, report = self.do(adbo_pb2.Step())
        self.assertEqual(name, "adbo.stepped.v1")
        np.testing.assert_array_equal(after.upper, self.x - 0.5)
        np.testing.assert_allclose(after.lower, self.y - 0.25 * (self.oracle.upper_loss(self.y)[1] + 1))
        np.testing.assert_array_equal(adbo.vector(report.lower), after.lower)
        self.assertTrue(report.HasField("upper_loss"))

    def test_the_slope_of_a_plane_is_the_derivative_of_the_distance_through_the_inner_rounds(self):
        def distance(x):
            state = self.state
            for k in range(3):
                state = self.round(x if k == 0 else None, state)[0]
            return np.sum((self.y - state.inner_lowers[-1]) ** 2), state

        _, name, report = self.do(adbo_pb2.DifferentiatePlane(), distance(self.x)[1])
        u, h = np.linspace(-1, 1, 20), 1e-5
        expected = (distance(self.x + h * u)[0] - distance(self.x - h * u)[0]) / (2 * h)
        self.assertEqual(name, "adbo.plane-differentiated.v1")
        self.assertAlmostEqual(adbo.vector(report.slope) @ u, expected, 8)

    def test_planes_are_dropped_and_added(self):
        work = adbo_pb2.PlanesUpdated(
            dropped=[0], slope=adbo.packed(self.v), plane_duals=adbo.packed(np.array([3.0])), consensus_dual=adbo.packed(self.x), wants_gradients=True)
        after, name, report = self.do(work)
        self.assertEqual((name, len(after.plane_slopes)), ("adbo.planes-installed.v1", 1))
        np.testing.assert_array_equal(after.plane_slopes[0], self.v)
        np.testing.assert_array_equal(adbo.vector(report.lower_gradient), self.oracle.upper_loss(self.y)[1])
        self.assertFalse(report.HasField("upper_gradient"))

    def test_what_does_not_fit_is_objected_to(self):
        short = adbo.packed(np.ones(3))
        for work in (
            adbo_pb2.Step(consensus_dual=short), adbo_pb2.Step(plane_duals=short), adbo_pb2.InnerRound(consensus=short, dual=short),
            adbo_pb2.InnerRound(consensus=adbo.packed(self.y), dual=adbo.packed(self.y)), adbo_pb2.DifferentiatePlane(),
            adbo_pb2.PlanesUpdated(dropped=[1], plane_duals=short, consensus_dual=adbo.packed(self.x)),
            adbo_pb2.Step(consensus_dual=adbo.packed(np.full(20, np.nan))),
        ):
            with self.subTest(work), self.assertRaises(Objection):
                self.do(work)
        with self.assertRaises(Objection):
            self.do(adbo_pb2.Step(), dataclasses.replace(self.state, lower=np.ones(13), lower_before=np.ones(13)))
        with self.assertRaises(adbo.Diverged):
            self.do(adbo_pb2.Step(consensus_dual=adbo.packed(np.full(20, 1e200))))

    def test_bodies_of_the_other_languages_are_read_and_others_rejected(self):
        for name in adbo.WORK:
            work = self.rule.read_work(name, golden(name))
            self.assertEqual(work.SerializeToString(deterministic=True), golden(name))
        self.assertIsInstance(self.rule.read_state("adbo.worker-state.v1", golden("adbo.worker-state.v1")), adbo.State)
        for name, content in (("adbo.step.v2", b""), ("adbo.inner-round.v1", b""), ("adbo.step.v1", b"\xff")):
            with self.subTest(name), self.assertRaises(Rejected):
                self.rule.read_work(name, content)
        with self.assertRaises(Rejected):
            self.rule.read_state("adbo.worker-state.v1", b"")


class InputTests(unittest.TestCase):
    def read(self, text: str):
        with tempfile.TemporaryDirectory() as folder:
            path = pathlib.Path(folder) / "shard.csv"
            path.write_text(text)
            return cleaning.read_shard(str(path))

    def test_a_shard_is_read(self):
        train, validation = self.read("part,row,label,x1\ntrain,3,1,0.1\nvalidation,5,0,-2\n")
        self.assertEqual((train.rows.tolist(), train.labels.tolist(), validation.rows.tolist()), ([3], [1], [5]))
        self.assertEqual(train.features.tolist(), [[float(np.float32(0.1))]])

    def test_a_shard_with_a_fault_is_refused_with_its_line(self):
        for text, expected in (
            ("a,b\n", "line 1"), ("part,row,label,x1\ntest,1,1,1\n", "line 2"), ("part,row,label,x1\ntrain,1,1,nan\n", "line 2"),
            ("part,row,label,x1\ntrain,1,one,1\n", "line 2"), ("part,row,label,x1\ntrain,1,1,1\n", "no validation row"),
        ):
            with self.subTest(text), self.assertRaisesRegex(ValueError, expected):
                self.read(text)

    def test_settings_are_checked(self):
        self.assertEqual(worker.section({"hyper-cleaning": {"learn-weights": False}}, "hyper-cleaning", cleaning.Options).learn_weights, False)
        for section in ({"step-uper": 1}, {}, {"step-upper": True, "step-lower": 1, "inner-step-lower": 1}):
            with self.subTest(section), self.assertRaises(ValueError):
                worker.section({"adbo": section}, "adbo", adbo.Options)

    def test_a_password_is_in_no_text(self):
        address = Address("host", 5671, "/", "ada", "secret", None)
        self.assertNotIn("secret", f"{address} {address!r} {address.parameters('name')}")

    def test_credentials_come_from_file_or_environment_and_never_from_the_address(self):
        with tempfile.TemporaryDirectory() as folder, mock.patch.dict("os.environ", {"ACTORFED_BROKER_USER": "ada"}, clear=True):
            path = pathlib.Path(folder) / "password"
            path.write_text("secret\nrest")
            arguments = argparse.Namespace(broker="amqp://localhost/a%2Fb", password_file=str(path), root_certificate=None)
            address = worker.address_of(arguments)
            self.assertEqual((address.host, address.port, address.virtual_host, address.password), ("localhost", 5672, "a/b", "secret"))
            for broker in ("amqp://ada:secret@localhost/", "amqp://example.org/", "https://localhost/", "localhost"):
                with self.subTest(broker), self.assertRaises(ValueError):
                    worker.address_of(argparse.Namespace(broker=broker, password_file=str(path), root_certificate=None))
            with self.assertRaisesRegex(ValueError, "ACTORFED_BROKER_PASSWORD"):
                worker.address_of(argparse.Namespace(broker="amqp://localhost/", password_file=None, root_certificate=None))

    def test_refusals_are_told_from_lost_connections(self):
        self.assertIsInstance(told(exceptions.ChannelClosedByBroker(406, "user_id")), Refused)
        self.assertIsInstance(told(exceptions.ChannelClosedByBroker(406, "delivery acknowledgement timed out")), Lost)
        self.assertIsInstance(told(exceptions.ProbableAuthenticationError()), Refused)
        self.assertIsInstance(told(exceptions.StreamLostError("reset")), Lost)
        self.assertIsInstance(told(KeyError("a bug")), KeyError)


if __name__ == "__main__":
    unittest.main()
