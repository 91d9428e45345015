import Settings
import Testing

@Suite struct PatternListTests {
  @Test(arguments: [
    ("public.people", "public.people", true), ("public.people", "public.people2", false),
    ("public.people", "xpublic.people", false), ("PUBLIC.People", "public.people", true),
    ("public\\..*", "public.people", true), ("public\\..*", "publicX.people", false), ("a|bc", "bc", true),
    ("a|bc", "abc", false), ("(?:inv|shop)[.]t_\\d+", "shop.t_12", true), ("s.t\\d", "s.t٣", false),
    ("s\\.a{1\\,2}", "s.aa", true), (" a.b , c.d ", "c.d", true), ("a.b,,", "", false), ("", "a", false),
    ("public.a$b", "public.a$b", true), ("public.order-items", "public.order-items", true),
    ("public.naïve tablé", "public.naïve tablé", true), ("public.a b#c", "public.a b#c", true),
    ("public.😀", "public.😀", true), ("\\Qs.a+b\\E", "s.a+b", true), ("s\\\\.t", "s\\xt", true),
    (".*", "any\nthing", false), ("s.[^.]+", "s.t", true), ("s.e\u{301}", "s.e\u{301}", true),
  ])
  func `an expression matches a whole name, without regard to case`(list: String, name: String, expected: Bool) throws {
    #expect(try PatternList(list).matches(name) == expected)
  }

  @Test func `commas inside an expression are escaped, others separate`() throws {
    #expect(try PatternList("a\\,b,c\\\\,d\\.e,").patterns == ["a,b", "c\\\\", "d\\.e"])
  }

  @Test func `the first match gives the order`() throws {
    let list = try PatternList("public.b,public.*")
    #expect(list.firstMatch("public.b") == 0)
    #expect(list.firstMatch("public.a") == 1)
    #expect(list.firstMatch("other.a") == nil)
  }

  @Test(arguments: ["(", "a[", "*a", "a,b(", "(?<x"]) func `an expression that cannot be read is named`(list: String) {
    #expect(throws: PatternList.InvalidPattern.self) { try PatternList(list) }
  }

  @Test func `many tasks may use one list`() async throws {
    let list = try PatternList("public\\.t\\d+")
    await withTaskGroup(of: Bool.self) { group in
      for number in 0..<64 { group.addTask { list.matches("public.t\(number)") } }
      for await matched in group { #expect(matched) }
    }
  }

  @Test func `the lists together decide what is captured`() throws {
    let capture = try load(
      """
      schema.include.list: public
      table.exclude.list: public\\.tmp_.*
      column.exclude.list: public.people.ssn
      """, as: "a.yaml"
    ).capture
    #expect(capture.includes(schema: "public", table: "people"))
    #expect(!capture.includes(schema: "other", table: "people"))
    #expect(!capture.includes(schema: "public", table: "tmp_1"))
    #expect(!capture.includes(schema: "public", table: "spatial_ref_sys"))
    #expect(!capture.includes(schema: "public", table: "people", column: "ssn"))
    #expect(capture.includes(schema: "public", table: "people", column: "name"))
    let defaults = try Settings.load(requiring: []).capture
    #expect(defaults.includes(schema: "any", table: "table", column: "column"))
    #expect(!defaults.includes(schema: "pg_catalog", table: "pg_class"))
  }
}
