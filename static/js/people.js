// Fields in which one types to find a person. The list comes from the server; arrows walk it, Enter
// chooses, Escape closes. Without this script the fields take a name or an address.

class PeopleField extends HTMLElement {
  connectedCallback() {
    this.field = this.querySelector("input");
    this.panel = this.querySelector("[data-list]");
    this.listening = new AbortController();
    const { signal } = this.listening;
    const on = (target, type, act) => target.addEventListener(type, act.bind(this), { signal });
    this.field.setAttribute("role", "combobox");
    this.field.setAttribute("aria-autocomplete", "list");
    this.field.setAttribute("aria-expanded", "false");
    on(this.field, "keydown", this.pressed);
    on(this.field, "blur", () => setTimeout(() => this.contains(document.activeElement) || this.close(), 150));
    on(this.panel, "pointerdown", (event) => event.preventDefault());
    on(this.panel, "click", (event) => this.choose(event.target.closest("[role=option]")));
    on(this, "htmx:afterSettle", this.arrived);
  }

  disconnectedCallback() {
    this.listening.abort();
  }

  get options() {
    return [...this.panel.querySelectorAll("[role=option]")];
  }

  get active() {
    return this.panel.querySelector("[role=option][aria-selected=true]");
  }

  // The list that came in stands open, its first option marked.
  open() {
    this.panel.hidden = false;
    this.field.setAttribute("aria-expanded", "true");
    this.field.setAttribute("aria-controls", this.panel.querySelector("[role=listbox]").id);
    this.mark(this.options[0]);
  }

  close() {
    this.panel.hidden = true;
    this.field.setAttribute("aria-expanded", "false");
    this.field.removeAttribute("aria-controls");
    this.field.removeAttribute("aria-activedescendant");
  }

  mark(option) {
    this.active?.setAttribute("aria-selected", "false");
    if (!option) {
      this.field.removeAttribute("aria-activedescendant");
      return;
    }
    option.setAttribute("aria-selected", "true");
    option.scrollIntoView({ block: "nearest" });
    this.field.setAttribute("aria-activedescendant", option.id);
  }

  pressed(event) {
    if (this.panel.hidden) return;
    const options = this.options;
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (step) this.mark(options[(options.indexOf(this.active) + step + options.length) % options.length]);
    else if (event.key === "Enter" && !event.ctrlKey && !event.metaKey) this.choose(this.active);
    else if (event.key === "Escape") this.close();
    else return;
    event.preventDefault();
  }
}

// <desk-people>: choosing sends the form of the field.
class DeskPeople extends PeopleField {
  // Two such fields may stand on a page: names of parts are made their own. Nobody new is added here.
  arrived() {
    this.panel.querySelector("[data-new]")?.remove();
    const options = this.options;
    options.forEach((option, at) => {
      option.id = `${this.field.id}-option-${at}`;
    });
    if (document.activeElement !== this.field || !options.length) {
      this.close();
      return;
    }
    this.panel.querySelector("[role=listbox]").id = `${this.field.id}-options`;
    this.open();
  }

  choose(option) {
    if (!option) return;
    this.close();
    this.field.value = option.dataset.value;
    this.field.form.requestSubmit();
  }
}

// <desk-person>: for whom a ticket is logged; somebody who is not known yet is added on the spot.
class DeskPerson extends PeopleField {
  arrived() {
    if (document.activeElement !== this.field || this.field.value.trim().length < 2) {
      this.close();
      return;
    }
    this.open();
    const found = this.options.filter((option) => option.dataset.value);
    const said = this.querySelector("[data-said]");
    const { none, one, more } = said.dataset;
    said.textContent = found.length === 0 ? none : found.length === 1 ? one : more.replace("#", found.length);
  }

  pressed(event) {
    super.pressed(event);
    if (event.key === "Enter" && !event.ctrlKey && !event.metaKey) {
      event.preventDefault(); // never sends the form half filled in
    } else if (event.key === "Tab" && !this.panel.hidden) {
      if (this.active?.dataset.value) this.choose(this.active);
      else this.close();
    }
  }

  choose(option) {
    if (!option) return;
    this.close();
    if (option.dataset.value) this.put(option.dataset.value);
    else this.add(option.dataset.new);
  }

  put(value) {
    this.field.value = value;
    this.field.dispatchEvent(new Event("change", { bubbles: true }));
    const next = document.querySelector("#log [name=subject]");
    next?.focus();
  }

  // What was typed becomes the name or the address of the new person.
  add(words) {
    const part = document.getElementById("new-person");
    const field = part.querySelector(words.includes("@") ? "[name=new_email]" : "[name=new_name]");
    this.field.value = "";
    part.open = true;
    field.value = words;
    field.dispatchEvent(new Event("change", { bubbles: true }));
    part.querySelector(words.includes("@") ? "[name=new_name]" : "[name=new_email]").focus();
  }
}

customElements.define("desk-people", DeskPeople);
customElements.define("desk-person", DeskPerson);
