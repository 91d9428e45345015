/// Bytes under construction: one growing run of memory with one owner, cleared and filled again for the next row.
///
/// It is lent `inout` down the hot path and moved whole from the encoder to the writer. Every write checks the room that
/// is left, so no input can write outside of it.
@safe
public struct OutputBuffer: ~Copyable {
  /// Start of the memory; `capacity` bytes of it are ours.
  internal var base: UnsafeMutableRawPointer

  /// Bytes that fit before the memory has to grow.
  public private(set) var capacity: Int

  /// Bytes written so far.
  public internal(set) var count = 0

  /// An empty buffer with room for `capacity` bytes; it grows by doubling.
  public init(capacity: Int) {
    self.capacity = max(capacity, 0)
    unsafe base = .allocate(byteCount: self.capacity, alignment: 16)
  }

  deinit { unsafe base.deallocate() }

  /// Forgets what was written and keeps the memory.
  public mutating func clear() { count = 0 }

  /// Forgets what was written and gives the memory back when one huge value made it larger than `limit` bytes.
  public mutating func clear(retaining limit: Int) {
    count = 0
    guard capacity > limit, limit >= 0 else { return }
    unsafe base.deallocate()
    capacity = limit
    unsafe base = .allocate(byteCount: limit, alignment: 16)
  }

  /// Takes back everything written after the first `length` bytes; a longer `length` changes nothing.
  public mutating func truncate(to length: Int) {
    if length >= 0, length < count { count = length }
  }

  /// Makes room for `bytes` more bytes, so that the writes that follow do not have to.
  @inline(__always)
  public mutating func reserve(_ bytes: Int) {
    if capacity &- count < bytes { grow(by: bytes) }
  }

  @inline(never)
  private mutating func grow(by bytes: Int) {
    let wanted = max(capacity * 2, count + bytes, 64)
    let moved = UnsafeMutableRawPointer.allocate(byteCount: wanted, alignment: 16)
    unsafe moved.copyMemory(from: base, byteCount: count)
    unsafe base.deallocate()
    unsafe base = moved
    capacity = wanted
  }
}

// One owner: the type cannot be copied, nothing hands out `base`, and a move ends the previous owner's access. So two
// isolation domains never see the same memory.
extension OutputBuffer: @unchecked Sendable {}

extension OutputBuffer {
  /// Adds one byte.
  @inline(__always)
  public mutating func append(_ byte: UInt8) {
    reserve(1)
    unsafe base.storeBytes(of: byte, toByteOffset: count, as: UInt8.self)
    count &+= 1
  }

  /// Adds a run of bytes.
  @inline(__always)
  public mutating func append(_ bytes: RawSpan) {
    reserve(bytes.byteCount)
    unsafe bytes.withUnsafeBytes { source in
      guard let start = source.baseAddress else { return }
      unsafe (base + count).copyMemory(from: start, byteCount: source.count)
    }
    count &+= bytes.byteCount
  }

  /// Adds a run of bytes.
  @inline(__always)
  public mutating func append(_ bytes: Span<UInt8>) { unsafe append(bytes.bytes) }

  /// Adds bytes that were rendered before.
  @inline(__always)
  public mutating func append(contentsOf bytes: [UInt8]) {
    let count = bytes.count
    reserve(count)
    unsafe bytes.withUnsafeBytes { source in
      guard let start = source.baseAddress else { return }
      unsafe (base + self.count).copyMemory(from: start, byteCount: count)
    }
    self.count &+= count
  }

  /// Adds a constant written in the source.
  @inline(__always)
  public mutating func append(literal: StaticString) {
    guard literal.hasPointerRepresentation else {
      append(utf8: literal.description)
      return
    }
    let length = literal.utf8CodeUnitCount
    reserve(length)
    unsafe (base + count).copyMemory(from: literal.utf8Start, byteCount: length)
    count &+= length
  }

  /// Adds a text's UTF-8. Not for the hot path, which has no `String`.
  public mutating func append(utf8 text: String) {
    var text = text
    text.withUTF8 { utf8 in
      reserve(utf8.count)
      guard let start = utf8.baseAddress else { return }
      unsafe (base + count).copyMemory(from: start, byteCount: utf8.count)
      count &+= utf8.count
    }
  }

