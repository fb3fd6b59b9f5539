"""The simulator as a Flask application."""

from flask import Flask

from mhealth.simulator.border import guard_border
from mhealth.simulator.config import SimulatorConfig
from mhealth.simulator.judge import judge_blueprint
from mhealth.simulator.messaging import messaging_blueprint
from mhealth.simulator.network import Network, build_network
from mhealth.simulator.page import page_blueprint
from mhealth.simulator.phones import phones_blueprint
from mhealth.simulator.trials import trials_blueprint

_MOST_BYTES = 256_000


def create_simulator(config: SimulatorConfig) -> Flask:
    """The application, its background work begun."""
    network = build_network(config)
    network.start()
    return create_app(network)


def create_app(network: Network) -> Flask:
    """The routes around a network that somebody else starts and stops."""
    app = Flask("mhealth.simulator")
    app.config["MAX_CONTENT_LENGTH"] = _MOST_BYTES
    guard_border(app)
    for blueprint in (
        messaging_blueprint(network),
        phones_blueprint(network),
        trials_blueprint(network),
        judge_blueprint(network),
        page_blueprint(),
    ):
        app.register_blueprint(blueprint)
    return app
