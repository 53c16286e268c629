"""Neutral sentences: what only looks like an event."""

import pytest

NEUTRAL = [
    "The Kenyan minister said the economy had grown by five percent.",
    "Egypt's president declined to comment on the report.",
    "France hopes to win the cup final against Germany.",
    "Germany beat Brazil 7-1 in the semi-final.",
    "An earthquake struck Peru, killing forty people.",
    "A bus crash in Turkey killed nine tourists.",
    "The spokesman said Norway was considering its options.",
    "Chile must do more for its pensioners, the paper wrote.",
    "Japan did not attack China.",
    "Poland denied attacking the convoy.",
    "The novel tells of a war between two kingdoms.",
    "Canada's election will be held in October.",
    "Analysts expect oil prices to fall.",
    "The king died of cancer at the age of eighty.",
    "The film about the siege opens on Friday.",
    "India's monsoon arrived two days early.",
    "The Greek minister explained the reform to reporters.",
    "Floods destroyed hundreds of homes in Pakistan.",
    "The president offered condolences to the families.",
    "Russia's economy depends on gas.",
    "The minister is optimistic about the harvest.",
    "Turkey lies between Europe and Asia.",
    "He was born in Syria and studied in Egypt.",
    "The meeting room was painted green.",
    "A flood cut off power to the Kenyan capital.",
    "Kenya and Somalia have a joint interest in rain.",
    "We want the trophy, that is what we want.",
    "Sudan has two deserts and one great river.",
]


@pytest.mark.parametrize("sentence", NEUTRAL)
def test_a_neutral_sentence_gives_no_event(code, sentence):
    """Comments, hopes, accidents, nature, sport and history tell no event."""
    assert code(sentence) == []
