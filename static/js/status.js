// The status page renews itself each minute, while somebody looks at it and types nothing.

const EVERY = 60_000;

setInterval(async () => {
  if (document.hidden || document.activeElement?.closest("#status form")) return;
  try {
    const answer = await fetch(location.href, { headers: { Accept: "text/html" } });
    if (!answer.ok && answer.status !== 503) return;
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    const fresh = page.getElementById("status");
    const here = document.getElementById("status");
    if (!fresh || fresh.innerHTML === here.innerHTML) return;
    const focused = here.contains(document.activeElement)
      ? document.activeElement.getAttribute("href")
      : null;
    here.replaceWith(fresh);
    if (focused) fresh.querySelector(`a[href="${CSS.escape(focused)}"]`)?.focus();
  } catch {
    // no network: what stands there has its time above it
  }
}, EVERY);
