// Menus are <details class="menu">: one is open at a time, a click elsewhere or Escape closes it,
// and opening one puts the cursor in its first field.

function open() {
  return document.querySelectorAll("details.menu[open]");
}

function enter(menu) {
  menu.querySelector(".menu-panel :is(select, input:not([type=hidden]), textarea)")?.focus();
}

document.addEventListener(
  "toggle",
  (event) => {
    const menu = event.target;
    if (!menu.matches?.("details.menu") || !menu.open) return;
    for (const other of open()) if (other !== menu) other.open = false;
    enter(menu);
  },
  true,
);

document.addEventListener("click", (event) => {
  for (const menu of open()) if (!menu.contains(event.target)) menu.open = false;
});

document.addEventListener("keydown", (event) => {
  if (event.key !== "Escape" || event.defaultPrevented) return;
  for (const menu of open()) {
    event.preventDefault();
    menu.open = false;
    menu.querySelector("summary").focus();
  }
}, true);

// What comes with the first opening comes after it.
document.addEventListener("htmx:afterSettle", (event) => {
  const menu = event.detail.elt.closest?.("details.menu[open]");
  if (menu && !menu.contains(document.activeElement?.closest("select, input"))) enter(menu);
});
