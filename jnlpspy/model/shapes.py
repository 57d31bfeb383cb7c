"""What well-known JDK objects hold: collections their elements, maps their entries, others a short text.

Mirrors what the writeObject methods of java.util, java.io, java.net, java.math and java.time write.
"""

from collections.abc import Callable, Mapping, Sequence
from types import MappingProxyType
from uuid import UUID

from jnlpspy.model.java import BlockData, ClassData, JavaArray, JavaContent, JavaObject, JavaReset, JavaValue
from jnlpspy.model.java_times import describe_moment, describe_time

_UTIL = "java.util."
_ATOMIC = "java.util.concurrent.atomic.Atomic"

_LISTS = frozenset(
    f"{_UTIL}{name}"
    for name in (
        "ArrayList",
        "LinkedList",
        "ArrayDeque",
        "PriorityQueue",
        "HashSet",
        "TreeSet",
        "concurrent.CopyOnWriteArrayList",
        "CollSer",
    )
)
"""Classes that write their elements behind block data with the size."""

_MAPS = frozenset(
    f"{_UTIL}{name}"
    for name in (
        *("HashMap", "TreeMap", "Hashtable", "IdentityHashMap", "EnumMap"),
        *("concurrent.ConcurrentHashMap", "concurrent.ConcurrentSkipListMap"),
    )
)
"""Classes that write keys and values in turn, behind block data if any."""

_WRAPPED_LISTS = MappingProxyType(
    {
        f"{_UTIL}Collections$UnmodifiableCollection": "c",
        f"{_UTIL}Collections$SynchronizedCollection": "c",
        f"{_UTIL}Collections$CheckedCollection": "c",
        f"{_UTIL}concurrent.CopyOnWriteArraySet": "al",
        f"{_UTIL}Arrays$ArrayList": "a",
        f"{_UTIL}Vector": "elementData",
        f"{_UTIL}EnumSet$SerializationProxy": "elements",
    }
)
_SETS_OF_KEYS = MappingProxyType(
    {
        f"{_UTIL}Collections$SetFromMap": "m",
        f"{_UTIL}concurrent.ConcurrentSkipListSet": "m",
        f"{_UTIL}concurrent.ConcurrentHashMap$CollectionView": "map",
    }
)
"""Sets that are the keys of a map."""

_WRAPPED_MAPS = MappingProxyType(
    {
        f"{_UTIL}Collections$UnmodifiableMap": "m",
        f"{_UTIL}Collections$SynchronizedMap": "m",
        f"{_UTIL}Collections$CheckedMap": "m",
    }
)
_SINGLE = frozenset((f"{_UTIL}Collections$SingletonList", f"{_UTIL}Collections$SingletonSet"))
_EMPTY_LISTS = frozenset((f"{_UTIL}Collections$EmptyList", f"{_UTIL}Collections$EmptySet"))
_SINGLE_MAP, _EMPTY_MAP = f"{_UTIL}Collections$SingletonMap", f"{_UTIL}Collections$EmptyMap"
_COLLECTED = f"{_UTIL}CollSer"
_COLLECTED_MAP = 3
"""CollSer's tag, in its low byte, of what Map.of makes."""

_WRAPPERS = 8
"""Wrappers that are looked through; more than three of them on one another are not made by people."""

_TEXT = 1000
"""Characters of a text put together here; who shows it cuts it shorter."""

_NATIVE = -2
"""StackTraceElement's line number of a native method."""


def elements_of(value: JavaObject, limit: int) -> list[JavaValue] | None:
    """Return what a list, set or queue holds, at most `limit` of it; None if it is none."""
    for _ in range(_WRAPPERS):
        inner = _inside(value, _WRAPPED_LISTS)
        if isinstance(inner, JavaArray):
            count = value.value_of("elementCount")
            elements = inner.values if isinstance(inner.values, list) else []
            return elements[: min(count, limit) if isinstance(count, int) and count >= 0 else limit]
        if not isinstance(inner, JavaObject):
            break
        value = inner
    keyed = _inside(value, _SETS_OF_KEYS) if value.class_name.startswith(_UTIL) else None
    if isinstance(keyed, JavaObject):
        entries = entries_of(keyed, limit)
        return None if entries is None else [key for key, _ in entries]
    name = value.class_name
    if name in _EMPTY_LISTS:
        return []
    if name in _SINGLE:
        return [value.value_of("element")]
    part = _part(value, _LISTS)
    return None if part is None or _is_collected_map(value) else _written(part, limit)


