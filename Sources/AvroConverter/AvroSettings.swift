/// How keys and values become Avro, and where their schemas are registered.
///
/// Source: Confluent documentation, "Configure Schema Registry clients" and "Avro Schema Serializer and Deserializer";
/// the comments name the property of `io.confluent.connect.avro.AvroConverter`.
public struct AvroSettings: Sendable {
  /// Who the program is to the registry.
  public enum Credentials: Sendable {
    /// As the URL says, `http://user:password@host`; nobody when it says nothing (`basic.auth.credentials.source=URL`).
    case url
    /// `user:password` (`basic.auth.credentials.source=USER_INFO` with `basic.auth.user.info`).
    case userInfo(String)
    /// A token (`bearer.auth.token`).
    case bearer(String)
  }

  /// How connections to `https` are secured.
  public struct TLS: Sendable {
    /// The authorities to trust; nil for those of the system.
    public var authority: PEM?
    /// The client's certificate and those that lead to its authority.
    public var certificate: PEM?
    /// The key of that certificate.
    public var key: PEM?
    /// The password of the key.
    public var keyPassword: String?
    /// Whether the server's name must be in its certificate (false for an empty
    /// `ssl.endpoint.identification.algorithm`).
    public var verifiesName = true

    /// What the system trusts, and no client certificate.
    public init() {}

    /// Certificates or a key.
    public enum PEM: Sendable {
      /// In a file.
      case file(String)
      /// Here.
      case text(String)
    }
  }

  /// The registries, tried in turn (`schema.registry.url`).
  public var urls: [String]
  /// Who the program is.
  public var credentials = Credentials.url
  /// How `https` is secured (`schema.registry.ssl.*`).
  public var tls = TLS()
  /// Headers that go with each request (`request.header.*`).
  public var headers: [(name: String, value: String)] = []
  /// How long one request may take (`http.read.timeout.ms`).
  public var requestTimeout = Duration.seconds(60)
  /// How long a connection may take to come about (`http.connect.timeout.ms`).
  public var connectTimeout = Duration.seconds(60)
  /// How often all URLs are tried again when none could answer.
  public var retries = 3
  /// The first waiting time before that; doubled each time.
  public var retryBackoff = Duration.milliseconds(100)

  /// Whether a schema that the registry does not know is registered (`auto.register.schemas`).
  public var autoRegister = true
  /// Whether, without that, the latest registered schema is written with (`use.latest.version`).
  public var useLatestVersion = false
  /// Whether the latest schema must then be able to read what ours writes (`latest.compatibility.strict`).
  public var latestCompatibilityStrict = true
  /// Whether the registry brings schemas into a normal form before it compares them (`normalize.schemas`).
  public var normalize = false
  /// Under which subject the schemas of keys stand (`key.subject.name.strategy`).
  public var keySubjectNames = SubjectNames.topic
  /// Under which subject the schemas of values stand (`value.subject.name.strategy`).
  public var valueSubjectNames = SubjectNames.topic
  /// How many schemas of a subject are kept in memory (`max.schemas.per.subject`).
  public var registryCacheSize = 1000

  /// Whether enumerations and namespaces of Avro are kept (`enhanced.avro.schema.support`). Only schemas that came from
  /// Avro hold such, and none of the program's did, so it changes nothing.
  public var enhancedSupport = false
  /// Whether names, versions, parameters and defaults of Connect are written into the schema (`connect.meta.data`).
  public var connectMetaData = true
  /// Whether characters that Avro's names cannot hold are replaced (`scrub.invalid.names`).
  public var scrubInvalidNames = false
  /// Whether only the documentation and default of a field are kept (`discard.type.doc.default`).
  public var discardTypeDocDefault = false
  /// Whether a map with optional strings for keys is a map in Avro, too (`allow.optional.map.keys`).
  public var allowOptionalMapKeys = false
  /// How many converted schemas are kept in memory (`schemas.cache.config`).
  public var schemaCacheSize = 1000

  /// The converter's defaults for these registries.
  public init(urls: [String]) { self.urls = urls }

  /// Whether maps with such keys are maps in Avro.
  func hasAvroMap(optionalKeys: Bool) -> Bool { !optionalKeys || allowOptionalMapKeys }
}
