internal import Glibc

/// What is fed with bytes from outside, by name.
public protocol FuzzTarget: CaseIterable, RawRepresentable where RawValue == String {
  /// Takes an input. Whatever the bytes: a result or a typed error.
  func run(_ input: UnsafeRawBufferPointer)
}

extension FuzzTarget {
  /// The one that `FUZZ_TARGET` names.
  public static func chosen() -> Self {
    let name = getenv("FUZZ_TARGET").map { String(cString: $0) } ?? ""
    guard let target = Self(rawValue: name) else {
      fatalError("FUZZ_TARGET is one of \(allCases.map(\.rawValue))")
    }
    return target
  }
}
