internal import Decoder
internal import Events

extension WritePlan {
  /// A plan to write payloads of `schema`.
  /// - Parameters:
  ///   - own: the type made of the schema.
  ///   - written: the type to write; another one than `own` when it is the registry's latest.
  init(_ schema: ConnectSchema, own: AvroType, written: AvroType, _ settings: AvroSettings) throws(AvroError) {
    steps = [Step(operation: .skipped)]
    let step = try step(schema, own, written, settings)
    steps[0] = step
    if step.operation == .bytes, step.valueBranch < 0 { steps[0].operation = .plainBytes }
  }

  private mutating func add(
    _ schema: ConnectSchema, _ own: AvroType, _ written: AvroType, _ settings: AvroSettings
  ) throws(AvroError) -> Int32 {
    let index = steps.count
    steps.append(Step(operation: .skipped))
    steps[index] = try step(schema, own, written, settings)
    return Int32(index)
  }

  private mutating func step(
    _ schema: ConnectSchema, _ own: AvroType, _ written: AvroType, _ settings: AvroSettings
  ) throws(AvroError) -> Step {
    let own = own.value
    guard case .union(let branches) = written.shape else { return try value(schema, own, written, settings) }
    guard branches.count < 64, let branch = branches.firstIndex(where: { $0.name == own.name }) else {
      throw WritePlan.mismatch(own, written)
    }
    var step = try value(schema, own, branches[branch], settings)
    step.valueBranch = Int8(branch)
    step.nullBranch = Int8(branches.firstIndex { $0.name == "null" } ?? -1)
    return step
  }

  private mutating func value(
    _ schema: ConnectSchema, _ own: AvroType, _ written: AvroType, _ settings: AvroSettings
  ) throws(AvroError) -> Step {
    var step = Step(operation: .skipped)
    switch (own.shape, written.shape) {
    case (.int, .int): step.operation = .int
    case (.int, .long), (.long, .long): step.operation = .long
    case (.int, .float), (.long, .float), (.float, .float): step.operation = .float
    case (.int, .double), (.long, .double), (.float, .double), (.double, .double): step.operation = .double
    case (.boolean, .boolean): step.operation = .boolean
    case (.string, .string): step.operation = .string
    case (.bytes, .bytes): step.operation = .bytes
    case (.map(let mine), .map(let theirs)):
      step.operation = .map
      step.first = try add(schema.part(schema.values), mine, theirs, settings)
    case (.array(let mine), .array(let theirs)):
      guard schema.kind == .map else {
        step.operation = .array
        step.first = try add(schema.part(schema.values), mine, theirs, settings)
        break
      }
      step = try entries(schema, mine, theirs, settings)
    case (.record(_, let mine), .record(_, let theirs)):
      step = try record(schema, mine, theirs, settings)
    default: throw WritePlan.mismatch(own, written)
    }
    switch schema.kind {
    case .int8: step.bits = 8
    case .int16: step.bits = 16
    case .int32: step.bits = 32
    default: break
    }
    return step
  }

  private mutating func entries(
    _ schema: ConnectSchema, _ own: AvroType, _ written: AvroType, _ settings: AvroSettings
  ) throws(AvroError) -> Step {
    guard case .record(_, let mine) = own.shape, case .record(_, let theirs) = written.shape, mine.count == 2,
      theirs.map(\.name) == mine.map(\.name)
    else { throw WritePlan.mismatch(own, written) }
    let keys = try schema.part(schema.keys)
    let first = Int32(steps.count)
    steps += [Step(operation: .skipped), Step(operation: .skipped)]
    let key = try step(keys, mine[0].type, theirs[0].type, settings)
    let value = try step(schema.part(schema.values), mine[1].type, theirs[1].type, settings)
    steps[Int(first)] = key
    steps[Int(first) + 1] = value
    return Step(operation: keys.kind == .string ? .objectEntries : .pairEntries, first: first)
  }

  private mutating func record(
    _ schema: ConnectSchema, _ own: [AvroType.Field], _ written: [AvroType.Field], _ settings: AvroSettings
  ) throws(AvroError) -> Step {
    // Two records of Connect may share one of Avro, the first of that name.
    let names = schema.fields.map { settings.scrubInvalidNames ? AvroName.scrubbed($0.name) : $0.name }
    guard own.map(\.name) == names, written.map(\.name) == Array(names.prefix(written.count)) else {
      throw AvroError(
        .schema,
        "the members of \(schema.name ?? "a record") are not those of the schema that it has to be written with",
        advice: "register the table's schema, or set use.latest.version to false")
    }
    let first = members.count
    members += [Member](repeating: Member(name: 0..<0, step: 0), count: names.count)
    for (index, field) in schema.fields.enumerated() {
      var text = OutputBuffer(capacity: 64)
      text.append(UInt8(ascii: index == 0 ? "{" : ","))
      text.appendJSONString(field.name)
      text.append(UInt8(ascii: ":"))
      var member = Member(name: add(text), step: 0)
      if index < written.count {
        member.step = try add(field.schema, own[index].type, written[index].type, settings)
        if field.schema.hasDefault, let value = field.schema.defaultText {
          var standIn = OutputBuffer(capacity: 64)
          var transcoder = Transcoder(self, PayloadReader(value.span.bytes))
          try transcoder.value(member.step, to: &standIn)
          member.standIn = add(standIn)
        }
      } else {
        member.step = Int32(steps.count)
        steps.append(Step(operation: .skipped))
      }
      members[first + index] = member
    }
    return Step(operation: .record, first: Int32(first), count: Int32(names.count))
  }

  private mutating func add(_ text: borrowing OutputBuffer) -> Range<Int32> {
    let start = Int32(bytes.count)
    text.withUnsafeBytes { bytes.append(contentsOf: $0) }
    return start..<Int32(bytes.count)
  }

  private static func mismatch(_ own: AvroType, _ written: AvroType) -> AvroError {
    AvroError(
      .schema, "a value of type \(own.name) cannot be written as the registered \(written.name)",
      advice: "register the table's schema, or set use.latest.version to false")
  }
}

extension AvroType {
  /// The type of what is not null.
  fileprivate var value: AvroType {
    guard case .union(let branches) = shape else { return self }
    return branches.first { $0.name != "null" } ?? self
  }
}
