// A schema registry for tests, in memory: the requests of Confluent's registry that a producer, a consumer and a check
// of compatibility make, for Avro without references. Schemas are parsed and compared by Confluent's own client.
//
//   java SchemaRegistry PORT [--user NAME:PASSWORD] [--keystore FILE.p12]      (its password is "testkit")
//
// Says "ready" when it listens; then each line of standard input is a command, answered by its number and 0:
//   fail N STATUS      the next N requests are answered with this HTTP status
// Standard error gets a line for each request: method, path, status.

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import com.sun.net.httpserver.HttpsConfigurator;
import com.sun.net.httpserver.HttpsServer;
import io.confluent.kafka.schemaregistry.CompatibilityLevel;
import io.confluent.kafka.schemaregistry.ParsedSchema;
import io.confluent.kafka.schemaregistry.avro.AvroSchema;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.InetSocketAddress;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyStore;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.Executors;
import java.util.stream.IntStream;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;

public final class SchemaRegistry {
  /** An answer that is an error, with the registry's own code for it. */
  private static final class Refusal extends RuntimeException {
    final int status;
    final int code;

    Refusal(int status, int code, String message) {
      super(message);
      this.status = status;
      this.code = code;
    }
  }

  private static final char[] PASSWORD = "testkit".toCharArray();
  private final ObjectMapper json = new ObjectMapper();
  /** Schemas by id; the first has id 1. */
  private final List<AvroSchema> schemas = new ArrayList<>();
  /** The ids of each subject's versions; the first has number 1. */
  private final Map<String, List<Integer>> subjects = new TreeMap<>();
  private final Map<String, String> levels = new HashMap<>(Map.of("", "BACKWARD"));
  private final String authorization;
  private int failures;
  private int failureStatus;

  private SchemaRegistry(String user) {
    authorization = user == null ? null
        : "Basic " + Base64.getEncoder().encodeToString(user.getBytes(StandardCharsets.UTF_8));
  }

  private synchronized Object answer(String method, List<String> path, JsonNode body) {
    String request = method + " " + path.get(0) + " " + path.size();
    return switch (request) {
      case "GET subjects 1" -> subjects.keySet();
      case "POST subjects 2" -> lookUp(path.get(1), parsed(body));
      case "GET subjects 3" -> IntStream.rangeClosed(1, versions(path.get(1)).size()).toArray();
      case "POST subjects 3" -> Map.of("id", register(path.get(1), parsed(body)));
      case "GET subjects 4" -> version(path.get(1), number(path.get(1), path.get(3)));
      case "GET schemas 3" -> Map.of("schema", schema(path.get(2)).canonicalString());
      case "POST compatibility 4" -> verdict(path.get(2), parsed(body), versions(path.get(2)));
      case "POST compatibility 5" -> verdict(path.get(2), parsed(body),
          List.of(versions(path.get(2)).get(number(path.get(2), path.get(4)) - 1)));
      case "GET config 1" -> Map.of("compatibilityLevel", levels.get(""));
      case "GET config 2" -> Map.of("compatibilityLevel", level(path.get(1)));
      case "PUT config 1" -> setLevel("", body.path("compatibility").asText());
      case "PUT config 2" -> setLevel(path.get(1), body.path("compatibility").asText());
      default -> throw new Refusal(404, 404, "HTTP 404 Not Found");
    };
  }

  private AvroSchema parsed(JsonNode body) {
    try {
      AvroSchema schema = new AvroSchema(body.path("schema").asText());
      schema.rawSchema(); // it is parsed only when it is asked for
      return schema;
    } catch (RuntimeException e) {
      throw new Refusal(422, 42201, "Invalid schema: " + e.getMessage());
    }
  }

  private List<Integer> versions(String subject) {
    List<Integer> found = subjects.get(subject);
    if (found == null) throw new Refusal(404, 40401, "Subject '" + subject + "' not found.");
    return found;
  }

  private int number(String subject, String text) {
    int last = versions(subject).size();
    if (text.equals("latest") || text.equals("-1")) return last;
    if (!text.matches("[1-9][0-9]{0,8}")) {
      throw new Refusal(422, 42202, "The specified version '" + text + "' is not a valid version id.");
    }
    int number = Integer.parseInt(text);
    if (number > last) throw new Refusal(404, 40402, "Version " + text + " not found.");
    return number;
  }

  private Map<String, Object> version(String subject, int number) {
    int id = versions(subject).get(number - 1);
    return Map.of("subject", subject, "version", number, "id", id, "schema", schemas.get(id - 1).canonicalString());
  }

  private Map<String, Object> lookUp(String subject, AvroSchema schema) {
    int at = versions(subject).indexOf(idOf(schema));
    if (at < 0) throw new Refusal(404, 40403, "Schema not found");
    return version(subject, at + 1);
  }

  private AvroSchema schema(String id) {
    int number = id.matches("[0-9]{1,9}") ? Integer.parseInt(id) : 0;
    if (number < 1 || number > schemas.size()) throw new Refusal(404, 40403, "Schema " + id + " not found");
    return schemas.get(number - 1);
  }

  /** 0 when it is not known. Compared as text, since equal schemas of Avro's may differ in their documentation. */
  private int idOf(AvroSchema schema) {
    return schemas.stream().map(AvroSchema::canonicalString).toList().indexOf(schema.canonicalString()) + 1;
  }

