import java.io.BufferedWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;

import io.confluent.connect.avro.AvroConverter;
import io.confluent.connect.avro.AvroData;
import io.confluent.connect.avro.AvroDataConfig;
import io.confluent.kafka.schemaregistry.client.MockSchemaRegistryClient;
import org.apache.kafka.connect.data.ConnectSchema;
import org.apache.kafka.connect.data.Date;
import org.apache.kafka.connect.data.Decimal;
import org.apache.kafka.connect.data.Field;
import org.apache.kafka.connect.data.Schema;
import org.apache.kafka.connect.data.Struct;
import org.apache.kafka.connect.data.Time;
import org.apache.kafka.connect.data.Timestamp;
import org.apache.kafka.connect.json.JsonConverter;

/**
 * Runs the real AvroConverter over recorded events and writes what it makes of them as JSON lines:
 *
 * <pre>{"settings":{...},"connect":SCHEMA,"avro":"TEXT","events":[{"payload":...,"body":"HEX"},...]}</pre>
 *
 * One line for each schema and settings; "avro" and "body" are null where the converter refuses. Schemas and payloads
 * are the recording's own text, copied verbatim.
 */
public final class AvroEvents {

    private static final ObjectMapper JSON = new ObjectMapper()
            .enable(DeserializationFeature.USE_BIG_INTEGER_FOR_INTS);
    private static final ObjectMapper PLAIN = new ObjectMapper();

    /** A schema with settings, and its payloads; the texts are verbatim. */
    private static final class Group {
        final String settings;
        final String schema;
        final Map<String, String> bodies = new LinkedHashMap<>();
        Group(String settings, String schema) {
            this.settings = settings;
            this.schema = schema;
        }
    }

    public static void main(String[] args) throws Exception {
        if (args.length < 2) {
            System.err.println("usage: AvroEvents OUTPUT RECORDING...");
            System.exit(2);
        }
        final Map<String, Group> groups = new LinkedHashMap<>();
        for (int i = 1; i < args.length; i++) {
            for (String line : Files.readAllLines(Path.of(args[i]), StandardCharsets.UTF_8)) {
                if (!line.isBlank()) {
                    collect(line, groups);
                }
            }
        }
        int events = 0;
        try (BufferedWriter out = Files.newBufferedWriter(Path.of(args[0]), StandardCharsets.UTF_8)) {
            for (Group group : groups.values()) {
                convert(group, out);
                events += group.bodies.size();
            }
        }
        System.err.println("AvroEvents: " + groups.size() + " schemas, " + events + " events");
    }

    /** Takes the schemas and payloads of a line's key and value, or of a line that is itself one. */
    private static void collect(String line, Map<String, Group> groups) throws Exception {
        final Map<String, String> parts = members(line);
        final String settings = parts.getOrDefault("settings", "{}");
        final List<String> bodies = new ArrayList<>();
        if (parts.containsKey("schema")) {
            bodies.add(line);
        }
        for (String name : List.of("key", "value")) {
            final String part = parts.get(name);
            if (part != null && part.startsWith("{\"schema\":")) {
                bodies.add(part);
            }
        }
        for (String body : bodies) {
            final Map<String, String> both = members(body);
            final String schema = both.get("schema");
            final String payload = both.get("payload");
            if (schema == null || payload == null || schema.equals("null") || payload.equals("null")) {
                continue;
            }
            groups.computeIfAbsent(settings + schema, key -> new Group(settings, schema)).bodies.put(payload, "");
        }
    }

    /** The members of an object with their text. */
    private static Map<String, String> members(String text) throws Exception {
        final Map<String, String> members = new LinkedHashMap<>();
        try (JsonParser parser = JSON.getFactory().createParser(text)) {
            parser.nextToken();
            while (parser.nextToken() == JsonToken.FIELD_NAME) {
                final String name = parser.currentName();
                parser.nextToken();
                final int start = (int) parser.currentTokenLocation().getCharOffset();
                parser.skipChildren();
                // A text and a number are read only when somebody asks for them.
                parser.getText();
                final int end = (int) parser.currentLocation().getCharOffset();
                members.put(name, text.substring(start, end));
            }
        }
        return members;
    }

