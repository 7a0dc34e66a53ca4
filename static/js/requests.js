// What all htmx requests share: a thin line over a region that waits longer than 400 ms, a calm
// notice when the network or the server fails, and the sign-in page when the session has ended.

const SLOW_MS = 400;
const waiting = new WeakMap();
const offline = document.getElementById("offline");
let failed = null;

function busyRegion(event) {
  return event.detail.target || event.detail.elt;
}

document.addEventListener("htmx:beforeRequest", (event) => {
  const region = busyRegion(event);
  waiting.set(event.detail.xhr, setTimeout(() => region.setAttribute("aria-busy", "true"), SLOW_MS));
});

document.addEventListener("htmx:afterRequest", (event) => {
  clearTimeout(waiting.get(event.detail.xhr));
  busyRegion(event)?.removeAttribute("aria-busy");
  if (event.detail.successful && offline) offline.hidden = true;
});

document.addEventListener("htmx:beforeSwap", (event) => {
  const login = document.body.dataset.loginUrl;
  const answered = event.detail.xhr.responseURL && new URL(event.detail.xhr.responseURL).pathname;
  if (answered === login && location.pathname !== login) {
    event.detail.shouldSwap = false;
    location.assign(`${login}?next=${encodeURIComponent(location.pathname + location.search)}`);
  }
});

function say(text, event) {
  if (!offline) return;
  failed = { element: event.detail.elt, trigger: event.detail.requestConfig?.triggeringEvent?.type };
  offline.querySelector("[data-text]").textContent = text;
  offline.hidden = false;
}

document.addEventListener("htmx:sendError", (event) => say(offline?.dataset.noConnection, event));
document.addEventListener("htmx:timeout", (event) => say(offline?.dataset.noConnection, event));
document.addEventListener("htmx:responseError", (event) => {
  if (event.detail.xhr.status >= 500) say(offline?.dataset.failed, event);
});

offline?.querySelector("[data-close]").addEventListener("click", () => {
  offline.hidden = true;
});
offline?.querySelector("[data-retry]").addEventListener("click", () => {
  offline.hidden = true;
  if (failed?.element?.isConnected) window.htmx.trigger(failed.element, failed.trigger || "retry");
});
