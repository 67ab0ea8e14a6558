#pragma once
// One message to the service manager (sd_notify(3)) when NOTIFY_SOCKET names one; otherwise nothing. Never fails
// loudly: a missing manager is no fault. Any thread.

#include <string_view>

namespace proktor {

void notify_service(std::string_view message);  // "READY=1", "STOPPING=1"

}  // namespace proktor
