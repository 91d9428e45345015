import java.io.BufferedOutputStream;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Properties;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

import io.debezium.engine.ChangeEvent;
import io.debezium.engine.DebeziumEngine;
import io.debezium.engine.Header;
import io.debezium.engine.format.CloudEvents;
import io.debezium.engine.format.Json;
import io.debezium.engine.format.SerializationFormat;

/**
 * Runs Debezium's PostgreSQL connector inside Debezium's own (asynchronous) embedded engine and writes every
 * change event as one JSON line:
 *
 * <pre>{"topic":"...","partition":null,"key":{...}|null,"value":{...}|null,"headers":{...}}</pre>
 *
 * Key, value and header bodies are the converter's own text, copied verbatim: they are never parsed here, so
 * number formats, field order and string escapes are exactly those of Kafka Connect's JsonConverter, or for values
 * those of Debezium's CloudEventsConverter where value.converter names it.
 */
public final class EventLines {

    private static final String USAGE = String.join("\n",
            "usage: EventLines [options] CONFIG.properties",
            "  --output FILE            write the JSON lines there (default: standard output)",
            "  --append                 append to FILE instead of replacing it",
            "  --converter json         serialization of keys, values and headers (only json is offered)",
            "  --set NAME=VALUE         override one property; may be repeated",
            "  --stop-after-idle SECS   stop when no event arrived for SECS seconds (counted from polling start)",
            "  --max-events N           stop after N events",
            "  --count-only             write no events; print one JSON line of statistics at the end",
            "  --stats                  print the statistics line to standard error as well as the events",
            "properties: those of io.debezium.connector.postgresql.PostgresConnector and of the engine, e.g.",
            "  offset.storage=org.apache.kafka.connect.storage.MemoryOffsetBackingStore (default here)",
            "  offset.storage=org.apache.kafka.connect.storage.FileOffsetBackingStore + offset.storage.file.filename",
            "  key.converter.schemas.enable / value.converter.schemas.enable / header.converter.schemas.enable");

    private static final String CLOUD_EVENTS = "io.debezium.converters.CloudEventsConverter";

    private static final byte[] TOPIC = bytes("{\"topic\":");
    private static final byte[] PARTITION = bytes(",\"partition\":");
    private static final byte[] KEY = bytes(",\"key\":");
    private static final byte[] VALUE = bytes(",\"value\":");
    private static final byte[] HEADERS = bytes(",\"headers\":{");
    private static final byte[] END = bytes("}}\n");
    private static final byte[] NULL = bytes("null");

    private final boolean countOnly;
    private final long maxEvents;
    private final OutputStream out;

    private volatile long firstEventNanos;
    private volatile long lastEventNanos;
    private volatile long lastActivityNanos;
    private volatile boolean polling;
    private volatile long events;
    private volatile long payloadBytes;
    private long cpuAtFirstEvent;
    private final CountDownLatch stopRequested = new CountDownLatch(1);

    private EventLines(boolean countOnly, long maxEvents, OutputStream out) {
        this.countOnly = countOnly;
        this.maxEvents = maxEvents;
        this.out = out;
    }

