// <desk-upload>: files go to the draft at once — picked, dropped on the form, or pasted into it —
// so that nothing is lost with the page. The server answers with the list of files as HTML.

class DeskUpload extends HTMLElement {
  connectedCallback() {
    this.form = this.closest("form");
    if (!this.form) return; // set aside by htmx while it swaps the form around it
    this.input = this.querySelector('input[type="file"]');
    this.list = this.form.querySelector("[data-upload-list]");
    this.requests = this.requests ?? new Set();
    this.listening = new AbortController();
    const { signal } = this.listening;
    const on = (target, type, act, capture = false) =>
      target.addEventListener(type, act.bind(this), { signal, capture });
    on(this.input, "change", this.picked);
    on(this.form, "paste", this.pasted);
    on(this.form, "dragover", this.over);
    on(this.form, "dragleave", this.left);
    on(this.form, "drop", this.dropped);
    on(this.list, "click", this.clicked);
    on(this.form, "submit", this.hold, true);
  }

  disconnectedCallback() {
    this.listening?.abort();
  }

  picked() {
    const files = [...this.input.files];
    this.input.value = "";
    this.send(files);
  }

  pasted(event) {
    const data = event.clipboardData;
    // A cell of a spreadsheet comes as text and as a picture: the text is meant.
    if (!data.files.length || data.types.includes("text/plain")) return;
    event.preventDefault();
    this.send([...data.files].map((file) => this.named(file)));
  }

  named(file) {
    if (file.name && file.name !== "image.png") return file;
    const at = new Date().toLocaleString("sv-SE").replaceAll(":", "").replace(" ", "-");
    const ending = file.type.split("/")[1] || "png";
    return new File([file], `${this.dataset.pasted}-${at}.${ending}`, { type: file.type });
  }

  over(event) {
    if (!event.dataTransfer.types.includes("Files")) return;
    event.preventDefault();
    this.mark(true);
  }

  left(event) {
    if (!this.form.contains(event.relatedTarget)) this.mark(false);
  }

  dropped(event) {
    if (!event.dataTransfer.files.length) return;
    event.preventDefault();
    this.mark(false);
    this.send([...event.dataTransfer.files]);
  }

  mark(over) {
    this.querySelector(".drop")?.classList.toggle("over", over);
    this.form.classList.toggle("drop-over", over);
  }

  send(files) {
    const most = Number(this.dataset.mostBytes);
    const large = files.filter((file) => file.size > most);
    const small = files.filter((file) => file.size <= most);
    const faults = large.map((file) => this.dataset.tooLarge.replace("%(name)s", file.name));
    if (!this.requests.size) this.faults = [];
    this.faults.push(...faults);
    if (!small.length) return this.complain(faults);
    const body = new FormData();
    body.append("token", this.form.elements.token?.value ?? "");
    for (const file of small) body.append("files", file);
    this.post(this.dataset.url, body, small.map((file) => file.name).join(", "));
  }

  post(url, body, names) {
    const request = new XMLHttpRequest();
    const bar = names ? this.bar(names) : null;
    request.open("POST", url);
    request.setRequestHeader("X-CSRFToken", this.form.elements.csrfmiddlewaretoken.value);
    request.setRequestHeader("HX-Request", "true");
    request.upload.addEventListener("progress", (event) => {
      if (bar && event.lengthComputable) bar.value = (100 * event.loaded) / event.total;
    });
    request.addEventListener("loadend", () => {
      this.requests.delete(request);
      bar?.closest(".files").remove();
      this.answered(request);
      this.release();
    });
    this.requests.add(request);
    request.send(body);
  }

  answered(request) {
    const login = document.body.dataset.loginUrl;
    if (request.responseURL && new URL(request.responseURL).pathname === login) {
      location.reload();
    } else if ([200, 422].includes(request.status)) {
      this.list.innerHTML = request.responseText;
      this.complain(this.faults);
      this.form.dispatchEvent(new Event("input", { bubbles: true }));
    } else {
      this.held = null;
      this.complain([this.dataset.failed]);
    }
  }

  bar(names) {
    const row = document.createElement("div");
    row.className = "files mb-2";
    row.innerHTML = '<span class="file"><span></span><progress class="meter" max="100" value="0"></progress></span>';
    row.querySelector("span span").textContent = `${this.dataset.sending}: ${names}`;
    const bar = row.querySelector("progress");
    bar.setAttribute("aria-label", this.dataset.sending);
    this.list.before(row);
    return bar;
  }

  complain(faults) {
    for (const fault of faults) {
      const line = document.createElement("p");
      line.className = "field-error mb-2";
      line.setAttribute("role", "alert");
      line.textContent = fault;
      this.list.prepend(line);
    }
  }

  clicked(event) {
    const button = event.target.closest("[data-remove]");
    if (!button) return;
    event.preventDefault();
    const body = new FormData();
    body.append("token", this.form.elements.token?.value ?? "");
    this.faults = [];
    this.post(button.formAction, body, "");
    this.input.focus();
  }

  // Sending the form waits for files on their way, then goes on by itself.
  hold(event) {
    if (!this.requests.size) return;
    event.preventDefault();
    event.stopImmediatePropagation();
    this.held = event.submitter ?? true;
  }

  release() {
    if (!this.held || this.requests.size) return;
    const submitter = this.held === true ? null : this.held;
    this.held = null;
    this.form.requestSubmit(submitter);
  }
}

customElements.define("desk-upload", DeskUpload);
