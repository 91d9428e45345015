"""A Kafka client that shares nothing with the program under test: Confluent's for Python, in a version of our choice."""
import re
import sys

import kit

sys.path.insert(0, kit.cached(
    f"client-{sys.implementation.cache_tag}", ["pins/client.txt"], lambda path: kit.unpack("pins/client.txt", path)))
import confluent_kafka  # noqa: E402  once its place is known
import confluent_kafka.admin  # noqa: E402

KafkaException = confluent_kafka.KafkaException
TIMEOUT = 30
# The broker's own topics.
INTERNAL = {"__consumer_offsets", "__transaction_state"}


def consumer(broker, uncommitted=False, properties=()):
    return confluent_kafka.Consumer({
        "bootstrap.servers": broker, "group.id": "testkit", "enable.auto.commit": False, "auto.offset.reset": "error",
        "enable.partition.eof": True, "fetch.wait.max.ms": 20, "log_level": 0,
        "isolation.level": "read_uncommitted" if uncommitted else "read_committed", **dict(properties),
    })


def producer(broker, properties=()):
    """A producer that chooses partitions as Java's does."""
    return confluent_kafka.Producer({
        "bootstrap.servers": broker, "partitioner": "murmur2_random", "linger.ms": 5, "log_level": 0,
        "message.timeout.ms": TIMEOUT * 1000, **dict(properties),
    })


def admin(broker):
    return confluent_kafka.admin.AdminClient({"bootstrap.servers": broker, "log_level": 0})


def create_topic(client, name, partitions, settings=None):
    topic = confluent_kafka.admin.NewTopic(name, partitions, 1, config=settings or {})
    client.create_topics([topic])[name].result(TIMEOUT)


def ends(reader, is_wanted=lambda topic: topic not in INTERNAL):
    """The partitions that hold anything: topic, number, where it begins and ends."""
    topics = reader.list_topics(timeout=TIMEOUT).topics
    for name in sorted(filter(is_wanted, topics)):
        for number in sorted(topics[name].partitions):
            partition = confluent_kafka.TopicPartition(name, number)
            low, high = reader.get_watermark_offsets(partition, timeout=TIMEOUT, cached=False)
            if low < high:
                yield name, number, low, high


def records(reader, patterns=None):
    """All records up to where the partitions ended when this began, one partition after the other.

    With read_committed that is before the oldest transaction still open. Markers of transactions take offsets, too.
    """
    matches = (lambda topic: any(re.fullmatch(pattern, topic) for pattern in patterns)) if patterns else None
    for topic, number, low, high in list(ends(reader, *([matches] if matches else []))):
        reader.assign([confluent_kafka.TopicPartition(topic, number, low)])
        position = low
        while position < high:
            for record in reader.consume(1000, 0.05):
                if record.error() is None:
                    if record.offset() < high:
                        yield record
                elif record.error().code() != confluent_kafka.KafkaError._PARTITION_EOF:
                    raise KafkaException(record.error())
            position = reader.position([confluent_kafka.TopicPartition(topic, number)])[0].offset
