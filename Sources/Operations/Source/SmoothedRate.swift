/// How fast a counter rises, averaged with weights that fade over a time constant.
struct SmoothedRate: Sendable {
  /// Seconds in which an observation's weight falls to about a third.
  let timeConstant: Double
  /// A second's rise; nil before the second observation.
  private(set) var perSecond: Double?
  private var last: (value: UInt64, at: UInt64)?

  init(timeConstant: Double) { self.timeConstant = timeConstant }

  /// Takes the counter's value at a monotonic moment in nanoseconds. A counter that fell has been started anew.
  mutating func observe(_ value: UInt64, at now: UInt64) {
    guard let last, value >= last.value else {
      self.last = (value, now)
      return
    }
    guard now > last.at else { return }
    let seconds = Double(now - last.at) / 1e9
    let speed = Double(value - last.value) / seconds
    if let old = perSecond {
      // For steps much shorter than the time constant this is the usual exponential average.
      let weight = seconds / (timeConstant + seconds)
      perSecond = old + (speed - old) * weight
    } else {
      perSecond = speed
    }
    self.last = (value, now)
  }
}
