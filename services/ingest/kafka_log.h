// The log that is Kafka.
#pragma once

#include <utility>

#include "libs/kafka/producer.h"
#include "services/ingest/record_log.h"

namespace withdrawal::ingest {

class KafkaLog final : public RecordLog {
 public:
  explicit KafkaLog(kafka::Producer& producer) : producer_(producer) {}

  void Append(stream::OutputRecord record, Done done) override {
    producer_.Send(std::move(record),
                   [done = std::move(done)](absl::StatusOr<kafka::Position> position) mutable {
                     done(position.status());
                   });
  }

 private:
  kafka::Producer& producer_;
};

}  // namespace withdrawal::ingest
