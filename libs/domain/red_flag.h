// The names of free symptom reports: proto RedFlag in lower case without prefix.
#pragma once

#include <array>

namespace withdrawal::domain {

inline constexpr std::array<const char*, 28> kRedFlags = {"seizure",
                                                          "hard_to_wake",
                                                          "new_confusion",
                                                          "hallucination",
                                                          "pinpoint_pupils",
                                                          "blue_lips",
                                                          "gurgling_breathing",
                                                          "naloxone_given",
                                                          "chest_pain",
                                                          "syncope",
                                                          "severe_breathlessness",
                                                          "dizziness",
                                                          "bleeding",
                                                          "severe_headache",
                                                          "vision_change",
                                                          "focal_sign",
                                                          "cannot_keep_fluids",
                                                          "blood_in_vomit",
                                                          "black_stool",
                                                          "head_injury",
                                                          "unsafe_home",
                                                          "ataxia",
                                                          "eye_movement_problem",
                                                          "psychosis",
                                                          "delirium",
                                                          "reduced_fetal_movement",
                                                          "cannot_stay_awake",
                                                          "agitation"};

}  // namespace withdrawal::domain
