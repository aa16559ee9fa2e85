// What is being written survives a reload, a lost connection and a new sign-in: <form data-draft="key">, with data-version as the
// version of what it changes. Kept in this tab only, for whoever wrote it (data-person of the page); fields marked data-private
// (id numbers, phones) are not kept at all. A draft goes when the server says that it was saved ([data-saved-draft]), when it is
// dropped by hand, when somebody else signs in, and on signing out.
const PREFIX = "draft:";
let signedOut = false;

export function drafts(document) {
  const person = document.body.dataset.person;
  for (const key of Object.keys(sessionStorage).filter((key) => key.startsWith(PREFIX))) {
    if (person && read(key)?.person !== person) sessionStorage.removeItem(key);
  }
  for (const said of document.querySelectorAll("[data-saved-draft]")) sessionStorage.removeItem(PREFIX + said.dataset.savedDraft);

  for (const form of document.querySelectorAll("form[data-draft]")) keep(form, person);
  const waits = Object.keys(sessionStorage).some((key) => key.startsWith(PREFIX));
  for (const note of document.querySelectorAll("[data-if-draft]")) note.hidden = !waits;
  for (const note of document.querySelectorAll("[data-unless-draft]")) note.hidden = waits;
  document.addEventListener("submit", (event) => {
    if (!event.target.matches("form[data-signs-out]")) return;
    signedOut = true;
    for (const key of Object.keys(sessionStorage).filter((key) => key.startsWith(PREFIX))) sessionStorage.removeItem(key);
  });
}

function read(key) {
  try {
    return JSON.parse(sessionStorage.getItem(key));
  } catch {
    return null;
  }
}

function keep(form, person) {
  const key = PREFIX + form.dataset.draft;
  const note = form.querySelector(".draft-note");
  const kinds = "[type=hidden], [type=file], [type=password], [data-private]"; // but the key beside a picker's text is kept with it
  const fields = () => [...form.elements].filter((field) => field.name && (!field.matches(kinds) || (field.type === "hidden" && field.closest("[data-picker]"))));

  let timer = 0;
  const kept = read(key);
  if (kept && kept.version === form.dataset.version && !form.querySelector(".errors")) {
    let changed = 0;
    for (const field of fields()) {
      const values = kept.values[field.name] ?? [];
      if (field.matches("[type=checkbox], [type=radio]")) {
        changed += field.checked !== values.includes(field.value);
        field.checked = values.includes(field.value);
      } else if (field.name in kept.values && field.value !== values[0]) {
        changed += 1;
        field.value = values[0];
      }
    }
    if (changed && note) {
      note.textContent = note.dataset.restored;
      const drop = document.createElement("button");
      drop.type = "button";
      drop.className = "btn btn-link btn-sm";
      drop.textContent = note.dataset.drop;
      drop.addEventListener("click", () => {
        clearTimeout(timer);
        timer = 0;
        sessionStorage.removeItem(key);
        form.reset();
        note.textContent = "";
        form.dispatchEvent(new Event("change", { bubbles: true }));
      });
      note.append(drop);
    }
  } else if (kept && kept.version !== form.dataset.version) sessionStorage.removeItem(key);

  const save = () => {
    clearTimeout(timer);
    timer = 0;
    const values = {};
    for (const field of fields()) {
      values[field.name] ??= [];
      if (!field.matches("[type=checkbox], [type=radio]") || field.checked) values[field.name].push(field.value);
    }
    sessionStorage.setItem(key, JSON.stringify({ person, version: form.dataset.version, values }));
    if (note) note.textContent = note.dataset.saved;
  };
  form.addEventListener("input", () => {
    clearTimeout(timer);
    timer = setTimeout(save, 400);
  });
  window.addEventListener("pagehide", () => timer && !signedOut && save()); // what was typed just before the page was left
  form.addEventListener("submit", save);
}
