"""How terms, place, length and events make a score."""

from collections import Counter

import pytest
import spacy

from schemas.plover import EventType
from streams.coding.topics import TopicClassifier, TopicVocabulary

SOURCE = {"vocabulary": "v", "authority": "a", "licence": "l", "terms": "t"}
FILLER = "They said so again in the afternoon to whoever listened. "


def _classifier(*topics: dict[str, object], ignored: tuple[str, ...] = ()) -> TopicClassifier:
    vocabulary = {"source": SOURCE, "ignored": {"terms": ignored}, "topic": topics}
    return TopicClassifier(TopicVocabulary.model_validate(vocabulary))


def _scores(classifier, text, *, title=None, events=None):
    doc = spacy.blank("en")(text)
    topics = classifier.classify(doc, title=title, event_types=events or Counter())
    return {topic.name: topic.score for topic in topics}


WAR = {"code": "medtop:00000001", "name": "war", "decisive": ["airstrike"], "weak": ["soldier"]}
FIRE = {"code": "medtop:00000002", "name": "fire", "parent": "medtop:00000003", "decisive": ["house fire"]}
HARM = {"code": "medtop:00000003", "name": "harm", "strong": ["house"], "decisive": ["disaster"]}


def test_topics_come_best_first(classify):
    """Whoever wants one topic takes the first."""
    scores = [
        topic.score for topic in classify("Police arrested a man after the election, said the police chief.")
    ]
    assert len(scores) > 1
    assert scores == sorted(scores, reverse=True)


def test_scores_are_between_nought_and_one(classify):
    """A text full of a topic's words still has a score, not more."""
    (topic, *_) = classify("Airstrikes, shelling, artillery fire, warplanes and an invasion. " * 20)
    assert topic.score <= 1


def test_a_title_says_more_than_a_passing_remark():
    """A word in the title of a long story makes a topic; the same word once at its end does not."""
    classifier = _classifier(WAR)
    assert _scores(classifier, FILLER * 60, title="Airstrike near the dam")
    assert not _scores(classifier, FILLER * 60 + "An airstrike was remembered.")


def test_the_lead_says_more_than_the_body():
    """News puts first what it is about."""
    classifier = _classifier(WAR)
    text = FILLER * 20
    lead, body = (
        _scores(classifier, story)["war"] for story in (f"An airstrike. {text}", f"{text} An airstrike.")
    )
    assert lead > body


def test_saying_it_ten_times_is_not_ten_times_as_much():
    """One hint does not become proof by repetition."""
    assert not _scores(_classifier(WAR), "The soldier and the soldier. " * 10)


def test_the_longest_term_hides_the_words_in_it():
    """'House fire' is no hint at houses."""
    assert _scores(_classifier(FIRE, HARM), "A house fire.").keys() == {"fire"}


def test_an_ignored_phrase_hides_the_words_in_it():
    """An idiom is no evidence."""
    assert not _scores(_classifier(WAR, ignored=("airstrike of laughter",)), "An airstrike of laughter.")


def test_a_parent_that_says_less_than_its_child_is_left_out():
    """The narrower topic says it already."""
    text = "A house fire destroyed the house."
    assert _scores(_classifier(FIRE, HARM), text).keys() == {"fire"}


def test_a_parent_with_evidence_of_its_own_stays():
    """A broader topic that scores better than its narrower one is what the story is about."""
    text = "A disaster: the house fell, and with the disaster of the house came a house fire."
    assert list(_scores(_classifier(FIRE, HARM), text)) == ["harm", "fire"]


def test_a_term_of_many_topics_says_less_for_each():
    """What speaks for everything distinguishes nothing."""
    alone = _scores(_classifier(WAR, FIRE, HARM), "An airstrike.")["war"]
    shared = _scores(_classifier(WAR, FIRE, {**HARM, "decisive": ["airstrike"]}), "An airstrike.")["war"]
    assert shared < alone


def test_what_a_long_story_touches_upon_is_not_listed():
    """A topic with a small share of the best one's evidence is left out, though alone it would be listed."""
    grave = {**WAR, "decisive": ["airstrike", "shelling", "invasion", "warplane", "ceasefire", "rebel"]}
    classifier = _classifier(grave, FIRE, HARM)
    assert _scores(classifier, "A disaster, they said.")
    text = "An airstrike, shelling, an invasion, a warplane, a ceasefire, a rebel: a disaster, they said."
    assert _scores(classifier, text).keys() == {"war"}


def test_events_add_a_little(classify):
    """A meeting between two governments lifts diplomacy above even odds where words alone fall short."""
    text = "The chancellor was in Oslo for a visit."
    assert not classify(text)
    assert classify(text, events=Counter({EventType.CONSULT: 2}))[0].name == "diplomacy"


def test_events_alone_make_no_topic(classify):
    """Event types are a hint at the topic, never the topic itself."""
    assert classify("They did it again.", events=Counter(dict.fromkeys(EventType, 1000))) == ()


@pytest.mark.parametrize(
    ("text", "title"),
    [
        ("It was over by noon.", "AIRSTRIKES HIT PORT CITY"),
        ("It was over by noon.", "Cease-fire holds"),
        ("The U.N. Security Council met.", None),
        ("A coup d'état failed.", None),
        ("Cease\N{NON-BREAKING HYPHEN}fire talks collapsed.", None),
    ],
)
def test_spelling_does_not_matter(classify, text, title):
    """Capitals, hyphens, dots and accents do not hide a term."""
    assert classify(text, title=title)


def test_the_same_text_gives_the_same_topics(classify):
    """Coding is a pure function of the article."""
    text = "Police fired tear gas at protesters near parliament after the vote on the budget."
    assert classify(text) == classify(text)
