"""A small stand-in for the actor resolver: a few countries, peoples and bodies by their words."""

from spacy.tokens import Doc

from schemas.coding import Actor, ActorKind
from streams.coding.mentions import ActorMention, Resolution

CODES = {
    "France": "FRA",
    "French": "FRA",
    "Paris": "FRA",
    "Germany": "DEU",
    "German": "DEU",
    "Berlin": "DEU",
    "Poland": "POL",
    "Polish": "POL",
    "Ukraine": "UKR",
    "Ukrainian": "UKR",
    "Russia": "RUS",
    "Russian": "RUS",
    "Moscow": "RUS",
    "Iran": "IRN",
    "Iranian": "IRN",
    "Tehran": "IRN",
    "Israel": "ISR",
    "Israeli": "ISR",
    "Egypt": "EGY",
    "Egyptian": "EGY",
    "Syria": "SYR",
    "Syrian": "SYR",
    "Kenya": "KEN",
    "Kenyan": "KEN",
    "Somalia": "SOM",
    "Somali": "SOM",
    "Sudan": "SDN",
    "Sudanese": "SDN",
    "India": "IND",
    "Indian": "IND",
    "Pakistan": "PAK",
    "Pakistani": "PAK",
    "China": "CHN",
    "Chinese": "CHN",
    "Beijing": "CHN",
    "Japan": "JPN",
    "Japanese": "JPN",
    "Brazil": "BRA",
    "Brazilian": "BRA",
    "Chile": "CHL",
    "Chilean": "CHL",
    "Peru": "PER",
    "Peruvian": "PER",
    "Turkey": "TUR",
    "Turkish": "TUR",
    "Greece": "GRC",
    "Greek": "GRC",
    "Norway": "NOR",
    "Norwegian": "NOR",
    "Mali": "MLI",
    "Canada": "CAN",
    "Canadian": "CAN",
    "NATO": "NTO",
    "Hamas": "PSEREB",
}


def resolve(doc: Doc) -> Resolution:
    """Mentions of the words in CODES, each a token long."""
    mentions = tuple(
        ActorMention(
            start=token.i,
            end=token.i + 1,
            head=token.i,
            actor=Actor(id=f"country:{code}", name=code, kind=ActorKind.COUNTRY, country=code[:3], code=code),
        )
        for token in doc
        if (code := CODES.get(token.text)) is not None
    )
    return Resolution(mentions, {mention.head: mention for mention in mentions})
