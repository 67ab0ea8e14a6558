// Looks every 10 s whether the page proper is back, and then loads it. Where no script runs, a person reloads.
const every_ms = 10_000;

setInterval(() => {
  void fetch(location.href, { method: "HEAD", cache: "no-store" })
    .then((reply) => { if (reply.ok) location.reload(); })
    .catch(() => {});
}, every_ms);

export {};
