// <desk-composer>: a public reply, an internal note and, while the ticket is with one, a message to
// the supplier: a form each, one of them is open. Macros and
// articles of the page are put into the open one, at the cursor. Without this script all forms
// stand on the page, each with its own ground and button, and links put texts in.

class DeskComposer extends HTMLElement {
  connectedCallback() {
    this.listening = new AbortController();
    const { signal } = this.listening;
    document.addEventListener("click", (event) => this.clicked(event), { signal });
    document.addEventListener("htmx:oobBeforeSwap", (event) => this.refreshed(event), { signal });
    if (["#note-form", "#supplier-form"].includes(location.hash)) this.open(location.hash.slice(1, -5));
  }

  disconnectedCallback() {
    this.listening.abort();
  }

  get active() {
    return this.querySelector("form[data-active]");
  }

  clicked(event) {
    const control = event.target.closest?.("[data-write], [data-macro], [data-insert], [data-focus]");
    if (!control || event.ctrlKey || event.metaKey || event.shiftKey || event.button) return;
    event.preventDefault();
    const { write, macro, focus, insert } = control.dataset;
    if (write) this.open(write, true);
    if (write) insert && this.insert(control);
    else if (focus) document.querySelector(focus).focus();
    else this.insert(macro ? this.source(macro) : control);
  }

  // The texts of macros stand once on the page; the menus only name them.
  source(macro) {
    return document.querySelector(`[data-macro="${macro}"][data-insert]`);
  }

  open(write, focus = false) {
    const form = this.querySelector(`#${write === "call" ? "note" : write}-form`);
    if (!form) return;
    if (form !== this.active) {
      for (const other of this.querySelectorAll("form")) other.toggleAttribute("data-active", other === form);
      for (const then of this.querySelectorAll("[name=then]")) then.selectedIndex = 0;
    }
    if (form.elements.call) form.elements.call.checked = write === "call" || form.elements.call.checked;
    if (focus) form.elements.body.focus();
    form.scrollIntoView({ block: "nearest" });
  }

  insert(source) {
    const form = this.active;
    const area = form.elements.body;
    const { insert, status, category } = source.dataset;
    const gap = area.selectionStart && source.dataset.macro && !area.value.slice(0, area.selectionStart).endsWith("\n") ? "\n\n" : "";
    area.setRangeText(gap + insert, area.selectionStart, area.selectionEnd, "end");
    this.choose(form.elements.then, status);
    this.choose(form.elements.category, category);
    area.focus();
    form.scrollIntoView({ block: "nearest" });
    area.dispatchEvent(new Event("input", { bubbles: true }));
  }

  // A property changed beside it: what was chosen to happen after sending stays chosen.
  refreshed({ detail }) {
    const before = this.contains(detail.target) && detail.target.querySelector("select");
    if (before) this.choose(detail.fragment.querySelector(`#${before.id}`), before.value);
  }

  choose(select, value) {
    if (value && [...(select?.options ?? [])].some((option) => option.value === value)) select.value = value;
  }
}

customElements.define("desk-composer", DeskComposer);
