// <desk-queue>: a list of tickets as agents work with it. A cursor and ticks on its rows, a bar
// for what is ticked, a preview of the row under the cursor, and news of what happened meanwhile.
// Each row is a link and each tick a box of a form: without this script the list still works.

const REST_MS = 150; // the cursor rests on a row: it is read
const NEWS_MS = 60_000; // <desk-live> tells of news at once; this is for when it cannot
const NOTICE_MS = 8_000;
const WIDE = matchMedia("(min-width: 1400px)");

class DeskQueue extends HTMLElement {
  connectedCallback() {
    this.listening = new AbortController();
    const { signal } = this.listening;
    const on = (target, type, act, options = {}) =>
      target.addEventListener(type, act.bind(this), { signal, ...options });
    this.ticks = new Set();
    this.fresh = new Set();
    this.anchor = null;
    this.table = this.querySelector("table.q");
    this.bar = this.querySelector("#bulk");
    on(this, "click", this.clicked);
    on(this, "pointerdown", this.held);
    on(this, "pointerup", this.released);
    on(this, "change", this.changed);
    on(this, "keydown", this.pressed);
    on(this, "focusin", this.focused);
    on(this, "toggle", this.opened, { capture: true });
    on(document, "formdata", this.joined);
    on(document, "htmx:afterSettle", this.settled);
    on(document, "desk:changed", this.done);
    on(document, "desk:news", () => document.hidden || this.ask());
    on(document, "visibilitychange", () => document.hidden || this.ask());
    if (this.bar) for (const type of ["pointerenter", "focusin"]) on(this.bar, type, this.need);
    this.remember();
    this.querySelector("#rail [aria-current]")?.scrollIntoView({ block: "nearest", inline: "center" });
    if (this.dataset.news) this.timer = setInterval(() => document.hidden || this.ask(true), NEWS_MS);
    this.restore();
    if (this.rows.length) this.put(this.rows[0]);
  }

  disconnectedCallback() {
    this.listening.abort();
    clearInterval(this.timer);
    clearTimeout(this.resting);
  }

  get rows() {
    return this.table ? [...this.table.querySelectorAll("tr[id^='ticket-']")] : [];
  }

  get current() {
    return document.getElementById(this.cursor ?? "");
  }

  box(row) {
    return row?.querySelector("input[name=ticket]");
  }

  number(row) {
    return row.id.slice("ticket-".length);
  }

  // --- the cursor ---

  put(row, focus = false) {
    if (!row) return;
    this.current?.classList.remove("focus");
    this.cursor = row.id;
    row.classList.add("focus");
    const link = row.querySelector(".subj");
    for (const control of this.querySelectorAll("[data-follow]")) {
      control.href = link.href + control.dataset.follow.replace("&amp;", "&");
    }
    if (focus) link.focus({ preventScroll: true });
    if (focus) row.scrollIntoView({ block: "nearest" });
    clearTimeout(this.resting);
    if (WIDE.matches || this.drawn) this.resting = setTimeout(() => this.read(), REST_MS);
  }

  move(step) {
    const rows = this.rows;
    const at = rows.indexOf(this.current);
    this.put(rows[Math.max(0, Math.min(rows.length - 1, at + step))], !this.drawn);
  }

  // The drawer keeps the focus while it is open.
  get drawn() {
    return document.querySelector("#preview-drawer.show") !== null;
  }

  read() {
    const row = this.current;
    if (!row) return;
    const place = document.getElementById(WIDE.matches ? "preview" : "preview-small");
    const number = this.number(row);
    if (!place || place.dataset.number === number) return;
    place.dataset.number = number;
    const address = `${this.dataset.preview.replace("/0/", `/${number}/`)}?queue=${this.dataset.slug ?? ""}`;
    window.htmx.ajax("GET", address, { target: place, swap: "innerHTML" });
  }

  preview() {
    this.read();
    if (!WIDE.matches) window.bootstrap.Offcanvas.getOrCreateInstance("#preview-drawer").show();
  }

  focused(event) {
    const row = event.target.closest("tr[id^='ticket-']");
    if (row && row.id !== this.cursor) this.put(row);
  }

  // --- ticks ---

  tick(row, ticked) {
    const box = this.box(row);
    if (!box) return;
    box.checked = ticked;
    row.toggleAttribute("aria-selected", ticked);
    if (ticked) row.setAttribute("aria-selected", "true");
    if (ticked) this.ticks.add(row.id);
    else this.ticks.delete(row.id);
  }

