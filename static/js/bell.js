// <desk-bell>: the sound of an alarm. Browsers are silent until somebody clicks: the button says
// so, and tries the sound when it is switched on. Of all open pages of a browser one rings.

const RING_MS = 3_000; // meanwhile no other page of this browser rings
const MUTED = "desk-muted"; // the alarm that was silenced in this browser

class DeskBell extends HTMLElement {
  connectedCallback() {
    const { signal } = (this.listening = new AbortController());
    this.sound = this.querySelector("audio");
    this.button = this.querySelector("button");
    this.button.addEventListener("click", () => this.unlock(), { signal });
    document.addEventListener("desk:ring", ({ detail }) => this.ring(detail), { signal });
    document.addEventListener("click", (event) => event.target.closest("[data-mute]") && this.mute(event), { signal });
    document.addEventListener("pointerdown", () => setTimeout(() => this.look(), 100), { signal });
    document.addEventListener("keydown", () => setTimeout(() => this.look(), 100), { signal });
    this.look();
  }

  disconnectedCallback() {
    this.listening.abort();
  }

  // Whether this page may make a sound can be asked without making one.
  look() {
    this.context ??= new AudioContext();
    if (this.context.state === "suspended") this.context.resume().then(() => this.say());
    this.say();
  }

  say() {
    const audible = this.context.state === "running";
    if (this.audible === audible) return;
    this.audible = audible;
    this.button.setAttribute("aria-label", audible ? this.dataset.on : this.dataset.off);
    this.button.title = this.button.getAttribute("aria-label");
    this.toggleAttribute("data-audible", audible);
  }

  async unlock() {
    localStorage.removeItem(MUTED);
    if (window.Notification?.permission === "default") Notification.requestPermission();
    await this.play();
    this.look();
  }

  async play() {
    this.sound.currentTime = 0;
    try {
      await this.sound.play();
    } catch {
      this.look(); // not allowed yet: the button says so
    }
  }

  ring(alarms) {
    const loud = alarms.filter(({ id }) => localStorage.getItem(MUTED) !== String(id));
    if (!loud.length) return;
    this.notify(loud[0]);
    if (!this.audible) return;
    const ringing = async (turn) => {
      if (!turn) return;
      await this.play();
      await new Promise((done) => setTimeout(done, RING_MS));
    };
    if (navigator.locks) navigator.locks.request("desk-ring", { ifAvailable: true }, ringing);
    else this.play();
  }

  // The browser shows notifications of one tag once, whichever page sends them.
  notify({ id, text, url }) {
    if (window.Notification?.permission !== "granted") return;
    const shown = new Notification(this.dataset.title, { body: text, tag: `alarm-${id}` });
    shown.onclick = () => {
      window.focus();
      location.assign(url);
    };
  }

  mute(event) {
    localStorage.setItem(MUTED, event.target.closest("[data-mute]").dataset.mute);
    this.sound.pause();
    event.target.closest("[data-mute]").hidden = true;
  }
}

customElements.define("desk-bell", DeskBell);
