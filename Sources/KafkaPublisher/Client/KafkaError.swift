internal import CLibrdkafka
public import Pipeline

/// What brokers or librdkafka answered: what failed, where, and what may be done about it.
///
/// Source: librdkafka's `rd_kafka_resp_err_t`; the Kafka protocol's error codes.
public struct KafkaError: Error, Hashable, Sendable, CustomStringConvertible {
  /// What a failure means for whoever called.
  public enum Code: String, Sendable {
    /// librdkafka is not there.
    case library
    /// A setting that it does not take.
    case configuration
    /// No broker answers, or not in time.
    case unreachable
    /// The brokers do not accept who we are.
    case authentication
    /// They do not allow what we ask.
    case authorization
    /// A topic that does not exist and may not be made.
    case topicMissing
    /// One record that no broker will ever take.
    case recordRefused
    /// Another producer has our transactional id.
    case fenced
    /// The transaction is lost, and can be begun again.
    case transactionAborted
    /// Anything else; it may be tried again with a new producer.
    case other
  }

  /// What it means.
  public let code: Code
  /// librdkafka's name of the error, for example `MSG_SIZE_TOO_LARGE`; empty where it is none of its.
  public let name: String
  /// What failed, in one sentence without its full stop; without record data.
  public let what: String
  /// Which topic, brokers or setting.
  public let place: String
  /// Whether the producer cannot be used any more.
  public let isFatal: Bool
  /// Whether the same call may be made again.
  public let isRetriable: Bool
  /// Whether the open transaction has to be aborted.
  public let requiresAbort: Bool

  init(
    _ code: Code, name: String = "", _ what: String, at place: String, isFatal: Bool = false, isRetriable: Bool = false,
    requiresAbort: Bool = false
  ) {
    self.code = code
    self.name = name
    self.what = what
    self.place = place
    self.isFatal = isFatal
    self.isRetriable = isRetriable
    self.requiresAbort = requiresAbort
  }

  /// Whether it is about size alone.
  var isTooLarge: Bool { name == "MSG_SIZE_TOO_LARGE" }

  /// Name, words and place.
  public var description: String { "\(name.isEmpty ? code.rawValue : name): \(what) (\(place))" }

  /// What it means for the program.
  public var failure: Failure {
    switch code {
    case .library, .configuration, .authentication, .authorization, .topicMissing:
      Failure(.kafkaFailed, what, at: place, advice: advice)
    case .recordRefused: Failure(.eventRefused, what, at: place)
    case .fenced:
      Failure(
        .fenced, what, at: place,
        advice:
          "nothing, if another instance is meant to run; otherwise give each its own kafka.transactional.id, or raise "
          + "kafka.producer.transaction.timeout.ms above the longest transaction or snapshot")
    case .unreachable, .transactionAborted, .other: Failure(.kafkaUnreachable, what, at: place)
    }
  }

  private var advice: String? {
    switch code {
    case .library: "install librdkafka (apt-get install librdkafka1), or name it in kafka.library"
    case .configuration: "see librdkafka's CONFIGURATION.md for what kafka.producer.* takes"
    case .authentication:
      "check kafka.producer.security.protocol, sasl.* and ssl.*; for SCRAM, Kafka 4 needs librdkafka 2.6.1 or later, which "
        + "kafka.library may name"
    case .authorization: "run cdc-direct check, and grant what it names"
    case .topicMissing: "create the topic, or set topic.creation.default.partitions and .replication.factor"
    case .unreachable, .recordRefused, .fenced, .transactionAborted, .other: nil
    }
  }
}

