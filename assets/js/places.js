// The place picker: suggestions below a text, chosen by mouse or arrow keys; what is typed by hand is read by the server.
export function places(document) {
  const parts = (input) => {
    const picker = input.closest("[data-picker]");
    return { input, code: picker.querySelector("input[type=hidden]"), list: picker.querySelector("[role=listbox]") };
  };
  const show = ({ input, list }, open) => {
    list.hidden = !open;
    input.setAttribute("aria-expanded", String(open));
    if (!open) input.removeAttribute("aria-activedescendant");
  };
  const mark = ({ input, list }, option) => {
    for (const other of list.querySelectorAll("[aria-selected=true]")) other.setAttribute("aria-selected", "false");
    option.setAttribute("aria-selected", "true");
    option.scrollIntoView({ block: "nearest" });
    input.setAttribute("aria-activedescendant", option.id);
  };
  const choose = (picker, option) => {
    picker.input.value = option.dataset.text;
    picker.code.value = option.dataset.code;
    show(picker, false);
    picker.input.dispatchEvent(new Event("change", { bubbles: true }));
  };

  document.addEventListener("input", (event) => {
    if (!event.target.matches("[data-picker] [role=combobox]")) return;
    const picker = parts(event.target);
    picker.code.value = "";
    if (!event.target.value.trim()) show(picker, false);
  });
  document.addEventListener("htmx:afterSwap", (event) => {
    const list = event.detail.target;
    if (!list.matches?.("[data-picker] [role=listbox]")) return;
    const input = list.closest("[data-picker]").querySelector("[role=combobox]");
    show(parts(input), document.activeElement === input && input.value.trim() !== "");
  });
  document.addEventListener("keydown", (event) => {
    if (!event.target.matches("[data-picker] [role=combobox]") || event.isComposing) return;
    const picker = parts(event.target);
    const options = [...picker.list.querySelectorAll("[role=option]")];
    if (picker.list.hidden || !options.length) return;
    const at = options.findIndex((option) => option.getAttribute("aria-selected") === "true");
    if (event.key === "ArrowDown") mark(picker, options[(at + 1) % options.length]);
    else if (event.key === "ArrowUp") mark(picker, options[(at + options.length - (at < 0 ? 0 : 1)) % options.length]);
    else if (event.key === "Enter" && at >= 0) choose(picker, options[at]);
    else if (event.key === "Escape") show(picker, false);
    else return;
    event.preventDefault();
    event.stopPropagation();
  });
  document.addEventListener("mousedown", (event) => {
    const option = event.target.closest("[data-picker] [role=option]");
    if (!option) return;
    event.preventDefault(); // the text keeps the focus
    choose(parts(option.closest("[data-picker]").querySelector("[role=combobox]")), option);
  });
  document.addEventListener("focusout", (event) => {
    if (event.target.matches("[data-picker] [role=combobox]")) show(parts(event.target), false);
  });
}
