"""What the codes mean, in a line each: what the page shows on hover, and /v1/codebook whole."""

from functools import cache
from typing import Any, Final

from schemas.plover import MODES, EventType, Quad
from streams.counting.contributions import label_of_type

_T = EventType

QUADS: Final[dict[Quad, str]] = {
    Quad.VERBAL_COOPERATION: "Words that bring the two sides closer",
    Quad.MATERIAL_COOPERATION: "Deeds that help the other side, or both",
    Quad.VERBAL_CONFLICT: "Words that set the two sides against each other",
    Quad.MATERIAL_CONFLICT: "Deeds that harm or press the other side",
}

TYPES: Final[dict[EventType, str]] = {
    _T.AGREE: "Promises, offers or agrees to cooperate; the cooperation itself is still to come",
    _T.CONSULT: "Meets, visits, calls, negotiates or mediates",
    _T.SUPPORT: "Backs the other in words or by a signature: praise, recognition, relations, a treaty signed",
    _T.CONCEDE: "Gives way in words: eases a ban, drops a demand, pardons, apologises, declares a ceasefire",
    _T.COOPERATE: "Does something together that serves both: trade, joint exercises, shared intelligence",
    _T.AID: "Gives money, arms, relief, training, shelter or peacekeepers",
    _T.RETREAT: "Gives way in deeds: frees prisoners, pulls back, disarms, lets others in, steps down",
    _T.REQUEST: "Asks, urges, calls on or demands, without a threat",
    _T.ACCUSE: "Blames, criticises, condemns, charges, sues or investigates",
    _T.REJECT: "Refuses, declines, denies, vetoes or calls something off",
    _T.THREATEN: "Warns of harm to come, or sets an ultimatum",
    _T.PROTEST: "Many take to the street or stop work against the other",
    _T.SANCTION: "Cuts what there was between the two: sanctions, envoys expelled, aid ended, a conviction",
    _T.MOBILIZE: "Moves or readies forces without using them",
    _T.COERCE: "Forces the other without bloodshed: arrests, raids, bans, censorship, seizures, hacking",
    _T.ASSAULT: "Uses violence that can wound or kill, or destroys",
}

