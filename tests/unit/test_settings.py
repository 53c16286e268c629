"""Settings: read once, every fault told at once, secrets never shown."""

import ssl
from pathlib import Path

import pytest
from pydantic import SecretStr

from streams.kafka_topics import client_options
from streams.settings import BadSettings, Settings, read_settings


@pytest.fixture(autouse=True)
def _no_settings_of_this_machine(monkeypatch: pytest.MonkeyPatch) -> None:
    import os

    for name in os.environ:
        if name.upper().startswith("TIDINGS_"):
            monkeypatch.delenv(name)


def test_the_defaults_suit_a_laptop() -> None:
    """Without any variable an embedded Kafka is used, the API is on loopback, and nothing is secret."""
    settings = read_settings()
    assert (settings.kafka, settings.http_host, settings.namespace) == (None, "127.0.0.1", "tidings")
    assert settings.kafka_security_protocol == "PLAINTEXT"
    assert settings.kafka_sasl_password is None
    assert 1 <= settings.processes <= 4


def test_variables_carry_the_prefix(monkeypatch: pytest.MonkeyPatch) -> None:
    """TIDINGS_X sets x, a bare X sets nothing, and an empty one counts as not set."""
    monkeypatch.setenv("TIDINGS_KAFKA", "kafka-0:9092,kafka-1:9092")
    monkeypatch.setenv("TIDINGS_SESSION_TIMEOUT_SECONDS", "6.5")
    monkeypatch.setenv("TIDINGS_PARTITIONS", "")
    monkeypatch.setenv("PARTITIONS", "9")
    monkeypatch.setenv("NAMESPACE", "other")
    settings = read_settings()
    assert (settings.kafka, settings.session_timeout_seconds) == ("kafka-0:9092,kafka-1:9092", 6.5)
    assert (settings.partitions, settings.namespace) == (4, "tidings")


def test_every_fault_is_told_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """One message names each variable at fault and what is wrong with it."""
    wrong = {
        "TIDINGS_PARTITIONS": "0",
        "TIDINGS_HTTP_PORT": "http",
        "TIDINGS_NAMESPACE": "No Spaces",
        "TIDINGS_LOG_LEVEL": "loud",
        "TIDINGS_SESSION_TIMEOUT_SECONDS": "-1",
    }
    for name, value in wrong.items():
        monkeypatch.setenv(name, value)
    with pytest.raises(BadSettings) as caught:
        read_settings()
    message = str(caught.value)
    assert [name for name in wrong if f"{name}: " in message] == list(wrong)
    assert len(message.split("; ")) == len(wrong)
    assert "\n" not in message


@pytest.mark.parametrize("namespace", ["a", "staging-2", "x" * 41])
def test_a_namespace_names_kafka_topics(namespace: str) -> None:
    """Small letters, digits and dashes make a namespace."""
    assert Settings(namespace=namespace).namespace == namespace


@pytest.mark.parametrize("namespace", ["", "2nd", "a.b", "a_b", "A", "x" * 42, "a\n"])
def test_other_namespaces_are_refused(namespace: str) -> None:
    """What could collide or upset Kafka is no namespace."""
    with pytest.raises(ValueError, match="namespace"):
        Settings(namespace=namespace)


def test_settings_are_frozen() -> None:
    """Nobody changes a setting at run time."""
    with pytest.raises(ValueError, match="frozen"):
        read_settings().partitions = 8  # type: ignore[misc]


def test_a_secret_is_not_shown(monkeypatch: pytest.MonkeyPatch) -> None:
    """The password is in no representation of the settings; only Kafka's client is given it."""
    monkeypatch.setenv("TIDINGS_KAFKA_SASL_PASSWORD", "hunter2")
    settings = read_settings()
    assert settings.kafka_sasl_password == SecretStr("hunter2")
    assert "hunter2" not in f"{settings!r} {settings} {settings.model_dump()} {settings.model_dump_json()}"
    assert client_options(settings, "k:1")["sasl_plain_password"] == "hunter2"  # noqa: S105


def test_a_fault_does_not_show_what_was_set(monkeypatch: pytest.MonkeyPatch) -> None:
    """A message about bad settings does not repeat their values: one may be a secret in the wrong place."""
    monkeypatch.setenv("TIDINGS_KAFKA_SASL_MECHANISM", "hunter2")
    with pytest.raises(BadSettings) as caught:
        read_settings()
    assert "hunter2" not in str(caught.value)


def test_folders_follow_xdg(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """State and cache lie where XDG says, in a folder of our own."""
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "state"))
    monkeypatch.setenv("XDG_CACHE_HOME", "")
    monkeypatch.setenv("HOME", str(tmp_path))
    settings = read_settings()
    assert settings.state_dir == tmp_path / "state" / "tidings"
    assert settings.cache_dir == tmp_path / ".cache" / "tidings"


def test_every_setting_says_what_it_is() -> None:
    """Each setting has a description, from which the table of variables is made."""
    assert [name for name, field in Settings.model_fields.items() if not field.description] == []


def test_tls_is_used_where_it_is_asked_for() -> None:
    """A protocol with SSL gives the client a context that checks certificates; others give none."""
    assert "ssl_context" not in client_options(Settings(), "k:1")
    context = client_options(Settings(kafka_security_protocol="SSL"), "k:1")["ssl_context"]
    assert context.verify_mode is ssl.CERT_REQUIRED
    assert context.check_hostname


def test_sasl_needs_a_user_and_a_password(monkeypatch: pytest.MonkeyPatch) -> None:
    """A protocol with SASL but without credentials is told as a fault of the settings."""
    monkeypatch.setenv("TIDINGS_KAFKA_SECURITY_PROTOCOL", "SASL_SSL")
    with pytest.raises(BadSettings, match="TIDINGS_KAFKA_SASL_USERNAME"):
        read_settings()


def test_a_ca_file_must_be_there(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """A certificate file that cannot be read is told as a fault of the settings."""
    monkeypatch.setenv("TIDINGS_KAFKA_CA_FILE", str(tmp_path / "none.pem"))
    with pytest.raises(BadSettings, match="TIDINGS_KAFKA_CA_FILE"):
        read_settings()
