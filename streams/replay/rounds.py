"""The same input again and again, as load."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from itertools import count

from streams.replay.identity import bytes_id
from streams.replay.items import Item, Sourced

# Leaves room for the number below the 512 characters of an id.
_LONGEST_ID = 490


def rounds(read: Callable[[], Iterator[Item]], *, same_ids: bool = False) -> Iterator[Item]:
    """Read the input for ever; from the second round on, ids end in '#2', '#3', ... and so count anew.

    Dates stay, since a date in the future is refused: after n rounds every count is n times that of one.
    With `same_ids` all that comes again is a repeat, which counts nothing. Ends where a round finds
    nothing, as on standard input.
    """
    for number in count(1):
        item = None
        for item in read():
            yield _in_round(item, number, same_ids=same_ids)
        if item is None:
            return


def _in_round(item: Item, number: int, *, same_ids: bool) -> Item:
    if number == 1 or not isinstance(item, Sourced):
        return item
    article = item.article
    if not same_ids:
        base = article.id if len(article.id) <= _LONGEST_ID else bytes_id(article.id.encode())
        article = article.model_copy(update={"id": f"{base}#{number}"})
    return replace(item, article=article, round=number)
