internal import Pipeline

extension Failure.Kind {
  /// Which server a failure speaks of.
  enum Concern {
    case source, audit, kafka, either
  }

  /// The server that this kind of failure speaks of; `either` where only the failure's place tells.
  var concerns: Concern {
    switch self {
    case .sourceUnreachable, .walLevel, .slotMissing, .slotInUse, .slotInvalidated, .slotUnfit, .publicationMissing,
      .publicationIncomplete, .publicationFeedsItself, .gap, .offsetAhead, .wireStale, .malformedStream:
      .source
    case .auditUnreachable, .fenced, .auditSchemaNewer, .auditSchemaMissing, .auditBusy, .changeRefused: .audit
    case .kafkaUnreachable, .kafkaFailed, .eventRefused, .registryUnreachable, .registryRefused: .kafka
    case .authentication, .databaseMissing, .privilegeMissing, .foreignOffset, .serverError, .httpUnavailable,
      .outputFailed, .unexpected:
      .either
    }
  }
}
