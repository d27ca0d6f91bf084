"""`gateway serve`: what it needs before it answers."""

import sys

from gateway.config.settings import Settings
from gateway.demo.server import free_port, serving
from gateway.demo.setting import demo_environment


def test_a_demo_state_is_served_without_the_flag_too(settings: Settings) -> None:
    """GATEWAY_DEMO says that nobody signed the policy; the flag only prepares what is not there yet."""
    port, home = free_port(), {"GATEWAY_HOME": str(settings.home)}
    command = [sys.executable, "-m", "gateway", "serve", "--port", str(port)]
    environ = {**home, **demo_environment(home, url=f"http://127.0.0.1:{port}")}
    with serving(command, settings.home, port=port, environ=environ) as pid:
        assert pid > 0
