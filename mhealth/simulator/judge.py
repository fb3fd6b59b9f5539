"""For tests and rehearsals: `POST /script`, `GET /log`, `POST /reset`.

`/script` takes `{"send": ["429", "ok"], "delivery": ["late:2"]}`: steps used in order, one a call
(send) or a message (delivery), replacing those of the kinds given; the steps are in `script.py`.
`/log` gives every message in the order in which it reached the carrier, with the real time of its
receipt; `carrier_id` is empty for one that was not taken.
"""

from flask import Blueprint, Response, jsonify, request

from mhealth.simulator.network import Network
from mhealth.simulator.script import UnknownStep


def judge_blueprint(network: Network) -> Blueprint:
    """The routes for tests."""
    blueprint = Blueprint("judge", __name__)

    @blueprint.post("/script")
    def script() -> Response:
        try:
            network.script.load(_kinds(request.get_json()))
        except UnknownStep as error:
            answer = jsonify(error=str(error))
            answer.status_code = 400
            return answer
        return jsonify(left=network.script.left())

    @blueprint.get("/log")
    def log() -> Response:
        rows = network.memory.rows("select * from received order by id")
        return jsonify(
            messages=[dict(row) for row in rows],
            webhooks_waiting=network.errands.waiting(),
            steps_left=network.script.left(),
        )

    @blueprint.post("/reset")
    def reset() -> Response:
        network.reset()
        return jsonify(done=True)

    return blueprint


def _kinds(raw: object) -> dict[str, list[str]]:
    if not isinstance(raw, dict) or not all(
        isinstance(steps, list) and all(isinstance(step, str) for step in steps)
        for steps in raw.values()
    ):
        raise UnknownStep('a script is {"send": ["ok", …], "delivery": ["none", …]}')
    return raw
