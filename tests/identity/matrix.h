// The authorisation matrix, matrix.txt.
#pragma once

#include <array>
#include <map>
#include <string>
#include <vector>

#include "libs/identity/policy.h"

namespace withdrawal::identity {

// About whom a call is.
enum class About { kOwn, kOther, kUnknown, kNoTeam, kGlass };
inline constexpr std::array<About, 5> kAbout = {About::kOwn, About::kOther, About::kUnknown,
                                                About::kNoTeam, About::kGlass};

struct Matrix {
  // Word -> outcome by About: "OK", "-" or the reason of the refusal.
  std::map<std::string, std::array<std::string, kAbout.size()>> words;
  // "ClinicianService/GetPatient" -> word by Role.
  std::map<std::string, std::array<std::string, kRoleCount>> rpcs;

  // What is expected; the rpc as in the policy.
  const std::string& Expected(std::string_view rpc, Role role, About about) const;
};

// Adds a test failure for each line that cannot be read.
Matrix ReadMatrix();

// "ClinicianService/GetPatient" of "withdrawal.clinician.v1.ClinicianService/GetPatient"
std::string ShortName(std::string_view rpc);

}  // namespace withdrawal::identity
