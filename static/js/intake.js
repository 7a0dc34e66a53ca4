// The guided form of a new question. When the server asks other questions, the form is swapped
// whole; what somebody typed while the answer was on its way is put back.

const TYPED = 'input[type="text"], input[type="tel"], input[type="datetime-local"], textarea';
let typed = new Map();

function question() {
  return document.getElementById("question");
}

document.addEventListener("htmx:beforeSwap", (event) => {
  if (event.detail.target !== question()) return;
  typed = new Map();
  for (const field of question().querySelectorAll(TYPED)) typed.set(field.name, field.value);
});

// At once: a moment later these would be words of before over those being typed.
document.addEventListener("htmx:afterSwap", (event) => {
  if (event.detail.elt.id !== "question") return;
  for (const field of question().querySelectorAll(TYPED)) {
    if (typed.has(field.name) && field.value !== typed.get(field.name)) {
      field.value = typed.get(field.name);
    }
  }
  typed = new Map();
});

// The coach that was about to read went with the old form: the new one reads what stands there.
document.addEventListener("htmx:afterSettle", (event) => {
  if (event.detail.elt.id !== "question") return;
  const words = [...question().querySelectorAll(TYPED)].some((field) => field.value);
  if (words) question().dispatchEvent(new Event("input", { bubbles: true }));
});

// Leaving the page within the half second of the coach keeps the draft all the same.
document.addEventListener("input", (event) => {
  const form = event.target.closest?.("#question");
  if (form) form.dataset.changed = "yes";
});

document.addEventListener("htmx:beforeRequest", (event) => {
  if (event.detail.elt.matches("[hx-include='#question']")) delete question().dataset.changed;
});

document.addEventListener("submit", () => {
  if (question()) delete question().dataset.changed;
});

addEventListener("pagehide", () => {
  const form = question();
  if (!form?.dataset.changed) return;
  const body = new FormData(form);
  body.delete("files");
  navigator.sendBeacon(document.getElementById("coach").getAttribute("hx-post"), body);
});
