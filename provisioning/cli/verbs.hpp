#pragma once
// The verbs of the `proktor` command, in groups. Each adder declares its options and sets `action` to what
// main runs once the command line has been understood. Options live as long as the action. Main thread only.

#include <CLI/CLI.hpp>

#include <functional>

namespace proktor::cli {

using Action = std::function<int()>;  // gives the exit code: 0 done, 1 failure, 2 refused input

inline constexpr char const* control_default = "/run/proktor/control.sock";  // where systemd puts it

void add_key_verbs(CLI::App& app, Action& action);      // keys init, enrol
void add_package_verbs(CLI::App& app, Action& action);  // package build, package inspect
void add_qti_verbs(CLI::App& app, Action& action);      // qti view, qti score
void add_qti_play(CLI::App& qti, Action& action);       // qti play, below add_qti_verbs
void add_box_verbs(CLI::App& app, Action& action);      // import, run, verify, export, results
void add_control_verbs(CLI::App& app, Action& action);  // status, token
void add_recovery_verbs(CLI::App& app, Action& action);  // recovery-card, restore
void add_drill_verbs(CLI::App& app, Action& action);    // drill

}  // namespace proktor::cli
