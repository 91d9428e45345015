// Prints the lines of testkit/consume with Java's client:  java ConsumeLines BROKER [PROPERTY=VALUE...]

import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;

public final class ConsumeLines {
  private static Map<String, Object> line(ConsumerRecord<byte[], byte[]> record) {
    List<Object[]> headers = new ArrayList<>();
    record.headers().forEach(header -> headers.add(new Object[] {header.key(), header.value()}));
    Map<String, Object> line = new LinkedHashMap<>();
    line.put("topic", record.topic());
    line.put("partition", record.partition());
    line.put("offset", record.offset());
    line.put("timestamp", record.timestamp());
    line.put("key", record.key());
    line.put("value", record.value());
    line.put("headers", headers);
    return line;
  }

  public static void main(String[] words) throws Exception {
    Map<String, Object> settings = new HashMap<>(Map.of(
        "bootstrap.servers", words[0], "isolation.level", "read_committed", "fetch.max.wait.ms", 20,
        "auto.offset.reset", "none", "enable.auto.commit", false));
    for (int i = 1; i < words.length; i++) settings.put(words[i].split("=", 2)[0], words[i].split("=", 2)[1]);
    ObjectMapper json = new ObjectMapper();
    PrintStream out = new PrintStream(System.out, false, StandardCharsets.UTF_8);
    try (var consumer = new KafkaConsumer<>(settings, new ByteArrayDeserializer(), new ByteArrayDeserializer())) {
      List<TopicPartition> partitions = new ArrayList<>();
      consumer.listTopics().forEach((topic, found) -> {
        boolean internal = topic.equals("__consumer_offsets") || topic.equals("__transaction_state");
        if (!internal) found.forEach(one -> partitions.add(new TopicPartition(topic, one.partition())));
      });
      partitions.sort(Comparator.comparing(TopicPartition::topic).thenComparing(TopicPartition::partition));
      Map<TopicPartition, Long> ends = consumer.endOffsets(partitions);
      for (TopicPartition partition : partitions) {
        consumer.assign(List.of(partition));
        consumer.seekToBeginning(List.of(partition));
        while (consumer.position(partition) < ends.get(partition)) {
          for (var record : consumer.poll(Duration.ofMillis(50))) {
            if (record.offset() < ends.get(partition)) out.println(json.writeValueAsString(line(record)));
          }
        }
      }
    }
    out.flush();
  }
}
