// The search box: suggestions below it, walked with the arrow keys; Enter on one opens it, Enter on none searches.
export function finder(document) {
  const box = document.getElementById("search");
  const found = document.getElementById("found");
  if (!box || !found) return;

  const options = () => [...found.querySelectorAll("[role=option]")];
  const at = () => options().findIndex((option) => option.getAttribute("aria-selected") === "true");
  const show = (open) => {
    found.hidden = !open;
    box.setAttribute("aria-expanded", String(open));
    if (!open) box.removeAttribute("aria-activedescendant");
  };
  const mark = (option) => {
    for (const other of options()) other.setAttribute("aria-selected", String(other === option));
    option.scrollIntoView({ block: "nearest" });
    box.setAttribute("aria-activedescendant", option.id);
  };

  found.addEventListener("htmx:afterSwap", () => show(document.activeElement === box && found.textContent.trim() !== ""));
  box.addEventListener("input", () => box.value.trim() || show(false));
  box.addEventListener("focus", () => box.value.trim() && found.textContent.trim() && show(true));
  box.addEventListener("keydown", (event) => {
    if (found.hidden || event.isComposing || !options().length) return;
    const all = options();
    if (event.key === "ArrowDown") mark(all[(at() + 1) % all.length]);
    else if (event.key === "ArrowUp") mark(all[(at() + all.length - (at() < 0 ? 0 : 1)) % all.length]);
    else if (event.key === "Enter" && at() >= 0) all[at()].click();
    else if (event.key === "Escape") show(false);
    else return;
    event.preventDefault();
  });
  document.addEventListener("click", (event) => event.target.closest(".finder") || show(false));
  box.form.addEventListener("focusout", (event) => event.relatedTarget && !box.form.contains(event.relatedTarget) && show(false));
}
