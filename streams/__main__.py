"""The `tidings` command."""

import logging
import sys
from typing import Final

import typer
from aiokafka.errors import KafkaError

from streams import faust_at_import  # noqa: F401 - before whatever else imports faust
from streams.broker import BrokerUnavailable
from streams.client import TidingsError
from streams.coder_pool import PipelineMissing
from streams.commands import (
    broker,
    code,
    dead_letters,
    demo,
    evaluate,
    rebuild,
    replay,
    top,
    topics,
    up,
    watch,
    worker,
)
from streams.commands.local_service import ServiceFailed
from streams.commands.where import NoKafka
from streams.evaluation.corpora import CorpusMissingError, SentenceChangedError
from streams.evaluation.gold import GoldUnreadableError
from streams.kafka_topics import KafkaTopicsWrong, KafkaUnreachable
from streams.members import MemberCrashed
from streams.progress import Stalled
from streams.rebuild import NothingToRebuild
from streams.replay.bookmark import BookmarkUnusableError
from streams.replay.pace import PaceUnknownError
from streams.replay.paths import PathsUnusableError, SourceUnavailableError
from streams.replay.producer import SendFailedError
from streams.settings import BadSettings
from streams.state import StateFolderInUse
from streams.web.server import AddressTaken

FAULTS: Final = (
    AddressTaken,
    BadSettings,
    BookmarkUnusableError,
    BrokerUnavailable,
    CorpusMissingError,
    GoldUnreadableError,
    KafkaError,
    KafkaTopicsWrong,
    KafkaUnreachable,
    MemberCrashed,
    NoKafka,
    NotADirectoryError,
    NothingToRebuild,
    PaceUnknownError,
    PathsUnusableError,
    PermissionError,
    PipelineMissing,
    SendFailedError,
    SentenceChangedError,
    ServiceFailed,
    SourceUnavailableError,
    Stalled,
    StateFolderInUse,
    TidingsError,
    code.CodingFailed,
    dead_letters.NoSuchDeadLetter,
    evaluate.NoEncoder,
    evaluate.NothingToEvaluate,
)
"""What an operator can mend: told in one line. Everything else is a bug and shows its traceback."""


def build_command() -> typer.Typer:
    """The command with all its sub-commands."""
    command = typer.Typer(
        name="tidings",
        help="News articles in, live tables of who did what to whom out.",
        no_args_is_help=True,
        add_completion=False,
        pretty_exceptions_enable=False,
    )
    command.command()(demo.demo)
    command.command()(up.up)
    command.command()(replay.replay)
    command.command()(worker.worker)
    command.command()(code.code)
    command.command()(evaluate.evaluate)
    command.command()(top.top)
    command.command()(watch.watch)
    command.command()(broker.broker)
    command.command()(rebuild.rebuild)
    command.add_typer(topics.commands, name="topics")
    command.add_typer(dead_letters.commands, name="dead-letters")
    return command


def main() -> None:
    """Run the command; a fault that an operator can mend is one line and exit code 1."""
    logging.basicConfig(level=logging.CRITICAL)  # libraries' logs are a worker's business
    try:
        build_command()()
    except FAULTS as fault:
        sys.exit(f"tidings: {fault}")
    except KeyboardInterrupt:
        sys.exit(130)


if __name__ == "__main__":
    main()
