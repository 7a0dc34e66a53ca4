// <desk-theme>: a form that switches between light and dark. Shows the other theme at once and
// keeps the choice in the background. Without this script the form is simply sent.

const root = document.documentElement;

class DeskTheme extends HTMLElement {
  connectedCallback() {
    this.addEventListener("submit", (event) => {
      event.preventDefault();
      this.toggle(event.target);
    });
  }

  toggle(form) {
    const theme = root.dataset.bsTheme === "dark" ? "light" : "dark";
    root.dataset.theme = root.dataset.bsTheme = theme;
    const body = new FormData(form);
    body.set("theme", theme);
    fetch(form.action, { method: "POST", body, redirect: "manual" }).catch(() => {});
    document.dispatchEvent(new CustomEvent("desk:theme", { detail: theme }));
  }
}

customElements.define("desk-theme", DeskTheme);

// Paper is always light.
addEventListener("beforeprint", () => {
  root.dataset.screenTheme = root.dataset.bsTheme;
  root.dataset.bsTheme = "light";
});
addEventListener("afterprint", () => {
  root.dataset.bsTheme = root.dataset.screenTheme;
});
