/// What the loop has to do because of a signal, in the order given, before it goes on with the stream.
enum SnapshotStep: Sendable {
  /// Send a notification.
  case notify(SnapshotNotification)
  /// Put these rows into the window, which is empty.
  case fill(SnapshotChunk)
  /// From here on a change of the window's table takes the row of the same key out of it.
  case openWindow
  /// Send what the window still holds as rows read; it is empty and shut then.
  case emit
  /// Read tables while the stream waits; best once the open transaction is whole.
  case blocking(SnapshotRequest)
  /// Something for the log.
  case log(String)
  /// A warning for the log.
  case warn(String)
}
