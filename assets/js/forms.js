// Forms: errors get the focus, half-written ones are kept and warned about, a button is pressed once.
export function forms(document) {
  document.querySelector("main .errors")?.focus();

  const dirty = new Set();
  document.addEventListener("input", (event) => {
    const form = event.target.closest("form[data-guard]");
    if (form) dirty.add(form);
  });
  document.addEventListener("submit", (event) => {
    dirty.delete(event.target);
    for (const button of event.target.querySelectorAll("button[type=submit]")) {
      setTimeout(() => (button.disabled = true));
      setTimeout(() => (button.disabled = false), 5000);
    }
  });
  window.addEventListener("beforeunload", (event) => {
    if ([...dirty].some((form) => form.isConnected)) event.preventDefault();
  });

  // Filters apply at once: data-auto on a form submits it when a choice changes.
  document.addEventListener("change", (event) => {
    const form = event.target.closest("form[data-auto]");
    const chosen = event.target.matches("[data-picker] [role=combobox]") && event.target.closest("[data-picker]").querySelector("input[type=hidden]").value;
    if (form && (chosen || event.target.matches("select, input[type=checkbox], input[type=radio], input[type=date]"))) form.requestSubmit();
  });

  // What is sent says under which post the page was opened: another tab may have changed it.
  document.addEventListener("formdata", (event) => {
    if (event.target.method === "post" && document.body.dataset.post && !event.target.closest(".topbar")) event.formData.set("opened_as", document.body.dataset.post);
  });

  // Empty fields do not belong into an address.
  document.addEventListener("formdata", (event) => {
    if (event.target.method !== "get") return;
    for (const [name, value] of [...event.formData]) if (value === "") event.formData.delete(name);
    // What is ticked stays ticked when the list is filtered anew.
    if (event.target.matches(".filters"))
      for (const box of document.querySelectorAll("form[method=get][data-batch] [data-pick]:checked")) event.formData.append(box.name, box.value);
  });

  // Parts of a form that depend on another answer: data-when="field=a|b".
  const sift = (form) => {
    for (const part of form.querySelectorAll("[data-when]")) {
      const [name, wanted] = part.dataset.when.split("=");
      const given = new FormData(form).getAll(name);
      part.hidden = !wanted.split("|").some((value) => given.includes(value));
      if (part.matches("optgroup")) part.disabled = part.hidden; // Safari shows hidden options
    }
    // The third grade stays the third when the stage changes, where the other stage has one.
    for (const chosen of form.querySelectorAll("optgroup[hidden] > option:checked")) {
      const select = chosen.closest("select");
      const same = [...select.options].find((option) => option.value === chosen.value && !option.closest("[hidden]"));
      if (same) same.selected = true;
      else select.value = "";
    }
  };
  const siftAll = (root) => {
    if (root.matches?.("form")) sift(root); // what htmx loads into a dialog is the form itself
    root.querySelectorAll?.("form").forEach(sift);
  };
  document.addEventListener("change", (event) => event.target.form && sift(event.target.form));
  document.addEventListener("htmx:load", (event) => siftAll(event.target));
  siftAll(document);

  // Choosing rows: data-all ticks them, data-chosen shows how many.
  document.addEventListener("change", (event) => {
    const form = event.target.closest("form[data-batch]");
    if (!form) return;
    const boxes = [...form.querySelectorAll("input[data-pick]")];
    if (event.target.matches("[data-all]")) for (const box of boxes) box.checked = event.target.checked;
    const chosen = boxes.filter((box) => box.checked).length;
    for (const bar of form.querySelectorAll(".batch-bar")) bar.hidden = chosen === 0;
    for (const count of form.querySelectorAll("[data-chosen]")) count.textContent = String(chosen);
  });
}
