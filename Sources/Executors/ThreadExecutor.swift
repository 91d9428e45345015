internal import CExecutors
internal import Glibc

/// Runs an actor's jobs one after another on a thread of its own, where blocking is legal.
///
/// For actors that own a C handle: the handle is used by this thread alone. The actor's `deinit` calls `stop()`.
public final class ThreadExecutor: SerialExecutor, @unchecked Sendable {
  // Unchecked because the compiler cannot see the lock: `jobs` and `stopped` are touched only while `mutex` is held.
  private let mutex = UnsafeMutablePointer<pthread_mutex_t>.allocate(capacity: 1)
  private let condition = UnsafeMutablePointer<pthread_cond_t>.allocate(capacity: 1)
  private var jobs: [UnownedJob] = []
  private var stopped = false

  /// Starts the thread; the kernel shows the first 15 characters of `name`.
  public init(name: String) {
    mutex.initialize(to: pthread_mutex_t())
    condition.initialize(to: pthread_cond_t())
    pthread_mutex_init(mutex, nil)
    pthread_cond_init(condition, nil)
    var thread = pthread_t()
    let start = Unmanaged.passRetained(ThreadStart(executor: self, name: String(name.prefix(15))))
    let status = pthread_create(&thread, nil, runThread, start.toOpaque())
    precondition(status == 0, "no thread could be started: error \(status)")
    pthread_detach(thread)
  }

  deinit {
    pthread_cond_destroy(condition)
    pthread_mutex_destroy(mutex)
    condition.deallocate()
    mutex.deallocate()
  }

  /// Lets the thread end once the jobs it holds are done. For the owning actor's `deinit`: nothing can be enqueued later.
  public func stop() {
    pthread_mutex_lock(mutex)
    stopped = true
    pthread_cond_signal(condition)
    pthread_mutex_unlock(mutex)
  }

  /// Takes a job of the actor.
  public func enqueue(_ job: consuming ExecutorJob) {
    let unowned = UnownedJob(job)
    pthread_mutex_lock(mutex)
    jobs.append(unowned)
    pthread_cond_signal(condition)
    pthread_mutex_unlock(mutex)
  }

  fileprivate func run() {
    var batch: [UnownedJob] = []
    while true {
      pthread_mutex_lock(mutex)
      while jobs.isEmpty && !stopped { pthread_cond_wait(condition, mutex) }
      swap(&batch, &jobs)
      pthread_mutex_unlock(mutex)
      if batch.isEmpty { return }
      for job in batch { unsafe job.runSynchronously(on: asUnownedSerialExecutor()) }
      batch.removeAll(keepingCapacity: true)
    }
  }
}

/// What the new thread is given: it keeps the executor alive while it runs.
private final class ThreadStart {
  let executor: ThreadExecutor
  let name: String
  init(executor: ThreadExecutor, name: String) {
    self.executor = executor
    self.name = name
  }
}

private nonisolated func runThread(_ argument: UnsafeMutableRawPointer?) -> UnsafeMutableRawPointer? {
  guard let argument else { return nil }
  let start = Unmanaged<ThreadStart>.fromOpaque(argument).takeRetainedValue()
  start.name.withCString { cdc_set_thread_name($0) }
  start.executor.run()
  return nil
}
