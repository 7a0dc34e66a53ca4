// Single keys. A key belongs to a visible control: `data-key="a"` on a link or button presses it,
// on a field focuses it. "g d" is one key after the other, "shift+x" and "ctrl+enter" go together,
// "escape", "enter" and "space" are named. `data-key-label` is what the dialog of keys calls it.
// Keys without Ctrl do nothing in a field, in a dialog, or when the reader switched them off.

const SEQUENCE_MS = 1200;
const NAMES = { " ": "space", Escape: "escape", Enter: "enter" };
const SHOWN = { escape: "Esc", enter: "Enter", ctrl: "Ctrl", shift: "Shift" };
const FIELD = "textarea, select, [contenteditable=''], [contenteditable='true'], input:not([type=checkbox], [type=radio], [type=button], [type=submit])";

let before = { key: "", at: 0 };

function keyOf(event) {
  const named = NAMES[event.key];
  const letter = /^[a-z]$/i.test(event.key);
  let key = named || (letter ? event.key.toLowerCase() : event.key);
  if (event.shiftKey && (letter || named)) key = `shift+${key}`;
  if (event.ctrlKey || event.metaKey) key = `ctrl+${key}`;
  return key;
}

function controlFor(key, within = document) {
  const found = [...within.querySelectorAll("[data-key]")].filter(
    (control) => control.dataset.key === key && !control.disabled && !control.closest("[hidden], [inert]"),
  );
  return found.find((control) => control.checkVisibility()) || found[0];
}

function press(control) {
  if (control.matches(FIELD)) {
    control.focus();
    control.select?.();
  } else {
    control.click();
  }
}

function onKey(event) {
  if (event.defaultPrevented || event.isComposing || event.altKey) return;
  const key = keyOf(event);
  const inField = event.target.matches?.(FIELD);
  const dialog = event.target.closest?.("dialog[open], .modal.show");
  if (key.startsWith("ctrl+")) {
    const control = inField && controlFor(key, event.target.form || document);
    if (control) {
      event.preventDefault();
      press(control);
    }
    return;
  }
  if (inField) {
    if (key === "escape") event.target.blur();
    return;
  }
  if (dialog || document.body.dataset.keys === "off") return;
  if (["enter", "space"].includes(key) && event.target.matches("a, button, summary, input")) return;
  const recent = event.timeStamp - before.at < SEQUENCE_MS ? `${before.key} ${key}` : "";
  const control = (recent && controlFor(recent)) || controlFor(key);
  before = { key, at: event.timeStamp };
  if (!control) return;
  before.key = "";
  event.preventDefault();
  press(control);
}

function caps(key, space) {
  return key.split(" ").map((step) =>
    step.split("+").map((part) => {
      const cap = document.createElement("kbd");
      cap.textContent = part === "space" ? space : SHOWN[part] || (part.length === 1 ? part.toUpperCase() : part);
      return cap;
    }),
  ).flat();
}

function fillDialog(dialog) {
  const rows = new Map();
  for (const control of document.querySelectorAll("[data-key]")) {
    const label = control.dataset.keyLabel || control.getAttribute("aria-label") || control.textContent.trim();
    if (label && !control.closest("[hidden]")) rows.set(control.dataset.key, label);
  }
  const list = dialog.querySelector("[data-keys-list]");
  list.replaceChildren();
  for (const [key, label] of rows) {
    const name = document.createElement("dt");
    const keys = document.createElement("dd");
    name.textContent = label;
    caps(key, list.dataset.space).forEach((cap, at) => keys.append(at ? " " : "", cap));
    list.append(name, keys);
  }
}

document.addEventListener("keydown", onKey);
document.getElementById("keys-dialog")?.addEventListener("show.bs.modal", (event) => fillDialog(event.target));
