# The pages, built by Vite into the build directory and embedded as bytes: target client_web, header
# client-web/embed/pages.hpp. Needs client-web/node_modules (npm ci, done by provisioning/install.sh); no network then.
set(client_web_dir ${CMAKE_CURRENT_LIST_DIR})
set(client_web_out ${CMAKE_BINARY_DIR}/client-web)

find_program(PROKTOR_NODE node HINTS ${CMAKE_SOURCE_DIR}/.tools/node/bin NO_DEFAULT_PATH)
find_program(PROKTOR_NODE node REQUIRED)
file(MAKE_DIRECTORY ${client_web_out})

file(GLOB_RECURSE client_web_sources CONFIGURE_DEPENDS
  ${client_web_dir}/tes/* ${client_web_dir}/proktor/* ${client_web_dir}/teknisi/* ${client_web_dir}/pemberitahuan/*
  ${client_web_dir}/shared/*)
list(FILTER client_web_sources EXCLUDE REGEX "\\.test\\.ts$")

add_custom_command(
  OUTPUT ${client_web_out}/pages.cpp ${client_web_out}/pages.S
  COMMAND ${CMAKE_COMMAND} -E env NODE_ENV=production ${PROKTOR_NODE} ${client_web_dir}/scripts/build.mjs
    ${client_web_out}/dist ${client_web_out}
  DEPENDS ${client_web_sources} ${client_web_dir}/vite.config.ts ${client_web_dir}/package-lock.json
    ${client_web_dir}/scripts/build.mjs ${client_web_dir}/scripts/embed.mjs
  WORKING_DIRECTORY ${client_web_dir}
  COMMENT "Building the pages"
  VERBATIM)

add_library(client_web STATIC ${client_web_out}/pages.cpp ${client_web_out}/pages.S)
target_link_libraries(client_web PUBLIC proktor_options)
