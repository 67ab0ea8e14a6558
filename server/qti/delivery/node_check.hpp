#pragma once
// Whether the nodes of an entry read from a package are what docs/delivery-view.md lists and nothing else.
// Says only yes or no. Any thread; one per entry.

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <boost/json/value.hpp>

#include <cstddef>
#include <set>
#include <string>
#include <string_view>

namespace proktor::qti {

class NodeCheck {
 public:
  // responses: of an item, nullptr for a stimulus. catalogs: of either, nullptr when it has none.
  NodeCheck(boost::json::object const* responses, boost::json::object const* catalogs)
      : responses_(responses), catalogs_(catalogs) {}

  // The body: interactions may stand here.
  bool body(boost::json::value const* nodes);
  // The list of cards of every catalog.
  bool catalogs();
  // Every response has its interaction.
  bool all_bound() const { return responses_ == nullptr || bound_.size() == responses_->size(); }

  std::string where;  // the last thing looked at

 private:
  using Object = boost::json::object;
  using Names = std::set<std::string, std::less<>>;
  struct Scope {
    std::size_t depth = 0;
    bool interactions = false;
    std::string_view part{};  // "gap" or "hot": may stand here
    Names* names = nullptr;   // of the interaction around, for its parts
  };

  // node_check.cpp
  bool nodes(boost::json::value const* value, Scope scope);
  bool node(Object const& object, Scope scope);
  bool value_node(Object const& object, std::string_view name, Scope scope);
  bool attribute(std::string_view t, std::string_view key, boost::json::value const& value) const;
  bool mathml(Object const& object, std::string_view name) const;
  bool is_catalog(boost::json::value const* value) const;

  // interaction_check.cpp
  bool stage(Object const& object, Scope scope);
  bool part(Object const& object, std::string_view name, Scope scope);
  bool interaction(Object const& object, std::string_view name, Scope scope);
  bool own_keys(Object const& object, std::string_view name, Scope scope, Names& names);
  bool graphic_keys(Object const& object, std::string_view name, Scope scope, Names& names);
  bool media(Object const& object, Scope scope);
  bool choices(boost::json::value const* list, Scope scope, bool with_max, Names& names);
  bool spots(boost::json::value const* list, bool with_max, Names& names);
  boost::json::object const* bind(Object const& object);

  Object const* responses_;
  Object const* catalogs_;
  Names bound_;
};

}  // namespace proktor::qti