    public static void main(String[] args) throws Exception {
        String config = null;
        String output = null;
        boolean append = false;
        boolean countOnly = false;
        boolean stats = false;
        double idleSeconds = -1;
        long maxEvents = Long.MAX_VALUE;
        final Properties overrides = new Properties();

        for (int i = 0; i < args.length; i++) {
            switch (args[i]) {
                case "--output" -> output = args[++i];
                case "--append" -> append = true;
                case "--count-only" -> countOnly = true;
                case "--stats" -> stats = true;
                case "--stop-after-idle" -> idleSeconds = Double.parseDouble(args[++i]);
                case "--max-events" -> maxEvents = Long.parseLong(args[++i]);
                case "--converter" -> {
                    if (!"json".equals(args[++i])) {
                        fail("only --converter json is supported");
                    }
                }
                case "--set" -> {
                    final String pair = args[++i];
                    final int eq = pair.indexOf('=');
                    if (eq < 1) {
                        fail("--set needs NAME=VALUE, got: " + pair);
                    }
                    overrides.setProperty(pair.substring(0, eq), pair.substring(eq + 1));
                }
                case "--help", "-h" -> {
                    System.out.println(USAGE);
                    return;
                }
                default -> {
                    if (args[i].startsWith("--") || config != null) {
                        fail("unexpected argument: " + args[i]);
                    }
                    config = args[i];
                }
            }
        }
        if (config == null) {
            fail("no configuration file given");
        }

        final Properties props = new Properties();
        try (var reader = Files.newBufferedReader(Path.of(config), StandardCharsets.UTF_8)) {
            props.load(reader);
        }
        props.putAll(overrides);
        props.putIfAbsent("name", "connector");
        props.putIfAbsent("connector.class", "io.debezium.connector.postgresql.PostgresConnector");
        props.putIfAbsent("plugin.name", "pgoutput");
        props.putIfAbsent("offset.storage", "org.apache.kafka.connect.storage.MemoryOffsetBackingStore");
        props.putIfAbsent("offset.flush.interval.ms", "500");

        final OutputStream sink = output == null || output.equals("-")
                ? new FileOutputStream(FileDescriptor.out)
                : new FileOutputStream(output, append);
        // Nothing but events may reach standard output, whatever a library prints.
        System.setOut(new PrintStream(new FileOutputStream(FileDescriptor.err), true, StandardCharsets.UTF_8));

        final EventLines lines = new EventLines(countOnly, maxEvents, new BufferedOutputStream(sink, 1 << 16));
        System.exit(lines.run(props, idleSeconds, stats, System.err));
    }

    private int run(Properties props, double idleSeconds, boolean stats, PrintStream log) throws Exception {
        final CountDownLatch completed = new CountDownLatch(1);
        final Throwable[] failure = new Throwable[1];
        final String[] message = new String[1];

        final Class<? extends SerializationFormat<String>> values = CLOUD_EVENTS.equals(props.getProperty("value.converter"))
                ? CloudEvents.class
                : Json.class;
        // With a plain Consumer the engine runs transformations and conversion in parallel but delivers in order.
        final DebeziumEngine<ChangeEvent<String, String>> engine = DebeziumEngine.create(Json.class, values, Json.class)
                .using(props)
                .using(new DebeziumEngine.ConnectorCallback() {
                    @Override
                    public void pollingStarted() {
                        lastActivityNanos = System.nanoTime();
                        polling = true;
                    }
                })
                .using((boolean success, String text, Throwable error) -> {
                    if (!success) {
                        failure[0] = error == null ? new RuntimeException(text) : error;
                        message[0] = text;
                    }
                    completed.countDown();
                })
                .notifying((Consumer<ChangeEvent<String, String>>) this::accept)
                .build();

        final Thread runner = new Thread(engine, "engine");
        runner.start();

        final Thread onSignal = new Thread(() -> {
            stopRequested.countDown();
            try {
                completed.await(20, TimeUnit.SECONDS);
                finish(log, stats);
            }
            catch (Exception e) {
                e.printStackTrace();
            }
        }, "on-signal");
        Runtime.getRuntime().addShutdownHook(onSignal);

        while (completed.getCount() > 0) {
            if (stopRequested.await(50, TimeUnit.MILLISECONDS)) {
                break;
            }
            if (idleSeconds >= 0 && polling && System.nanoTime() - lastActivityNanos > (long) (idleSeconds * 1e9)) {
                break;
            }
            flush();
        }
        close(engine, completed);
        completed.await(60, TimeUnit.SECONDS);
        finish(log, stats);
        if (failure[0] != null) {
            log.println("connector: failed: " + message[0]);
            failure[0].printStackTrace(log);
            return 2;
        }
        return 0;
    }

    /** The engine refuses to be closed while its tasks are starting: try again until it accepts. */
    private static void close(DebeziumEngine<?> engine, CountDownLatch completed) throws Exception {
        final long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(60);
        while (completed.getCount() > 0 && System.nanoTime() < deadline) {
            try {
                engine.close();
                return;
            }
            catch (IllegalStateException e) {
                Thread.sleep(50);
            }
        }
    }

