// The page shown, from the address' fragment, so that back and reload work. Draws nothing.

export const pages = ["beranda", "status-tes", "kelompok-tes", "status-peserta", "sinkronisasi", "token"] as const;
export type Page = (typeof pages)[number];

function read(): Page {
  const wanted = location.hash.slice(1);
  return pages.find((page) => page === wanted) ?? "beranda";
}

class Route {
  page = $state<Page>(read());

  constructor() {
    addEventListener("hashchange", () => (this.page = read()));
  }

  go(page: Page): void {
    location.hash = page;
  }
}

export const route = new Route();
