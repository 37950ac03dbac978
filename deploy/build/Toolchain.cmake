# Language level, warnings, hardening and sanitizers for every target of the project.
set(CMAKE_CXX_STANDARD 20)
set(CMAKE_CXX_STANDARD_REQUIRED ON)
set(CMAKE_CXX_EXTENSIONS OFF)
set(CMAKE_EXPORT_COMPILE_COMMANDS ON)
set(CMAKE_POSITION_INDEPENDENT_CODE ON)

if(NOT CMAKE_BUILD_TYPE)
  set(CMAKE_BUILD_TYPE Release CACHE STRING "" FORCE)
endif()
set(CMAKE_CXX_FLAGS_RELEASE "-O2 -g1")
set(CMAKE_CXX_FLAGS_DEBUG "-O0 -g1")

set(WITHDRAWAL_SANITIZE "" CACHE STRING "Sanitizers, comma separated: address,undefined or thread")
option(WITHDRAWAL_FUZZ "Build libFuzzer binaries (Clang) in place of tests of their corpus" OFF)
option(WITHDRAWAL_HARDEN "Stack protector, fortified libc, full RELRO" ON)

find_program(CCACHE ccache)
if(CCACHE)
  set(CMAKE_CXX_COMPILER_LAUNCHER "${CCACHE}")
endif()
find_program(MOLD mold)
if(MOLD)
  add_link_options(-fuse-ld=mold)
endif()

# Paths in binaries and in assertion messages are relative to the source tree.
add_compile_options("-ffile-prefix-map=${CMAKE_SOURCE_DIR}/=")

if(WITHDRAWAL_SANITIZE)
  add_compile_options("-fsanitize=${WITHDRAWAL_SANITIZE}" -fno-omit-frame-pointer -fno-sanitize-recover=all)
  add_link_options("-fsanitize=${WITHDRAWAL_SANITIZE}")
elseif(WITHDRAWAL_HARDEN)
  add_compile_options(-fstack-protector-strong -fstack-clash-protection -fcf-protection)
  add_compile_options("$<$<CONFIG:Release>:-U_FORTIFY_SOURCE;-D_FORTIFY_SOURCE=2;-D_GLIBCXX_ASSERTIONS>")
  add_link_options(-Wl,-z,relro,-z,now)
endif()

# Applied by Targets.cmake to our own code only, never to generated code.
set(WITHDRAWAL_WARNINGS -Wall -Wextra -Wshadow -Wnon-virtual-dtor -Woverloaded-virtual
    -Wimplicit-fallthrough)
# Clang builds fuzz targets only, and sees deprecations within GCC's own standard library.
if(CMAKE_CXX_COMPILER_ID STREQUAL "GNU")
  list(APPEND WITHDRAWAL_WARNINGS -Werror)
endif()