def entries_of(value: JavaObject, limit: int) -> list[tuple[JavaValue, JavaValue]] | None:
    """Return what a map holds, at most `limit` entries of it; None if it is none."""
    for _ in range(_WRAPPERS):
        inner = _inside(value, _WRAPPED_MAPS)
        if not isinstance(inner, JavaObject):
            break
        value = inner
    name = value.class_name
    if name == _EMPTY_MAP:
        return []
    if name == _SINGLE_MAP:
        return [(value.value_of("k"), value.value_of("v"))]
    part = _part(value, _MAPS) or (value.data[-1] if _is_collected_map(value) and value.data else None)
    if part is None:
        return None
    written = _written(part, 2 * limit)
    pairs = list(zip(written[::2], written[1::2], strict=False))
    if part.java_class.name.endswith("ConcurrentHashMap") and pairs and pairs[-1] == (None, None):
        del pairs[-1]
    return pairs


def text_of(value: JavaObject) -> str | None:
    """Return a file, URL, date, number… as text; None if it is nothing of that kind."""
    name = value.class_name
    text = _TEXTS.get(name)
    if text is None and name.startswith(_ATOMIC):
        text = _atomic
    try:
        told = text(value) if text is not None else None
    except (ValueError, OverflowError):
        return None  # fields of the right names, but of values that Java would not write
    return told if told is None else told[:_TEXT]


def describe_frame(element: JavaObject) -> str:
    """Return a `java.lang.StackTraceElement` as its toString does, without module and loader."""
    declaring, method, file, line = (
        element.value_of(name) for name in ("declaringClass", "methodName", "fileName", "lineNumber")
    )
    if line == _NATIVE:
        place = "Native Method"
    elif not isinstance(file, str):
        place = "Unknown Source"
    else:
        place = f"{file}:{line}" if isinstance(line, int) and line >= 0 else file
    return f"{declaring}.{method}({place})"


def _inside(value: JavaObject, wrappers: Mapping[str, str]) -> JavaValue:
    for each in value.java_class.lineage():
        if each.name in wrappers:
            return value.value_of(wrappers[each.name], each.name)
    return None


def _part(value: JavaObject, names: frozenset[str]) -> ClassData | None:
    return next((part for part in value.data if part.java_class.name in names), None)


def _is_collected_map(value: JavaObject) -> bool:
    tag = value.value_of("tag") if value.class_name == _COLLECTED else None
    return isinstance(tag, int) and tag & 0xFF == _COLLECTED_MAP


def _written(part: ClassData, limit: int) -> list[JavaValue]:
    """Return the objects of an annotation behind its first block data; before that may stand a TreeSet's comparator."""
    start = next((at for at, each in enumerate(part.annotation[:2], start=1) if isinstance(each, BlockData)), 0)
    written = part.annotation[start : start + limit]
    return [each for each in written if not isinstance(each, BlockData | JavaReset)]


def _blocks(value: JavaObject) -> bytes:
    contents: Sequence[JavaContent] = value.data[-1].annotation if value.data else ()
    return b"".join(each.data for each in contents if isinstance(each, BlockData))


def _field_text(name: str) -> Callable[[JavaObject], str | None]:
    def text(value: JavaObject) -> str | None:
        found = value.value_of(name)
        return found if isinstance(found, str) else None

    return text


def _url(value: JavaObject) -> str | None:
    protocol, authority, file, ref = (value.value_of(name) for name in ("protocol", "authority", "file", "ref"))
    if not isinstance(protocol, str):
        return None
    host = f"//{authority}" if isinstance(authority, str) and authority else ""
    return f"{protocol}:{host}{file or ''}" + (f"#{ref}" if isinstance(ref, str) else "")


