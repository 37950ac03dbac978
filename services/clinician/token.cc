#include "services/clinician/token.h"

#include "absl/strings/escaping.h"

namespace withdrawal::clinician {
namespace {

// The first byte says what follows; a new layout gets a new number.
constexpr char kPageVersion = 1;
constexpr char kResumeVersion = 65;
constexpr char kConsistencyVersion = 97;
constexpr size_t kTokenBytesMax = 8192;

void AppendNumber(uint64_t number, std::string& out) {  // base 128, low digits first
  while (number >= 128) {
    out.push_back(static_cast<char>(number | 128));
    number >>= 7;
  }
  out.push_back(static_cast<char>(number));
}

class Reader {
 public:
  explicit Reader(std::string bytes) : bytes_(std::move(bytes)) {}

  bool done() const { return at_ == bytes_.size(); }

  std::optional<uint64_t> Number() {
    uint64_t number = 0;
    for (int shift = 0; shift < 64 && at_ < bytes_.size(); shift += 7) {
      const auto digit = static_cast<unsigned char>(bytes_[at_++]);
      number |= static_cast<uint64_t>(digit & 127) << shift;
      if (digit < 128) return number;
    }
    return std::nullopt;
  }

  std::optional<std::string> Text() {
    const std::optional<uint64_t> size = Number();
    if (!size || *size > bytes_.size() - at_) return std::nullopt;
    std::string text = bytes_.substr(at_, *size);
    at_ += *size;
    return text;
  }

 private:
  std::string bytes_;
  size_t at_ = 0;
};

std::string Begin(char version, uint32_t query) {
  std::string bytes(1, version);
  AppendNumber(query, bytes);
  return bytes;
}

std::optional<Reader> Open(const std::string& token, char version, uint32_t query) {
  std::string bytes;
  if (token.size() > kTokenBytesMax || !absl::WebSafeBase64Unescape(token, &bytes) ||
      bytes.empty() || bytes[0] != version) {
    return std::nullopt;
  }
  Reader reader(bytes.substr(1));
  if (reader.Number() != std::optional<uint64_t>(query)) return std::nullopt;
  return reader;
}

}  // namespace

uint32_t Fingerprint(const std::vector<std::string>& parts) {
  uint32_t hash = 2166136261u;
  const auto add = [&hash](unsigned char byte) { hash = (hash ^ byte) * 16777619u; };
  for (const std::string& part : parts) {
    for (const char c : part) add(static_cast<unsigned char>(c));
    add(0);
  }
  return hash;
}

std::string EncodePageToken(uint32_t query, const PageKey& key) {
  std::string bytes = Begin(kPageVersion, query);
  for (const std::string& part : key) {
    AppendNumber(part.size(), bytes);
    bytes.append(part);
  }
  return absl::WebSafeBase64Escape(bytes);
}

std::optional<PageKey> DecodePageToken(const std::string& token, uint32_t query, size_t columns) {
  std::optional<Reader> reader = Open(token, kPageVersion, query);
  if (!reader) return std::nullopt;
  PageKey key;
  while (!reader->done()) {
    std::optional<std::string> part = reader->Text();
    if (!part || key.size() == columns || part->find('\0') != std::string::npos) {
      return std::nullopt;
    }
    key.push_back(*std::move(part));
  }
  if (key.size() != columns) return std::nullopt;
  return key;
}

std::string EncodeConsistencyToken(const Written& written) {
  std::string bytes = Begin(kConsistencyVersion, 0);
  AppendNumber(written.topic.size(), bytes);
  bytes.append(written.topic);
  AppendNumber(static_cast<uint64_t>(written.partition), bytes);
  AppendNumber(static_cast<uint64_t>(written.next), bytes);
  return absl::WebSafeBase64Escape(bytes);
}

std::optional<Written> DecodeConsistencyToken(const std::string& token) {
  std::optional<Reader> reader = Open(token, kConsistencyVersion, 0);
  if (!reader) return std::nullopt;
  std::optional<std::string> topic = reader->Text();
  const std::optional<uint64_t> partition = reader->Number();
  const std::optional<uint64_t> next = reader->Number();
  if (!topic || !partition || !next || !reader->done() || *partition > INT32_MAX ||
      *next > INT64_MAX || topic->find('\0') != std::string::npos) {
    return std::nullopt;
  }
  return Written{*std::move(topic), static_cast<int32_t>(*partition), static_cast<int64_t>(*next)};
}

std::string EncodeResumeToken(uint32_t query, const Positions& positions) {
  std::string bytes = Begin(kResumeVersion, query);
  for (const auto& [partition, offset] : positions) {
    AppendNumber(static_cast<uint64_t>(partition), bytes);
    AppendNumber(static_cast<uint64_t>(offset), bytes);
  }
  return absl::WebSafeBase64Escape(bytes);
}

std::optional<Positions> DecodeResumeToken(const std::string& token, uint32_t query) {
  std::optional<Reader> reader = Open(token, kResumeVersion, query);
  if (!reader) return std::nullopt;
  Positions positions;
  while (!reader->done()) {
    const std::optional<uint64_t> partition = reader->Number();
    const std::optional<uint64_t> offset = reader->Number();
    if (!partition || !offset || *partition > INT32_MAX || *offset > INT64_MAX) return std::nullopt;
    positions[static_cast<int32_t>(*partition)] = static_cast<int64_t>(*offset);
  }
  return positions;
}

}  // namespace withdrawal::clinician
