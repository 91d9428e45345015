/// Random literals of the types that are not made of others.
enum OracleScalars {
  static func literal(_ type: String, _ random: inout OracleRandom) -> String? {
    number(type, &random) ?? text(type, &random) ?? time(type, &random) ?? system(type, &random)
      ?? place(type, &random) ?? `extension`(type, &random)
  }

  private static func number(_ type: String, _ random: inout OracleRandom) -> String? {
    switch type {
    case "int2": random.pick(["-32768", "32767", "0", String(random.below(200) - 100)])
    case "int4": random.pick(["-2147483648", "2147483647", "0", String(random.below(1 << 20) - (1 << 19))])
    case "int8":
      random.pick(["-9223372036854775808", "9223372036854775807", "0", String(Int64(bitPattern: random.next()))])
    case "float4": float(Float(bitPattern: UInt32(truncatingIfNeeded: random.next())).description, &random)
    case "float8": float(Double(bitPattern: random.next()).description, &random)
    case "numeric":
      random.pick([
        "NaN", "Infinity", "-Infinity", "0", "-0.000", "1e-30", "12e40", "0.1", "-1",
        "-\(random.digits(1 + random.below(40))).\(random.digits(1 + random.below(40)))", random.digits(30),
      ])
    case "bool": random.pick(["t", "f"])
    case "money": random.pick(["0", "-1234567.89", "92233720368547758.07", "\(random.below(1 << 20)).5"])
    default: nil
    }
  }

  private static func float(_ bits: String, _ random: inout OracleRandom) -> String {
    random.pick(["NaN", "Infinity", "-Infinity", "-0", "1e20", "0.1", "1e-7", "123456789", bits, bits, bits, bits])
  }

  private static func text(_ type: String, _ random: inout OracleRandom) -> String? {
    switch type {
    case "text", "varchar", "bpchar", "citext", "refcursor", "cstring": nasty(12, &random)
    case "name": nasty(6, &random)
    case "char": random.pick(["", "a", "\"", "\\", "{", ",", "\u{1}", "\\377", " "])
    case "bytea": "\\x" + random.digits(2 * random.below(20), of: "0123456789abcdef")
    case "json": json(3, &random, " \n\t ")
    case "jsonb": json(3, &random, "")
    case "jsonpath": random.pick(["$", "$.a[*] ? (@ > 1)", "lax $.\"a \\\"b\"", "strict $.**{2}.x"])
    case "xml": random.pick(["<a b=\"c\">t &amp; u</a>", "x", "<!-- , -->", "<r>{\"a\"}\n</r>", ""])
    case "bit", "varbit": random.digits(1 + random.below(20), of: "01")
    case "uuid": random.digits(32, of: "0123456789abcdef")
    case "tsvector": random.pick(["", "'a b':1A,3 c:2", "'it''s':5B", "'\\\\':1 '\"':2", "fat cat"])
    case "tsquery": random.pick(["", "a & b | !c", "'a b':A <2> c:*", "'it''s'"])
    case "hstore":
      (0..<random.below(4)).map { _ in
        quoted(nasty(5, &random)) + "=>" + (random.below(4) == 0 ? "NULL" : quoted(nasty(5, &random)))
      }.joined(separator: ",")
    default: nil
    }
  }

  /// Text made of what could go wrong.
  private static func nasty(_ limit: Int, _ random: inout OracleRandom) -> String {
    let parts = [
      "\"", "\\", "{", "}", "(", ")", ",", ";", "'", " ", "\n", "\t", "\r", "\u{1}", "\u{1F}", "\u{7F}", "ä", "日", "🐘",
      "NULL", "null", "a", "bc", "\u{2028}", "=>", "\\u0041", "/", "<", "\u{8}", "\u{C}", "abcdefgh",
    ]
    return (0..<random.below(limit)).map { _ in random.pick(parts) }.joined()
  }

  private static func quoted(_ text: String) -> String {
    "\"" + text.flatMap { $0 == "\"" || $0 == "\\" ? ["\\", $0] : [$0] } + "\""
  }

  /// A JSON text with `blank` between its tokens.
  private static func json(_ depth: Int, _ random: inout OracleRandom, _ blank: String) -> String {
    let string = { (random: inout OracleRandom) in
      "\""
        + nasty(6, &random).unicodeScalars.map { scalar in
          switch scalar {
          case "\"", "\\": "\\\(scalar)"
          case "\n": "\\n"
          default: scalar.value < 32 ? "\\u00" + String(scalar.value + 256, radix: 16).suffix(2) : String(scalar)
          }
        }.joined() + "\""
    }
    switch random.below(depth > 0 ? 8 : 5) {
    case 0: return random.pick(["null", "true", "false"])
    case 1: return random.pick(["0", "-1.50", "1e5", "123456789012345678901234567890.5"])
    case 2, 3, 4: return string(&random)
    case 5, 6:
      let parts = (0..<random.below(4)).map { _ in json(depth - 1, &random, blank) }
      return "[" + blank + parts.joined(separator: blank + "," + blank) + blank + "]"
    default:
      let parts = (0..<random.below(4)).map { _ in string(&random) + blank + ":" + json(depth - 1, &random, blank) }
      return "{" + blank + parts.joined(separator: ",") + "}"
    }
  }

