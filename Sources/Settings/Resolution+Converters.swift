extension Resolution {
  /// The class of a converter; nil for one that is not known.
  func converter(_ name: String) -> ConverterClass? {
    let text = text(name)
    return text.isEmpty ? .json : ConverterClass(rawValue: text)
  }

  /// What belongs together in the settings of converters other than `JsonConverter`.
  mutating func checkConverters(_ values: Values) {
    for name in ["key.converter", "value.converter"] where accepted[name] != nil {
      guard let converter = converter(name), converter != .json else { continue }
      checkUnknown(name, converter)
      switch converter {
      case .avro: checkAvro(name, values)
      case .cloudEvents: checkCloudEvents(name)
      case .json: break
      }
    }
  }

  /// A setting that is not known may change what is written, so that none is passed over.
  private mutating func checkUnknown(_ name: String, _ converter: ConverterClass) {
    for key in accepted.keys.sorted() where KeyTable.find(key)?.name == "\(name).<property>" {
      let property = String(key.dropFirst(name.count + 1))
      guard let entry = accepted[key], !ConverterClass.idleSettings.contains(property) else { continue }
      report(
        .refused, entry, "it is not supported with \(converter.simpleName)",
        hint: "Remove it; docs/configuration.md lists what is.")
    }
  }

  private mutating func checkAvro(_ name: String, _ values: Values) {
    let registry = "\(name).schema.registry"
    if !isSet("\(registry).url") {
      report(
        missing: "\(registry).url", "it is required with AvroConverter",
        hint: "Set it to the schema registry's URL (environment \(Key.environmentName(of: "\(registry).url"))).")
    }
    checkCredentials(name)
    let strategy = "\(name).\(name.prefix { $0 != "." }).subject.name.strategy"
    if let entry = accepted[strategy],
      Settings.Events.SubjectNameStrategy(className: Values.trimmed(entry.text)) == nil
    {
      let names = Settings.Events.SubjectNameStrategy.allCases.map(\.rawValue).joined(separator: ", ")
      report(
        .refused, entry, "a Java class cannot be loaded",
        hint: "Choose one of \(Settings.Events.SubjectNameStrategy.package)\(names).")
    }
    checkStores("\(registry).ssl")
    let host = "\(registry).ssl.endpoint.identification.algorithm"
    if let entry = accepted[host], !["https", "none"].contains(text(host).lowercased()) {
      report(.badValue, entry, "it is neither https nor none", hint: "https or none is expected.")
    }
  }

  private mutating func checkCredentials(_ name: String) {
    let (basic, bearer) = ("\(name).basic.auth.credentials.source", "\(name).bearer.auth.credentials.source")
    if let entry = accepted[basic], !["URL", "USER_INFO"].contains(text(basic).uppercased()) {
      report(.refused, entry, "this source is not supported", hint: "Choose URL or USER_INFO.")
    }
    if let entry = accepted[bearer], text(bearer).uppercased() != "STATIC_TOKEN" {
      report(.refused, entry, "this source is not supported", hint: "Choose STATIC_TOKEN.")
    }
    exclude(basic, bearer, hint: "Keep one of them.")
    let users = ["\(name).basic.auth.user.info", "\(name).schema.registry.basic.auth.user.info"]
    if text(basic).uppercased() == "USER_INFO", !users.contains(where: isSet) {
      report(missing: users[0], "it is required with USER_INFO", hint: "Set it to user:password.")
    }
    if isSet(bearer), !isSet("\(name).bearer.auth.token") {
      report(missing: "\(name).bearer.auth.token", "it is required with STATIC_TOKEN", hint: "Set it.")
    }
  }

  /// Certificates and keys are read as PEM alone.
  private mutating func checkStores(_ name: String) {
    for (store, parts) in [
      ("truststore", ["location", "certificates"]), ("keystore", ["location", "certificate.chain", "key"]),
    ] {
      let type = "\(name).\(store).type"
      let given = parts.compactMap { accepted["\(name).\(store).\($0)"] }
      guard let entry = given.first,
        text(type).uppercased() != "PEM"
      else { continue }
      report(
        .refused, accepted[type] ?? entry, "a Java key store cannot be read",
        hint: "Make a PEM file of it, and set \(type)=PEM.")
    }
    exclude("\(name).truststore.location", "\(name).truststore.certificates", hint: "Keep one of them.")
    exclude("\(name).keystore.location", "\(name).keystore.key", hint: "Keep one of them.")
    for (one, other) in [("key", "certificate.chain"), ("certificate.chain", "key")]
    where isSet("\(name).keystore.\(one)") && !isSet("\(name).keystore.\(other)") && !isSet("\(name).keystore.location")
    {
      report(missing: "\(name).keystore.\(other)", "it is required with \(one)", hint: "Set both.")
    }
  }

  private mutating func checkCloudEvents(_ name: String) {
    for part in ["serializer.type", "data.serializer.type"] {
      guard let entry = accepted["\(name).\(part)"], Values.trimmed(entry.text).lowercased() != "json" else { continue }
      report(.refused, entry, "CloudEvents are JSON with JSON data here", hint: "Set it to json, or remove it.")
    }
  }
}
