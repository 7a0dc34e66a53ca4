// <desk-live>: what is new at the desk while a page is open. Hears it from the worker that all pages
// of this browser share, shows the alarms in a banner, and lets the rest of the page know.

const NEWS_MS = 3_000; // a page that is told of news rests so long before it hears of more

class DeskLive extends HTMLElement {
  connectedCallback() {
    const { signal } = (this.listening = new AbortController());
    this.worker = this.start();
    this.worker.onmessage = ({ data }) => this.hear(data);
    this.join();
    addEventListener("pagehide", () => this.worker.postMessage({ leave: true }), { signal });
    addEventListener("pageshow", (event) => event.persisted && this.join(), { signal });
    this.clock = setInterval(() => this.count(), 1000);
  }

  disconnectedCallback() {
    this.listening.abort();
    this.worker.postMessage({ leave: true });
    clearInterval(this.clock);
  }

  start() {
    const { worker } = this.dataset;
    return window.SharedWorker ? new SharedWorker(worker, "desk-live").port : new Worker(worker);
  }

  join() {
    this.worker.postMessage({ address: this.dataset.address });
  }

  hear({ shown, ring }) {
    if (ring) document.dispatchEvent(new CustomEvent("desk:ring", { detail: ring }));
    if (!shown) return;
    const alarms = JSON.stringify(shown.alarms);
    if (alarms !== (this.alarms ?? "[]")) this.show(shown.alarms);
    this.alarms = alarms;
    if (this.log && shown.log && shown.log !== this.log) this.news();
    this.log = shown.log ?? this.log;
  }

  // Not before the last news have been read: a busy desk is no reason to ask all the time.
  news() {
    this.told ??= setTimeout(() => {
      this.told = null;
      document.dispatchEvent(new CustomEvent("desk:news"));
    }, NEWS_MS * Math.random() + 200);
  }

  async show(alarms) {
    const ringing = alarms.some((alarm) => alarm.rings);
    document.title = document.title.replace(/^\(!\) /, "");
    if (ringing) document.title = `(!) ${document.title}`;
    if (!alarms.length) return this.replaceChildren();
    const answer = await fetch(this.dataset.banner, { headers: { Accept: "text/html" } });
    if (!answer.ok || answer.redirected) return;
    this.innerHTML = await answer.text();
    window.htmx?.process(this);
    this.count();
    document.dispatchEvent(new CustomEvent("desk:alarms", { detail: alarms }));
  }

  // How long nobody has taken it, in words that the server gave.
  count() {
    for (const place of this.querySelectorAll("[data-since]")) {
      const past = Math.max(0, Math.floor((Date.now() - Date.parse(place.dataset.since)) / 1000));
      const [hours, minutes, seconds] = [Math.floor(past / 3600), Math.floor(past / 60) % 60, past % 60];
      const parts = hours ? [[hours, "hour"], [minutes, "minute"]] : [[minutes, "minute"], [seconds, "second"]];
      place.textContent = parts.map(([size, unit]) => `${size} ${place.dataset[unit]}`).join(" ");
    }
  }
}

customElements.define("desk-live", DeskLive);
