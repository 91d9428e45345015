/// A key of Debezium's that both the trail and events honour, unless `events` says otherwise.
func honoured(
  _ group: Key.Group, _ name: String, _ kind: Key.Kind, _ defaultText: String, _ meaning: String,
  events: Key.Support = .honoured
) -> Key {
  Key(name, kind, defaultText, group, meaning, trail: .honoured, events: events)
}

/// The same for a key that Debezium does not know.
func ours(
  _ group: Key.Group, _ name: String, _ kind: Key.Kind, _ defaultText: String, _ meaning: String,
  trail: Key.Support = .honoured, events: Key.Support = .honoured
) -> Key {
  Key(name, kind, defaultText, group, meaning, trail: trail, events: events, isOurs: true)
}

/// A key of Debezium's that events honour, if need be where something else is so, and the trail does not.
func forEvents(
  _ group: Key.Group, _ name: String, _ kind: Key.Kind, _ defaultText: String, _ meaning: String, trail: Key.Support,
  events: Key.Support = .honoured
) -> Key {
  Key(name, kind, defaultText, group, meaning, trail: trail, events: events)
}

/// A key of Debezium's that neither honours.
func noMeaning(
  _ name: String, _ kind: Key.Kind, _ defaultText: String, _ reason: String, events: Key.Support? = nil
) -> Key {
  Key(
    name, kind, defaultText, .debezium, reason, trail: .noMeaning(reason), events: events ?? .noMeaning(reason))
}

/// A key that is turned down for both.
func refused(_ name: String, _ kind: Key.Kind, _ defaultText: String, _ reason: String) -> Key {
  Key(name, kind, defaultText, .debezium, reason, trail: .refused(reason), events: .refused(reason))
}

/// A key that is turned down for both until something else is there.
func later(_ name: String, _ kind: Key.Kind, _ defaultText: String, _ reason: String) -> Key {
  Key(name, kind, defaultText, .debezium, reason, trail: .later(reason), events: .later(reason))
}
