// What a producer can do at most: the bytes that cdc-direct published, from memory, by librdkafka alone.
//
//   raw-producer save BROKERS TOPIC COUNT FILE              the first COUNT committed records
//   raw-producer send BROKERS TOPIC FILE [NAME=VALUE...]    sends them; returns when all are acknowledged
//
// A file holds for each record its number of headers, and key, value, and each header's name and value: the length, 32
// bits (-1 for none), and so many bytes.
#include <fcntl.h>
#include <librdkafka/rdkafka.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>

enum { wait_ms = 60000 };

static _Noreturn void end(const char *doing, const char *why) {
  fprintf(stderr, "raw-producer: %s: %s\n", doing, why);
  exit(1);
}

static void set(rd_kafka_conf_t *conf, const char *name, const char *value) {
  char why[512];
  if (rd_kafka_conf_set(conf, name, value, why, sizeof why) != RD_KAFKA_CONF_OK) end("settings", why);
}

static rd_kafka_t *start(rd_kafka_type_t kind, rd_kafka_conf_t *conf) {
  char why[512];
  rd_kafka_t *client = rd_kafka_new(kind, conf, why, sizeof why);
  if (client == NULL) end("start", why);
  return client;
}

static void check(rd_kafka_error_t *error, const char *doing) {
  if (error != NULL) end(doing, rd_kafka_error_string(error));
}

// MARK: save

static void put(const void *bytes, size_t count, FILE *file) {
  int32_t length = bytes == NULL ? -1 : (int32_t)count;
  fwrite(&length, sizeof length, 1, file);
  fwrite(bytes, 1, bytes == NULL ? 0 : count, file);
}

static void put_record(const rd_kafka_message_t *message, FILE *file) {
  rd_kafka_headers_t *headers = NULL;
  rd_kafka_message_headers(message, &headers);
  int32_t count = headers == NULL ? 0 : (int32_t)rd_kafka_header_cnt(headers);
  fwrite(&count, sizeof count, 1, file);
  put(message->key, message->key_len, file);
  put(message->payload, message->len, file);
  for (int32_t i = 0; i < count; i++) {
    const char *name;
    const void *value;
    size_t length;
    rd_kafka_header_get_all(headers, (size_t)i, &name, &value, &length);
    put(name, strlen(name), file);
    put(value, length, file);
  }
}

static void save(const char *brokers, const char *topic, long count, const char *path) {
  FILE *file = fopen(path, "wb");
  if (file == NULL) end(path, "cannot be written");
  rd_kafka_conf_t *conf = rd_kafka_conf_new();
  set(conf, "bootstrap.servers", brokers);
  set(conf, "group.id", "raw-producer");
  set(conf, "auto.offset.reset", "earliest");
  // The broker of the tests answers with all that it has.
  set(conf, "receive.message.max.bytes", "2147483647");
  rd_kafka_t *client = start(RD_KAFKA_CONSUMER, conf);
  rd_kafka_topic_partition_list_t *list = rd_kafka_topic_partition_list_new(1);
  rd_kafka_topic_partition_list_add(list, topic, 0)->offset = RD_KAFKA_OFFSET_BEGINNING;
  if (rd_kafka_assign(client, list) != RD_KAFKA_RESP_ERR_NO_ERROR) end(topic, "cannot be read");
  while (count > 0) {
    rd_kafka_message_t *message = rd_kafka_consumer_poll(client, wait_ms);
    if (message == NULL) end(topic, "has too few records");
    if (message->err != RD_KAFKA_RESP_ERR_NO_ERROR) end(topic, rd_kafka_message_errstr(message));
    put_record(message, file);
    rd_kafka_message_destroy(message);
    count -= 1;
  }
  if (fclose(file) != 0) end(path, "was not written");
  rd_kafka_topic_partition_list_destroy(list);
  rd_kafka_destroy(client);
}

// MARK: send

static void delivered(rd_kafka_t *client, const rd_kafka_message_t *message, void *opaque) {
  (void)client, (void)opaque;
  if (message->err != RD_KAFKA_RESP_ERR_NO_ERROR) end("delivery", rd_kafka_err2str(message->err));
}

