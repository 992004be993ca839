// Which view the address means. The page may lie under any path: its own files say where it starts.

const BASE = new URL(".", import.meta.url);

/** The view's name in an address and its query; "" is the start. */
export function parse(href) {
  const url = new URL(href);
  const inside = url.pathname.startsWith(BASE.pathname) ? url.pathname.slice(BASE.pathname.length) : "";
  return { view: inside.split("/")[0], query: url.searchParams };
}

/** The address of a view. */
export function address(view, query = {}) {
  const url = new URL(view === "overview" ? "." : view, BASE);
  for (const [name, value] of Object.entries(query)) {
    url.searchParams.set(name, value);
  }
  return url.pathname + url.search;
}

/** Follows the address; `show({view, query})` is called whenever it changes. */
export class Router {
  #show;

  constructor(show) {
    this.#show = show;
    addEventListener("popstate", () => this.look());
    document.addEventListener("click", (event) => this.#clicked(event));
  }

  /** Show what the address says now. */
  look() {
    this.#show(parse(location.href));
  }

  /** Go to a view; with `replace` without a step back. */
  go(view, query = {}, { replace = false } = {}) {
    const where = address(view, query);
    if (where !== location.pathname + location.search) {
      history[replace ? "replaceState" : "pushState"](null, "", where);
    }
    this.look();
  }

  #clicked(event) {
    const link = event.target.closest?.("a[data-view]");
    const special = event.button !== 0 || event.metaKey || event.ctrlKey || event.shiftKey || event.altKey;
    if (link && !special && !event.defaultPrevented) {
      event.preventDefault();
      this.go(link.dataset.view, Object.fromEntries(new URL(link.href).searchParams));
    }
  }
}