    private static void convert(Group group, BufferedWriter out) throws Exception {
        final JsonConverter json = new JsonConverter();
        json.configure(Map.of("schemas.enable", "true"), false);
        final Map<String, Object> settings = new LinkedHashMap<>();
        JSON.readTree(group.settings).fields().forEachRemaining(e -> settings.put(e.getKey(), e.getValue().asText()));
        settings.put("schema.registry.url", "mock://events");
        final MockSchemaRegistryClient registry = new MockSchemaRegistryClient();
        final AvroConverter avro = new AvroConverter(registry);
        avro.configure(settings, false);

        out.write("{\"settings\":" + group.settings + ",\"connect\":" + group.schema);
        String text = null;
        final StringBuilder events = new StringBuilder();
        Schema schema = null;
        for (String payload : group.bodies.keySet()) {
            String body = "null";
            try {
                if (schema == null) {
                    schema = named(json.asConnectSchema(PLAIN.readTree(group.schema)));
                }
                if (text == null) {
                    text = new AvroData(new AvroDataConfig(settings)).fromConnectSchema(schema).toString();
                }
                final byte[] bytes = avro.fromConnectData("t", schema, data(schema, JSON.readTree(payload)));
                body = "\"" + HexFormat.of().formatHex(bytes, 5, bytes.length) + "\"";
            }
            catch (RuntimeException e) {
                if (System.getenv("AVRO_EVENTS_TRACE") != null) {
                    e.printStackTrace();
                }
            }
            events.append(events.length() == 0 ? "" : ",").append("{\"payload\":").append(payload).append(",\"body\":")
                    .append(body).append("}");
        }
        out.write(",\"avro\":" + PLAIN.writeValueAsString(text) + ",\"events\":[" + events + "]}\n");
    }

    /**
     * The same schema with one object for each name, as connectors have it, whose names are constants or shared: the
     * converter tells them apart by identity.
     */
    private static Schema named(Schema schema) {
        final boolean isStruct = schema.type() == Schema.Type.STRUCT;
        final boolean isMap = schema.type() == Schema.Type.MAP;
        List<Field> fields = null;
        if (isStruct) {
            fields = new ArrayList<>();
            for (Field field : schema.fields()) {
                fields.add(new Field(field.name(), field.index(), named(field.schema())));
            }
        }
        return new ConnectSchema(schema.type(), schema.isOptional(), schema.defaultValue(),
                schema.name() == null ? null : schema.name().intern(), schema.version(), schema.doc(),
                schema.parameters(), fields, isMap ? named(schema.keySchema()) : null,
                isMap || schema.type() == Schema.Type.ARRAY ? named(schema.valueSchema()) : null);
    }

    /** A payload as Connect's data. JsonConverter itself reads NaN as 0. */
    private static Object data(Schema schema, JsonNode node) throws Exception {
        if (node.isNull()) {
            return null;
        }
        switch (schema.type()) {
            case INT8:
                return node.bigIntegerValue().byteValueExact();
            case INT16:
                return node.bigIntegerValue().shortValueExact();
            case INT32: {
                final int number = node.bigIntegerValue().intValueExact();
                return Date.LOGICAL_NAME.equals(schema.name()) ? Date.toLogical(schema, number)
                        : Time.LOGICAL_NAME.equals(schema.name()) ? Time.toLogical(schema, number) : (Object) number;
            }
            case INT64: {
                final long number = node.bigIntegerValue().longValueExact();
                final boolean isTime = Timestamp.LOGICAL_NAME.equals(schema.name());
                return isTime ? Timestamp.toLogical(schema, number) : (Object) number;
            }
            case FLOAT32:
                return Float.parseFloat(node.asText());
            case FLOAT64:
                return Double.parseDouble(node.asText());
            case BOOLEAN:
                return node.booleanValue();
            case STRING:
                return node.textValue();
            case BYTES: {
                final byte[] bytes = node.binaryValue();
                return Decimal.LOGICAL_NAME.equals(schema.name()) ? Decimal.toLogical(schema, bytes) : bytes;
            }
            case ARRAY: {
                final List<Object> list = new ArrayList<>();
                for (JsonNode element : node) {
                    list.add(data(schema.valueSchema(), element));
                }
                return list;
            }
            case MAP: {
                final Map<Object, Object> map = new LinkedHashMap<>();
                if (node.isObject()) {
                    for (var fields = node.fields(); fields.hasNext();) {
                        final var field = fields.next();
                        map.put(field.getKey(), data(schema.valueSchema(), field.getValue()));
                    }
                }
                else {
                    for (JsonNode pair : node) {
                        map.put(data(schema.keySchema(), pair.get(0)), data(schema.valueSchema(), pair.get(1)));
                    }
                }
                return map;
            }
            default: {
                final Struct struct = new Struct(schema);
                for (Field field : schema.fields()) {
                    // What is left out may have a default where null is not allowed.
                    final Object value = data(field.schema(), node.get(field.name()));
                    if (value != null) {
                        struct.put(field, value);
                    }
                }
                return struct;
            }
        }
    }
}
