"""ADBO at a worker, in the paper's profile: src/Algorithms/Bilevel/Adbo/AdboWorkerRule.cs in numpy. Symbols: docs/notation.md."""

import dataclasses

import numpy as np

from protocol import Objection, Rejected, adbo_pb2, parse, wire_pb2

MAX_REPORTED = 1e100  # largest absolute value that the master believes
WORK = {
    "adbo.step.v1": adbo_pb2.Step,
    "adbo.inner-round.v1": adbo_pb2.InnerRound,
    "adbo.differentiate-plane.v1": adbo_pb2.DifferentiatePlane,
    "adbo.planes-updated.v1": adbo_pb2.PlanesUpdated,
}


class Diverged(Exception):
    """A result that is not finite, or beyond belief: the worker cannot go on."""


@dataclasses.dataclass(frozen=True)
class Options:
    """Of the section adbo of the experiment: the keys that concern a worker."""

    step_upper: float
    step_lower: float
    inner_step_lower: float
    inner_penalty: float = 1.0


@dataclasses.dataclass(frozen=True)
class State:
    """A worker's state; never changed, only replaced."""

    upper: np.ndarray               # x_i
    lower: np.ndarray               # y_i
    lower_before: np.ndarray        # y_i before the last step
    consensus_dual: np.ndarray      # θ_i
    plane_duals: np.ndarray         # λ
    plane_slopes: tuple             # b_{i,l}
    inner_upper: np.ndarray | None  # v at the refresh under way
    inner_lowers: tuple             # y_i^0 … y_i^k of it


