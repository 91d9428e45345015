import ServerKit

/// What happens to the program, its servers and their connections: by seed alone, so that it can be done again.
struct CrashPlan: Sendable {
  enum Side: String, CaseIterable, Sendable {
    case source, audit
  }

  enum Fault: Sendable, CustomStringConvertible {
    /// SIGKILL.
    case kill
    /// SIGTERM, which the program obeys.
    case terminate
    /// Death at a failpoint, at its n-th passing; SIGKILL where there are none, or when it is not passed soon.
    case failpoint(String, Int)
    /// SIGSTOP until another instance has taken over, then SIGCONT; the other one is killed next, or the sleeper.
    case pause(keepsSleeper: Bool)
    /// The program's sessions are ended by the server.
    case backends(Side)
    /// The writers' sessions are ended by the server.
    case writers
    /// A server ends and starts again.
    case server(Side, PostgresServer.StopMode)
    /// All connections are reset.
    case reset(Side)
    /// Each connection is reset in the midst of a message.
    case cut(Side, bytes: Int)
    /// The network swallows everything for a while, and tells nobody.
    case stall(Side, Duration)

    /// The kind, for counting.
    var kind: String {
      switch self {
      case .kill: "SIGKILL"
      case .terminate: "SIGTERM"
      case .failpoint: "failpoint"
      case .pause: "SIGSTOP"
      case .backends(let side): "\(side) backends"
      case .writers: "writers' backends"
      case .server(let side, .immediate): "\(side) crash"
      case .server(let side, _): "\(side) restart"
      case .reset(let side): "\(side) reset"
      case .cut(let side, _): "\(side) cut"
      case .stall(let side, _): "\(side) stall"
      }
    }

    var description: String {
      switch self {
      case .failpoint(let name, let passing): "failpoint \(name):\(passing)"
      case .pause(let keepsSleeper): "SIGSTOP, then the \(keepsSleeper ? "other" : "sleeper") is killed"
      case .cut(_, let bytes): "\(kind) after \(bytes) bytes"
      case .stall(_, let duration): "\(kind) \(duration)"
      default: kind
      }
    }
  }

  struct Step: Sendable {
    /// How long the program has worked since the step before.
    let after: Duration
    let fault: Fault
  }

  let steps: [Step]

  /// A plan of so many faults. Each fifty hold each kind at least once.
  init(seed: UInt64, faults: Int) {
    var random = SeededRandom(seed)
    var steps: [Step] = []
    while steps.count < faults {
      for fault in Self.deck(&random).shuffled(using: &random) {
        // Now and then long enough for a large transaction.
        let isLong = Int.random(in: 0..<15, using: &random) == 0
        let pause = Int.random(in: isLong ? 1000...3000 : 20...600, using: &random)
        steps.append(Step(after: .milliseconds(pause), fault: fault))
      }
    }
    self.steps = Array(steps.prefix(faults))
  }

  /// Places that a stream goes through, and how often at most before the end.
  private static let places = [
    ("slot-held", 1), ("after-claim", 1), ("mid-transaction", 3), ("after-copy", 20), ("before-commit", 30),
    ("after-commit", 30), ("before-confirm", 30), ("after-confirm", 30),
  ]

  /// Fifty faults.
  private static func deck(_ random: inout SeededRandom) -> [Fault] {
    var deck = [Fault](repeating: .kill, count: 16)
    for _ in 0..<8 {
      let (name, most) = places[Int.random(in: 0..<places.count, using: &random)]
      deck.append(.failpoint(name, Int.random(in: 1...most, using: &random)))
    }
    deck += [.terminate, .terminate, .pause(keepsSleeper: Bool.random(using: &random)), .writers, .writers]
    for side in Side.allCases {
      deck += [.backends(side), .backends(side), .backends(side), .server(side, .immediate), .server(side, .fast)]
      deck += [.reset(side), .reset(side)]
      deck.append(.cut(side, bytes: Int.random(in: 1...200_000, using: &random)))
      deck.append(.stall(side, .milliseconds(Int.random(in: 100...2500, using: &random))))
    }
    deck.append(.cut(random.next() % 2 == 0 ? .source : .audit, bytes: Int.random(in: 1...2000, using: &random)))
    deck.append(.kill)
    return deck + [Fault](repeating: .kill, count: max(0, 50 - deck.count))
  }
}