  range(from, to, ticked) {
    const rows = this.rows;
    const ends = [rows.indexOf(from), rows.indexOf(to)].sort((a, b) => a - b);
    for (const row of rows.slice(Math.max(0, ends[0]), ends[1] + 1)) this.tick(row, ticked);
  }

  clear() {
    for (const row of this.rows) this.tick(row, false);
    this.count();
  }

  count() {
    const size = this.ticks.size;
    const said = this.querySelector("[data-picked]");
    if (!said) return;
    const { none, one, more } = said.dataset;
    said.textContent = size === 0 ? none : size === 1 ? one : more.replace("#", size);
    this.bar.classList.toggle("bulk", size > 0);
    this.querySelector("[data-act=clear]").hidden = size === 0;
    const all = this.querySelector("[data-all]");
    all.checked = size > 0 && size === this.rows.length;
    all.indeterminate = size > 0 && size < this.rows.length;
    if (size) this.need();
  }

  changed(event) {
    if (event.target.matches("[data-all]")) {
      for (const row of this.rows) this.tick(row, event.target.checked);
      this.count();
    } else if (event.target.name === "ticket" && this.table?.contains(event.target)) {
      const row = event.target.closest("tr");
      const anchor = this.shifted && document.getElementById(this.anchor ?? "");
      if (anchor) this.range(anchor, row, event.target.checked);
      else this.tick(row, event.target.checked);
      this.anchor = row.id;
      this.put(row);
      this.count();
    }
  }

  // --- controls ---

  clicked(event) {
    this.shifted = event.shiftKey;
    const act = event.target.closest("[data-act]")?.dataset.act;
    if (act) this[`on_${act}`]();
    if (event.target.closest("button[data-menu=take]:not(form *)")) this.take();
    const menu = event.target.closest("#bulk summary")?.parentElement;
    if (menu) this.wanted = menu.open ? null : menu.dataset.menu; // it may be swapped before it opens
    const row = event.target.closest("tr[id^='ticket-']");
    if (row && !event.target.closest("a, input, button")) this.put(row, true);
  }

  on_down() {
    this.move(1);
  }

  on_up() {
    this.move(-1);
  }

  on_preview() {
    this.preview();
  }

  on_clear() {
    this.clear();
  }

  on_tick() {
    const row = this.current;
    if (!row) return;
    this.tick(row, !this.box(row).checked);
    this.anchor = row.id;
    this.count();
  }

  on_range() {
    const row = this.current;
    if (!row) return;
    this.range(document.getElementById(this.anchor ?? "") ?? row, row, true);
    this.anchor = row.id;
    this.count();
  }

  // On a link or a box these two keys are the browser's own; here they mean what they mean on a row.
  pressed(event) {
    const row = event.target.closest("tr[id^='ticket-']");
    if (!row || document.body.dataset.keys === "off" || event.ctrlKey || event.metaKey) return;
    if (event.key === " " && event.target.matches("a")) {
      event.preventDefault();
      this.preview();
    } else if (event.key === "Enter" && event.target.matches("input")) {
      event.preventDefault();
      row.querySelector(".subj").click();
    }
  }

  // --- the bar of the selection ---

  need() {
    const menus = this.querySelector("[data-menus]:not([data-asked])");
    if (!menus) return;
    menus.dataset.asked = "yes";
    window.htmx.trigger(menus, "need");
  }

  opened(event) {
    if (!this.bar?.contains(event.target) || !event.target.open) return;
    this.pick();
    this.need();
  }

  // Without a selection the row under the cursor is meant, and shown to be.
  pick() {
    if (!this.ticks.size && this.current) this.tick(this.current, true);
    this.count();
  }

  // Pressed before its form was there.
  take() {
    this.wanted = "take";
    this.pick();
  }

  // A control that is replaced between press and release hears no click: the new one does instead.
  held(event) {
    this.holds = event.target.closest("#bulk [data-menu]");
  }

  released(event) {
    const menu = event.target.closest("#bulk [data-menu]");
    if (!menu || !this.holds || this.holds.isConnected) return;
    if (menu.dataset.menu === this.holds.dataset.menu) (menu.querySelector("summary") ?? menu).click();
  }

