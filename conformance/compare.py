#!/usr/bin/env python3
"""Compares two files of change events, one JSON object per line, as cdc-direct and the connector write it:

    {"topic":..., "partition":..., "key":..., "value":..., "headers":{...}}

Events are matched per topic, in order (Kafka promises no more than that). See README.md for what is
ignored by default and why. Exit status: 0 equal, 1 different, 2 unusable input.
"""
import argparse
import difflib
import functools
import json
import re
import sys
from collections import OrderedDict
from decimal import Decimal

# ------------------------------------------------------------------------------------------------ reading


class Num:
    """A JSON number that remembers how it was written."""

    __slots__ = ("text", "real", "value")

    def __init__(self, text):
        self.text = text
        self.real = any(c in text for c in ".eE")
        self.value = Decimal(text)

    def __eq__(self, other):
        return isinstance(other, Num) and self.real == other.real and self.value == other.value

    def __hash__(self):
        return hash((self.real, self.value))

    def __repr__(self):
        return self.text


def read_events(path):
    decoder = json.JSONDecoder(object_pairs_hook=OrderedDict, parse_int=Num, parse_float=Num, parse_constant=Num)
    events = []
    with (sys.stdin if path == "-" else open(path, encoding="utf-8", newline="\n")) as f:
        for number, line in enumerate(f, 1):
            if not line.strip():
                continue
            try:
                event = decoder.decode(line)
            except ValueError as e:
                die(f"{path}:{number}: not JSON: {e}")
            if not isinstance(event, dict) or not isinstance(event.get("topic"), str):
                die(f"{path}:{number}: not an event object (no \"topic\")")
            for field in ("partition", "key", "value"):
                event.setdefault(field, None)
            event["headers"] = event.get("headers") or OrderedDict()
            event["@line"] = number
            events.append(event)
    return events


def die(text):
    print(f"compare: {text}", file=sys.stderr)
    sys.exit(2)


# ------------------------------------------------------------------------------------------------ ignoring


def parse_path(text):
    """$.value.source.lsn, $.headers["a.b"], $.value.items[*].x; * is any one step, ** any number of steps."""
    if not text.startswith("$"):
        text = "$." + text
    steps, rest = [], text[1:]
    while rest:
        m = re.match(r'\.(\*\*|\*|[^.\[\]]+)|\[(\d+|\*)\]|\["([^"]*)"\]', rest)
        if not m:
            die(f"bad path {text!r} near {rest!r}")
        steps.append(m.group(1) or m.group(2) if m.group(3) is None else m.group(3))
        rest = rest[m.end():]
    return tuple(steps)


def path_matches(pattern, path):
    """Matches a pattern against a path or any ancestor of it."""
    if not pattern:
        return True
    if pattern[0] == "**":
        return any(path_matches(pattern[1:], path[i:]) for i in range(len(path) + 1))
    if not path:
        return False
    return (pattern[0] == "*" or pattern[0] == str(path[0])) and path_matches(pattern[1:], path[1:])


def show_path(path):
    out = "$"
    for step in path:
        if isinstance(step, int):
            out += f"[{step}]"
        elif re.match(r"^[A-Za-z_][\w-]*$", step):
            out += "." + step
        else:
            out += f'["{step}"]'
    return out


# What two correct readers of one database legitimately disagree on. Paths are relative to the body
# inside the converter's schema envelope: $.value.payload.x and $.value.x both match $.value.x.
RUN_ID = ['$.headers["__debezium.context.runId"]']
PROCESSING_TIME = ["$.value.ts_ms", "$.value.ts_us", "$.value.ts_ns"]  # change envelopes and heartbeats only
SLOT_XMIN = ["$.value.source.xmin"]
# A row read by a query rather than from the log: position and time are those of the reader's own session.
READ_ROW = ["$.value.source." + f for f in ("ts_ms", "ts_us", "ts_ns", "lsn", "txId", "sequence")]
# Against a recording made on another server commit times differ too; positions are compared by rank instead.
RECORDED = ["$.value.source." + f for f in ("ts_ms", "ts_us", "ts_ns", "origin_lsn")]
RECORDED_TRANSACTION_TOPIC = ["$.value.ts_ms"]
# A CloudEvent says the same in attributes of its own, and some of it in the texts of two others.
CLOUD_EVENT_XMIN = ["$.value.iodebeziumxmin"]
CLOUD_EVENT = ["$.value.id", "$.value.time"] + ["$.value.iodebezium" + f for f in (
    "tsms", "tsus", "tsns", "lsn", "txId", "sequence", "originlsn", "txid")]
HEARTBEAT_TOPIC = re.compile(r"^__debezium-heartbeat(\.|$)")


