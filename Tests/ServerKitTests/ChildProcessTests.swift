import ServerKit
import Testing

@Suite struct ChildProcessTests {
  @Test func `output, error, input, environment, directory and exit code come through`() async throws {
    var options = ChildProcess.Options()
    options.environment = ["WORD": "from outside", "PATH": "/usr/bin:/bin"]
    options.directory = "/usr"
    options.input = .text("typed")
    let result = try await ChildProcess.run(
      "sh", ["-c", "cat; echo \" $WORD $PWD $1\"; echo oops >&2; exit 3", "sh", "an argument"], options: options)
    #expect(result.output == "typed from outside /usr an argument\n")
    #expect(result.error == "oops\n")
    #expect(result.status == .exited(3))
  }

  @Test func `a signal ends a child and is its status`() async throws {
    let child = try await ChildProcess.start("sh", ["-c", "echo ready; exec sleep 1000"])
    #expect(await child.waitForOutput("ready"))
    #expect(child.exitStatus == nil)
    #expect(await child.wait(within: .milliseconds(1)) == nil)
    #expect(await child.terminate() == .signalled(15))
    #expect(!child.signal(9))
  }

  @Test func `a deaf child is killed`() async throws {
    let child = try await ChildProcess.start("sh", ["-c", "trap '' TERM; echo ready; exec sleep 1000"])
    #expect(await child.waitForOutput("ready"))
    #expect(await child.terminate(within: .milliseconds(50)) == .signalled(9))
  }

  @Test func `only the newest output is kept`() async throws {
    var options = ChildProcess.Options()
    options.output = .captured(limit: 1000)
    let result = try await ChildProcess.run("seq", ["100000"], options: options)
    #expect(result.output.utf8.count == 1000)
    #expect(result.output.hasSuffix("\n100000\n"))
  }

  @Test func `a child goes with its parent`() async throws {
    // The parent of the sleeper is a shell that is killed; the kernel then tells the sleeper. It says that it is ready
    // itself, once `setpriv` has done its part, and it holds the output open as long as it lives.
    let parent = try await ChildProcess.start(
      "sh", ["-c", "setpriv --pdeathsig KILL -- sh -c 'echo ready; exec sleep 1000' & wait"])
    #expect(await parent.waitForOutput("ready"))
    let start = ContinuousClock.now
    parent.signal(9)
    #expect(await !parent.waitForOutput("closed before this comes", within: .seconds(30)))
    #expect(ContinuousClock.now - start < .seconds(29))
  }

  @Test func `a missing program is an error with its name`() async {
    let error = await #expect(throws: ServerKitError.self) { try await ChildProcess.start("no-such-program") }
    #expect(error?.place == "no-such-program")
  }
}
