import Pipeline
import Testing

@Suite struct HistogramTests {
  @Test func `an observation on a bound belongs to the range below it`() {
    let histogram = Histogram(bounds: [1, 10])
    for value in [0, 1, 1.5, 10, 10.5, 1_000] { histogram.observe(value) }
    #expect(histogram.snapshot.bounds == [1, 10])
    #expect(histogram.snapshot.counts == [2, 2, 2])
    #expect(histogram.snapshot.sum == 1_023)
  }

  @Test func `a histogram without bounds has one range`() {
    let histogram = Histogram(bounds: [])
    histogram.observe(-3)
    #expect(histogram.snapshot.counts == [1] && histogram.snapshot.sum == -3)
  }

  @Test func `observations of many threads are all counted`() async {
    let histogram = Histogram(bounds: [0.5])
    await withTaskGroup(of: Void.self) { group in
      for _ in 0..<8 { group.addTask { for _ in 0..<1_000 { histogram.observe(1) } } }
    }
    #expect(histogram.snapshot.counts == [0, 8_000] && histogram.snapshot.sum == 8_000)
  }

  @Test func `the pipeline's ranges rise`() {
    let metrics = PipelineMetrics()
    for histogram in [metrics.batchSize, metrics.batchDuration, metrics.commitLatency] {
      let bounds = histogram.snapshot.bounds
      #expect(bounds == Set(bounds).sorted())
    }
  }
}
