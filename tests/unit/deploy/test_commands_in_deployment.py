"""Every command that a container or the runbook gives is one that the service takes."""

import re
import shlex

import click
import pytest
import typer


@pytest.fixture(scope="session")
def tidings():
    from streams.__main__ import build_command

    return typer.main.get_command(build_command())


def _parse(command, arguments):
    """Parse as the command line would be, run nothing; raises click.UsageError."""
    context = click.Context(command)
    while isinstance(command, click.Group) or hasattr(command, "commands"):
        _, command, arguments = command.resolve_command(context, list(arguments))
    command.make_context("tidings", list(arguments))


def test_compose_gives_commands_that_exist(compose, tidings):
    """A container that is started with a wrong command restarts for ever."""
    commands = [
        service["command"]
        for service in compose["services"].values()
        if service["image"].startswith("tidings:")
    ]
    assert len(commands) == 4
    for arguments in commands:
        _parse(tidings, arguments)


def test_kubernetes_gives_commands_that_exist(pods, tidings):
    """The same for pods."""
    commands = [
        container["args"]
        for pod in pods.values()
        for container in pod["containers"]
        if container["image"].startswith("tidings:")
    ]
    assert len(commands) == 4
    for arguments in commands:
        _parse(tidings, arguments)


def test_the_runbook_gives_commands_that_exist(root, tidings):
    """What the page tells to type can be typed."""
    page = (root / "docs/operations.md").read_text("utf-8")
    lines = re.findall(
        r"^ {4}(?:TIDINGS_\w+=\S+ )*tidings (.+?)(?: >.*)?$|`tidings ([^`]+)`", page, re.MULTILINE
    )
    mentioned = {"replay"}  # named in a sentence, without the paths that it needs
    commands = {indented or inline for indented, inline in lines} - mentioned
    assert len(commands) >= 5
    for command in commands:
        _parse(tidings, shlex.split(command))


def test_a_wrong_command_is_noticed(tidings):
    """The check can fail."""
    with pytest.raises(Exception, match="countess"):
        _parse(tidings, ["worker", "--role", "countess"])