    private void accept(ChangeEvent<String, String> event) {
        if (events >= maxEvents) {
            return;
        }
        final long now = System.nanoTime();
        if (events == 0) {
            firstEventNanos = now;
            cpuAtFirstEvent = cpuNanos();
        }
        lastEventNanos = now;
        lastActivityNanos = now;
        if (countOnly) {
            payloadBytes += (event.key() == null ? 0 : event.key().length()) + (event.value() == null ? 0 : event.value().length());
        }
        else {
            try {
                write(event);
            }
            catch (IOException e) {
                throw new IllegalStateException("cannot write output", e);
            }
        }
        if (++events >= maxEvents) {
            stopRequested.countDown();
        }
    }

    private synchronized void write(ChangeEvent<String, String> event) throws IOException {
        out.write(TOPIC);
        out.write(bytes(quote(event.destination())));
        out.write(PARTITION);
        out.write(event.partition() == null ? NULL : bytes(event.partition().toString()));
        out.write(KEY);
        out.write(event.key() == null ? NULL : bytes(event.key()));
        out.write(VALUE);
        out.write(event.value() == null ? NULL : bytes(event.value()));
        out.write(HEADERS);
        final List<Header<Object>> headers = event.headers();
        if (headers != null) {
            boolean first = true;
            for (Header<?> header : headers) {
                final Object body = header.getValue();
                out.write(bytes((first ? "" : ",") + quote(header.getKey()) + ":"));
                out.write(body == null ? NULL : body instanceof byte[] raw ? raw : bytes(body.toString()));
                first = false;
            }
        }
        out.write(END);
    }

    private synchronized void flush() throws IOException {
        out.flush();
    }

    private boolean finished;

    private synchronized void finish(PrintStream log, boolean stats) throws IOException {
        if (finished) {
            return;
        }
        finished = true;
        if (countOnly) {
            out.write(bytes(statistics() + "\n"));
        }
        if (stats) {
            log.println(statistics());
        }
        out.close();
    }

    private String statistics() {
        final double elapsed = events == 0 ? 0 : (lastEventNanos - firstEventNanos) / 1e9;
        return String.format(Locale.ROOT,
                "{\"events\":%d,\"elapsed_seconds\":%.3f,\"events_per_second\":%.0f,\"payload_chars\":%d,"
                        + "\"cpu_seconds\":%.2f,\"cpu_seconds_since_first_event\":%.2f,\"peak_rss_kib\":%d}",
                events, elapsed, elapsed > 0 ? events / elapsed : 0, payloadBytes,
                cpuNanos() / 1e9, events == 0 ? 0 : (cpuNanos() - cpuAtFirstEvent) / 1e9, peakRssKib());
    }

    private static long cpuNanos() {
        final var os = ManagementFactory.getOperatingSystemMXBean();
        return os instanceof com.sun.management.OperatingSystemMXBean sun ? sun.getProcessCpuTime() : 0;
    }

    /** Peak resident set as the kernel counts it (Linux only, elsewhere 0). */
    private static long peakRssKib() {
        try {
            for (String line : Files.readAllLines(Path.of("/proc/self/status"))) {
                if (line.startsWith("VmHWM:")) {
                    return Long.parseLong(line.replaceAll("[^0-9]", ""));
                }
            }
        }
        catch (IOException e) {
            // not Linux
        }
        return 0;
    }

    private static String quote(String s) {
        final StringBuilder b = new StringBuilder(s.length() + 2).append('"');
        for (int i = 0; i < s.length(); i++) {
            final char c = s.charAt(i);
            if (c == '"' || c == '\\') {
                b.append('\\').append(c);
            }
            else if (c < 0x20) {
                b.append(String.format("\\u%04x", (int) c));
            }
            else {
                b.append(c);
            }
        }
        return b.append('"').toString();
    }

    private static byte[] bytes(String s) {
        return s.getBytes(StandardCharsets.UTF_8);
    }

    private static void fail(String text) {
        System.err.println("connector: " + text);
        System.err.println(USAGE);
        System.exit(64);
    }
}
