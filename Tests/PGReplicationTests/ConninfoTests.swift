import PGReplication
import Testing

@Suite struct ConninfoTests {
  @Test func `a URI is read by libpq, percent-encoding included`() throws {
    let conninfo = try Conninfo(parsing: "postgresql://al%20ice:p%40ss@db.example:6543/app?sslmode=verify-full")
    #expect(conninfo.user == "al ice")
    #expect(conninfo["password"] == "p@ss")
    #expect(conninfo.host == "db.example")
    #expect(conninfo.port == "6543")
    #expect(conninfo.dbname == "app")
    #expect(conninfo["sslmode"] == "verify-full")
    #expect(conninfo.endpoint == "db.example:6543/app")
  }

  @Test func `keepalives and the connect timeout have defaults that one can change`() throws {
    let conninfo = Conninfo(["host": "h", "keepalives_idle": "5"])
    #expect(conninfo["connect_timeout"] == "10")
    #expect(conninfo["keepalives"] == "1")
    #expect(conninfo["keepalives_idle"] == "5")
    #expect(conninfo["tcp_user_timeout"] == "30000")
    #expect(conninfo.connectTimeout == .seconds(10))
    #expect(conninfo.setting("connect_timeout", to: "0").connectTimeout == nil)
    #expect(conninfo.merged(["host": "other"]).host == "other")
  }

  @Test func `a description never shows a password`() throws {
    let conninfo = Conninfo(["user": "u", "password": "hunter2", "sslpassword": "hunter3"])
    #expect(conninfo.description.contains("password=********"))
    #expect(!conninfo.description.contains("hunter"))
    #expect(!"\(conninfo)".contains("hunter"))
  }

  @Test(arguments: ["postgresql://u:hunter2%zz@h/d", "host=h hunter2", "postgresql://u:hunter2@[::1/d"])
  func `an unreadable string is refused without being quoted`(text: String) {
    let error = #expect(throws: PostgresError.self) { try Conninfo(parsing: text) }
    #expect(error?.code == .configuration)
    #expect(error?.isTransient == false)
    #expect(error?.description.contains("hunter2") == false, "\(error?.description ?? "")")
  }

  @Test func `pinned settings come after the user's own options, blanks protected`() {
    let conninfo = Conninfo(["options": "-c work_mem=1MB"]).pinning([("TimeZone", "UTC"), ("a", "b c\\d")])
    #expect(conninfo["options"] == "-c work_mem=1MB -c TimeZone=UTC -c a=b\\ c\\\\d")
    #expect(Conninfo(["application_name": "mine"]).role("reader")["application_name"] == "mine reader")
  }
}