  private static func time(_ type: String, _ random: inout OracleRandom) -> String? {
    let year = random.pick(["0001", "0044", "1582", "1890", "1999", "2024", "2038", "9999", "12024", "200000"])
    let day = "\(year)-\(random.below(12) + 1)-\(random.below(28) + 1)"
    let fraction = random.pick(["", ".5", ".000001", ".123456", ".9"])
    let clock = "\(random.below(24)):\(random.below(60)):\(random.below(60))\(fraction)"
    let zone = random.pick(["+00", "+05:30", "-03", "+01:02:03", "-15:59"])
    let era = year == "0044" || year == "0001" ? random.pick([" BC", ""]) : ""
    let infinity = random.pick(["infinity", "-infinity"])
    let isInfinite = random.below(8) == 0
    switch type {
    case "date": return isInfinite ? infinity : random.pick([day + era, day + era, "5874897-12-31", "4713-01-01 BC"])
    case "timestamp":
      return isInfinite
        ? infinity : random.pick(["\(day) \(clock)\(era)", "294276-12-31 23:59:59.999999", "\(day) 0:0\(era)"])
    case "timestamptz":
      return isInfinite
        ? infinity : random.pick(["\(day) \(clock)\(zone)\(era)", "294276-12-31 23:59:59+00", "\(day) 0:0Z\(era)"])
    case "time": return random.pick([clock, "24:00:00"])
    case "timetz": return clock + zone
    case "interval":
      return random.pick([
        "0", "1 year 2 mons -3 days 04:05:06.789", "-178000000 years", "1 day", "-0.000001 seconds", "100 hours", clock,
      ])
    default: return nil
    }
  }

  private static func system(_ type: String, _ random: inout OracleRandom) -> String? {
    let number = String(random.below(100_000))
    return switch type {
    case "oid", "xid", "cid": random.pick(["0", "4294967295", number])
    case "xid8": random.pick(["0", "18446744073709551615", number])
    case "tid": "(\(number),\(random.below(200)))"
    case "pg_lsn": "\(random.digits(4, of: "0123456789ABCDEF"))/\(random.digits(8, of: "0123456789ABCDEF"))"
    case "txid_snapshot", "pg_snapshot": random.pick(["10:20:10,14,15", "1:1:", "10:12:11"])
    case "int2vector": (0..<random.below(5)).map { _ in String(random.below(999) - 500) }.joined(separator: " ")
    case "oidvector": (0..<random.below(5)).map { _ in String(random.below(99_999)) }.joined(separator: " ")
    case "aclitem": random.pick(["=r/postgres", "postgres=arwdDxt/postgres"])
    case "regproc": random.pick(["now", "-", number])
    case "regprocedure": random.pick(["sum(int4)", "abs(numeric)", number])
    case "regoper": random.pick(["!~~*", "-", number])
    case "regoperator": random.pick(["+(int4,int4)", "*(float8,float8)", number])
    case "regclass": random.pick(["pg_class", "oracle.person", "-", number])
    case "regcollation": random.pick(["\"C\"", "\"POSIX\"", number])
    case "regtype": random.pick(["int4", "timestamptz", "oracle.pair[]", "\"char\"", number])
    case "regrole": random.pick(["postgres", "pg_monitor", number])
    case "regnamespace": random.pick(["pg_catalog", "oracle", number])
    case "regconfig": random.pick(["english", "simple", number])
    case "regdictionary": random.pick(["simple", "english_stem", number])
    default: nil
    }
  }

  private static func place(_ type: String, _ random: inout OracleRandom) -> String? {
    let one = "(\(random.below(100)),\(random.below(100) - 50).25)"
    let two = "(-\(random.below(100)).5,1e30)"
    let net = "10.\(random.below(256)).\(random.below(256))"
    return switch type {
    case "point": random.pick([one, two, "(NaN,Infinity)"])
    case "lseg": "[\(one),\(two)]"
    case "path": random.pick(["[\(one),\(two)]", "(\(one),\(two))"])
    case "box": "\(one),\(two)"
    case "polygon": "(\(one),\(two),\(one))"
    case "line": random.pick(["{1,-2,0.5}", "{0,1,-\(random.below(50))}"])
    case "circle": "<\(one),\(random.below(10)).5>"
    case "inet": random.pick(["\(net).7", "\(net).0/24", "::1", "2001:db8::/32"])
    case "cidr": random.pick(["\(net).0/24", "2001:db8::/32", "10.0.0.0/8"])
    case "macaddr": random.digits(12, of: "0123456789abcdef")
    case "macaddr8": random.digits(16, of: "0123456789abcdef")
    default: nil
    }
  }

  private static func `extension`(_ type: String, _ random: inout OracleRandom) -> String? {
    switch type {
    case "ltree": random.pick(["", "a", "Top.Science.Astronomy", "x_1.y2"])
    case "lquery": random.pick(["*.a", "Top.*{1,2}.!x|y@", "a%"])
    case "ltxtquery": random.pick(["a & b*@ | !c", "x"])
    case "cube": random.pick(["(1,2,3)", "(0,0),(1.5,-2)", "(7)"])
    case "seg": random.pick(["1 .. 2", "~ 5", "< 3.50", "0.1(+-)0.02"])
    case "ean13": "978-0-393-04002-9"
    case "isbn", "isbn13": "978-0-393-04002-9"
    case "ismn", "ismn13": "979-0-060-11561-5"
    case "issn", "issn13": "1436-4522"
    case "upc": "220356483481"
    default: nil
    }
  }
}
