// Runs before the first paint, as a file of its own because the page allows no inline script.
(() => {
  const root = document.documentElement;
  const dark = matchMedia("(prefers-color-scheme: dark)");

  function kept(key) {
    try {
      return localStorage.getItem(key);
    } catch {
      return null;
    }
  }

  function apply() {
    const choice = kept("theme");
    const theme = choice === "dark" || choice === "light" ? choice : dark.matches ? "dark" : "light";
    root.dataset.theme = theme;
    const bar = document.querySelector('meta[name="theme-color"]');
    bar?.setAttribute("content", theme === "dark" ? "#0c0d10" : "#f8f9fa");
  }

  apply();
  dark.addEventListener("change", apply);
  addEventListener("storage", apply);
  addEventListener("themechange", apply);
})();
