// What is being written survives a reload, a lost connection and a new sign-in: <form data-draft="key">, with data-version as the
// version of what it changes. Kept in this tab only; fields marked data-private (id numbers, phones) are not kept at all.
export function drafts(document) {
  const sent = sessionStorage.getItem("draft:sent");
  if (sent && !document.querySelector(`form[data-draft="${CSS.escape(sent)}"]`)) sessionStorage.removeItem(`draft:${sent}`);
  sessionStorage.removeItem("draft:sent");

  for (const form of document.querySelectorAll("form[data-draft]")) keep(form);
}

function keep(form) {
  const key = `draft:${form.dataset.draft}`;
  const note = form.querySelector(".draft-note");
  const fields = () => [...form.elements].filter((field) => field.name && !field.matches("[type=hidden], [type=file], [type=password], [data-private]"));

  const kept = JSON.parse(sessionStorage.getItem(key) ?? "null");
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
        sessionStorage.removeItem(key);
        form.reset();
        note.textContent = "";
        form.dispatchEvent(new Event("change", { bubbles: true }));
      });
      note.append(drop);
    }
  } else if (kept && kept.version !== form.dataset.version) sessionStorage.removeItem(key);

  let timer;
  const save = () => {
    const values = {};
    for (const field of fields()) {
      values[field.name] ??= [];
      if (!field.matches("[type=checkbox], [type=radio]") || field.checked) values[field.name].push(field.value);
    }
    sessionStorage.setItem(key, JSON.stringify({ version: form.dataset.version, values }));
    if (note) note.textContent = note.dataset.saved;
  };
  form.addEventListener("input", () => {
    clearTimeout(timer);
    timer = setTimeout(save, 400);
  });
  form.addEventListener("submit", () => {
    clearTimeout(timer);
    save();
    sessionStorage.setItem("draft:sent", form.dataset.draft);
  });
}
