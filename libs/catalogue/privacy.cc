#include "libs/catalogue/sections.h"

namespace withdrawal::catalogue {
namespace {

constexpr int kYearsMax = 100;

domain::WordVersions ReadVersions(Reader& reader) {
  domain::WordVersions words;
  for (Reader& one : reader.List("versions")) {
    const std::string version = one.Text("version");
    if (!words.emplace(version, one.Text("text")).second) one.Problem("version", "stands twice");
    one.Text("source");
    one.MarkOf("mark");
    one.Done();
  }
  return words;
}

std::string ReadCurrent(Reader& reader, const std::string& key, const domain::WordVersions& words) {
  const std::string version = reader.Text(key);
  if (!words.contains(version)) reader.Problem(key, "no version of these words: " + version);
  return version;
}

std::string ReadWords(Reader& root, const std::string& key, domain::WordVersions& words) {
  Reader part = root.Map(key);
  words = ReadVersions(part);
  const std::string current = ReadCurrent(part, "current", words);
  part.Done();
  return current;
}

std::vector<std::string> ReadWordList(Reader& reader, const std::string& key) {
  std::vector<std::string> words = reader.Texts(key);
  if (words.empty()) reader.Problem(key, "must be a list that is not empty");
  return words;
}

int ReadYears(Reader& root, const std::string& key) {
  Reader part = root.Map(key);
  const int years = part.Int("years");
  if (years < 1 || years > kYearsMax) part.Problem("years", "must be from 1 to 100");
  part.Text("source");
  part.MarkOf("mark");
  part.Done();
  return years;
}

}  // namespace

void LoadPrivacy(Reader& root, Catalogue& catalogue) {
  domain::PrivacyPolicy& privacy = catalogue.privacy;
  Reader notices = root.Map("notices");
  privacy.notices = ReadVersions(notices);
  Reader current = notices.Map("current");
  privacy.short_notice = ReadCurrent(current, "short", privacy.notices);
  privacy.long_notice = ReadCurrent(current, "long", privacy.notices);
  current.Done();
  notices.Done();
  privacy.revocation_notice = ReadWords(root, "revocation_notices", privacy.revocation_notices);
  privacy.redisclosure_statement =
      ReadWords(root, "redisclosure_statements", privacy.redisclosure_statements);
  Reader signatures = root.Map("signatures");
  privacy.signers = ReadWordList(signatures, "signed_by");
  privacy.signature_methods = ReadWordList(signatures, "methods");
  signatures.Text("source");
  signatures.MarkOf("mark");
  signatures.Done();
  privacy.accounting_years = ReadYears(root, "accounting");
  privacy.audit_years = ReadYears(root, "audit");
  root.Text("sign_off");
  root.Done();
}

}  // namespace withdrawal::catalogue
