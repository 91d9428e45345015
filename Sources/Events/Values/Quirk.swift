/// A value that Debezium gets wrong, or that its two readers see differently: imitated unless `compat.debezium.quirks` is
/// false.
public struct Quirk: Sendable, Hashable {
  /// What it is about.
  public let name: String
  /// What Debezium writes.
  public let debezium: String
  /// What is written without quirks.
  public let without: String

  /// All of them, as the documentation lists them.
  public static let all: [Quirk] = [
    Quirk(
      name: "date in snapshots",
      debezium: "the era is lost (44 BC becomes AD 44), the ten days left out in October 1582 are counted on, "
        + "infinity is another number than in the stream",
      without: "as in the stream"),
    Quirk(
      name: "name", debezium: "its value in snapshots, null (or \"\" in a NOT NULL column) in the stream",
      without: "its value"),
    Quirk(
      name: "arrays of date, time, timestamp",
      debezium: "time[] loses microseconds and 24:00, timetz[] the fraction, date[] and timestamptz[] the era, "
        + "timestamp[] before 1582 is shifted by the difference of calendars",
      without: "elements are converted like columns of their type"),
    Quirk(
      name: "bit(n)[]", debezium: "schema of one bit string, value always null", without: "an array of bit strings"),
    Quirk(name: "int2vector, oidvector", debezium: "an empty array", without: "their numbers"),
    Quirk(
      name: "NULL in arrays of enums, tsvector, isbn, unknown types and ltree",
      debezium: "the whole array becomes null", without: "the element is null, which the schema allows"),
    Quirk(
      name: "NaN and infinities in numeric[]", debezium: "the whole array becomes null in every decimal.handling.mode",
      without: "as in a column of its own"),
    Quirk(
      name: "numeric with a negative scale", debezium: "scale 2046 for numeric(4,-2), values padded accordingly",
      without: "scale 0"),
    Quirk(
      name: "defaults that are expressions",
      debezium: "guessed: now() is 1970, any other function 0 or \"\", 'a' || 'b' is \"a\"", without: "no default"),
    Quirk(
      name: "defaults at the limits",
      debezium: "infinity is Java's last moment, overflowing; 24:00 is 23:59:59.999999; an enum's '' stays doubled",
      without: "what the same value gives"),
    Quirk(
      name: "include.schema.comments", debezium: "column comments are not read",
      without: "they are the fields' documentation"),
    Quirk(
      name: "unchanged TOAST value with binary.handling.mode=base64", debezium: "bytea becomes null",
      without: "the placeholder in base64"),
  ]
}
