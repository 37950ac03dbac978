// A bare transactional producer, for leaving a topic in a state of the test's choice.
#pragma once

#include <string>

#include "gtest/gtest.h"
#include "libs/kafka/client.h"

namespace withdrawal::kafka {

class TransactionalWriter {
 public:
  TransactionalWriter(const ClientConfig& config, const std::string& id) {
    auto handle = CreateHandle(RD_KAFKA_PRODUCER, config, {{"transactional.id", id}});
    EXPECT_TRUE(handle.ok()) << handle.status();
    handle_ = *std::move(handle);
    Expect(rd_kafka_init_transactions(handle_.get(), 10000));
  }

  void Begin() { Expect(rd_kafka_begin_transaction(handle_.get())); }

  // Returns when the brokers have the record, though not committed.
  void Put(const std::string& topic, const std::string& key, const std::string& value,
           int32_t partition = RD_KAFKA_PARTITION_UA) {
    EXPECT_EQ(Produce(handle_.get(), {topic, key, value, {}}, partition, value.empty(), nullptr),
              RD_KAFKA_RESP_ERR_NO_ERROR);
    EXPECT_EQ(rd_kafka_flush(handle_.get(), 10000), RD_KAFKA_RESP_ERR_NO_ERROR);
  }

  void Commit() { Expect(rd_kafka_commit_transaction(handle_.get(), -1)); }
  void Abort() { Expect(rd_kafka_abort_transaction(handle_.get(), -1)); }

 private:
  static void Expect(rd_kafka_error_t* raw) {
    Error error(raw);
    EXPECT_EQ(error, nullptr) << rd_kafka_error_string(error.get());
  }

  Handle handle_;
};

}  // namespace withdrawal::kafka
