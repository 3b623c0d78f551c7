"""`money` from a terminal: caps, the stop, and that both outlive the command."""

from tests.cli.conftest import Command


def test_caps_and_the_stop_outlive_the_command_that_set_them(command: Command) -> None:
    command("money", "cap", "--person", "each", "--usd", "5", "--why", "quarter")
    command("money", "stop", "--why", "odd bill")

    shown = command("money", "show")
    told = command("money", "show", "--json").answer
    resumed = command("money", "resume", "--why", "fine", "--json").answer

    assert "cli stopped all paid calls: odd bill" in shown.stdout
    assert told["usual_caps"] == {"person": 5.0, "provider": None}
    assert told["stopped"]["why"] == "odd bill"
    assert resumed["switch"]["is_stopped"] is False
    assert command("money", "show", "--json").answer["stopped"] is None


def test_a_vendor_that_is_none_is_refused_with_those_that_are(command: Command) -> None:
    refused = command("money", "cap", "--provider", "comfy", "--usd", "5", "--why", "x")

    assert refused.exit_code == 2
    assert "vertex" in refused.stderr