extension KafkaError.Code {
  /// What one of librdkafka's codes means.
  init(_ error: rd_kafka_resp_err_t) {
    switch error {
    case RD_KAFKA_RESP_ERR__INVALID_ARG, RD_KAFKA_RESP_ERR__NOT_IMPLEMENTED, RD_KAFKA_RESP_ERR__UNSUPPORTED_FEATURE,
      RD_KAFKA_RESP_ERR_INVALID_REPLICATION_FACTOR, RD_KAFKA_RESP_ERR_INVALID_PARTITIONS,
      RD_KAFKA_RESP_ERR_INVALID_CONFIG, RD_KAFKA_RESP_ERR_POLICY_VIOLATION, RD_KAFKA_RESP_ERR_INVALID_REQUIRED_ACKS,
      RD_KAFKA_RESP_ERR_INVALID_TRANSACTION_TIMEOUT:
      self = .configuration
    case RD_KAFKA_RESP_ERR__AUTHENTICATION, RD_KAFKA_RESP_ERR_SASL_AUTHENTICATION_FAILED, RD_KAFKA_RESP_ERR__SSL,
      RD_KAFKA_RESP_ERR_UNSUPPORTED_SASL_MECHANISM, RD_KAFKA_RESP_ERR_ILLEGAL_SASL_STATE:
      self = .authentication
    case RD_KAFKA_RESP_ERR_TOPIC_AUTHORIZATION_FAILED, RD_KAFKA_RESP_ERR_CLUSTER_AUTHORIZATION_FAILED,
      RD_KAFKA_RESP_ERR_TRANSACTIONAL_ID_AUTHORIZATION_FAILED, RD_KAFKA_RESP_ERR_GROUP_AUTHORIZATION_FAILED:
      self = .authorization
    case RD_KAFKA_RESP_ERR_MSG_SIZE_TOO_LARGE, RD_KAFKA_RESP_ERR_INVALID_MSG, RD_KAFKA_RESP_ERR_INVALID_MSG_SIZE,
      RD_KAFKA_RESP_ERR_TOPIC_EXCEPTION, RD_KAFKA_RESP_ERR_RECORD_LIST_TOO_LARGE, RD_KAFKA_RESP_ERR_INVALID_RECORD,
      RD_KAFKA_RESP_ERR__UNKNOWN_PARTITION, RD_KAFKA_RESP_ERR_INVALID_TIMESTAMP:
      self = .recordRefused
    case RD_KAFKA_RESP_ERR_UNKNOWN_TOPIC_OR_PART, RD_KAFKA_RESP_ERR__UNKNOWN_TOPIC: self = .topicMissing
    case RD_KAFKA_RESP_ERR__FENCED, RD_KAFKA_RESP_ERR_PRODUCER_FENCED, RD_KAFKA_RESP_ERR_INVALID_PRODUCER_EPOCH:
      self = .fenced
    case RD_KAFKA_RESP_ERR__TIMED_OUT, RD_KAFKA_RESP_ERR__MSG_TIMED_OUT, RD_KAFKA_RESP_ERR__TRANSPORT,
      RD_KAFKA_RESP_ERR__ALL_BROKERS_DOWN, RD_KAFKA_RESP_ERR__RESOLVE, RD_KAFKA_RESP_ERR__TIMED_OUT_QUEUE:
      self = .unreachable
    default: self = .other
    }
  }
}

extension Librdkafka {
  /// An error by its code.
  func error(_ code: rd_kafka_resp_err_t, _ doing: String, at place: String, isFatal: Bool = false) -> KafkaError {
    let words = Librdkafka.text(call.rd_kafka_err2str(code))
    return KafkaError(
      KafkaError.Code(code), name: name(code), "\(doing): \(words)", at: place, isFatal: isFatal)
  }

  /// For example `MSG_SIZE_TOO_LARGE`.
  func name(_ code: rd_kafka_resp_err_t) -> String { Librdkafka.text(call.rd_kafka_err2name(code)) }

  /// Takes an error object, which is freed; nil for none.
  func take(_ error: OpaquePointer?, _ doing: String, at place: String) -> KafkaError? {
    guard let error = error else { return nil }
    defer { call.rd_kafka_error_destroy(error) }
    let code = call.rd_kafka_error_code(error)
    let (fatal, retriable, abort) = (
      call.rd_kafka_error_is_fatal(error) != 0, call.rd_kafka_error_is_retriable(error) != 0,
      call.rd_kafka_error_txn_requires_abort(error) != 0
    )
    var meaning = KafkaError.Code(code)
    if abort, meaning != .recordRefused, meaning != .authorization { meaning = .transactionAborted }
    return KafkaError(
      meaning, name: name(code), "\(doing): \(Librdkafka.text(call.rd_kafka_error_string(error)))", at: place,
      isFatal: fatal, isRetriable: retriable, requiresAbort: abort)
  }
}