def body(event_part):
    """The payload inside {"schema":...,"payload":...}, or the thing itself."""
    if isinstance(event_part, dict) and list(event_part.keys()) == ["schema", "payload"]:
        return event_part["payload"]
    return event_part


def source_of(event):
    value = body(event["value"])
    source = value.get("source") if isinstance(value, dict) else None
    return source if isinstance(source, dict) else None


def is_read_row(event):
    source = source_of(event)
    return source is not None and source.get("snapshot") not in (None, "false", False)


def is_cloud_event(event):
    return isinstance(event["value"], dict) and "specversion" in event["value"]


def is_transaction_event(event):
    value = body(event["value"])
    return isinstance(value, dict) and "status" in value and "data_collections" in value


def lenient_path(path):
    """Drops the converter's envelope step so that rules need not care whether schemas are enabled."""
    if len(path) > 1 and path[0] in ("key", "value") and path[1] == "payload":
        return (path[0],) + path[2:]
    if len(path) > 2 and path[0] == "headers" and path[2] == "payload":
        return path[:2] + path[3:]
    return path


# How far a path is ignored: its value but not its shape (null, text, whole number..., for times the number of
# digits and so the unit), or altogether, as asked by --ignore.
NOT, SHAPE, ALL = 0, 1, 2


class Rules:
    """Chooses, event by event, the paths that do not count."""

    def __init__(self, args):
        self.exact, self.strict, self.recorded = args.exact, args.strict, args.recorded
        paths = lambda texts: [(parse_path(t), SHAPE) for t in texts]
        self.extra = [(parse_path(t), ALL) for t in args.ignore]
        self.always = paths(RUN_ID + SLOT_XMIN)
        self.processing_time = paths(PROCESSING_TIME)
        self.read_row = paths(READ_ROW)
        self.cloud_event_xmin, self.cloud_event = paths(CLOUD_EVENT_XMIN), paths(CLOUD_EVENT)
        self.recorded_rules = paths(RECORDED)
        self.recorded_transaction = paths(RECORDED_TRANSACTION_TOPIC)

    def for_event(self, event):
        rules = list(self.extra)
        if not self.strict:
            rules += self.always
            if source_of(event) is not None or HEARTBEAT_TOPIC.match(event["topic"]):
                rules += self.processing_time
            if is_read_row(event):
                rules += self.read_row
            if is_cloud_event(event):
                rules += self.cloud_event_xmin
                # Without extension attributes it does not tell whether it was read or changed.
                if self.recorded or event["value"].get("iodebeziumsnapshot") != "false":
                    rules += self.cloud_event
        if self.recorded:
            rules += self.recorded_rules
            if is_transaction_event(event):
                rules += self.recorded_transaction
        return tuple(rules)


# In the count of a transaction's events a logical message goes by the hash code of a Java object, and the
# counts come in the order of a Java hash map: neither means anything.
JAVA_HASH = re.compile(r"^(.*LogicalDecodingMessageId)@[0-9a-f]+$")


def settle_collections(event):
    if is_transaction_event(event):
        collections = body(event["value"])["data_collections"]
        if not isinstance(collections, list):
            return
        for c in collections:
            if isinstance(c, dict) and isinstance(c.get("data_collection"), str):
                c["data_collection"] = JAVA_HASH.sub(r"\1", c["data_collection"])
        collections.sort(key=lambda c: json.dumps(untext(c), sort_keys=True))


@functools.lru_cache(maxsize=None)
def ignored(path, rules):
    lenient = lenient_path(path)
    return max((how for rule, how in rules if path_matches(rule, lenient) or path_matches(rule, path)), default=NOT)


def shape(x, name):
    if isinstance(x, Num):
        return f"(a {len(x.text)}-digit number)" if str(name).startswith("ts_") else "(a real number)" if x.real else "(a whole number)"
    return "null" if x is None else f"({ {dict: 'an object', OrderedDict: 'an object', list: 'a list', str: 'text', bool: 'a boolean'}[type(x)] })"


# ------------------------------------------------------------------------------------------------ recorded mode


def positions(event):
    """Every place of an event that holds a log position or a transaction id: (object, field, kind)."""
    if is_read_row(event):
        return
    source = source_of(event)
    if source:
        if isinstance(source.get("lsn"), Num):
            yield source, "lsn", "lsn"
        if isinstance(source.get("txId"), Num):
            yield source, "txId", "xid"
        if isinstance(source.get("sequence"), str):
            yield source, "sequence", "sequence"
    value, key = body(event["value"]), body(event["key"])
    if isinstance(value, dict) and isinstance(value.get("transaction"), dict):
        yield value["transaction"], "id", "xid:lsn"
    if is_transaction_event(event):
        for part in (key, value):
            if isinstance(part, dict) and isinstance(part.get("id"), str):
                yield part, "id", "xid:commit" if value["status"] == "END" else "xid:lsn"


