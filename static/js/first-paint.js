// Runs before the first paint, so it is a plain blocking script: marks that scripts run, and
// resolves the theme "as my device" so that no page flashes in the wrong one.
(() => {
  const root = document.documentElement;
  root.classList.replace("no-js", "js");
  const dark = matchMedia("(prefers-color-scheme: dark)");
  const follow = () => {
    if (root.dataset.theme === "auto") root.dataset.bsTheme = dark.matches ? "dark" : "light";
  };
  follow();
  dark.addEventListener("change", follow);
})();
