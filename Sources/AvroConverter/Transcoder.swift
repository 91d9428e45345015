internal import Decoder
internal import Events

extension WritePlan {
  /// Adds a payload's binary form.
  func append(_ json: RawSpan, to buffer: inout OutputBuffer) throws(AvroError) {
    var transcoder = Transcoder(self, PayloadReader(json))
    try transcoder.run(to: &buffer)
  }
}

/// Follows a plan along a payload.
struct Transcoder: ~Escapable {
  private let steps: Span<WritePlan.Step>
  private let members: Span<WritePlan.Member>
  private let bytes: RawSpan
  private var json: PayloadReader

  @_lifetime(borrow plan, copy json)
  init(_ plan: borrowing WritePlan, _ json: PayloadReader) {
    steps = plan.steps.span
    members = plan.members.span
    bytes = plan.bytes.span.bytes
    self.json = json
  }

  /// Adds the whole payload.
  mutating func run(to buffer: inout OutputBuffer) throws(AvroError) {
    try value(0, to: &buffer)
    guard json.place == json.text.byteCount else { throw json.expected("the end") }
  }

  /// Adds a value.
  mutating func value(_ index: Int32, to buffer: inout OutputBuffer) throws(AvroError) {
    let step = steps[Int(index)]
    if step.valueBranch >= 0 {
      if step.nullBranch >= 0, json.next == UInt8(ascii: "n"), json.skip("null") {
        buffer.append(UInt8(step.nullBranch) &<< 1)
        return
      }
      buffer.append(UInt8(step.valueBranch) &<< 1)
    }
    switch step.operation {
    case .string: try text(to: &buffer)
    case .int, .long:
      let number = try json.integer()
      let unused = 64 &- Int64(step.bits)
      guard (number << unused) >> unused == number else {
        throw json.expected("a number of \(step.bits) bits before this")
      }
      buffer.appendAvro(number)
    case .record: try record(step, to: &buffer)
    case .boolean: buffer.append(try json.boolean() ? 1 : 0)
    case .double: buffer.appendAvro(try json.double())
    case .float: buffer.appendAvro(try json.single())
    case .bytes: try json.appendBase64(isCounted: true, to: &buffer)
    case .plainBytes: try json.appendBase64(isCounted: false, to: &buffer)
    case .array: try array(step, to: &buffer)
    case .map: try map(step, to: &buffer)
    case .objectEntries: try objectEntries(step, to: &buffer)
    case .pairEntries: try pairEntries(step, to: &buffer)
    case .skipped: try json.skipValue()
    }
  }

  @inline(__always)
  private mutating func text(to buffer: inout OutputBuffer) throws(AvroError) {
    let string = try json.string()
    buffer.appendAvro(Int64(string.count))
    json.append(string, to: &buffer)
  }

  private mutating func record(_ step: WritePlan.Step, to buffer: inout OutputBuffer) throws(AvroError) {
    let first = Int(step.first)
    if step.count == 0 { try json.take(UInt8(ascii: "{")) }
    for index in first..<(first &+ Int(step.count)) {
      let member = members[index]
      guard json.skip(bytes, member.name.indices) else { throw missing(member) }
      if json.next == UInt8(ascii: "n"), !member.standIn.isEmpty, json.skip("null") {
        buffer.append(bytes.extracting(member.standIn.indices))
      } else {
        try value(member.step, to: &buffer)
      }
    }
    try json.take(UInt8(ascii: "}"))
  }

  @inline(never)
  private func missing(_ member: WritePlan.Member) -> AvroError {
    let name = bytes.extracting(member.name.indices).withUnsafeBytes { String(decoding: $0, as: UTF8.self) }
    return json.expected("\(name)")
  }

  private mutating func array(_ step: WritePlan.Step, to buffer: inout OutputBuffer) throws(AvroError) {
    try json.take(UInt8(ascii: "["))
    let count = try json.count()
    if count > 0 { buffer.appendAvro(Int64(count)) }
    for index in 0..<count {
      if index > 0 { try json.take(UInt8(ascii: ",")) }
      try value(step.first, to: &buffer)
    }
    try json.take(UInt8(ascii: "]"))
    buffer.append(0)
  }

  /// Adds a map's entries in the order in which Java's map gives them out.
  private mutating func map(_ step: WritePlan.Step, to buffer: inout OutputBuffer) throws(AvroError) {
    let (places, hashes) = try entries()
    let end = json.place
    if !places.isEmpty { buffer.appendAvro(Int64(places.count)) }
    for index in JavaHashOrder.order(hashes) {
      json.place = places[index]
      try text(to: &buffer)
      try json.take(UInt8(ascii: ":"))
      try value(step.first, to: &buffer)
    }
    json.place = end
    buffer.append(0)
  }

  private mutating func objectEntries(_ step: WritePlan.Step, to buffer: inout OutputBuffer) throws(AvroError) {
    let (places, _) = try entries()
    let end = json.place
    if !places.isEmpty { buffer.appendAvro(Int64(places.count)) }
    for place in places {
      json.place = place
      try value(step.first, to: &buffer)
      try json.take(UInt8(ascii: ":"))
      try value(step.first &+ 1, to: &buffer)
    }
    json.place = end
    buffer.append(0)
  }

  /// Where the members of an object begin, and Java's hashes of their names; steps over the object.
  private mutating func entries() throws(AvroError) -> (places: [Int], hashes: [Int32]) {
    try json.take(UInt8(ascii: "{"))
    var places: [Int] = []
    var hashes: [Int32] = []
    if json.skip(UInt8(ascii: "}")) { return (places, hashes) }
    repeat {
      places.append(json.place)
      hashes.append(JavaHashOrder.hash(json.copy(try json.string())))
      try json.take(UInt8(ascii: ":"))
      try json.skipValue()
    } while json.skip(UInt8(ascii: ","))
    try json.take(UInt8(ascii: "}"))
    return (places, hashes)
  }

  private mutating func pairEntries(_ step: WritePlan.Step, to buffer: inout OutputBuffer) throws(AvroError) {
    try json.take(UInt8(ascii: "["))
    let count = try json.count()
    if count > 0 { buffer.appendAvro(Int64(count)) }
    for index in 0..<count {
      if index > 0 { try json.take(UInt8(ascii: ",")) }
      try json.take(UInt8(ascii: "["))
      try value(step.first, to: &buffer)
      try json.take(UInt8(ascii: ","))
      try value(step.first &+ 1, to: &buffer)
      try json.take(UInt8(ascii: "]"))
    }
    try json.take(UInt8(ascii: "]"))
    buffer.append(0)
  }
}
