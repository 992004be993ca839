"""The memory level of the cache: bounded by bytes, and what was not used for longest goes first."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass

# What one entry costs beside its bytes: key, slots, list of use; measured with sys.getsizeof.
OVERHEAD = 400


@dataclass(frozen=True, slots=True)
class Item:
    """One entry; `expires` and `refresh` are times of the monotonic clock: from `refresh` on it is old.

    `exists` is False where `value` is the sentence that says what does not exist.
    """

    namespace: str
    value: bytes
    expires: float
    refresh: float
    exists: bool = True

    @property
    def size(self) -> int:
        """Bytes that it costs."""
        return len(self.value) + OVERHEAD


class MemoryLevel:
    """Entries by key. `evicted` hears the namespace of each that had to make room."""

    def __init__(self, limit: int, evicted: Callable[[str], None]) -> None:
        self._limit = limit
        self._evicted = evicted
        self._items: OrderedDict[str, Item] = OrderedDict()
        self._sizes: dict[str, tuple[int, int]] = {}
        self.size = 0

    def __len__(self) -> int:
        return len(self._items)

    def resize(self, limit: int) -> None:
        """Keep at most `limit` bytes from now on."""
        self._limit = limit
        self._make_room()

    def get(self, key: str, now: float) -> Item | None:
        """The entry, unless its time is over."""
        item = self._items.get(key)
        if item is None:
            return None
        if item.expires <= now:
            self.remove(key)
            return None
        self._items.move_to_end(key)
        return item

    def put(self, key: str, item: Item) -> None:
        """Keep the entry; one that would fill more than a quarter of the level is not kept."""
        self.remove(key)
        if item.size * 4 > self._limit:
            return
        self._items[key] = item
        self._count(item, 1)
        self._make_room()

    def remove(self, key: str) -> bool:
        """Forget the entry; False when there was none."""
        item = self._items.pop(key, None)
        if item is not None:
            self._count(item, -1)
        return item is not None

    def clear(self, namespace: str | None = None) -> int:
        """Forget the entries of one namespace, or all; returns how many."""
        keys = [key for key, item in self._items.items() if namespace in (None, item.namespace)]
        for key in keys:
            self.remove(key)
        return len(keys)

    def sweep(self, now: float) -> int:
        """Forget what is out of date; returns how many."""
        keys = [key for key, item in self._items.items() if item.expires <= now]
        for key in keys:
            self.remove(key)
        return len(keys)

    def held(self, namespace: str) -> tuple[int, int]:
        """Entries and bytes of one namespace."""
        return self._sizes.get(namespace, (0, 0))

    def _make_room(self) -> None:
        while self.size > self._limit:
            key, item = next(iter(self._items.items()))
            self.remove(key)
            self._evicted(item.namespace)

    def _count(self, item: Item, sign: int) -> None:
        entries, size = self._sizes.get(item.namespace, (0, 0))
        self._sizes[item.namespace] = (entries + sign, size + sign * item.size)
        self.size += sign * item.size
