#pragma once
// The receipts of one journal as files (JOURNAL/receipts/*.receipt, docs/protocol.md "Receipt"): signed by
// the receipt role, for this box, this stream, and a range whose last hash is the log's. Reads only; one
// thread.

#include "base/result.hpp"
#include "provisioning/verify/verify.hpp"

#include <filesystem>
#include <optional>
#include <string>

namespace proktor::verify {

struct ReceiptTrust {
  std::string roots_pem;
  std::string box;  // id of this box
};

// From DATA/box; nothing when the box is not enrolled. Errors: io_error, bad_json (enrolment.json).
Result<std::optional<ReceiptTrust>> read_receipt_trust(std::filesystem::path const& data);

// Adds to the report: findings, and how many files there were. Without trust they are only counted.
void check_receipt_files(std::filesystem::path const& directory, std::optional<ReceiptTrust> const& trust,
                         JournalReport& report);

}  // namespace proktor::verify
