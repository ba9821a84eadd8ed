"""Makes one row of blocks of two: who takes all changes has the new one, who takes none the old."""

import json
from collections.abc import Callable, Hashable, Iterator, Sequence
from copy import deepcopy
from dataclasses import dataclass

from web.services.caged.changes.alignment import stretches
from web.services.caged.changes.boxes import Box, are_framed_alike, boxes_of
from web.services.caged.changes.hints import Hints, inlines_of
from web.services.caged.changes.leaves import DELETION, INSERTION, Leaf, Node, joined, tree
from web.services.caged.changes.whole import Stamp, code_block, marked_whole

_PARAGRAPHS = ("Para", "Plain")
_LISTS = ("BulletList", "OrderedList")
Replace = Callable[[Sequence[Node], Sequence[Node]], Iterator[Node]]


@dataclass(frozen=True)
class Merger:
    """Marks words where it can, and whole paragraphs where their structure has changed."""

    hints: Hints
    stamp: Stamp

    def blocks(self, old: Sequence[Node], new: Sequence[Node]) -> list[Node]:
        """Return both as one, the same ones once."""
        keys = [_key(one) for one in old], [_key(one) for one in new]
        return list(self._aligned(old, new, keys, self._led_by_hints))

    def _led_by_hints(self, old: Sequence[Node], new: Sequence[Node]) -> Iterator[Node]:
        """Some came or went: still those belong together that the changes lead to."""
        keys = [self._expected(one) for one in old], [_reading(one) for one in new]
        return self._aligned(old, new, keys, self._led_by_kinds)

    def _led_by_kinds(self, old: Sequence[Node], new: Sequence[Node]) -> Iterator[Node]:
        keys = [_sort(one) for one in old], [_sort(one) for one in new]
        return self._aligned(old, new, keys, self._replaced)

    def _aligned(
        self,
        old: Sequence[Node],
        new: Sequence[Node],
        keys: tuple[Sequence[Hashable], Sequence[Hashable]],
        otherwise: Replace,
    ) -> Iterator[Node]:
        for same, here, there in stretches(*keys):
            before, after = old[here], new[there]
            if same or len(before) == len(after):
                for one, other in zip(before, after, strict=True):
                    yield from self._pair(one, other)
            else:
                yield from otherwise(before, after)

    def _pair(self, old: Node, new: Node) -> Iterator[Node]:
        if old == new:
            yield old
            return
        merged = self._merged(old, new)
        yield from self._replaced([old], [new]) if merged is None else [merged]

    def _replaced(self, old: Sequence[Node], new: Sequence[Node]) -> Iterator[Node]:
        yield from (marked_whole(one, DELETION, self.stamp) for one in old)
        yield from (marked_whole(one, INSERTION, self.stamp) for one in new)

    def _merged(self, old: Node, new: Node) -> Node | None:
        """Return both as one block; None where they are not built alike."""
        before, after = inlines_of(old), inlines_of(new)
        if before is not None and after is not None:
            return self._paragraph(old, new, self._inlines(before, after))
        if old["t"] in _LISTS and len(boxes_of(old)) != len(boxes_of(new)):
            return self._list(old, new)
        return self._in_boxes(old, new) if are_framed_alike(old, new) else None

    def _inlines(self, old: Iterator[Leaf], new: Iterator[Leaf]) -> list[Node]:
        return tree(self.hints.between(old, new), self.stamp.author, self.stamp.date)

    def _paragraph(self, old: Node, new: Node, inlines: list[Node]) -> Node | None:
        if old["t"] in _PARAGRAPHS and new["t"] in _PARAGRAPHS:
            return {"t": new["t"], "c": inlines}
        if old["t"] != new["t"]:
            return None
        if old["t"] == "CodeBlock":
            return code_block(inlines)
        level, attributes, _words = old["c"]
        return {"t": "Header", "c": [level, attributes, inlines]} if level == new["c"][0] else None

    def _in_boxes(self, old: Node, new: Node) -> Node:
        merged = deepcopy(old)
        for box, after in zip(boxes_of(merged), boxes_of(new), strict=True):
            box[:] = self._box(list(box), after)
        return merged

    def _box(self, old: Box, new: Box) -> Box:
        """A paragraph that was emptied stays where it is: a cell has one, and so has an item."""
        if len(old) == 1 and not new:
            new = [_emptied(old[0])]
        elif len(new) == 1 and not old:
            old = [_emptied(new[0])]
        return self.blocks(old, new)

    def _list(self, old: Node, new: Node) -> Node | None:
        """Some items came or went."""
        if old["t"] != new["t"] or (old["t"] == "OrderedList" and old["c"][0] != new["c"][0]):
            return None
        items, before, after = [], boxes_of(old), boxes_of(new)
        keys = [_key(one) for one in before], [_key(one) for one in after]
        for same, here, there in stretches(*keys):
            ours, theirs = before[here], after[there]
            if same or len(ours) == len(theirs):
                items += [self._box(*pair) for pair in zip(ours, theirs, strict=True)]
            else:
                items += [list(self._replaced(one, ())) for one in ours]
                items += [list(self._replaced((), one)) for one in theirs]
        return {"t": old["t"], "c": [old["c"][0], items] if old["t"] == "OrderedList" else items}

    def _expected(self, node: Node) -> Hashable:
        row = inlines_of(node)
        return _key(node) if row is None else (_sort(node), self.hints.becomes(joined(row)))


def _reading(node: Node) -> Hashable:
    row = inlines_of(node)
    return _key(node) if row is None else (_sort(node), joined(row))


def _sort(node: Node) -> str:
    return _PARAGRAPHS[0] if node["t"] in _PARAGRAPHS else str(node["t"])


def _emptied(node: Node) -> Node:
    return {"t": node["t"], "c": []} if node["t"] in _PARAGRAPHS else {"t": "Plain", "c": []}


def _key(node: Node | Box) -> Hashable:
    return json.dumps(node, sort_keys=True)
