"""The whole coder: one text in, its entities, actors, topics and events out."""

from collections import Counter
from datetime import date
from typing import Final

from spacy.language import Language
from spacy.tokens import Doc

from schemas.coding import Actor, Coding, Entity, Event
from streams.coding import datelines
from streams.coding.actors.resolver import ActorResolver
from streams.coding.encoder import Encoder
from streams.coding.events import EventExtractor, Explanation
from streams.coding.mentions import Resolution
from streams.coding.topics import TopicClassifier

RULES_VERSION: Final = "2"
_ENTITY_LABELS_WITHOUT_INTEREST: Final = frozenset({"CARDINAL", "ORDINAL", "PERCENT", "QUANTITY"})


class Coder:
    """Codes texts with one spaCy pipeline; holds no state between texts."""

    def __init__(self, nlp: Language, *, with_encoder: bool = True, least_confidence: float = 0.0) -> None:
        """With the packaged encoder; where that is left out or not wanted, events come by rules alone.

        Events that are less certain than `least_confidence` are left out.
        """
        self._nlp = nlp
        self._actors = ActorResolver()
        encoder = Encoder.packaged() if with_encoder else None
        self._events = EventExtractor(encoder=encoder)
        self._topics = TopicClassifier()
        self._least_confidence = least_confidence
        self.language = str(nlp.lang)
        voices = f"rules-{RULES_VERSION}" + (f"+encoder-{encoder.version}" if encoder is not None else "")
        least = f"/least-{least_confidence:g}" if least_confidence else ""
        self.version = f"{voices}/{nlp.meta['name']}-{nlp.meta['version']}{least}"

    def code(self, text: str, *, title: str | None = None, on: date | None = None) -> Coding:
        """Code a text as of a day (offices and dates depend on it); spans count characters of `text`."""
        doc, resolution = self._read(text, on)
        events = filter(self._is_certain, self._events.extract(doc, resolution, on=on))
        return self._coding(doc, resolution, tuple(events), title)

    def explain(
        self, text: str, *, title: str | None = None, on: date | None = None
    ) -> tuple[Coding, tuple[Explanation, ...]]:
        """Code a text, and tell of each event, in the order of the coding's, why it was coded so."""
        doc, resolution = self._read(text, on)
        told = self._events.explain(doc, resolution, on=on)
        explained = [(event, why) for event, why in told if self._is_certain(event)]
        coding = self._coding(doc, resolution, tuple(event for event, _ in explained), title)
        return coding, tuple(why for _, why in explained)

    def _is_certain(self, event: Event) -> bool:
        return event.confidence >= self._least_confidence

    def _read(self, text: str, on: date | None) -> tuple[Doc, Resolution]:
        unparsed = self._nlp.make_doc(text)
        datelines.set_apart(unparsed)
        doc = self._nlp(unparsed)
        return doc, self._actors.resolve(doc, on=on)

    def _coding(
        self, doc: Doc, resolution: Resolution, events: tuple[Event, ...], title: str | None
    ) -> Coding:
        event_types = Counter(event.type for event in events)
        return Coding(
            entities=tuple(_entities(doc, resolution)),
            actors=_actors(resolution),
            events=_with_ids(events),
            topics=self._topics.classify(doc, title=title, event_types=event_types),
        )


def _with_ids(events: tuple[Event, ...]) -> tuple[Event, ...]:
    """Name each event after its trigger's place and its type; what is then still alike is numbered."""
    taken: Counter[str] = Counter()
    named = []
    for event in events:
        name = f"{event.start}-{event.type.value.lower()}"
        taken[name] += 1
        number = f"-{taken[name]}" if taken[name] > 1 else ""
        named.append(event.model_copy(update={"id": name + number}))
    return tuple(named)


def _entities(doc: Doc, resolution: Resolution) -> list[Entity]:
    actor_of_token = {
        index: mention.actor.id
        for mention in resolution.mentions
        for index in range(mention.start, mention.end)
    }
    return [
        Entity(
            text=span.text,
            label=span.label_,
            start=span.start_char,
            end=span.end_char,
            actor=actor_of_token.get(span.root.i),
        )
        for span in doc.ents
        if span.label_ not in _ENTITY_LABELS_WITHOUT_INTEREST
    ]


def _actors(resolution: Resolution) -> tuple[Actor, ...]:
    """Every actor mentioned, most mentioned first, then in the order of first mention."""
    counted = Counter(mention.actor.id for mention in resolution.mentions)
    actors = {mention.actor.id: mention.actor for mention in resolution.mentions}
    return tuple(
        actors[actor_id].model_copy(update={"mentions": count}) for actor_id, count in counted.most_common()
    )
