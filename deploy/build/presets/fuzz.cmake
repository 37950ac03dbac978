# Clang's libFuzzer with ASan and UBSan; tests/fuzz/run builds it.
set(CMAKE_BUILD_TYPE Release CACHE STRING "")
set(CMAKE_CXX_COMPILER clang++-19 CACHE STRING "")
set(CMAKE_C_COMPILER clang-19 CACHE STRING "")
set(WITHDRAWAL_SANITIZE "address,undefined,fuzzer-no-link" CACHE STRING "")
set(WITHDRAWAL_FUZZ ON CACHE BOOL "")
