internal import AuditStore
internal import Decoder
@testable internal import PGReplication
@testable internal import Pipeline
internal import WAL

extension Target {
  /// What `PQgetCopyData` hands out, frame by frame: headers, keepalives, and messages through `StreamDecoder`,
  /// those of transactions in progress too.
  static func frames(_ input: UnsafeRawBufferPointer) {
    var decoder = StreamDecoder(
      encoder: AuditEncoder(sourceID: 1), capture: Selection(),
      policy: BatchPolicy(maxChanges: 4, maxBytes: 256, maxDelay: .seconds(3600), bufferBytes: 4096),
      offset: LSN(0x1000), takesInProgress: true)
    var batch = FrameBatch()
    parts(input) { frame in
      do { try frame.withUnsafeBytes { try batch.append($0) } } catch is StreamError { return } catch {
        fatalError("not an error of the stream: \(error)")
      }
    }
    _ = (batch.received, batch.serverWALEnd, batch.replyRequested)
    var index = 0
    do {
      while let pause = try decoder.step(batch, from: &index) {
        switch pause {
        case .relation(let relation): decoder.insert(Selection().plan(relation, detail: .unknown), .none)
        case .bufferFull: _ = decoder.exchange(for: EncodedBatch(capacity: 0))
        case .commitDue:
          if decoder.hasPending { _ = decoder.exchange(for: EncodedBatch(capacity: 0)) }
          decoder.committed(through: decoder.idlePosition)
        case .spoolDue: _ = decoder.exchangeInProgress(for: OutputBuffer(capacity: 0))
        case .spooled(let transaction): _ = decoder.relations(transaction.outdated)
        case .rolledBack, .signal, .signalGone, .change, .ended: break
        }
      }
    } catch {
      // A `DecodeError`, which ends the session.
    }
  }
}
