"""How promising, refusing, halting and the like change an act (PLOVER codebook, time and negation)."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from schemas.plover import EventType as T
from streams.coding.events.lexicon import Operator


@dataclass(frozen=True, slots=True)
class Act:
    """A type with its mode and CAMEO code."""

    type: T
    mode: str | None = None
    cameo: str | None = None


_COOPERATIVE = frozenset({T.AGREE, T.CONSULT, T.SUPPORT, T.COOPERATE, T.AID})
_YIELDING = frozenset({T.CONCEDE, T.RETREAT})
_OWN_CONFLICT = frozenset({T.SANCTION, T.COERCE, T.ASSAULT, T.PROTEST, T.THREATEN})

_PROMISED = {T.AGREE: "030", T.CONSULT: "036", T.SUPPORT: "032", T.COOPERATE: "031", T.AID: "033"}
_REQUESTED = {
    **dict.fromkeys((T.CONSULT,), ("meet", "106")),
    **dict.fromkeys((T.AID,), ("assist", "103")),
    **dict.fromkeys((T.COOPERATE,), ("assist", "101")),
    **dict.fromkeys((T.SUPPORT, T.AGREE), ("assist", "102")),
    **dict.fromkeys((T.CONCEDE, T.RETREAT), ("yield", "105")),
}
_REJECTED = {
    **dict.fromkeys((T.CONSULT,), ("meet", "125")),
    **dict.fromkeys((T.AID,), ("assist", "122")),
    **dict.fromkeys((T.COOPERATE, T.SUPPORT, T.AGREE), ("assist", "121")),
    **dict.fromkeys((T.CONCEDE, T.RETREAT), ("yield", "124")),
    **dict.fromkeys((T.REQUEST,), ("change", "120")),
}
_THREATENED = {
    T.SANCTION: ("relations", "131"),
    T.COERCE: ("restrict", "132"),
    T.ASSAULT: ("violence", "138"),
    T.MOBILIZE: ("violence", "138"),
    T.PROTEST: ("relations", "133"),
    T.REJECT: ("relations", "134"),
}


def requested(content: Act | None) -> tuple[str | None, str]:
    """The mode and CAMEO code of asking for an act."""
    return _REQUESTED.get(content.type, ("change", "104")) if content else (None, "100")


def threatened(content: Act | None) -> tuple[str | None, str]:
    """The mode and CAMEO code of threatening an act; an embargo threatened restricts."""
    if content is not None and content.type is T.SANCTION and content.cameo == "163":
        return "restrict", "1312"
    return _THREATENED.get(content.type, (None, "130")) if content else (None, "130")


def promise(act: Act) -> Act | None:
    """An act still to come: cooperation is AGREE, retreat CONCEDE, conflict of one's own THREATEN."""
    if act.type in _COOPERATIVE:
        return Act(T.AGREE, None, _PROMISED[act.type])
    if act.type is T.RETREAT:
        return Act(T.CONCEDE, None, "080")
    if act.type in _OWN_CONFLICT:
        return Act(T.THREATEN, *threatened(act))
    return act


def refuse(act: Act) -> Act | None:
    """An act refused: cooperation and yielding are REJECT; refusing conflict is no event."""
    if act.type in _REJECTED:
        return Act(T.REJECT, *_REJECTED[act.type])
    return None


def deny(act: Act) -> Act | None:
    """An act told as not done: agreement and support withheld is REJECT, anything else no event."""
    if act.type in (T.AGREE, T.SUPPORT):
        return Act(T.REJECT, *_REJECTED[act.type])
    return None


def halt(act: Act) -> Act | None:
    """An act brought to an end."""
    by_code = _HALTED.get((act.type, act.cameo))
    return by_code or _HALTED.get((act.type, act.mode), _HALTED.get((act.type, None)))


_HALTED = {
    (T.SANCTION, None): Act(T.CONCEDE, None, "085"),
    (T.COERCE, None): Act(T.CONCEDE, None, "081"),
    (T.COERCE, "191"): Act(T.RETREAT, "withdraw", "0872"),
    (T.COERCE, "192"): Act(T.RETREAT, "withdraw", "087"),
    (T.COERCE, "curfew"): Act(T.CONCEDE, None, "0813"),
    (T.COERCE, "martial-law"): Act(T.CONCEDE, None, "0814"),
    (T.PROTEST, None): Act(T.CONCEDE, None, "080"),
    (T.REJECT, None): Act(T.CONCEDE, None, "080"),
    (T.THREATEN, None): Act(T.CONCEDE, None, "080"),
    (T.REQUEST, None): Act(T.CONCEDE, None, "080"),
    (T.ACCUSE, None): Act(T.CONCEDE, None, "080"),
    (T.ASSAULT, None): Act(T.RETREAT, "ceasefire", "0871"),
    (T.MOBILIZE, None): Act(T.RETREAT, "withdraw", "087"),
    (T.AID, None): Act(T.SANCTION, "discontinue", "162"),
    (T.COOPERATE, None): Act(T.SANCTION, "discontinue", "160"),
    (T.SUPPORT, None): Act(T.SANCTION, "withdraw", "160"),
    (T.AGREE, None): Act(T.SANCTION, "withdraw", "160"),
    (T.CONSULT, None): Act(T.SANCTION, "withdraw", "164"),
    (T.CONSULT, "visit"): Act(T.REJECT, "meet", "125"),
    (T.RETREAT, None): Act(T.REJECT, "yield", "124"),
}


def allow(act: Act) -> Act | None:
    """An act permitted to somebody else."""
    return Act(T.CONCEDE, None, "080") if act.type not in (T.ACCUSE, T.REQUEST, T.CONCEDE) else act


def apply(operator: Operator, own: Act | None, content: Act) -> Act | None:
    """What an operator makes of the act in its complement; `own` is what the operator itself tells."""
    if operator in (Operator.REQUEST, Operator.WANT):
        mode, cameo = requested(content)
        return Act(T.REQUEST, mode, own.cameo if own and own.cameo != "100" else cameo)
    if operator is Operator.ACCUSE:
        return own
    change = _CHANGES.get(operator)
    return change(content) if change is not None else None


_CHANGES: dict[Operator, Callable[[Act], Act | None]] = {
    Operator.THREATEN: lambda content: Act(T.THREATEN, *threatened(content)),
    Operator.TELL: lambda content: Act(T.ACCUSE, "allege", "112"),
    Operator.COMMIT: promise,
    Operator.REFUSE: refuse,
    Operator.HALT: halt,
    Operator.ALLOW: allow,
    Operator.DO: lambda content: content,
    Operator.UNDERGO: lambda content: content,
}
