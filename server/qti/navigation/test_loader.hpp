#pragma once
// From a file of a test to its program: sections in files of their own, included outcome processing and the
// items are read through a FileSource, resolved against the file that names them. Opens nothing itself; any
// thread.

#include "qti/navigation/test_program.hpp"

#include <string_view>

namespace proktor::qti {

constexpr int section_files_depth_max = 10;     // a section file that refers to itself ends here
constexpr std::size_t section_files_max = 500;  // read for one test, however they refer to each other

struct LoadedTest {
  std::shared_ptr<TestProgram const> program;  // absent when there is an error among the findings
  Findings findings;                           // of the test, its sections and its items
};

// Whether an item that is not there, or cannot run, is an error (missing-file, or its own), or is only said:
// its results may have been made elsewhere.
enum class ItemsAre { required, optional };

// path: of the test in `files`, "/" between folders.
LoadedTest load_test(std::string_view path, FileSource const& files, ItemsAre items = ItemsAre::required);

}  // namespace proktor::qti
