// librdkafka as a table of functions that is filled when somebody asks: a program that does not publish neither needs the
// library nor loads it.
#pragma once

#include <librdkafka/rdkafka.h>

// The functions that are used; their types are those of the header.
#define CDC_RDKAFKA(F)                                                                                                 \
  F(rd_kafka_version_str)                                                                                              \
  F(rd_kafka_err2name)                                                                                                 \
  F(rd_kafka_err2str)                                                                                                  \
  F(rd_kafka_error_code)                                                                                               \
  F(rd_kafka_error_string)                                                                                             \
  F(rd_kafka_error_is_fatal)                                                                                           \
  F(rd_kafka_error_is_retriable)                                                                                       \
  F(rd_kafka_error_txn_requires_abort)                                                                                 \
  F(rd_kafka_error_destroy)                                                                                            \
  F(rd_kafka_fatal_error)                                                                                              \
  F(rd_kafka_conf_new)                                                                                                 \
  F(rd_kafka_conf_destroy)                                                                                             \
  F(rd_kafka_conf_set)                                                                                                 \
  F(rd_kafka_conf_set_events)                                                                                          \
  F(rd_kafka_new)                                                                                                      \
  F(rd_kafka_destroy_flags)                                                                                            \
  F(rd_kafka_set_log_queue)                                                                                            \
  F(rd_kafka_queue_new)                                                                                                \
  F(rd_kafka_queue_get_main)                                                                                           \
  F(rd_kafka_queue_poll)                                                                                               \
  F(rd_kafka_queue_destroy)                                                                                            \
  F(rd_kafka_event_type)                                                                                               \
  F(rd_kafka_event_message_next)                                                                                       \
  F(rd_kafka_event_error)                                                                                              \
  F(rd_kafka_event_error_string)                                                                                       \
  F(rd_kafka_event_error_is_fatal)                                                                                     \
  F(rd_kafka_event_log)                                                                                                \
  F(rd_kafka_event_stats)                                                                                              \
  F(rd_kafka_event_destroy)                                                                                            \
  F(rd_kafka_event_CreateTopics_result)                                                                                \
  F(rd_kafka_produceva)                                                                                                \
  F(rd_kafka_flush)                                                                                                    \
  F(rd_kafka_purge)                                                                                                    \
  F(rd_kafka_message_timestamp)                                                                                        \
  F(rd_kafka_headers_new)                                                                                              \
  F(rd_kafka_headers_copy)                                                                                             \
  F(rd_kafka_header_add)                                                                                               \
  F(rd_kafka_headers_destroy)                                                                                          \
  F(rd_kafka_message_headers)                                                                                          \
  F(rd_kafka_header_get_all)                                                                                           \
  F(rd_kafka_init_transactions)                                                                                        \
  F(rd_kafka_begin_transaction)                                                                                        \
  F(rd_kafka_commit_transaction)                                                                                       \
  F(rd_kafka_abort_transaction)                                                                                        \
  F(rd_kafka_metadata)                                                                                                 \
  F(rd_kafka_metadata_destroy)                                                                                         \
  F(rd_kafka_topic_new)                                                                                                \
  F(rd_kafka_topic_destroy)                                                                                            \
  F(rd_kafka_NewTopic_new)                                                                                             \
  F(rd_kafka_NewTopic_set_config)                                                                                      \
  F(rd_kafka_NewTopic_destroy)                                                                                         \
  F(rd_kafka_AdminOptions_new)                                                                                         \
  F(rd_kafka_AdminOptions_set_request_timeout)                                                                         \
  F(rd_kafka_AdminOptions_set_operation_timeout)                                                                       \
  F(rd_kafka_AdminOptions_set_validate_only)                                                                           \
  F(rd_kafka_AdminOptions_destroy)                                                                                     \
  F(rd_kafka_CreateTopics)                                                                                             \
  F(rd_kafka_CreateTopics_result_topics)                                                                               \
  F(rd_kafka_topic_result_error)                                                                                       \
  F(rd_kafka_topic_result_error_string)                                                                                \
  F(rd_kafka_DescribeConfigs)                                                                                          \
  F(rd_kafka_event_DescribeConfigs_result)                                                                             \
  F(rd_kafka_DescribeConfigs_result_resources)                                                                         \
  F(rd_kafka_ConfigResource_new)                                                                                       \
  F(rd_kafka_ConfigResource_destroy)                                                                                   \
  F(rd_kafka_ConfigResource_configs)                                                                                   \
  F(rd_kafka_ConfigResource_error)                                                                                     \
  F(rd_kafka_ConfigEntry_name)                                                                                         \
  F(rd_kafka_ConfigEntry_value)                                                                                        \
  F(rd_kafka_topic_partition_list_new)                                                                                 \
  F(rd_kafka_topic_partition_list_add)                                                                                 \
  F(rd_kafka_topic_partition_list_destroy)                                                                             \
  F(rd_kafka_query_watermark_offsets)                                                                                 \
  F(rd_kafka_assign)                                                                                                   \
  F(rd_kafka_consumer_poll)                                                                                            \
  F(rd_kafka_consumer_close)                                                                                           \
  F(rd_kafka_message_destroy)                                                                                          \
  F(rd_kafka_committed)                                                                                                \
  F(rd_kafka_commit)                                                                                                   \
  F(rd_kafka_oauthbearer_set_token)                                                                                    \
  F(rd_kafka_oauthbearer_set_token_failure)

/// The library's functions, under their own names.
typedef struct cdc_rdkafka {
#define CDC_MEMBER(name) __typeof__(&name) name;
  CDC_RDKAFKA(CDC_MEMBER)
#undef CDC_MEMBER
} cdc_rdkafka;

/// Loads the library and fills the table.
///
/// Returns nothing where all is well, else why not: a text that lasts until the thread's next call. A library that is
/// loaded stays loaded.
const char *cdc_rdkafka_load(const char *name, cdc_rdkafka *table);