def split_position(text, kind):
    """The numbers inside, each with its kind; None when the text is not what it should be."""
    if kind == "sequence":
        kinds, texts = ("commit", "lsn"), (re.findall(r'"(\d+)"|(null)', text))
        texts = [number or None for number, _ in texts]
        well_formed = text == json.dumps(texts, separators=(",", ":"))
    else:
        kinds, texts = kind.split(":"), text.split(":")
        well_formed = all(t.isdigit() for t in texts)
    return list(zip(kinds, texts)) if well_formed and len(kinds) == len(texts) else None


def use_ranks(events):
    """Replaces positions and transaction ids by their rank among all those of the file, in place.

    Ends of transactions are ranked apart: whether one equals the position of the next change depends on what
    else the server wrote in between.
    """
    seen = {"lsn": set(), "commit": set(), "xid": set()}
    found = [(holder, field, split_position(str(holder[field]), kind))
             for event in events for holder, field, kind in positions(event)]
    for _, _, parts in found:
        for kind, text in parts or ():
            if text is not None:
                seen[kind].add(int(text))
    rank = {kind: {v: f"{kind}#{i}" for i, v in enumerate(sorted(values))} for kind, values in seen.items()}
    for holder, field, parts in found:
        if parts is not None:
            holder[field] = ":".join("null" if text is None else rank[kind][int(text)] for kind, text in parts)


# ------------------------------------------------------------------------------------------------ differences

MISSING = object()


def differences(a, b, path, rules, exact, out, limit=200):
    how = ignored(path, rules) if len(out) < limit else ALL
    if how == ALL:
        return
    if how == SHAPE and a is not MISSING and b is not MISSING:
        if shape(a, path[-1]) != shape(b, path[-1]):
            out.append((path, shape(a, path[-1]), shape(b, path[-1])))
        return
    if isinstance(a, dict) and isinstance(b, dict):
        for k in a:
            if k != "@line":
                differences(a[k], b.get(k, MISSING), path + (k,), rules, exact, out, limit)
        for k in b:
            if k not in a:
                differences(MISSING, b[k], path + (k,), rules, exact, out, limit)
        ka = [k for k in a if k in b and k != "@line"]
        kb = [k for k in b if k in a and k != "@line"]
        if exact and ka != kb:
            out.append((path, f"fields in order {','.join(ka)}", f"fields in order {','.join(kb)}"))
    elif isinstance(a, list) and isinstance(b, list):
        for i in range(max(len(a), len(b))):
            differences(a[i] if i < len(a) else MISSING, b[i] if i < len(b) else MISSING, path + (i,), rules, exact, out, limit)
    elif isinstance(a, Num) and isinstance(b, Num):
        if a != b or (exact and a.text != b.text):
            out.append((path, a.text, b.text))
    elif a is MISSING or b is MISSING or type(a) is not type(b) or a != b:
        out.append((path, render(a), render(b)))


def render(x, limit=300):
    if x is MISSING:
        return "(absent)"
    text = json.dumps(untext(x), ensure_ascii=False) if not isinstance(x, Num) else x.text
    return text if len(text) <= limit else text[:limit] + f"... ({len(text)} chars)"


def untext(x):
    if isinstance(x, Num):
        return float(x.value) if x.real else int(x.value)
    if isinstance(x, dict):
        return {k: untext(v) for k, v in x.items() if k != "@line"}
    if isinstance(x, list):
        return [untext(v) for v in x]
    return x


def canonical(x, path, rules, exact):
    """A string equal for two events when differences() finds nothing (the order of fields aside)."""
    if ignored(path, rules) == SHAPE:
        return shape(x, path[-1])
    if isinstance(x, dict):
        return "{" + ",".join(f"{json.dumps(k)}:{canonical(x[k], path + (k,), rules, exact)}" for k in sorted(x)
                              if k != "@line" and ignored(path + (k,), rules) != ALL) + "}"
    if isinstance(x, list):
        return "[" + ",".join(canonical(v, path + (i,), rules, exact) for i, v in enumerate(x)
                              if ignored(path + (i,), rules) != ALL) + "]"
    if isinstance(x, Num):
        return x.text if exact else ("r" if x.real else "i") + str(x.value.normalize())
    return json.dumps(x)


