include(GoogleTest)

# withdrawal_library(name SOURCES a.cc ... DEPS target ...): a static library `withdrawal::name`.
# Includes are written from the root of the tree: "libs/domain/check_in.h".
function(withdrawal_library name)
  cmake_parse_arguments(ARG "" "" "SOURCES;DEPS" ${ARGN})
  string(REPLACE "_" "-" file_name "${name}")
  add_library(withdrawal_${name} STATIC ${ARG_SOURCES})
  add_library(withdrawal::${name} ALIAS withdrawal_${name})
  target_include_directories(withdrawal_${name} PUBLIC "${CMAKE_SOURCE_DIR}")
  target_compile_options(withdrawal_${name} PRIVATE ${WITHDRAWAL_WARNINGS})
  target_link_libraries(withdrawal_${name} PUBLIC ${ARG_DEPS})
endfunction()

# withdrawal_binary(name SOURCES main.cc DEPS target ...): an installed executable.
function(withdrawal_binary name)
  cmake_parse_arguments(ARG "" "" "SOURCES;DEPS" ${ARGN})
  add_executable(${name} ${ARG_SOURCES})
  target_include_directories(${name} PRIVATE "${CMAKE_SOURCE_DIR}")
  target_compile_options(${name} PRIVATE ${WITHDRAWAL_WARNINGS})
  target_link_libraries(${name} PRIVATE ${ARG_DEPS})
  set_target_properties(${name} PROPERTIES RUNTIME_OUTPUT_DIRECTORY "${CMAKE_BINARY_DIR}/bin")
  install(TARGETS ${name} RUNTIME DESTINATION bin)
endfunction()

# Builds the tests labelled `threads`.
add_custom_target(tests_with_threads)

# withdrawal_test(name SOURCES x_test.cc DEPS target ... [LABELS l ...]): a GoogleTest binary whose
# cases ctest lists one by one. Label `broker` or `database` marks a test that needs a real server:
# its address comes in the environment (WITHDRAWAL_TEST_KAFKA, WITHDRAWAL_TEST_POSTGRES) and the
# test fails, never skips, when it is not there. Label `threads`: several of them meet there, and
# ThreadSanitizer can follow them (not through Debian's gRPC).
function(withdrawal_test name)
  cmake_parse_arguments(ARG "" "" "SOURCES;DEPS;LABELS" ${ARGN})
  add_executable(${name} ${ARG_SOURCES})
  target_include_directories(${name} PRIVATE "${CMAKE_SOURCE_DIR}" "${RAPIDCHECK_INCLUDE}")
  target_compile_options(${name} PRIVATE ${WITHDRAWAL_WARNINGS})
  target_compile_definitions(${name} PRIVATE "WITHDRAWAL_SOURCE_DIR=\"${CMAKE_SOURCE_DIR}\"")
  target_link_libraries(${name} PRIVATE ${ARG_DEPS} GTest::gmock_main "${RAPIDCHECK_LIBRARY}")
  if("threads" IN_LIST ARG_LABELS)
    add_dependencies(tests_with_threads ${name})
  endif()
  if("thread" IN_LIST WITHDRAWAL_SANITIZE)
    target_link_libraries(${name} PRIVATE withdrawal_thread_annotations)
  endif()
  gtest_discover_tests(${name} DISCOVERY_TIMEOUT 60
    PROPERTIES TIMEOUT 300 LABELS "${ARG_LABELS}")
endfunction()
