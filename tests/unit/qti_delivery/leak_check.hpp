#pragma once
// Decides for one view whether anything is in its bytes that a pupil must not see, knowing only the author's
// XML, the contract and nothing of the code under test: every key, word and number of the view must have a
// right to be there.

#include "qti/model/xml.hpp"

#include <boost/json/value.hpp>

#include <map>
#include <set>
#include <string>
#include <string_view>
#include <vector>

class LeakCheck {
 public:
  // A tree as written, of QTI 2 or 3.
  explicit LeakCheck(proktor::qti::XmlNode const& root);

  // Empty, or what is wrong with the view: a key that no contract lists, an id that is not opaque, words that
  // the author hid, more letters than the visible text has. has_values: template values are printed in it.
  std::string complaint(boost::json::value const& view, bool has_values);

  std::size_t hidden() const { return hidden_.size(); }
  std::set<std::string> const& hidden_words() const { return hidden_; }

 private:
  using Defaults = std::map<std::string, std::string, std::less<>>;

  void collect(proktor::qti::XmlNode const& node, bool visible, Defaults const& defaults);
  void collect_attributes(proktor::qti::XmlNode const& node, std::string const& name, bool visible);
  void value(std::string_view key, boost::json::value const& value);
  void object(boost::json::object const& object);
  void text(std::string_view words);
  void word(std::string_view key, std::string_view word);
  void bad(std::string what);

  std::string visible_;                     // without white space
  std::set<std::string> hidden_;            // identifiers, keys, feedback, rubrics, without white space
  std::set<std::string> shown_attributes_;  // alternative texts, labels, titles of buttons
  std::set<std::string> mathml_values_;
  std::set<std::string> languages_;
  std::map<unsigned char, long> letters_;
  std::map<unsigned char, long> used_;
  bool has_values_ = false;
  std::string complaint_;
};