  private int register(String subject, AvroSchema schema) {
    List<Integer> ids = subjects.getOrDefault(subject, List.of());
    int id = idOf(schema);
    if (id > 0 && ids.contains(id)) return id;
    List<String> reasons = incompatibilities(subject, schema, ids);
    if (!reasons.isEmpty()) {
      throw new Refusal(409, 409, "Schema being registered is incompatible with an earlier schema for subject \""
          + subject + "\", details: " + reasons);
    }
    if (id == 0) {
      schemas.add(schema);
      id = schemas.size();
    }
    subjects.computeIfAbsent(subject, name -> new ArrayList<>()).add(id);
    return id;
  }

  private List<String> incompatibilities(String subject, AvroSchema schema, List<Integer> ids) {
    List<ParsedSchema> earlier = new ArrayList<>();
    for (int id : ids) earlier.add(schemas.get(id - 1));
    return schema.isCompatible(CompatibilityLevel.forName(level(subject)), earlier);
  }

  private Map<String, Object> verdict(String subject, AvroSchema schema, List<Integer> ids) {
    List<String> reasons = incompatibilities(subject, schema, ids);
    return Map.of("is_compatible", reasons.isEmpty(), "messages", reasons);
  }

  private String level(String subject) {
    return levels.getOrDefault(subject, levels.get(""));
  }

  private Map<String, Object> setLevel(String subject, String level) {
    if (CompatibilityLevel.forName(level) == null) throw new Refusal(422, 42203, "Invalid compatibility level");
    levels.put(subject, level);
    return Map.of("compatibility", level);
  }

  private synchronized void admit(HttpExchange exchange) {
    if (failures > 0) {
      failures--;
      throw new Refusal(failureStatus, 50001, "Error in the backend data store");
    }
    if (authorization != null && !authorization.equals(exchange.getRequestHeaders().getFirst("Authorization"))) {
      throw new Refusal(401, 401, "Unauthorized");
    }
  }

  private void handle(HttpExchange exchange) throws IOException {
    int status = 200;
    Object result;
    try {
      byte[] body = exchange.getRequestBody().readAllBytes();
      admit(exchange);
      // The path as it was sent: a subject may hold an escaped slash.
      List<String> path = Arrays.stream(exchange.getRequestURI().getRawPath().substring(1).split("/"))
          .map(part -> URLDecoder.decode(part.replace("+", "%2B"), StandardCharsets.UTF_8)).toList();
      result = answer(exchange.getRequestMethod(), path, json.readTree(body.length == 0 ? "{}".getBytes() : body));
    } catch (Refusal e) {
      status = e.status;
      result = Map.of("error_code", e.code, "message", e.getMessage());
    } catch (IOException | RuntimeException e) {
      status = 400;
      result = Map.of("error_code", 400, "message", String.valueOf(e.getMessage()));
    }
    System.err.println(exchange.getRequestMethod() + " " + exchange.getRequestURI() + " " + status);
    byte[] bytes = json.writeValueAsBytes(result);
    exchange.getResponseHeaders().set("Content-Type", "application/vnd.schemaregistry.v1+json");
    exchange.sendResponseHeaders(status, bytes.length);
    exchange.getResponseBody().write(bytes);
    exchange.close();
  }

  private synchronized void failNext(int count, int status) {
    failures = count;
    failureStatus = status;
  }

  private static HttpServer server(int port, String keystore) throws Exception {
    InetSocketAddress address = new InetSocketAddress("127.0.0.1", port);
    if (keystore == null) return HttpServer.create(address, 64);
    KeyStore store = KeyStore.getInstance("PKCS12");
    try (var file = Files.newInputStream(Path.of(keystore))) {
      store.load(file, PASSWORD);
    }
    KeyManagerFactory keys = KeyManagerFactory.getInstance("PKIX");
    keys.init(store, PASSWORD);
    SSLContext tls = SSLContext.getInstance("TLS");
    tls.init(keys.getKeyManagers(), null, null);
    HttpsServer server = HttpsServer.create(address, 64);
    server.setHttpsConfigurator(new HttpsConfigurator(tls));
    return server;
  }

  public static void main(String[] words) throws Exception {
    Map<String, String> options = new HashMap<>();
    for (int i = 1; i + 1 < words.length; i += 2) options.put(words[i], words[i + 1]);
    SchemaRegistry registry = new SchemaRegistry(options.get("--user"));
    HttpServer server = server(Integer.parseInt(words[0]), options.get("--keystore"));
    server.createContext("/", registry::handle);
    server.setExecutor(Executors.newFixedThreadPool(4));
    server.start();
    System.out.println("ready");
    BufferedReader commands = new BufferedReader(new InputStreamReader(System.in));
    int count = 0;
    for (String line = commands.readLine(); line != null; line = commands.readLine()) {
      String[] parts = line.split(" ");
      boolean known = parts.length == 3 && parts[0].equals("fail");
      if (known) registry.failNext(Integer.parseInt(parts[1]), Integer.parseInt(parts[2]));
      System.out.println(++count + " " + (known ? 0 : 1));
    }
    System.exit(0);
  }
}
