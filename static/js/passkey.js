// Passkeys: <form data-passkey="get|create" data-options="id of the JSON with the options">.
// The browser's answer goes into the hidden field `credential`, and the form is sent as any other.

const bytes = text => Uint8Array.from(atob(text.replace(/-/g, "+").replace(/_/g, "/")), c => c.charCodeAt(0));
const text = buffer => btoa(String.fromCharCode(...new Uint8Array(buffer))).replace(/\+/g, "-").replace(/\//g, "_").replace(/=+$/, "");
const known = list => list?.map(one => ({ ...one, id: bytes(one.id) }));

async function create(options, alone) {
  const publicKey = {
    ...options,
    challenge: bytes(options.challenge),
    user: { ...options.user, id: bytes(options.user.id) },
    excludeCredentials: known(options.excludeCredentials),
    authenticatorSelection: alone
      ? { ...options.authenticatorSelection, residentKey: "required", requireResidentKey: true, userVerification: "required" }
      : options.authenticatorSelection,
  };
  return await navigator.credentials.create({ publicKey });
}

async function get(options) {
  const publicKey = { ...options, challenge: bytes(options.challenge), allowCredentials: known(options.allowCredentials) };
  return await navigator.credentials.get({ publicKey });
}

function plain(credential) {
  const { response } = credential;
  const parts = ["clientDataJSON", "attestationObject", "authenticatorData", "signature", "userHandle"];
  return {
    id: credential.id,
    rawId: text(credential.rawId),
    type: credential.type,
    clientExtensionResults: credential.getClientExtensionResults(),
    response: Object.fromEntries(parts.filter(part => response[part]).map(part => [part, text(response[part])])),
  };
}

async function optionsOf(form) {
  if (form.dataset.options) return JSON.parse(document.getElementById(form.dataset.options).textContent);
  const answer = await fetch(form.action, { headers: { Accept: "application/json" } });
  if (!answer.ok) throw new Error(answer.statusText);
  return await answer.json();
}

async function sent(event) {
  const form = event.target.closest("form[data-passkey]");
  if (!form) return;
  event.preventDefault();
  const failed = form.querySelector("[data-passkey-error]");
  failed.hidden = true;
  try {
    const options = await optionsOf(form);
    const making = form.dataset.passkey === "create";
    const credential = making
      ? await create(options.creation_options.publicKey, form.elements.passwordless?.checked)
      : await get(options.request_options.publicKey);
    form.elements.credential.value = JSON.stringify(plain(credential));
    form.submit();
  } catch {
    failed.hidden = false;
    failed.setAttribute("role", "alert");
  }
}

document.addEventListener("submit", sent, true);
