import Executors
import Glibc
import Testing

/// An actor on a thread of its own that writes down on which thread each job ran.
private actor Worker {
  private let executor: ThreadExecutor
  private(set) var order: [Int] = []
  private(set) var threads: Set<pthread_t> = []

  nonisolated var unownedExecutor: UnownedSerialExecutor { executor.asUnownedSerialExecutor() }

  init(_ name: String) { executor = ThreadExecutor(name: name) }

  deinit { executor.stop() }

  func run(_ number: Int) {
    order.append(number)
    threads.insert(pthread_self())
  }

  /// The running thread's name as the kernel has it.
  func name() -> String {
    let descriptor = open("/proc/thread-self/comm", O_RDONLY)
    defer { close(descriptor) }
    var name = [UInt8](repeating: 0, count: 32)
    let count = read(descriptor, &name, name.count)
    return String(decoding: name.prefix(max(0, count)).prefix { $0 != UInt8(ascii: "\n") }, as: UTF8.self)
  }

  /// Blocks the thread until the pipe is rung.
  func wait(for pipe: WakePipe) -> Int16 {
    var entry = pollfd(fd: pipe.descriptor, events: Int16(POLLIN), revents: 0)
    poll(&entry, 1, 30_000)
    return entry.revents
  }
}

@Suite struct ThreadExecutorTests {
  @Test func `jobs run in the order they came in, all on one thread`() async {
    let worker = Worker("order")
    for number in 0..<2_000 { await worker.run(number) }
    #expect(await worker.order == Array(0..<2_000))
    #expect(await worker.threads.count == 1)
    #expect(await worker.threads.first != pthread_self())
  }

  @Test func `jobs from many tasks run one at a time, each once`() async {
    let worker = Worker("tasks")
    await withTaskGroup(of: Void.self) { group in
      for number in 0..<500 { group.addTask { await worker.run(number) } }
    }
    #expect(await worker.order.sorted() == Array(0..<500))
    #expect(await worker.threads.count == 1)
  }

  @Test func `two executors have two threads, and one that blocks does not hold up the other`() async {
    let (blocked, free, pipe) = (Worker("blocked"), Worker("free"), WakePipe())
    async let events = blocked.wait(for: pipe)
    await free.run(1)
    #expect(await free.order == [1])
    pipe.ring()
    #expect(await events == Int16(POLLIN))
    await blocked.run(2)
    #expect(await blocked.threads.isDisjoint(with: free.threads))
  }

  @Test func `the thread has the first fifteen characters of the executor's name`() async {
    #expect(await Worker("a-name-that-is-too-long").name() == "a-name-that-is-")
    #expect(await Worker("short").name() == "short")
  }

  @Test func `jobs that are held when the executor stops are run`() async {
    let done = await withTaskGroup(of: [Int].self, returning: Int.self) { group in
      for _ in 0..<20 {
        group.addTask {
          let worker = Worker("short-lived")
          await worker.run(1)
          return await worker.order
        }
      }
      return await group.reduce(0) { $0 + $1.count }
    }
    #expect(done == 20)
  }

  @Test func `an executor lets its thread and memory go when it stops`() async throws {
    weak var gone: ThreadExecutor?
    let pipe = WakePipe()
    do {
      let executor = ThreadExecutor(name: "ends")
      gone = executor
      executor.stop()
    }
    // The thread holds the last reference; it ends by itself, so it is looked for instead of slept for.
    for _ in 0..<10_000 where gone != nil {
      var entry = pollfd(fd: pipe.descriptor, events: Int16(POLLIN), revents: 0)
      poll(&entry, 1, 1)
    }
    #expect(gone == nil)
  }
}
