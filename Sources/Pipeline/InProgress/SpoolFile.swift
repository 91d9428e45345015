internal import Decoder
internal import Glibc

/// What was streamed of one transaction in progress: a file without a name, which nobody else can open and which goes
/// with the process, however that ends.
final class SpoolFile {
  private let descriptor: Int32
  /// Bytes written.
  private(set) var size = 0
  /// Where the next record begins.
  private var place = 0
  /// A piece of the file, and where it stands there.
  private var piece = UnsafeMutableRawBufferPointer(start: nil, count: 0)
  private var held = 0..<0

  /// Makes the file in `directory`, readable for this user alone.
  init(in directory: String) throws(SpoolRefusal) {
    // O_TMPFILE, which the C library does not show here; where a file system has none, a named file that is unlinked.
    var opened = open(directory, O_RDWR | O_CLOEXEC | O_DIRECTORY | 0o20_000_000, 0o600)
    if opened < 0, errno == EOPNOTSUPP || errno == EISDIR || errno == EINVAL {
      var template = Array("\(directory)/cdc-direct-spool.XXXXXX".utf8CString)
      opened = mkstemp(&template)
      if opened >= 0 {
        unlink(template)
        _ = fcntl(opened, F_SETFD, FD_CLOEXEC)
      }
    }
    guard opened >= 0 else { throw SpoolRefusal("no file can be made in \(directory)", errno) }
    descriptor = opened
  }

  deinit {
    piece.deallocate()
    close(descriptor)
  }

  /// Adds records.
  func append(_ bytes: borrowing OutputBuffer) throws(SpoolRefusal) {
    let failure: Int32? = bytes.bytes.withUnsafeBytes { bytes in
      var done = 0
      while done < bytes.count {
        let written = pwrite(
          descriptor, UnsafeRawBufferPointer(rebasing: bytes[done...]).baseAddress, bytes.count - done,
          off_t(size + done))
        if written > 0 { done += written } else if errno != EINTR { return errno }
      }
      return nil
    }
    if let failure { throw SpoolRefusal("writing a transaction in progress to disk failed", failure) }
    size += bytes.count
  }

  /// The next record: the part that the frame belongs to, and the frame, readable until the next call; nil at the end.
  func next() throws(SpoolRefusal) -> (part: UInt32, frame: UnsafeRawBufferPointer)? {
    guard place < size else { return nil }
    let header = try bytes(at: place, count: SpoolRecord.headerBytes)
    let length = Int(UInt32(bigEndian: header.loadUnaligned(as: UInt32.self)))
    let part = UInt32(bigEndian: header.loadUnaligned(fromByteOffset: 4, as: UInt32.self))
    let frame = try bytes(at: place + SpoolRecord.headerBytes, count: length)
    place += SpoolRecord.headerBytes + length
    return (part, frame)
  }

  private func bytes(at start: Int, count: Int) throws(SpoolRefusal) -> UnsafeRawBufferPointer {
    if start < held.lowerBound || start + count > held.upperBound { try load(at: start, atLeast: count) }
    return UnsafeRawBufferPointer(rebasing: piece[(start - held.lowerBound)..<(start - held.lowerBound + count)])
  }

  private func load(at start: Int, atLeast count: Int) throws(SpoolRefusal) {
    let wanted = max(count, TransactionsInProgress.bufferBytes)
    if piece.count != wanted {
      // One huge frame's room is given back with the next piece.
      piece.deallocate()
      piece = .allocate(byteCount: wanted, alignment: 16)
    }
    held = start..<start
    while held.count < count {
      let room = UnsafeMutableRawBufferPointer(rebasing: piece[held.count...])
      let read = pread(descriptor, room.baseAddress, room.count, off_t(held.upperBound))
      if read > 0 {
        held = start..<(held.upperBound + read)
      } else if read == 0 || errno != EINTR {
        throw SpoolRefusal("reading a transaction in progress from disk failed", read == 0 ? EIO : errno)
      }
    }
  }
}