  joined(event) {
    const form = event.target;
    if (!form.matches(".bulk-form:not([data-single])") || !this.bar.contains(form)) return;
    this.pick();
    for (const id of this.ticks) event.formData.append("ticket", this.box(document.getElementById(id)).value);
  }

  settled(event) {
    if (event.detail.elt.matches?.("[data-menus]")) this.arrived(event.detail.elt);
    this.restore();
    this.remember();
  }

  arrived(menus) {
    const menu = menus.querySelector(`[data-menu="${this.wanted ?? ""}"]`);
    if (menu?.matches("details")) menu.open = true;
    else menu?.click();
    this.wanted = null;
  }

  // --- rows that were put in place of others ---

  restore() {
    for (const row of this.rows) {
      this.tick(row, this.ticks.has(row.id));
      row.classList.toggle("focus", row.id === this.cursor);
    }
    for (const id of this.ticks) if (!document.getElementById(id)) this.ticks.delete(id);
    this.count();
  }

  remember() {
    this.shown = new Map(this.rows.map((row) => [row.id, plain(row)]));
  }

  done(event) {
    const done = new Set(event.detail.done.map((number) => `ticket-${number}`));
    for (const id of done) {
      const row = document.getElementById(id);
      if (row) this.tick(row, false);
    }
    this.count();
    for (const menu of document.querySelectorAll("#bulk details[open]")) menu.open = false;
    for (const place of document.querySelectorAll("#preview, #preview-small")) delete place.dataset.number;
    if (done.size && event.target.matches?.("[data-single]")) this.move(1);
    this.read();
    setTimeout(() => document.querySelector("#notices .notice.ok")?.remove(), NOTICE_MS);
  }

  // --- news ---

  // With `again` all rows come anew, for their time goes on.
  async ask(again = false) {
    if (!this.dataset.news || this.asking) return;
    this.asking = true;
    try {
      await this.hear(again);
    } catch {
      // The next time comes soon; requests.js tells of a lost connection when it matters.
    } finally {
      this.asking = false;
    }
  }

  async hear(again) {
    const query = new URLSearchParams(location.search);
    for (const name of ["after", "before"]) query.delete(name);
    query.set("since", this.dataset.since);
    query.set("shown", this.rows.map((row) => this.number(row)).join(","));
    if (again) query.set("again", "yes");
    const answer = await fetch(`${this.dataset.news}?${query}`, { headers: { Accept: "text/html" } });
    if (answer.redirected) return location.reload(); // the session has ended: to the sign-in page
    if (!answer.ok || answer.status === 204) return;
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    const news = page.getElementById("news");
    if (news) this.tell(news);
  }

  tell(news) {
    this.dataset.since = news.dataset.since;
    this.querySelector("[data-updated]").textContent = news.dataset.at;
    document.getElementById("rail").replaceWith(document.importNode(news.querySelector("#rail"), true));
    for (const row of news.querySelector("template").content.querySelectorAll("tr")) this.replace(row);
    for (const number of news.dataset.fresh.trim().split(" ")) {
      if (number && !document.getElementById(`ticket-${number}`)) this.fresh.add(number);
    }
    this.restore();
    this.announce();
  }

  // A row that somebody stands in keeps the focus; one that says the same stays as it is.
  replace(row) {
    const old = document.getElementById(row.id);
    const text = plain(row);
    if (!old || this.shown.get(row.id) === text) return;
    const held = old.contains(document.activeElement) && document.activeElement.matches("a") ? ".subj" : "input";
    const had = old.contains(document.activeElement);
    const fresh = document.importNode(row, true);
    old.replaceWith(fresh);
    this.shown.set(row.id, text);
    if (had) fresh.querySelector(held).focus({ preventScroll: true });
  }

  announce() {
    const bar = this.querySelector("[data-fresh]");
    const said = this.querySelector("[data-fresh-count]");
    const size = this.fresh.size;
    if (!bar || !size) return;
    said.textContent = size === 1 ? said.dataset.one : said.dataset.more.replace("#", size);
    bar.hidden = false;
  }
}

// What a row says, without its ticks and the cursor.
function plain(row) {
  const copy = row.cloneNode(true);
  for (const name of ["aria-selected", "hx-swap-oob", "class"]) copy.removeAttribute(name);
  copy.querySelector("input")?.removeAttribute("checked");
  return `${row.classList.contains("unread")} ${row.classList.contains("left")} ${copy.outerHTML}`;
}

customElements.define("desk-queue", DeskQueue);
