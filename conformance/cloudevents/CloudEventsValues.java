import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;

import org.apache.kafka.common.header.Headers;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.connect.data.SchemaAndValue;
import org.apache.kafka.connect.json.JsonConverter;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;

import io.debezium.converters.CloudEventsConverter;

/**
 * Sends records through Debezium's CloudEventsConverter. A line of standard input holds, between tabs, the converter's
 * properties ({@code name=value}, between blanks; empty for none) and a record as conformance/connector writes it, with
 * schemas. A line of standard output is the value that came out, {@code null}, or {@code error} and the exception's class.
 */
public final class CloudEventsValues {
    private static final ObjectMapper MAPPER = new ObjectMapper();

    public static void main(String[] args) throws Exception {
        final var in = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
        final var out = new PrintStream(System.out, false, StandardCharsets.UTF_8);
        // Null stays null: what the converter under test makes of it is its own affair.
        final var reader = new JsonConverter();
        reader.configure(Map.of("schemas.enable", "true", "replace.null.with.default", "false"), false);
        for (String line = in.readLine(); line != null; line = in.readLine()) {
            final int tab = line.indexOf('\t');
            out.println(convert(reader, line.substring(0, tab), MAPPER.readTree(line.substring(tab + 1))));
        }
        out.flush();
    }

    private static String convert(JsonConverter reader, String properties, JsonNode record) throws Exception {
        final Map<String, String> configs = new HashMap<>();
        for (String property : properties.split(" ")) {
            final int equals = property.indexOf('=');
            if (equals > 0) {
                configs.put(property.substring(0, equals), property.substring(equals + 1));
            }
        }
        final String topic = record.get("topic").asText();
        final JsonNode node = record.get("value");
        final SchemaAndValue value = node.isNull() ? SchemaAndValue.NULL : reader.toConnectData(topic, MAPPER.writeValueAsBytes(node));
        final Headers headers = new RecordHeaders();
        for (final var fields = record.get("headers").fields(); fields.hasNext();) {
            final var header = fields.next();
            headers.add(header.getKey(), MAPPER.writeValueAsBytes(header.getValue()));
        }
        try {
            final var converter = new CloudEventsConverter();
            converter.configure(configs, false);
            final byte[] bytes = converter.fromConnectData(topic, headers, value.schema(), value.value());
            return bytes == null ? "null" : new String(bytes, StandardCharsets.UTF_8);
        }
        catch (Exception e) {
            System.err.println(properties + ": " + e);
            return "error " + e.getClass().getSimpleName();
        }
    }
}
