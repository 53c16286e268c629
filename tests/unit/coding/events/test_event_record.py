"""What an event says beside its type and parties: spans, day, marks, certainty."""

import datetime

import pytest
from actors_at_hand import resolve

from schemas.plover import MODES
from streams.coding.events.dating import find_day
from streams.coding.events.modality import is_historical

WEDNESDAY = datetime.date(2024, 5, 15)


def test_the_trigger_stands_where_the_event_says(code):
    """A trigger is the text between its offsets, in a sentence that is part of the text."""
    text = "It rained. Poland expelled two Russian diplomats. Kenya held talks with Somalia on Monday."
    events = [each.event for each in code(text)]
    assert {event.trigger for event in events} >= {"held talks"}
    for event in events:
        assert text[event.start : event.end] == event.trigger
        assert event.sentence in text
        assert event.sentence != text


def test_words_of_a_party_leave_out_its_clauses(code):
    """A party's text is the words that name it, without article, apposition and relative clause."""
    event = code("Police arrested the old farmer, who had fled to the hills.")[0].event
    assert event.target.text == "old farmer"


def test_a_party_is_known_by_its_possessor_or_nationality(code):
    """'The Polish decision' and 'Ukraine's parliament' stand for Poland and Ukraine."""
    told = code("Ukraine's parliament rejected the Polish decision.")[0]
    assert told.triple == ("REJECT", "UKR", "POL")


def test_a_pronoun_under_a_report_is_the_one_who_reports(code):
    """'The army said it attacked' is an attack by the army."""
    assert code("The army said it attacked a rebel camp.")[0].triple == ("ASSAULT", "army", "rebel camp")


def test_an_act_told_twice_is_one_event(code):
    """The same source, type, target and day within a story is told once."""
    told = code("Russia bombed Ukraine. Then Russia bombed Ukraine again.")
    assert [each.triple for each in told] == [("ASSAULT", "RUS", "UKR")]


def test_the_most_certain_event_comes_first(code):
    """Events are in the order of their confidence, each between 0 and 1."""
    told = code("Sudan, which invaded Kenya, signed a treaty with Chile after a visit to Egypt.")
    scores = [each.event.confidence for each in told]
    assert len(scores) > 1
    assert scores == sorted(scores, reverse=True)
    assert all(0 < score <= 1 for score in scores)


def test_an_act_that_may_be_is_marked_hypothetical(code):
    """'May' and 'could' mark an act, and make it less certain than the same act told as done."""
    done, possible = code("Israel bombed Iran.")[0].event, code("Israel could bomb Iran.")[0].event
    assert (done.hypothetical, possible.hypothetical) == (False, True)
    assert possible.confidence < done.confidence


def test_an_act_long_past_is_marked_historical(code):
    """An act of another decade is marked, and less certain than the same act of the day."""
    day, decade = code("Egypt invaded Sudan.")[0].event, code("Egypt invaded Sudan in 1954.")[0].event
    assert (day.historical, decade.historical) == (False, True)
    assert decade.confidence < day.confidence


@pytest.mark.parametrize(
    ("sentence", "past"),
    [
        ("It was signed in 1994.", True),
        ("It was signed in the 1990s.", True),
        ("It was signed decades ago.", True),
        ("It was signed in 2024.", False),
        ("It was signed on Monday.", False),
        ("Ties had been frozen since 1967.", False),
    ],
)
def test_years_well_before_the_story_make_history(sentence, past):
    """A year well before the story's day makes history; 'since' tells of what lasts."""
    assert is_historical(sentence, on=WEDNESDAY) is past


@pytest.mark.parametrize(
    ("sentence", "day"),
    [
        ("They met on Monday.", datetime.date(2024, 5, 13)),
        ("They met on Wednesday.", WEDNESDAY),
        ("They met yesterday.", datetime.date(2024, 5, 14)),
        ("They met on 3 April 2024.", datetime.date(2024, 4, 3)),
        ("They met on April 3, 2024.", datetime.date(2024, 4, 3)),
        ("They met on 31 June 2024.", WEDNESDAY),
        ("They met on Monday and on Tuesday.", WEDNESDAY),
        ("They met.", WEDNESDAY),
    ],
)
def test_a_day_told_clearly_is_the_day_of_the_event(sentence, day):
    """One day told is the event's; none, several or an impossible one leave the story's."""
    assert find_day(sentence, on=WEDNESDAY) == day


def test_a_promise_is_dated_by_the_story(code):
    """What will be done on Monday is promised today."""
    assert code("Norway will send doctors to Sudan on Monday.")[0].event.date == WEDNESDAY


def test_without_a_day_an_event_has_none(code):
    """Where nobody knows the day of the story, a weekday tells nothing."""
    assert code("Poland expelled two Russian diplomats on Monday.", on=None)[0].event.date is None


def test_modes_are_those_of_the_type(code):
    """A threatened sanction has the mode of what is threatened, within the type's modes."""
    event = code("China threatened to impose sanctions on Japan.")[0].event
    assert event.mode == "restrict"
    assert event.mode in MODES[event.type]


def test_an_explanation_names_entry_path_and_rules(parser, extractor):
    """A candidate keeps the lexicon's entry, the words it climbed over, and the rules that changed it."""
    doc = parser("The minister said Norway will send doctors to Sudan.")
    candidate = next(iter(extractor.candidates(doc, resolve(doc))))
    assert candidate.match.entry.head == "send"
    assert candidate.rules == ("future",)
    assert candidate.path == ("say",)


def test_people_without_a_country_are_of_the_place(code):
    """Ten people killed in Peru are taken to be Peru's, and a chain of places is one place."""
    assert code("Ten people were killed in a bombing in Peru.")[0].triple == ("ASSAULT", None, "PER")
    (protest,) = code("Protests erupted in Arequipa, Peru.")
    assert protest.triple == ("PROTEST", None, "PER")


def test_an_act_and_its_outcome_are_one_event(code):
    """Who shells a town, killing ten and wounding twenty, is told once."""
    told = code("Russia shelled a Ukrainian town, killing ten people and wounding twenty.")
    assert [each.triple for each in told] == [("ASSAULT", "RUS", "UKR")]


def test_a_title_is_a_sentence_of_its_own(code):
    """An empty line ends a sentence, also after a title without a full stop."""
    told = code("Poland, Kenya hold talks\n\nThe Polish president met the Kenyan leader on Friday.")
    assert {each.event.sentence for each in told} >= {"Poland, Kenya hold talks"}


def test_praise_joined_to_what_ought_to_be_is_by_the_speaker(code):
    """In 'said it should go and praised her' the one who praised is the one who said."""
    told = code("The French minister said Egypt should help and praised Sudan.")
    assert [each.triple for each in told] == [("SUPPORT", "FRA", "SDN")]
