#include "qti/value/fold.hpp"

#include "qti/value/fault.hpp"

#include <unicode/bytestream.h>
#include <unicode/casemap.h>
#include <unicode/normalizer2.h>
#include <unicode/uchar.h>

#include <algorithm>

namespace proktor::qti {
namespace {

bool is_ascii(std::string_view text) {
  return std::ranges::all_of(text, [](char letter) { return static_cast<unsigned char>(letter) < 0x80; });
}

char ascii_folded(char letter) {
  return letter >= 'A' && letter <= 'Z' ? static_cast<char>(letter - 'A' + 'a') : letter;
}

icu::StringPiece piece(std::string_view text) {
  return {text.data(), static_cast<std::int32_t>(text.size())};
}

}  // namespace

std::string fold_case(std::string_view text) {
  std::string folded;
  if (is_ascii(text) || has_fault(Fault::folding_ascii_only)) {
    folded.resize(text.size());
    std::ranges::transform(text, folded.begin(), ascii_folded);
    return folded;
  }
  // Some keyboards send "E" and an accent apart; both ways are the same letter.
  UErrorCode code = U_ZERO_ERROR;
  std::string composed;
  icu::StringByteSink<std::string> composing(&composed, static_cast<std::int32_t>(text.size()));
  auto const* normalizer = icu::Normalizer2::getNFCInstance(code);
  if (U_FAILURE(code)) return std::string(text);
  normalizer->normalizeUTF8(0, piece(text), composing, nullptr, code);
  icu::StringByteSink<std::string> sink(&folded, static_cast<std::int32_t>(text.size()));
  icu::CaseMap::utf8Fold(U_FOLD_CASE_DEFAULT, piece(composed), sink, nullptr, code);
  return U_SUCCESS(code) ? folded : std::string(text);
}

bool same_without_case(std::string_view left, std::string_view right) {
  if (is_ascii(left) && is_ascii(right)) {
    return std::ranges::equal(left, right, {}, ascii_folded, ascii_folded);
  }
  return fold_case(left) == fold_case(right);
}

bool contains_text(std::string_view text, std::string_view part, bool case_sensitive) {
  if (case_sensitive) return text.find(part) != std::string_view::npos;
  return fold_case(text).find(fold_case(part)) != std::string::npos;
}

}  // namespace proktor::qti
