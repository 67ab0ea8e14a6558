#include "provisioning/cli/verbs.hpp"

#include "provisioning/qti/commands.hpp"

#include <map>
#include <memory>

namespace proktor::cli {
namespace {

void add_view(CLI::App& qti, Action& action) {
  auto* view = qti.add_subcommand("view", "Tampilkan yang diterima peramban untuk satu butir");
  auto const options = std::make_shared<qti_commands::QtiViewOptions>();
  auto* item = view->add_option("BUTIR", options->item, "Berkas XML butir");
  view->add_option("--seed", options->seed, "Benih acakan")->capture_default_str();
  view->add_option("--supports", options->supports, "Bantuan yang ditampilkan: glossary-on-screen,transcript,…")->delimiter(',');
  auto* batch = view->add_flag("--batch", options->batch, "Baris JSON {\"item\"}, satu tampilan per baris");
  batch->excludes(item);
  view->callback([&action, options, item] {
    if (!options->batch && item->count() == 0) throw CLI::RequiredError("BUTIR");
    action = [options] { return qti_commands::run_qti_view(*options); };
  });
}

void add_score(CLI::App& qti, Action& action) {
  using proktor::qti::DecimalPolicy;
  auto* score = qti.add_subcommand("score", "Skor jawaban (JSON dari masukan) untuk satu butir");
  auto const options = std::make_shared<qti_commands::QtiScoreOptions>();
  auto* item = score->add_option("BUTIR", options->item, "Berkas XML butir");
  score->add_option("--seed", options->score.seed, "Benih acakan")->capture_default_str();
  std::map<std::string, DecimalPolicy> const decimals{{"comma", DecimalPolicy::comma},
                                                      {"point", DecimalPolicy::point}};
  score->add_option("--decimal", options->score.decimal, "Tanda desimal: comma atau point")
      ->transform(CLI::CheckedTransformer(decimals));
  auto* batch = score->add_flag("--batch", options->batch, "Baris JSON {\"item\", \"responses\"}, satu hasil per baris");
  batch->excludes(item);
  score->callback([&action, options, item] {
    if (!options->batch && item->count() == 0) throw CLI::RequiredError("BUTIR");
    action = [options] { return qti_commands::run_qti_score(*options); };
  });
}

}  // namespace

void add_qti_verbs(CLI::App& app, Action& action) {
  auto* qti = app.add_subcommand("qti", "Alat butir QTI 3.0");
  qti->require_subcommand(1);
  add_view(*qti, action);
  add_score(*qti, action);
  add_qti_play(*qti, action);
}

}  // namespace proktor::cli
