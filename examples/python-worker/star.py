"""The worker of the star protocol: the section 'The star, as a worker sees it' of docs/wire.md, rule by rule."""

from protocol import MASTER, Objection, Rejected, parse, star_pb2

BEFORE_ALL = (0, 0)


class StarWorker:
    """Answers the master's requests. Knows neither broker nor clock; a request in, what to send to the master out."""

    def __init__(self, rule):
        self._rule = rule
        self._state = self._state_before = None
        self._handled = self._handled_before = BEFORE_ALL
        self._answer: bytes | None = None
        self.answered = 0

    @staticmethod
    def ask() -> tuple[str, bytes]:
        """I hold no state that a request could build on."""
        return "star.state-asked.v1", star_pb2.StateAsked().SerializeToString()

    def receive(self, sender: str, name: str, payload: bytes) -> tuple[str, bytes] | None:
        """What to answer: name and payload, or nothing. A failure has changed nothing."""
        if sender != MASTER or name != "star.work-requested.v1":
            raise Objection(f"a worker takes only star.work-requested.v1, and only from the master, not {name} from {sender}.")
        request = parse(star_pb2.WorkRequested, payload)
        for field in ("id", "previous", "work"):
            if not request.HasField(field):
                raise Rejected(f"the field {field} is missing.")
        work = self._rule.read_work(request.work.name, request.work.content)
        given = self._rule.read_state(request.state.name, request.state.content) if request.HasField("state") else None

        identity = (request.id.epoch, request.id.sequence)
        if identity < self._handled:
            return None  # superseded
        if identity == self._handled and self._answer is not None:
            return "star.work-reported.v1", self._answer
        previous = (request.previous.epoch, request.previous.sequence)
        state = (
            given if given is not None
            else self._state if previous == self._handled
            else self._state_before if previous == self._handled_before
            else None
        )
        if state is None:
            return self.ask()

        next_state, report_name, report = self._rule.do(state, work)
        answer = star_pb2.WorkReported(id=request.id)
        answer.report.name, answer.report.content = report_name, report.SerializeToString()
        self._state_before, self._handled_before = state, previous
        self._state, self._handled = next_state, identity
        self._answer = answer.SerializeToString()
        self.answered += 1
        return "star.work-reported.v1", self._answer
