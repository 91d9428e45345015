internal import AuditStore
internal import Operations
internal import PGReplication
internal import Pipeline
internal import WAL

/// A status for people and for programs.
struct StatusText {
  private let reading: StatusReading
  private let source: SourceSettings
  private let schema: String
  private let phase: String?

  init(_ reading: StatusReading, source: SourceSettings, schema: String, phase: String?) {
    self.reading = reading
    self.source = source
    self.schema = schema
    self.phase = phase
  }

  // MARK: For people

  /// Names and values, one a line.
  var text: String {
    let lines = sourceLines + slotLines + auditLines + lagLines
    return lines.map { name, value in
      name + String(repeating: " ", count: max(1, 20 - name.count)) + value
    }.joined(separator: "\n")
  }

  private var sourceLines: [(String, String)] {
    guard let side = reading.source else { return [("source", "unreachable (\(source.conninfo.endpoint))")] }
    var lines = [
      ("source", side.endpoint), ("system", "\(side.system), timeline \(side.timeline), database \(side.database)"),
    ]
    if let end = side.reading.flushed { lines.append(("log ends at", "\(end)")) }
    return lines
  }

  private var slotLines: [(String, String)] {
    guard let side = reading.source else { return [] }
    guard let slot = side.reading.slot else { return [("slot", "\(source.slot) does not exist")] }
    var lines = [("slot", "\(slot.name), \(slot.isActive ? "being read" : "nobody reads it")")]
    if let confirmed = slot.confirmed { lines.append(("confirmed", "\(confirmed)")) }
    let status =
      slot.isInvalidated ? "lost (\(slot.invalidationReason ?? "wal_removed"))" : slot.walStatus?.rawValue ?? ""
    lines.append(("wal_status", status))
    if let bytes = side.reading.retainedBytes { lines.append(("log retained", ByteText.text(bytes))) }
    if !slot.isInvalidated {
      lines.append(("safe_wal_size", slot.safeBytes.map { ByteText.text(UInt64(clamping: $0)) } ?? "unlimited"))
    }
    lines.append(("invalidation", invalidation(side.reading)))
    return lines
  }

  private func invalidation(_ reading: SourceReading) -> String {
    guard let seconds = reading.secondsUntilInvalidation else { return "unknown" }
    if reading.slot?.isInvalidated == true { return "has happened" }
    guard reading.slot?.safeBytes != nil else { return "never; the log can fill the source's disk instead" }
    guard seconds.isFinite else { return "not in sight: the source writes no log now" }
    return "in \(ByteText.duration(seconds)) at the present pace if nothing were confirmed"
  }

  private var auditLines: [(String, String)] {
    guard let side = reading.audit else { return [("audit", "unreachable or without schema \(schema)")] }
    var lines = [("audit", "\(side.endpoint), schema \(schema)")]
    if let offset = side.offset {
      let moved = offset.position == nil ? "" : ", moved \(offset.updatedAt)"
      lines.append(("offset", (offset.position.map { "\($0)" } ?? "none stored yet") + moved))
      let holder = offset.holder.map { ", held by \($0) since \(offset.heldSince ?? "?")" } ?? ""
      lines.append(("epoch", "\(offset.epoch)\(holder)"))
    } else {
      lines.append(("offset", "none stored yet"))
    }
    lines.append(("gaps", side.gaps == 0 ? "none" : "\(side.gaps), see cdc-direct audit gaps"))
    lines.append(("open errors", side.openErrors == 0 ? "none" : "\(side.openErrors), see cdc-direct errors list"))
    return lines
  }

  private var lagLines: [(String, String)] {
    var lines: [(String, String)] = []
    if let bytes = reading.lagBytes { lines.append(("lag", lag(bytes))) }
    if let phase { lines.append(("instance", phase)) }
    return lines
  }

  private func lag(_ bytes: UInt64) -> String {
    guard bytes > 0, let seconds = reading.lagSeconds else { return ByteText.text(bytes) }
    let bound = reading.source?.flushLag == nil ? "at most " : ""
    return "\(ByteText.text(bytes)), \(bound)\(ByteText.duration(seconds))"
  }

  // MARK: For programs

  /// The report that `/status` gives too, with what the audit database adds.
  struct JSON: Encodable {
    let report: StatusReport
    let audit: Audit?

    /// What the audit database adds.
    struct Audit: Encodable {
      let sourceId: Int32?
      let epoch: Int64?
      let holder: String?
      let heldSince: String?
      let offsetMovedAt: String?
      let gaps: Int64
      let openErrors: Int64
    }

    private enum CodingKeys: CodingKey { case audit }

    func encode(to encoder: any Encoder) throws {
      try report.encode(to: encoder)
      var container = encoder.container(keyedBy: CodingKeys.self)
      try container.encodeIfPresent(audit, forKey: .audit)
    }
  }

  /// The status for programs.
  var json: JSON {
    let side = reading.source
    let offset = reading.audit?.offset
    var report = StatusReport(
      positions: StatusReport.Positions(
        sourceEnd: side?.reading.flushed, durable: offset?.position, confirmed: side?.reading.slot?.confirmed),
      lag: StatusReport.Lag(
        bytes: reading.lagBytes, seconds: reading.lagSeconds, isCaughtUp: reading.lagBytes.map { $0 == 0 }),
      source: side.map {
        StatusReport.Source(
          SourceIdentity(
            system: UInt64($0.system) ?? 0, timeline: $0.timeline, database: $0.database, slot: source.slot))
      }, slot: side.flatMap { SlotStatus($0.reading) })
    report.phase = phase
    return JSON(
      report: report,
      audit: reading.audit.map {
        JSON.Audit(
          sourceId: offset?.sourceID, epoch: offset?.epoch, holder: offset?.holder, heldSince: offset?.heldSince,
          offsetMovedAt: offset?.updatedAt, gaps: $0.gaps, openErrors: $0.openErrors)
      })
  }
}
