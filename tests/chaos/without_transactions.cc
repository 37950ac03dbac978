// Preloaded by run.py --without-transactions: librdkafka without transactions, so that the same
// binaries become ordinary at-least-once consumers. Outputs are visible as soon as they are
// written, an abort takes nothing back, offsets are committed by the consumer afterwards. Exists
// only here: no setting of a service leads to it.
#include <dlfcn.h>
#include <librdkafka/rdkafka.h>

#include <atomic>
#include <cstdio>
#include <cstring>

namespace {

std::atomic<rd_kafka_t*> consumer{nullptr};

template <typename Function>
Function* Real(const char* name) {
  return reinterpret_cast<Function*>(dlsym(RTLD_NEXT, name));
}

}  // namespace

extern "C" {

rd_kafka_conf_res_t rd_kafka_conf_set(rd_kafka_conf_t* conf, const char* name, const char* value,
                                      char* reason, size_t size) {
  static auto* const real = Real<decltype(rd_kafka_conf_set)>("rd_kafka_conf_set");
  if (std::strcmp(name, "transactional.id") == 0) {
    std::fputs("WITHOUT TRANSACTIONS: this process loses and doubles, by request\n", stderr);
    return real(conf, "enable.idempotence", "true", reason, size);
  }
  return real(conf, name, value, reason, size);
}

rd_kafka_resp_err_t rd_kafka_subscribe(rd_kafka_t* handle,
                                       const rd_kafka_topic_partition_list_t* topics) {
  static auto* const real = Real<decltype(rd_kafka_subscribe)>("rd_kafka_subscribe");
  consumer = handle;
  return real(handle, topics);
}

rd_kafka_error_t* rd_kafka_init_transactions(rd_kafka_t*, int) { return nullptr; }
rd_kafka_error_t* rd_kafka_begin_transaction(rd_kafka_t*) { return nullptr; }
rd_kafka_error_t* rd_kafka_abort_transaction(rd_kafka_t*, int) { return nullptr; }

rd_kafka_error_t* rd_kafka_send_offsets_to_transaction(
    rd_kafka_t* producer, const rd_kafka_topic_partition_list_t* offsets,
    const rd_kafka_consumer_group_metadata_t*, int timeout_ms) {
  rd_kafka_flush(producer, timeout_ms);
  const rd_kafka_resp_err_t code = rd_kafka_commit(consumer, offsets, 0);
  if (code != RD_KAFKA_RESP_ERR_NO_ERROR) {
    std::fprintf(stderr, "offsets not committed: %s\n", rd_kafka_err2name(code));
  }
  return nullptr;
}

rd_kafka_error_t* rd_kafka_commit_transaction(rd_kafka_t*, int) { return nullptr; }

}  // extern "C"
