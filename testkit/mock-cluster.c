// librdkafka's mock cluster as a program: brokers on 127.0.0.1 that fail as they are told.
//
//   mock-cluster BROKERS
//
// Its first line is the list of bootstrap servers. Then each line of standard input is a command, answered by its number
// and 0, or Kafka's error code:
//   error API CODE N                 the next N requests of API are answered with CODE; -195 drops the connection
//   clear API                        no longer
//   down BROKER | up BROKER          brokers are numbered from 1
//   delay BROKER MILLISECONDS        a round trip takes so long
//   topic NAME PARTITIONS REPLICAS   makes a topic
//   topicerror NAME CODE             metadata and production of a topic fail; 0 heals it
//   leader NAME PARTITION BROKER     -1: none
//   coordinator TRANSACTION BROKER   of a transactional id
// API is one of the names below or a number of Kafka's protocol.
#include <librdkafka/rdkafka.h>
#include <librdkafka/rdkafka_mock.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const struct {
  const char *name;
  int key;
} apis[] = {
    {"produce", 0},           {"fetch", 1},         {"offsets", 2}, {"metadata", 3},
    {"offset-commit", 8},     {"offset-fetch", 9},  {"coordinator", 10}, {"create-topics", 19},
    {"init-producer", 22},    {"add-partitions", 24}, {"add-offsets", 25}, {"end-transaction", 26},
    {"transaction-offsets", 28},
};

static int api(const char *name) {
  for (size_t i = 0; i < sizeof apis / sizeof *apis; i++)
    if (strcmp(name, apis[i].name) == 0) return apis[i].key;
  return atoi(name);
}

static int obey(rd_kafka_mock_cluster_t *cluster, const char *line) {
  char name[256];
  int a, b, n;
  if (sscanf(line, "error %255s %d %d", name, &a, &n) == 3) {
    while (n-- > 0) rd_kafka_mock_push_request_errors(cluster, api(name), 1, a);
    return 0;
  }
  if (sscanf(line, "clear %255s", name) == 1) {
    rd_kafka_mock_clear_request_errors(cluster, api(name));
    return 0;
  }
  if (sscanf(line, "topicerror %255s %d", name, &a) == 2) {
    rd_kafka_mock_topic_set_error(cluster, name, a);
    return 0;
  }
  if (sscanf(line, "down %d", &a) == 1) return rd_kafka_mock_broker_set_down(cluster, a);
  if (sscanf(line, "up %d", &a) == 1) return rd_kafka_mock_broker_set_up(cluster, a);
  if (sscanf(line, "delay %d %d", &a, &b) == 2) return rd_kafka_mock_broker_set_rtt(cluster, a, b);
  if (sscanf(line, "topic %255s %d %d", name, &a, &b) == 3) return rd_kafka_mock_topic_create(cluster, name, a, b);
  if (sscanf(line, "leader %255s %d %d", name, &a, &b) == 3)
    return rd_kafka_mock_partition_set_leader(cluster, name, a, b);
  if (sscanf(line, "coordinator %255s %d", name, &a) == 2)
    return rd_kafka_mock_coordinator_set(cluster, "transaction", name, a);
  return RD_KAFKA_RESP_ERR__INVALID_ARG;
}

int main(int argc, char **argv) {
  char line[512];
  if (argc != 2) {
    fputs("usage: mock-cluster BROKERS\n", stderr);
    return 2;
  }
  // The cluster needs a client to live in. Its log would be the brokers' own.
  rd_kafka_conf_t *settings = rd_kafka_conf_new();
  rd_kafka_conf_set(settings, "log_level", "3", NULL, 0);
  rd_kafka_t *client = rd_kafka_new(RD_KAFKA_PRODUCER, settings, line, sizeof line);
  rd_kafka_mock_cluster_t *cluster = client ? rd_kafka_mock_cluster_new(client, atoi(argv[1])) : NULL;
  if (!cluster) {
    fputs("the mock cluster did not start\n", stderr);
    return 1;
  }
  setvbuf(stdout, NULL, _IOLBF, 0);
  printf("%s\n", rd_kafka_mock_cluster_bootstraps(cluster));
  for (int number = 1; fgets(line, sizeof line, stdin); number++) printf("%d %d\n", number, obey(cluster, line));
  rd_kafka_mock_cluster_destroy(cluster);
  rd_kafka_destroy(client);
  return 0;
}