  /// Adds an integer's bytes, most significant first, as PostgreSQL's binary formats have them.
  public mutating func appendBigEndian(_ value: Int16) { appendBytes(of: value.bigEndian) }
  /// Adds an integer's bytes, most significant first.
  public mutating func appendBigEndian(_ value: Int32) { appendBytes(of: value.bigEndian) }
  /// Adds an integer's bytes, most significant first.
  public mutating func appendBigEndian(_ value: UInt32) { appendBytes(of: value.bigEndian) }
  /// Adds an integer's bytes, most significant first.
  public mutating func appendBigEndian(_ value: Int64) { appendBytes(of: value.bigEndian) }
  /// Adds an integer's bytes, most significant first.
  public mutating func appendBigEndian(_ value: UInt64) { appendBytes(of: value.bigEndian) }

  // The public functions have fixed types because a generic one called from another module is not specialised: that
  // took a tenth of the time of a change.
  @inline(__always)
  private mutating func appendBytes<T: FixedWidthInteger & BitwiseCopyable>(of value: T) {
    let size = MemoryLayout<T>.size
    reserve(size)
    unsafe base.storeBytes(of: value, toByteOffset: count, as: T.self)
    count &+= size
  }

  /// Writes a length over four bytes that were left for it at `offset`.
  ///
  /// - Precondition: the four bytes were written before; `offset` comes from `count`, never from input.
  @inline(__always)
  public mutating func overwriteBigEndian(_ value: Int32, at offset: Int) {
    precondition(offset >= 0 && offset <= count &- 4, "the four bytes have not been written yet")
    unsafe base.storeBytes(of: value.bigEndian, toByteOffset: offset, as: Int32.self)
  }

  /// Replaces one byte that was written before.
  @inline(__always)
  mutating func overwrite(_ byte: UInt8, at offset: Int) {
    precondition(offset >= 0 && offset < count, "the byte has not been written yet")
    unsafe base.storeBytes(of: byte, toByteOffset: offset, as: UInt8.self)
  }

  /// Adds a number in decimal.
  public mutating func appendDecimal(_ value: UInt64) {
    // The digits come last ones first, two at a time: they are written behind where they belong and moved there.
    reserve(40)
    let end = count &+ 40
    var place = end
    var rest = value
    let pairs = unsafe OutputBuffer.digitPairs.utf8Start
    while rest >= 100 {
      let (quotient, pair) = rest.quotientAndRemainder(dividingBy: 100)
      place &-= 2
      unsafe (base + place).copyMemory(from: pairs + Int(truncatingIfNeeded: pair &* 2), byteCount: 2)
      rest = quotient
    }
    if rest >= 10 {
      place &-= 2
      unsafe (base + place).copyMemory(from: pairs + Int(truncatingIfNeeded: rest &* 2), byteCount: 2)
    } else {
      place &-= 1
      unsafe base.storeBytes(of: 48 &+ UInt8(truncatingIfNeeded: rest), toByteOffset: place, as: UInt8.self)
    }
    let length = end &- place
    unsafe (base + count).copyMemory(from: base + place, byteCount: length)
    count &+= length
  }

  private static var digitPairs: StaticString {
    """
    0001020304050607080910111213141516171819202122232425262728293031323334353637383940414243444546474849\
    5051525354555657585960616263646566676869707172737475767778798081828384858687888990919293949596979899
    """
  }

  /// Adds a number in decimal, with a minus sign where it is below zero.
  public mutating func appendDecimal(_ value: Int64) {
    if value < 0 { append(UInt8(ascii: "-")) }
    appendDecimal(value.magnitude)
  }
}

extension OutputBuffer {
  /// What was written, readable until the buffer changes.
  public var bytes: RawSpan {
    @_lifetime(borrow self)
    borrowing get {
      let span = unsafe RawSpan(_unsafeStart: UnsafeRawPointer(base), byteCount: count)
      return unsafe _overrideLifetime(span, borrowing: self)
    }
  }

  /// Lends what was written to a C function.
  public func withUnsafeBytes<Result: ~Copyable, Failure: Error>(
    _ body: (UnsafeRawBufferPointer) throws(Failure) -> Result
  ) throws(Failure) -> Result {
    try unsafe body(UnsafeRawBufferPointer(start: base, count: count))
  }
}
