internal import PGReplication

/// Schemas and conversions of dates, times, timestamps and intervals.
extension PlanChooser {
  func temporal(_ oid: UInt32) -> ColumnPlan? {
    switch oid {
    case TypeOID.date:
      ColumnPlan(dateSchema, .date(iso: settings.times == .isostring, quirks: settings.quirks), zero: dateZero)
    case TypeOID.time: time { .time($0) }
    case TypeOID.timestamp: timestamp { .timestamp($0) }
    case TypeOID.timestamptz:
      ColumnPlan(
        ConnectSchema(.string, name: "io.debezium.time.ZonedTimestamp", version: 1),
        .zonedTimestamp(digits: fractionDigits), zero: #""1970-01-01T00:00:00Z""#)
    case TypeOID.timetz:
      ColumnPlan(
        ConnectSchema(.string, name: "io.debezium.time.ZonedTime", version: 1), .zonedTime, zero: #""00:00:00Z""#)
    case TypeOID.interval:
      if settings.intervals == .string {
        ColumnPlan(
          ConnectSchema(.string, name: "io.debezium.time.Interval", version: 1), .interval(iso: true),
          zero: #""P0Y0M0DT0H0M0S""#)
      } else {
        ColumnPlan(
          ConnectSchema(.int64, name: "io.debezium.time.MicroDuration", version: 1), .interval(iso: false), zero: "0")
      }
    default: nil
    }
  }

  /// Elements of arrays, which Debezium sees as objects of the JDBC driver.
  func driverTemporal(_ oid: UInt32) -> ColumnPlan? {
    guard settings.quirks, var plan = temporal(oid) else { return nil }
    switch oid {
    case TypeOID.date: plan.conversion = .driverDate(iso: settings.times == .isostring)
    case TypeOID.time: plan = time { .driverTime($0) }
    case TypeOID.timestamp: plan = timestamp { .driverTimestamp($0) }
    case TypeOID.timestamptz: plan.conversion = .driverZonedTimestamp(digits: fractionDigits)
    case TypeOID.timetz: plan.conversion = .driverZonedTime
    default: break
    }
    return plan
  }

  /// As many digits as declared; with none declared as many as it takes.
  private var fractionDigits: Int? {
    let digits = size.scale ?? size.length
    return (1...9).contains(digits) ? digits : nil
  }

  private var dateZero: String { settings.times == .isostring ? #""1970-01-01Z""# : "0" }

  private var dateSchema: ConnectSchema {
    switch settings.times {
    case .isostring: ConnectSchema(.string, name: "io.debezium.time.IsoDate", version: 1)
    case .connect: ConnectSchema(.int32, name: "org.apache.kafka.connect.data.Date", version: 1)
    case .adaptive, .adaptiveTimeMicroseconds, .microseconds, .nanoseconds:
      ConnectSchema(.int32, name: "io.debezium.time.Date", version: 1)
    }
  }

  private func time(_ conversion: (Conversion.Unit) -> Conversion) -> ColumnPlan {
    func plan(_ kind: ConnectSchema.Kind, _ name: String, _ unit: Conversion.Unit, zero: String = "0") -> ColumnPlan {
      ColumnPlan(ConnectSchema(kind, name: name, version: 1), conversion(unit), zero: zero)
    }
    switch settings.times {
    case .isostring: return plan(.string, "io.debezium.time.IsoTime", .iso, zero: #""00:00:00Z""#)
    case .connect: return plan(.int32, "org.apache.kafka.connect.data.Time", .milliseconds)
    case .nanoseconds: return plan(.int64, "io.debezium.time.NanoTime", .nanoseconds)
    case .adaptive where (size.scale ?? -1) <= 3: return plan(.int32, "io.debezium.time.Time", .milliseconds)
    case .adaptive, .adaptiveTimeMicroseconds, .microseconds:
      return plan(.int64, "io.debezium.time.MicroTime", .microseconds)
    }
  }

  private func timestamp(_ conversion: (Conversion.Unit) -> Conversion) -> ColumnPlan {
    func plan(_ kind: ConnectSchema.Kind, _ name: String, _ unit: Conversion.Unit, zero: String = "0") -> ColumnPlan {
      ColumnPlan(ConnectSchema(kind, name: name, version: 1), conversion(unit), zero: zero)
    }
    switch settings.times {
    case .isostring: return plan(.string, "io.debezium.time.IsoTimestamp", .iso, zero: #""1970-01-01T00:00:00Z""#)
    case .connect: return plan(.int64, "org.apache.kafka.connect.data.Timestamp", .milliseconds)
    case .nanoseconds: return plan(.int64, "io.debezium.time.NanoTimestamp", .nanoseconds)
    case .adaptive where (size.scale ?? -1) <= 3, .adaptiveTimeMicroseconds where (size.scale ?? -1) <= 3:
      return plan(.int64, "io.debezium.time.Timestamp", .milliseconds)
    case .adaptive, .adaptiveTimeMicroseconds, .microseconds:
      return plan(.int64, "io.debezium.time.MicroTimestamp", .microseconds)
    }
  }
}
