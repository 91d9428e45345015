import Decoder
import WAL

extension SentMessage {
  private static let moment = PostgresTime(microseconds: 812_345_678_901_234)
  private static let xid = TransactionID(0xFFFF_FFFE)
  private static let end = Commit(
    commitLSN: LSN(0x16_B374_D848), endLSN: LSN(0x16_B374_D880), commitTime: moment)
  private static let prepared = Prepare(
    prepareLSN: LSN(1), endLSN: LSN(.max), prepareTime: moment, transaction: xid, gid: "über'all")

  /// Every message of protocol 1 to 4, each in every form it has.
  static let samples: [SentMessage] =
    always + changes(nil) + changes(TransactionID(77)) + streamed + twoPhase

  private static let always: [SentMessage] = [
    SentMessage(.begin(Begin(commitLSN: end.commitLSN, commitTime: moment, transaction: xid))),
    SentMessage(.commit(end)),
    SentMessage(.origin(Origin(commitLSN: LSN(9), name: "elsewhere"))),
    SentMessage(.origin(Origin(commitLSN: .zero, name: ""))),
  ]

  private static func changes(_ transaction: TransactionID?) -> [SentMessage] {
    let row: [SentValue] = ["1", nil, .unchangedToast, "zwölf\n", "", .binary([0, 255, 7])]
    let key: [SentValue] = ["1", nil, nil, nil, nil, nil]
    let columns = [
      Relation.Column(name: "id", type: 20, isIdentity: true),
      Relation.Column(name: "größe \"\u{1}", type: 1700, modifier: 655_366, isIdentity: false),
    ]
    let insert = Message.insert(Insert(transaction: transaction, relation: 16_384))
    let update = Message.update(Update(transaction: transaction, relation: .max))
    let delete = Message.delete(Delete(transaction: transaction, relation: 1))
    return [
      SentMessage(
        .relation(
          Relation(
            transaction: transaction, oid: 16_384, schema: "public", name: "people", replicaIdentity: .primaryKey,
            columns: columns))),
      SentMessage(
        .relation(
          Relation(
            transaction: transaction, oid: 1, schema: "s", name: "t", replicaIdentity: .nothing, columns: []))),
      SentMessage(.type(TypeName(transaction: transaction, oid: 16_999, schema: "public", name: "mood"))),
      SentMessage(insert, new: row), SentMessage(insert, new: []),
      SentMessage(update, new: row), SentMessage(update, oldRow: .identity, old: key, new: row),
      SentMessage(update, oldRow: .full, old: row, new: row),
      SentMessage(delete, oldRow: .identity, old: key), SentMessage(delete, oldRow: .full, old: row),
      SentMessage(.truncate(Truncate(transaction: transaction, options: [], relations: [16_384]))),
      SentMessage(
        .truncate(
          Truncate(transaction: transaction, options: [.cascade, .restartIdentity], relations: [1, 2, .max]))),
      SentMessage(
        .logicalMessage(
          LogicalMessage(
            transaction: transaction, isTransactional: true, lsn: LSN(5), prefix: "cdc.context", content: [0, 1, 255]))),
      SentMessage(
        .logicalMessage(
          LogicalMessage(transaction: transaction, isTransactional: false, lsn: LSN(6), prefix: "", content: []))),
    ]
  }

  private static let streamed: [SentMessage] = [
    SentMessage(.streamStart(StreamStart(transaction: xid, isFirst: true))),
    SentMessage(.streamStart(StreamStart(transaction: TransactionID(3), isFirst: false))),
    SentMessage(.streamStop),
    SentMessage(.streamCommit(StreamCommit(transaction: xid, commit: end))),
    SentMessage(.streamAbort(StreamAbort(transaction: xid, subtransaction: TransactionID(4)))),
    SentMessage(
      .streamAbort(
        StreamAbort(transaction: xid, subtransaction: TransactionID(4), abortLSN: LSN(8), abortTime: moment))),
  ]

  private static let twoPhase: [SentMessage] = [
    SentMessage(.beginPrepare(prepared)), SentMessage(.prepare(prepared)), SentMessage(.streamPrepare(prepared)),
    SentMessage(.commitPrepared(CommitPrepared(commit: end, transaction: xid, gid: "g"))),
    SentMessage(
      .rollbackPrepared(
        RollbackPrepared(
          prepareEndLSN: LSN(1), rollbackEndLSN: LSN(2), prepareTime: moment,
          rollbackTime: PostgresTime(microseconds: -1), transaction: xid, gid: ""))),
  ]
}
