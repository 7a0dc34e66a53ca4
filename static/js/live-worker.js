// Asks the desk each second what is new, once for all pages of a browser, and tells them. As a
// shared worker it goes on in hidden tabs; where a browser has none each page has a worker of its own.

const OFTEN = 1000;
const SELDOM = 30_000;
const PATIENCE = 5_000;
const AGAIN = 60_000; // an alarm that nobody takes rings again

const pages = new Set();
let address = "";
let shown = null; // the last answer
let asking = false;
let waiting = null; // for the next time
let failures = 0;
let rung = new Map(); // alarm: when it rang

function join(page) {
  page.onmessage = ({ data }) => {
    if (data.leave) return pages.delete(page);
    address = data.address;
    pages.add(page);
    if (shown) page.postMessage({ shown });
    if (!asking) ask();
    else if (failures) soon();
  };
}

function tell(message) {
  for (const page of pages) page.postMessage(message);
}

async function ask() {
  waiting = null;
  asking = pages.size > 0;
  if (!asking) return;
  let next = OFTEN;
  try {
    const answer = await fetch(`${address}?seen=${shown?.tag ?? ""}`, {
      cache: "no-store",
      signal: AbortSignal.timeout(PATIENCE),
    });
    if (answer.status === 403) signedOut();
    if (answer.status >= 400) throw new Error(answer.status);
    next = Number(answer.headers.get("Desk-Every")) || OFTEN;
    if (answer.status === 200) tell({ shown: (shown = await answer.json()) });
    failures = 0;
  } catch {
    failures += 1;
    next = Math.min(OFTEN * 2 ** failures, SELDOM);
  }
  ring();
  waiting = setTimeout(ask, next);
}

// A page that opens is a good moment to try again what failed.
function soon() {
  if (!waiting) return;
  clearTimeout(waiting);
  ask();
}

// Nothing is shown any more. Asked on, ever less often: somebody may sign in again meanwhile.
function signedOut() {
  if (shown) tell({ shown: { log: null, alarms: [] } });
  shown = null;
}

function ring() {
  const now = Date.now();
  const ringing = (shown?.alarms ?? []).filter((alarm) => alarm.rings);
  rung = new Map(ringing.map(({ id }) => [id, rung.get(id) ?? 0]));
  const due = ringing.filter(({ id }) => now - rung.get(id) >= AGAIN);
  for (const { id } of due) rung.set(id, now);
  if (due.length) tell({ ring: due });
}

if ("onconnect" in self) self.onconnect = ({ ports: [page] }) => join(page);
else join(self);
