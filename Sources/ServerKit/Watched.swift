internal import Synchronization

/// A state behind a lock that a task can wait on: threads change it, tasks await a condition of it.
final class Watched<State: Sendable>: Sendable {
  private struct Waiter {
    let isMet: @Sendable (State) -> Bool
    let continuation: CheckedContinuation<Bool, Never>
  }

  private struct Content {
    var state: State
    var waiters: [UInt64: Waiter] = [:]
    var lastWaiter: UInt64 = 0
  }

  private let content: Mutex<Content>

  init(_ state: State) { content = Mutex(Content(state: state)) }

  /// Reads or changes the state, then wakes whoever waited for what it has become.
  @discardableResult
  func withState<Result: Sendable>(_ body: (inout State) -> Result) -> Result {
    let (result, woken) = content.withLock { content in
      let result = body(&content.state)
      var woken: [CheckedContinuation<Bool, Never>] = []
      for (id, waiter) in content.waiters where waiter.isMet(content.state) {
        content.waiters[id] = nil
        woken.append(waiter.continuation)
      }
      return (result, woken)
    }
    for continuation in woken { continuation.resume(returning: true) }
    return result
  }

  /// True once the condition holds; false when the time is over or the task is cancelled.
  func wait(within limit: Duration, until isMet: @escaping @Sendable (State) -> Bool) async -> Bool {
    await withTaskGroup(of: Bool.self) { group in
      group.addTask { await self.wait(until: isMet) }
      group.addTask {
        try? await Task.sleep(for: limit)
        return false
      }
      let first = await group.next() ?? false
      group.cancelAll()
      return first
    }
  }

  /// True once the condition holds; false when the task is cancelled.
  func wait(until isMet: @escaping @Sendable (State) -> Bool) async -> Bool {
    let id = content.withLock { content in
      content.lastWaiter &+= 1
      return content.lastWaiter
    }
    return await withTaskCancellationHandler {
      await withCheckedContinuation { continuation in
        let answer: Bool? = content.withLock { content in
          if isMet(content.state) { return true }
          content.waiters[id] = Waiter(isMet: isMet, continuation: continuation)
          return nil
        }
        if let answer { continuation.resume(returning: answer) } else if Task.isCancelled { abandon(id) }
      }
    } onCancel: {
      abandon(id)
    }
  }

  /// Ends one wait without its condition; whoever removes the waiter is the one to resume it.
  private func abandon(_ id: UInt64) {
    content.withLock { $0.waiters.removeValue(forKey: id) }?.continuation.resume(returning: false)
  }
}
