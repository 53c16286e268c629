"""`tidings topics`: the Kafka topics, from the one catalogue."""

import asyncio

import typer

from streams.commands.console import results
from streams.commands.where import find_kafka
from streams.kafka_topics import (
    admin_client,
    catalogue_of,
    check,
    client_options,
    create_missing,
    wait_until_there,
)
from streams.settings import Settings, read_settings

commands = typer.Typer(help="The Kafka topics that the service needs.", no_args_is_help=True)


@commands.command("create")
def create() -> None:
    """Create the Kafka topics that are missing, then check all."""
    settings = read_settings()
    created = asyncio.run(create_topics(settings, find_kafka(settings)))
    for name in created:
        results().print(f"created {name}")
    results().print(f"{len(created)} created, all as they must be")


@commands.command("check")
def check_all() -> None:
    """Hold the Kafka topics to the catalogue; says which differ, and how to mend it."""
    settings = read_settings()
    asyncio.run(_check(settings, find_kafka(settings)))
    results().print("all Kafka topics are as they must be")


async def create_topics(settings: Settings, bootstrap_servers: str) -> tuple[str, ...]:
    """Create what is missing and check all; the names of the new ones."""
    catalogue = catalogue_of(settings)
    async with admin_client(client_options(settings, bootstrap_servers)) as admin:
        created = await create_missing(admin, catalogue)
        await wait_until_there(admin, catalogue)
    return created


async def _check(settings: Settings, bootstrap_servers: str) -> None:
    async with admin_client(client_options(settings, bootstrap_servers)) as admin:
        await check(admin, catalogue_of(settings))