static const char *map(const char *path, size_t *size) {
  int file = open(path, O_RDONLY);
  struct stat facts;
  if (file < 0 || fstat(file, &facts) != 0) end(path, "cannot be read");
  *size = (size_t)facts.st_size;
  const char *bytes = mmap(NULL, *size, PROT_READ, MAP_PRIVATE | MAP_POPULATE, file, 0);
  if (bytes == MAP_FAILED) end(path, "cannot be read");
  return bytes;
}

typedef struct {
  const char *start;
  int32_t length;
} text;

static int32_t take_number(const char **next) {
  int32_t number;
  memcpy(&number, *next, sizeof number);
  *next += sizeof number;
  return number;
}

static text take(const char **next) {
  int32_t length = take_number(next);
  text found = {length < 0 ? NULL : *next, length < 0 ? 0 : length};
  *next += found.length;
  return found;
}

// Takes the next record; its bytes stay where they are.
static void send_next(rd_kafka_t *client, rd_kafka_topic_t *topic, const char **next) {
  int32_t count = take_number(next);
  text key = take(next), value = take(next);
  rd_kafka_headers_t *headers = rd_kafka_headers_new((size_t)count);
  for (int32_t i = 0; i < count; i++) {
    text name = take(next), content = take(next);
    rd_kafka_header_add(headers, name.start, name.length, content.start, content.length);
  }
  rd_kafka_resp_err_t error;
  do {
    // It takes the headers when it succeeds.
    error = rd_kafka_producev(
      client, RD_KAFKA_V_RKT(topic), RD_KAFKA_V_KEY(key.start, (size_t)key.length),
      RD_KAFKA_V_VALUE((void *)value.start, (size_t)value.length), RD_KAFKA_V_HEADERS(headers), RD_KAFKA_V_END);
    if (error == RD_KAFKA_RESP_ERR__QUEUE_FULL) rd_kafka_poll(client, 10);
  } while (error == RD_KAFKA_RESP_ERR__QUEUE_FULL);
  if (error != RD_KAFKA_RESP_ERR_NO_ERROR) end("a record", rd_kafka_err2str(error));
}

static void send_all(const char *brokers, const char *topic, const char *path, char **settings, int count) {
  rd_kafka_conf_t *conf = rd_kafka_conf_new();
  set(conf, "bootstrap.servers", brokers);
  int is_transactional = 0;
  for (int i = 0; i < count; i++) {
    char *value = strchr(settings[i], '=');
    if (value == NULL) end(settings[i], "is no NAME=VALUE");
    *value++ = 0;
    set(conf, settings[i], value);
    if (strcmp(settings[i], "transactional.id") == 0) is_transactional = 1;
  }
  rd_kafka_conf_set_dr_msg_cb(conf, delivered);
  size_t size;
  const char *next = map(path, &size), *last = next + size;
  rd_kafka_t *client = start(RD_KAFKA_PRODUCER, conf);
  rd_kafka_topic_t *to = rd_kafka_topic_new(client, topic, NULL);
  if (to == NULL) end(topic, "is no topic");
  if (is_transactional) {
    check(rd_kafka_init_transactions(client, wait_ms), "transactional id");
    check(rd_kafka_begin_transaction(client), "transaction");
  }
  long sent = 0;
  while (next < last) {
    send_next(client, to, &next);
    // As often as cdc-direct looks, or reports would pile up.
    if (++sent % 256 == 0) rd_kafka_poll(client, 0);
  }
  if (is_transactional) {
    check(rd_kafka_commit_transaction(client, wait_ms), "commit");
  } else if (rd_kafka_flush(client, wait_ms) != RD_KAFKA_RESP_ERR_NO_ERROR) {
    end("delivery", "took too long");
  }
  rd_kafka_topic_destroy(to);
  rd_kafka_destroy(client);
}

int main(int count, char **arguments) {
  if (count == 6 && strcmp(arguments[1], "save") == 0) {
    save(arguments[2], arguments[3], atol(arguments[4]), arguments[5]);
  } else if (count >= 5 && strcmp(arguments[1], "send") == 0) {
    send_all(arguments[2], arguments[3], arguments[4], arguments + 5, count - 5);
  } else {
    end("usage", "save BROKERS TOPIC COUNT FILE | send BROKERS TOPIC FILE [NAME=VALUE...]");
  }
  return 0;
}