class AdboRule:
    """A function from state and work to state and report."""

    def __init__(self, options: Options, oracle):
        self._options, self._oracle = options, oracle

    def read_work(self, name: str, content: bytes):
        if name not in WORK:
            raise Rejected(f"its body {name[:100]!a} is no work for an ADBO worker; known are {', '.join(WORK)}.")
        work = parse(WORK[name], content)
        if name == "adbo.inner-round.v1":
            require(work, "consensus", "dual")
        elif name == "adbo.planes-updated.v1":
            require(work, "plane_duals", "consensus_dual")
        return work

    def read_state(self, name: str, content: bytes) -> State:
        if name != "adbo.worker-state.v1":
            raise Rejected(f"its body {name[:100]!a} is no state of an ADBO worker, which is adbo.worker-state.v1.")
        state = parse(adbo_pb2.WorkerState, content)
        require(state, "upper", "lower", "lower_before", "consensus_dual", "plane_duals", "plane_slopes")
        if state.HasField("inner"):
            require(state.inner, "upper", "lowers")
        return State(
            vector(state.upper), vector(state.lower), vector(state.lower_before), vector(state.consensus_dual),
            vector(state.plane_duals), vectors(state.plane_slopes),
            vector(state.inner.upper) if state.HasField("inner") else None,
            vectors(state.inner.lowers) if state.HasField("inner") else (),
        )

    def do(self, state: State, work):
        """The next state, and the report's name and message."""
        self._check(state)
        if isinstance(work, adbo_pb2.Step):
            return self._step(state, work)
        if isinstance(work, adbo_pb2.InnerRound):
            return self._inner_round(state, work)
        if isinstance(work, adbo_pb2.DifferentiatePlane):
            return self._differentiate(state, work)
        return self._update(state, work)

    def _step(self, s: State, step):
        theta = vector(step.consensus_dual) if step.HasField("consensus_dual") else s.consensus_dual
        duals = vector(step.plane_duals) if step.HasField("plane_duals") else s.plane_duals
        fit("θ", theta, len(s.upper))
        fit("λ", duals, len(s.plane_slopes))
        loss, gradient = self._oracle.upper_loss(s.lower)
        upper = s.upper - self._options.step_upper * theta  # ∂G_i/∂x is 0
        lower = s.lower - self._options.step_lower * (gradient + sum(d * b for d, b in zip(duals, s.plane_slopes)))
        require_finite("the upper variable x_i", upper)
        require_finite("the lower variable y_i", lower)
        after = dataclasses.replace(
            s, upper=upper, lower=lower, lower_before=s.lower, consensus_dual=theta, plane_duals=duals, inner_upper=None, inner_lowers=())
        return after, "adbo.stepped.v1", adbo_pb2.Stepped(upper=packed(upper), lower=packed(lower), upper_loss=loss)

    def _inner_round(self, s: State, work):
        z, phi = vector(work.consensus), vector(work.dual)
        fit("z", z, len(s.lower))
        fit("φ", phi, len(s.lower))
        if work.HasField("upper"):
            v, lowers = vector(work.upper), (s.lower,)
            fit("v", v, len(s.upper))
        elif s.inner_upper is None:
            raise Objection("an inner round came before the refresh began.")
        else:
            v, lowers = s.inner_upper, s.inner_lowers
        y = lowers[-1]
        loss, gradient = self._oracle.lower_loss(v, y)
        lower = y - self._options.inner_step_lower * (gradient + phi + self._options.inner_penalty * (y - z))
        require_finite("an inner y_i of the lower level", lower)
        after = dataclasses.replace(s, inner_upper=v, inner_lowers=(*lowers, lower))
        return after, "adbo.inner-stepped.v1", adbo_pb2.InnerStepped(lower=packed(lower), lower_loss=loss)

    def _differentiate(self, s: State, work):
        """a_i = −2 (∂y_i^K/∂v)ᵀ (y_i − y_i^K), by a reverse sweep over the inner steps with z^k and φ^k constant."""
        if s.inner_upper is None:
            raise Objection("a plane was asked for outside a refresh.")
        if work.HasField("consensus") or work.HasField("dual"):
            raise Objection("the run follows adbo.profile = official, and this worker knows the paper's rules only.")
        step, penalty, v = self._options.inner_step_lower, self._options.inner_penalty, s.inner_upper
        bar = -2 * (s.lower - s.inner_lowers[-1])
        slope = np.zeros_like(s.upper)
        for k in reversed(range(len(s.inner_lowers) - 1)):
            slope -= step * self._oracle.lower_cross_product(v, s.inner_lowers[k], bar)
            if k > 0:
                bar = bar - step * (self._oracle.lower_hessian_product(v, s.inner_lowers[k], bar) + penalty * bar)
        require_finite("a_i of a lower plane", slope)
        return s, "adbo.plane-differentiated.v1", adbo_pb2.PlaneDifferentiated(slope=packed(slope))

    def _update(self, s: State, work):
        planes, dropped = len(s.plane_slopes), set(work.dropped)
        if len(dropped) < len(work.dropped) or not dropped <= set(range(planes)):
            raise Objection(f"planes {list(work.dropped)[:9]} are to be dropped, and there are {planes}.")
        slopes = [slope for index, slope in enumerate(s.plane_slopes) if index not in dropped]
        if work.HasField("slope"):
            slopes.append(vector(work.slope))
            fit("b", slopes[-1], len(s.lower))
        duals, theta = vector(work.plane_duals), vector(work.consensus_dual)
        fit("λ", duals, len(slopes))
        fit("θ", theta, len(s.upper))
        report = adbo_pb2.PlanesInstalled()  # without upper_gradient: it is 0 everywhere
        if work.wants_gradients:
            gradient = self._oracle.upper_loss(s.lower)[1]
            require_finite("the upper level's gradient ∂G_i/∂y", gradient)
            report.lower_gradient.CopyFrom(packed(gradient))
        after = dataclasses.replace(s, consensus_dual=theta, plane_duals=duals, plane_slopes=tuple(slopes), inner_upper=None, inner_lowers=())
        return after, "adbo.planes-installed.v1", report

    def _check(self, s: State) -> None:
        n, m = len(s.upper), len(s.lower)
        objection = self._oracle.objection_to(n, m)
        if objection:
            raise Objection(objection)
        fit("y_i before", s.lower_before, m)
        fit("θ", s.consensus_dual, n)
        fit("λ", s.plane_duals, len(s.plane_slopes))
        for slope in s.plane_slopes:
            fit("b", slope, m)
        if s.inner_upper is not None:
            fit("v", s.inner_upper, n)
            if not s.inner_lowers:
                raise Objection("the state has a refresh without any y.")
        for lower in s.inner_lowers:
            fit("an inner y", lower, m)


def require(message, *fields: str) -> None:
    for field in fields:
        if not message.HasField(field):
            raise Rejected(f"the field {field} is missing.")


def vector(field) -> np.ndarray:
    return numbers(field.float64)


def vectors(field) -> tuple:
    entries = numbers(field.float64)
    if sum(field.lengths) != len(entries):
        raise Rejected(f"a list of vectors holds {len(entries)} numbers, and its lengths add up to {sum(field.lengths)}.")
    ends = np.cumsum(field.lengths, dtype=np.int64)
    return tuple(entries[end - length:end] for end, length in zip(ends, field.lengths))


def numbers(content: bytes) -> np.ndarray:
    if len(content) % 8:
        raise Rejected(f"a vector holds {len(content)} bytes, and 8 make a number.")
    return np.frombuffer(content, dtype="<f8")


def packed(values: np.ndarray):
    return wire_pb2.Vector(float64=values.astype("<f8").tobytes())


def fit(name: str, values: np.ndarray, length: int) -> None:
    if len(values) != length:
        raise Objection(f"{name} has length {len(values)}; {length} is needed.")
    if not np.isfinite(values).all():
        raise Objection(f"an entry of {name} is not finite.")


def require_finite(name: str, values: np.ndarray) -> None:
    if not (np.abs(values) <= MAX_REPORTED).all():
        raise Diverged(f"An entry of {name} is not finite or beyond {MAX_REPORTED}: the run diverges. Try smaller steps, or check the shard.")
