"""What a WSGI server loads: `granian --interface wsgi wsgi:app`."""

from mhealth.app import create_app
from mhealth.logs import start_logs
from mhealth.runtime import build_runtime
from mhealth.settings import read_settings

start_logs("web")
app = create_app(build_runtime(read_settings()))
