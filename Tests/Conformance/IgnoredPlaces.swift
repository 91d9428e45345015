/// Which places below the one that a comparison has reached do not count, and how far.
///
/// It goes down an event with the comparison and forgets the rules that cannot match any more. The converter's
/// envelope makes no difference to a rule: `$.value.x` means `$.value.payload.x` too.
struct IgnoredPlaces: Sendable {
  /// How far a place does not count.
  enum Extent: Int, Sendable {
    /// It counts.
    case nothing
    /// Its value may differ, its kind may not: null, text, whole number; the number of digits, and so the unit, of times.
    case value
    /// It may even be missing.
    case all
  }

  struct Rule: Hashable, Sendable {
    let path: JSONPath
    let extent: Extent
  }

  private struct Open: Hashable, Sendable {
    var rest: ArraySlice<String>
    let extent: Extent
  }

  /// How far the place itself does not count.
  private(set) var extent = Extent.nothing
  private var open: Set<Open>
  private var depth = 0
  private var part = ""

  init(_ rules: [Rule]) {
    open = []
    for rule in rules { add(Open(rest: rule.path.steps[...], extent: rule.extent)) }
  }

  /// The places inside the member or element of that name.
  func inside(_ step: @autoclosure () -> String) -> IgnoredPlaces {
    var inner = self
    inner.depth += 1
    if open.isEmpty && depth > 1 { return inner }
    let step = step()
    if depth == 0 { inner.part = step }
    // Inside the envelope both readings of a rule go on.
    let isEnvelope =
      step == "payload" && (depth == 1 && (part == "key" || part == "value") || depth == 2 && part == "headers")
    inner.open = isEnvelope ? open : []
    for rule in open {
      if rule.rest.first == "**" {
        inner.add(rule)
      } else if let head = rule.rest.first, head == "*" || head == step {
        inner.add(Open(rest: rule.rest.dropFirst(), extent: rule.extent))
      }
    }
    return inner
  }

  private mutating func add(_ rule: Open) {
    if rule.rest.isEmpty {
      if rule.extent.rawValue > extent.rawValue { extent = rule.extent }
      return
    }
    open.insert(rule)
    if rule.rest.first == "**" { add(Open(rest: rule.rest.dropFirst(), extent: rule.extent)) }
  }
}
