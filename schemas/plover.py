"""The PLOVER event scheme: types, quad classes, modes (codebook 0.8, sections 2 and 3)."""

from enum import StrEnum


class Quad(StrEnum):
    """The four classes of conflict and cooperation."""

    VERBAL_COOPERATION = "verbal-cooperation"
    MATERIAL_COOPERATION = "material-cooperation"
    VERBAL_CONFLICT = "verbal-conflict"
    MATERIAL_CONFLICT = "material-conflict"


class EventType(StrEnum):
    """The sixteen PLOVER event types."""

    AGREE = "AGREE"
    CONSULT = "CONSULT"
    SUPPORT = "SUPPORT"
    CONCEDE = "CONCEDE"
    COOPERATE = "COOPERATE"
    AID = "AID"
    RETREAT = "RETREAT"
    REQUEST = "REQUEST"
    ACCUSE = "ACCUSE"
    REJECT = "REJECT"
    THREATEN = "THREATEN"
    PROTEST = "PROTEST"
    SANCTION = "SANCTION"
    MOBILIZE = "MOBILIZE"
    COERCE = "COERCE"
    ASSAULT = "ASSAULT"


_T, _Q = EventType, Quad

QUAD_OF: dict[EventType, Quad] = {
    **dict.fromkeys((_T.AGREE, _T.CONSULT, _T.SUPPORT, _T.CONCEDE), _Q.VERBAL_COOPERATION),
    **dict.fromkeys((_T.COOPERATE, _T.AID, _T.RETREAT), _Q.MATERIAL_COOPERATION),
    **dict.fromkeys((_T.REQUEST, _T.ACCUSE, _T.REJECT, _T.THREATEN), _Q.VERBAL_CONFLICT),
    **dict.fromkeys((_T.PROTEST, _T.SANCTION, _T.MOBILIZE, _T.COERCE, _T.ASSAULT), _Q.MATERIAL_CONFLICT),
}

MODES: dict[EventType, frozenset[str]] = {
    _T.AGREE: frozenset(),
    _T.CONSULT: frozenset({"visit", "third-party", "multilateral", "phone"}),
    _T.SUPPORT: frozenset(),
    _T.CONCEDE: frozenset(),
    _T.COOPERATE: frozenset(),
    _T.AID: frozenset(),
    _T.RETREAT: frozenset({"withdraw", "release", "disarm", "ceasefire", "access", "resign"}),
    _T.REQUEST: frozenset({"assist", "change", "yield", "meet"}),
    _T.ACCUSE: frozenset({"disapprove", "investigate", "allege"}),
    _T.REJECT: frozenset({"assist", "change", "yield", "meet"}),
    _T.THREATEN: frozenset({"restrict", "arrest", "relations", "expel", "territory", "violence"}),
    _T.PROTEST: frozenset({"demo", "riot", "strike", "hunger", "boycott", "obstruct", "vandalize"}),
    _T.SANCTION: frozenset({"convict", "expel", "withdraw", "discontinue"}),
    _T.MOBILIZE: frozenset({"troops", "weapons", "police", "militia"}),
    _T.COERCE: frozenset(
        {
            "seize",
            "restrict",
            "censor",
            "curfew",
            "martial-law",
            "arrest",
            "deport",
            "withhold",
            "misinformation",
            "cyber",
        }
    ),
    _T.ASSAULT: frozenset(
        {
            "abduct",
            "beat",
            "torture",
            "sexual",
            "targeted",
            "destroy",
            "primitive",
            "firearms",
            "explosives",
            "suicide-attack",
            "aerial",
            "drone",
            "heavy-weapons",
            "crowd-control",
            "unconventional",
        }
    ),
}
