// <desk-people>: a field in which one types to find somebody; choosing sends its form. The list
// comes from the server; arrows walk it, Enter chooses, Escape closes. Without this script the
// field takes a name or an address.

class DeskPeople extends HTMLElement {
  connectedCallback() {
    this.field = this.querySelector("input");
    this.list = this.querySelector("[data-list]");
    this.listening = new AbortController();
    const { signal } = this.listening;
    const on = (target, type, act) => target.addEventListener(type, act.bind(this), { signal });
    this.field.setAttribute("role", "combobox");
    this.field.setAttribute("aria-autocomplete", "list");
    this.field.setAttribute("aria-expanded", "false");
    on(this.field, "keydown", this.pressed);
    on(this.field, "blur", () => setTimeout(() => this.contains(document.activeElement) || this.close(), 150));
    on(this.list, "pointerdown", (event) => event.preventDefault());
    on(this.list, "click", (event) => this.choose(event.target.closest("[role=option]")));
    on(this, "htmx:afterSettle", this.arrived);
  }

  disconnectedCallback() {
    this.listening.abort();
  }

  get options() {
    return [...this.list.querySelectorAll("[role=option]")];
  }

  get active() {
    return this.list.querySelector("[aria-selected=true]");
  }

  // Two such fields may stand on a page: names of parts are made their own. Nobody new is added here.
  arrived() {
    this.list.querySelector("[data-new]")?.remove();
    const options = this.options;
    options.forEach((option, at) => {
      option.id = `${this.field.id}-option-${at}`;
    });
    if (document.activeElement !== this.field || !options.length) {
      this.close();
      return;
    }
    const box = this.list.querySelector("[role=listbox]");
    box.id = `${this.field.id}-options`;
    this.list.hidden = false;
    this.field.setAttribute("aria-expanded", "true");
    this.field.setAttribute("aria-controls", box.id);
    this.mark(options[0]);
  }

  close() {
    this.list.hidden = true;
    this.field.setAttribute("aria-expanded", "false");
    this.field.removeAttribute("aria-controls");
    this.field.removeAttribute("aria-activedescendant");
  }

  mark(option) {
    this.active?.setAttribute("aria-selected", "false");
    option.setAttribute("aria-selected", "true");
    option.scrollIntoView({ block: "nearest" });
    this.field.setAttribute("aria-activedescendant", option.id);
  }

  pressed(event) {
    if (this.list.hidden) return;
    const options = this.options;
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (step) this.mark(options[(options.indexOf(this.active) + step + options.length) % options.length]);
    else if (event.key === "Enter") this.choose(this.active);
    else if (event.key === "Escape") this.close();
    else return;
    event.preventDefault();
  }

  choose(option) {
    if (!option) return;
    this.close();
    this.field.value = option.dataset.value;
    this.field.form.requestSubmit();
  }
}

customElements.define("desk-people", DeskPeople);
