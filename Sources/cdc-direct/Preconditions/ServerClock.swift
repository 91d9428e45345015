internal import Glibc
internal import PGReplication

/// How far a server's clock is from this machine's.
enum ServerClock {
  /// Seconds that the server is ahead, measured at the middle of one short query.
  static func seconds(ahead connection: borrowing Connection) throws(PostgresError) -> Double {
    let before = now()
    let text = try connection.execute("SELECT pg_catalog.date_part('epoch', pg_catalog.clock_timestamp())").scalar
    let middle = (before + now()) / 2
    return (text.flatMap { Double($0) } ?? middle) - middle
  }

  private static func now() -> Double {
    var time = timespec()
    clock_gettime(CLOCK_REALTIME, &time)
    return Double(time.tv_sec) + Double(time.tv_nsec) / 1e9
  }
}
