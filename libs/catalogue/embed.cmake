# cmake -D DATA=dir -D OUTPUT=file.cc -P embed.cmake: writes every YAML file below DATA as a raw string.
file(GLOB_RECURSE files RELATIVE "${DATA}" "${DATA}/*.yaml")
list(SORT files)
file(WRITE "${OUTPUT}.new" "#include \"libs/catalogue/embedded.h\"\n\nnamespace withdrawal::catalogue {\n\n"
  "const Files& EmbeddedFiles() {\n  static const Files files = {\n")
foreach(file IN LISTS files)
  file(READ "${DATA}/${file}" text)
  file(APPEND "${OUTPUT}.new" "{\"${file}\", R\"yaml-file(${text})yaml-file\"},\n")
endforeach()
file(APPEND "${OUTPUT}.new" "  };\n  return files;\n}\n\n}  // namespace withdrawal::catalogue\n")
file(RENAME "${OUTPUT}.new" "${OUTPUT}")
