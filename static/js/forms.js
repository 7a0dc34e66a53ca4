// What all forms share: the summary of errors gets the focus, a form is sent once, a notice can be
// closed, and a button prints the page.

document.querySelector("[data-error-summary]")?.focus();
document.addEventListener("htmx:afterSettle", (event) => {
  event.detail.elt.querySelector?.("[data-error-summary]")?.focus();
});

// A second click within the same visit to the page sends nothing. The server guards too.
document.addEventListener("submit", (event) => {
  const form = event.target;
  if (form.method !== "post" || form.closest("desk-theme")) return;
  if (event.defaultPrevented) return;
  if (form.dataset.sent) {
    event.preventDefault();
    return;
  }
  form.dataset.sent = "yes";
  setTimeout(() => delete form.dataset.sent, 3000);
});
addEventListener("pageshow", () => {
  for (const form of document.querySelectorAll("form[data-sent]")) delete form.dataset.sent;
});

document.addEventListener("click", (event) => {
  event.target.closest("[data-close-notice]")?.closest(".notice").remove();
  if (event.target.closest("[data-print]")) print();
});
