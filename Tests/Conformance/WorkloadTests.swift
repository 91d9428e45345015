import Testing

/// What the files of a workload are read as.
@Suite struct WorkloadTests {
  @Test func `a script is cut at its markers`() {
    let script = """
      -- a comment alone
      -- @sync
      insert into t values (1);
      -- @sleep 0.5
      -- @stop
      -- nobody reads
      insert into t values (2);
      --@start
      """
    let steps = Workload(name: "1-x", setup: " -- nothing\n", script: script, properties: "").steps
    #expect(steps.map(\.marker) == [.begin, .sync, .sleep(.milliseconds(500)), .stop, .start])
    #expect(steps.map { $0.sql.contains("insert") } == [false, true, false, true, false])
    #expect(steps[0].sql.isEmpty)
  }

  @Test func `the last value of a property counts, and directives are not properties`() {
    let workload = Workload(
      name: "12-a-b", setup: "", script: "",
      properties: """
        snapshot.mode=initial
        snapshot.mode.x=1
         snapshot.mode : initial_only\u{20}
        # @settle 2
        # @ignore $.value.x
        #  @ignore-recorded $.key
        # @ignore-topic-recorded a.*
        """)
    #expect(workload.setting("snapshot.mode") == "initial_only")
    #expect(workload.readsSnapshotOnly)
    #expect(workload.setting("settle") == nil)
    #expect(workload.settle == .seconds(2))
    #expect(workload.ignoredPaths == ["$.value.x", "$.key"])
    #expect(workload.ignoredTopics == ["a.*"])
    #expect(workload.database == "w12_a_b")
  }

  @Test func `a workload may use the statements of another`() {
    let workload = Workload(named: "02-basic-plain")
    #expect(workload.setup.contains("create table product"))
    #expect(workload.setting("topic.prefix") == "srv")
    #expect(workload.setting("tombstones.on.delete") == "false")
  }

  @Test(arguments: Workload.all)
  func `a recording is equal to itself`(_ workload: Workload) throws {
    let recorded = try workload.recording()
    let comparison = try EventComparison(recorded: recorded, written: recorded)
    #expect(comparison.isEqual && comparison.equal > 0, "\(comparison.findings.prefix(2))")
  }
}
