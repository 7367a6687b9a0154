// Starts the browser bundle and hands each island its element. Leptos would put this into the page
// as an inline script; as a file of its own it lets the page forbid every inline script.
const address = (id) => document.getElementById(id)?.href;

async function boot() {
  const bundle = await import(address("bundle"));
  await bundle.default({ module_or_path: address("bundle-wasm") });
  bundle.hydrate();
  for (const island of document.querySelectorAll("leptos-island")) {
    bundle[island.dataset.component]?.(island);
  }
  // From here on the buttons do something, so the stylesheet shows them.
  document.documentElement.dataset.ready = "";
}

// A browser that cannot do this has the whole page already; it only lacks the buttons.
boot().catch((reason) => console.warn("The page works, its buttons do not:", reason));