def _date(value: JavaObject) -> str | None:
    millis = next((_blocks_of(part) for part in value.data if part.java_class.name == "java.util.Date"), b"")
    if len(millis) < 8:
        return None
    nanos = value.value_of("nanos", "java.sql.Timestamp")  # all that is less than a second, there
    part = nanos / 1e9 if isinstance(nanos, int) else 0
    return describe_moment(int.from_bytes(millis[:8], "big", signed=True) / 1000 + part)


def _blocks_of(part: ClassData) -> bytes:
    return b"".join(each.data for each in part.annotation if isinstance(each, BlockData))


def _time(value: JavaObject) -> str | None:
    return describe_time(_blocks(value))


def _calendar(value: JavaObject) -> str | None:
    millis = value.value_of("time", "java.util.Calendar")
    return describe_moment(millis / 1000) if isinstance(millis, int) else None


def _uuid(value: JavaObject) -> str | None:
    high, low = value.value_of("mostSigBits"), value.value_of("leastSigBits")
    if not isinstance(high, int) or not isinstance(low, int):
        return None
    return str(UUID(int=((high & (1 << 64) - 1) << 64) | (low & (1 << 64) - 1)))


def _locale(value: JavaObject) -> str | None:
    parts = [value.value_of(name) for name in ("language", "country", "variant")]
    return "_".join(each for each in parts if isinstance(each, str) and each)


def _big_integer(value: JavaObject) -> str | None:
    sign, magnitude = value.value_of("signum"), value.value_of("magnitude")
    if not isinstance(sign, int) or not isinstance(magnitude, JavaArray) or isinstance(magnitude.values, list):
        return None
    if len(magnitude.values) > _TEXT:
        return f"a number of {len(magnitude.values):,} bytes"  # Python refuses to print one so long
    return str(sign * int.from_bytes(magnitude.values, "big"))


def _atomic(value: JavaObject) -> str | None:
    held = value.value_of("value")
    if value.class_name.endswith("Boolean"):
        return "true" if held else "false"
    return str(held) if isinstance(held, int | str) else None


def _builder(value: JavaObject) -> str | None:
    contents = [each for part in value.data for each in (*part.values, *part.annotation)]
    letters = next((each for each in contents if isinstance(each, JavaArray)), None)
    if letters is None or not isinstance(letters.values, list):
        return None
    size = value.value_of("count")
    count = size if isinstance(size, int) else int.from_bytes(_blocks(value)[:4], "big")
    return "".join(each for each in letters.values[: min(count, _TEXT)] if isinstance(each, str))


def _address(value: JavaObject) -> str | None:
    host, address = value.value_of("hostName"), value.value_of("address", "java.net.InetAddress")
    if isinstance(host, str):
        return host
    if not isinstance(address, int):
        return None
    return ".".join(str(each) for each in (address & 0xFFFFFFFF).to_bytes(4, "big"))


_TEXTS: Mapping[str, Callable[[JavaObject], str | None]] = MappingProxyType(
    {
        "java.io.File": _field_text("path"),
        "hudson.FilePath": _field_text("remote"),
        "java.net.URL": _url,
        "java.net.URI": _field_text("string"),
        "java.net.InetAddress": _address,
        "java.net.Inet4Address": _address,
        "java.util.Date": _date,
        "java.util.GregorianCalendar": _calendar,
        "java.sql.Timestamp": _date,
        "java.time.Ser": _time,
        "java.util.UUID": _uuid,
        "java.util.Locale": _locale,
        "java.util.logging.Level": _field_text("name"),
        "java.util.regex.Pattern": _field_text("pattern"),
        "java.math.BigInteger": _big_integer,
        "java.lang.StringBuilder": _builder,
        "java.lang.StringBuffer": _builder,
        "java.lang.StackTraceElement": describe_frame,
    }
)
