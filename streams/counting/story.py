"""What the ledger keeps of a story, so that questions about single events can be answered."""

from collections.abc import Iterable

from schemas.coded import CodedArticle
from schemas.coding import Event
from schemas.ledger import Story, StoryTopic
from streams.counting.contributions import is_news, is_somebody, label_of


def story_of(coded: CodedArticle) -> Story | None:
    """What the version tells: its facts, topics, actors and news; None where it is withdrawn."""
    if coded.coding is None:
        return None
    published_at = coded.published_at
    return Story(
        title=coded.title,
        url=coded.url,
        source=coded.source,
        published_at=published_at and published_at.replace(microsecond=0),
        day=coded.day,
        topics=tuple(StoryTopic(code=topic.code, name=topic.name) for topic in coded.coding.topics),
        actors={actor.id: label_of(actor) for actor in filter(is_somebody, coded.coding.actors)},
        events=tuple(_with_own_ids(filter(is_news, coded.coding.events))),
    )


def key_of_event(article_id: str, event: Event) -> str:
    """The key of an event of a story, unique in the service: no event's id has a slash."""
    return f"{article_id}/{event.id}"


def _with_own_ids(events: Iterable[Event]) -> list[Event]:
    """The events, with a number for each whose id is empty or another's: coders once gave none."""
    taken: set[str] = set()
    named = []
    for number, event in enumerate(events):
        own = event if event.id and event.id not in taken else _numbered(event, number, taken)
        taken.add(own.id)
        named.append(own)
    return named


def _numbered(event: Event, number: int, taken: set[str]) -> Event:
    name = f"{event.id or event.start}-{number}"
    while name in taken:
        name += "-again"
    return event.model_copy(update={"id": name})