MEANINGS: Final[dict[tuple[EventType, str], str]] = {
    (_T.CONSULT, "visit"): "the source travels to the target",
    (_T.CONSULT, "third-party"): "a third side mediates or is where they meet",
    (_T.CONSULT, "multilateral"): "more than two sides take part",
    (_T.CONSULT, "phone"): "by telephone or video",
    (_T.RETREAT, "withdraw"): "forces leave",
    (_T.RETREAT, "release"): "people or property are given back",
    (_T.RETREAT, "disarm"): "weapons are given up or destroyed",
    (_T.RETREAT, "ceasefire"): "the fighting stops",
    (_T.RETREAT, "access"): "observers, relief or inspectors are let in",
    (_T.RETREAT, "resign"): "a post is given up",
    (_T.REQUEST, "assist"): "asks for help",
    (_T.REQUEST, "change"): "asks for another policy or for reform",
    (_T.REQUEST, "yield"): "asks the other to give way",
    (_T.REQUEST, "meet"): "asks for talks or mediation",
    (_T.REJECT, "assist"): "refuses to help",
    (_T.REJECT, "change"): "refuses another policy or reform",
    (_T.REJECT, "yield"): "refuses to give way",
    (_T.REJECT, "meet"): "refuses talks or mediation",
    (_T.ACCUSE, "disapprove"): "criticises or condemns",
    (_T.ACCUSE, "investigate"): "opens an inquiry",
    (_T.ACCUSE, "allege"): "says that the other did wrong, in court or out of it",
    (_T.THREATEN, "restrict"): "threatens bans, embargoes or other limits",
    (_T.THREATEN, "arrest"): "threatens arrest or trial",
    (_T.THREATEN, "relations"): "threatens to break or lower relations",
    (_T.THREATEN, "expel"): "threatens to expel",
    (_T.THREATEN, "territory"): "threatens to take or hold land",
    (_T.THREATEN, "violence"): "threatens force",
    (_T.PROTEST, "demo"): "a march or rally",
    (_T.PROTEST, "riot"): "a protest that turns violent",
    (_T.PROTEST, "strike"): "work is stopped",
    (_T.PROTEST, "hunger"): "food is refused",
    (_T.PROTEST, "boycott"): "taking part or buying is refused",
    (_T.PROTEST, "obstruct"): "roads, doors or work are blocked",
    (_T.PROTEST, "vandalize"): "things are damaged",
    (_T.SANCTION, "convict"): "a court finds the other guilty or makes it pay",
    (_T.SANCTION, "expel"): "people or members are sent away",
    (_T.SANCTION, "withdraw"): "the source leaves a body, talks or a mission",
    (_T.SANCTION, "discontinue"): "aid, trade or relations are ended",
    (_T.MOBILIZE, "troops"): "soldiers, ships or aircraft",
    (_T.MOBILIZE, "weapons"): "weapons are tested, moved or made ready",
    (_T.MOBILIZE, "police"): "police or security forces",
    (_T.MOBILIZE, "militia"): "armed groups that are no state's",
    (_T.COERCE, "seize"): "property or goods are taken",
    (_T.COERCE, "restrict"): "movement, assembly or parties are limited",
    (_T.COERCE, "censor"): "media or speech are silenced",
    (_T.COERCE, "curfew"): "people must stay indoors",
    (_T.COERCE, "martial-law"): "the army rules or an emergency is declared",
    (_T.COERCE, "arrest"): "people are detained",
    (_T.COERCE, "deport"): "people are sent out of the country",
    (_T.COERCE, "withhold"): "power, water, food or pay is kept back",
    (_T.COERCE, "misinformation"): "falsehoods are spread",
    (_T.COERCE, "cyber"): "computers are attacked",
    (_T.ASSAULT, "abduct"): "people are taken by force",
    (_T.ASSAULT, "beat"): "by hand or with blows",
    (_T.ASSAULT, "torture"): "pain is inflicted on those held",
    (_T.ASSAULT, "sexual"): "sexual violence",
    (_T.ASSAULT, "targeted"): "certain people are killed on purpose",
    (_T.ASSAULT, "destroy"): "buildings or goods are destroyed",
    (_T.ASSAULT, "primitive"): "with knives, stones, fire or the like",
    (_T.ASSAULT, "firearms"): "with guns",
    (_T.ASSAULT, "explosives"): "with bombs, mines or grenades",
    (_T.ASSAULT, "suicide-attack"): "the attacker dies in it",
    (_T.ASSAULT, "aerial"): "from manned aircraft",
    (_T.ASSAULT, "drone"): "from unmanned aircraft",
    (_T.ASSAULT, "heavy-weapons"): "with artillery, rockets or tanks",
    (_T.ASSAULT, "crowd-control"): "police use force against a crowd",
    (_T.ASSAULT, "unconventional"): "with chemical, biological or nuclear weapons",
}
"""What each mode of each type means."""

SECTORS: Final[dict[str, str]] = {
    "GOV": "Government: head of state, cabinet, ministries",
    "MIL": "Armed forces of a state",
    "COP": "Police",
    "JUD": "Courts and prosecutors",
    "LEG": "Parliament",
    "SPY": "Intelligence services",
    "PTY": "A political party",
    "OPP": "Political opposition",
    "REB": "Rebels and insurgents",
    "PRM": "Paramilitaries on a government's side",
    "SEP": "Separatists",
    "CVL": "Civilians and protesters",
    "BUS": "Business",
    "EDU": "Schools and universities",
    "REL": "Religious bodies and leaders",
    "ETH": "An ethnic group",
    "LAB": "Workers and unions",
    "MED": "News media",
    "HLH": "Health services",
    "REF": "Refugees and migrants",
    "ELI": "Former office holders and other elites",
    "CRM": "Criminals and gangs",
    "JRN": "Journalists",
    "SOC": "Civil society",
    "IGO": "A body of several states",
    "NGO": "A non-governmental organisation",
}


@cache
def meaning(kind: EventType, mode: str | None) -> str:
    """The line that explains a type, and its mode where it has one."""
    told = MEANINGS.get((kind, mode)) if mode else None
    return f"{TYPES[kind]}; here, {told}" if told else TYPES[kind]


@cache
def codebook() -> dict[str, Any]:
    """All codes with what they mean."""
    return {
        "types": [
            {
                "type": kind.value,
                **label_of_type(kind),
                "meaning": TYPES[kind],
                "modes": [{"mode": mode, "meaning": MEANINGS[kind, mode]} for mode in sorted(MODES[kind])],
            }
            for kind in EventType
        ],
        "quads": [{"quad": quad.value, "meaning": told} for quad, told in QUADS.items()],
        "sectors": [{"sector": sector, "meaning": told} for sector, told in SECTORS.items()],
    }