def label(event):
    value = body(event["value"])
    op = value.get("op") if isinstance(value, dict) else None
    key = body(event["key"])
    text = f"line {event['@line']}"
    if op:
        text += f" op={op}"
    elif event["value"] is None:
        text += " tombstone"
    if key is not None:
        text += " key=" + render(key, 120)
    return text


def squeeze(events, rules):
    """Heartbeats come by the clock: keep one of each run of equal ones."""
    kept, last = [], None
    for e in events:
        c = canonical(e, (), rules.for_event(e), rules.exact)
        if c != last:
            kept.append(e)
        last = c
    return kept


def compare(left, right, rules, args, report):
    by_topic = OrderedDict()
    for side, events in ((0, left), (1, right)):
        for e in events:
            topic = "*" if args.total_order else e["topic"]
            by_topic.setdefault(topic, ([], []))[side].append(e)
    total = dict(equal=0, different=0, missing=0, extra=0)
    for topic, (a, b) in by_topic.items():
        if not args.strict and HEARTBEAT_TOPIC.match(topic):
            a, b = squeeze(a, rules), squeeze(b, rules)
        ca = [canonical(e, (), rules.for_event(e), rules.exact) for e in a]
        cb = [canonical(e, (), rules.for_event(e), rules.exact) for e in b]
        pairs = []
        if len(a) == len(b):
            pairs = [(i, i) for i in range(len(a))]
        else:
            for tag, i1, i2, j1, j2 in difflib.SequenceMatcher(None, ca, cb, autojunk=False).get_opcodes():
                n = min(i2 - i1, j2 - j1)
                pairs += [(i1 + k, j1 + k) for k in range(n)]
                pairs += [(i, None) for i in range(i1 + n, i2)]
                pairs += [(None, j) for j in range(j1 + n, j2)]
        for i, j in pairs:
            if j is None:
                total["missing"] += 1
                report(f"{topic}: missing: left {label(a[i])}")
            elif i is None:
                total["extra"] += 1
                report(f"{topic}: extra: right {label(b[j])}")
            elif ca[i] == cb[j] and not rules.exact:
                total["equal"] += 1
            else:
                found = []
                both = tuple(r for r in rules.for_event(a[i]) if r in rules.for_event(b[j]))
                differences(a[i], b[j], (), both, rules.exact, found)
                if not found:
                    total["equal"] += 1
                    continue
                total["different"] += 1
                report(f"{topic}: different: left {label(a[i])} / right line {b[j]['@line']}")
                for path, x, y in found[:args.max_paths]:
                    report(f"    {show_path(path)}: {x} != {y}")
                if len(found) > args.max_paths:
                    report(f"    ... and {len(found) - args.max_paths} more paths")
    return total


def main():
    p = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    p.add_argument("left", help="the reference (the connector's events, or a recording)")
    p.add_argument("right", help="the output under test")
    p.add_argument("--ignore", action="append", default=[], metavar="PATH", help="also ignore this JSON path; may be repeated")
    p.add_argument("--ignore-topic", action="append", default=[], metavar="REGEX", help="leave out topics whose whole name matches")
    p.add_argument("--strict", action="store_true", help="ignore nothing but what --ignore names")
    p.add_argument("--exact", action="store_true", help="also compare number spelling and the order of object fields")
    p.add_argument("--recorded", action="store_true", help="left was recorded on another server: compare positions by rank, drop times")
    p.add_argument("--total-order", action="store_true", help="match over all topics together, not per topic")
    p.add_argument("--max-events", type=int, default=20, metavar="N", help="detail at most N events (default 20)")
    p.add_argument("--max-paths", type=int, default=20, metavar="N", help="list at most N paths per event (default 20)")
    p.add_argument("--quiet", action="store_true", help="print the summary only")
    args = p.parse_args()

    left, right = read_events(args.left), read_events(args.right)
    for pattern in args.ignore_topic:
        left, right = ([e for e in side if not re.fullmatch(pattern, e["topic"])] for side in (left, right))
    if not args.strict:
        for event in left + right:
            settle_collections(event)
    if args.recorded:
        use_ranks(left)
        use_ranks(right)
    rules = Rules(args)
    state = {"shown": 0, "hidden": 0}

    def report(text):
        head = not text.startswith("    ")
        if head:
            state["shown"] += 1
        if args.quiet or state["shown"] > args.max_events:
            state["hidden"] += head
            return
        print(text)

    total = compare(left, right, rules, args, report)
    if state["hidden"] and not args.quiet:
        print(f"... and {state['hidden']} more events")
    n = sum(total.values())
    print(f"{n} events compared, {total['equal']} equal, {total['different']} different, "
          f"{total['missing']} missing, {total['extra']} extra")
    return 0 if total["equal"] == n else 1


if __name__ == "__main__":
    sys.exit(main())
