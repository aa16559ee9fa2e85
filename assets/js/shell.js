// Menus, the rail on narrow screens, copying, values that hide again.
export function shell(document) {
  const rail = document.getElementById("rail");
  const toggle = document.querySelector(".rail-toggle");

  const openRail = (open) => {
    rail?.classList.toggle("open", open);
    toggle?.setAttribute("aria-expanded", String(open));
    if (open) rail.querySelector("a")?.focus();
  };
  toggle?.addEventListener("click", () => openRail(!rail.classList.contains("open")));

  const closeMenus = (except) => {
    for (const menu of document.querySelectorAll("details.menu[open]")) if (menu !== except) menu.open = false;
  };
  document.addEventListener("click", (event) => {
    closeMenus(event.target.closest(".menu-body :is(a, button)") ? null : event.target.closest("details.menu"));
    if (rail?.classList.contains("open") && !event.target.closest("#rail, .rail-toggle")) openRail(false);

    const printer = event.target.closest("[data-print]");
    if (printer) window.print();
    const copier = event.target.closest("[data-copy]");
    if (copier) copy(copier);
  });
  document.addEventListener("keydown", (event) => {
    if (event.key !== "Escape") return;
    const menu = event.target.closest?.("details.menu[open]");
    closeMenus();
    menu?.querySelector("summary").focus();
    if (rail?.classList.contains("open")) {
      openRail(false);
      toggle.focus();
    }
  });

  // What was done is said where one stands, and goes by itself; what is wrong stays until it is dismissed.
  document.addEventListener("click", (event) => event.target.closest("[data-dismiss]")?.closest(".message").remove());
  const done = document.querySelectorAll(".notices .tone-green");
  if (done.length) setTimeout(() => done.forEach((message) => message.matches(":hover, :focus-within") || message.remove()), 12_000);

  // A strip of tabs that is wider than the screen shows the chosen one.
  const showChosen = () => {
    for (const chosen of document.querySelectorAll(".tabs :is([aria-selected=true], [aria-current=page])")) {
      const strip = chosen.closest(".tabs");
      strip.scrollLeft = chosen.offsetLeft - strip.offsetLeft - (strip.clientWidth - chosen.offsetWidth) / 2;
    }
  };
  document.addEventListener("htmx:afterSettle", showChosen);
  showChosen();

  // A value shown for a reason is masked again after a while.
  document.addEventListener("htmx:load", (event) => {
    const shown = event.target.matches?.("[data-hide-after]") ? [event.target] : event.target.querySelectorAll?.("[data-hide-after]");
    for (const value of shown ?? []) {
      setTimeout(() => value.replaceWith(document.createTextNode(value.dataset.masked)), Number(value.dataset.hideAfter) * 1000);
    }
  });
}

async function copy(button) {
  await navigator.clipboard.writeText(button.dataset.copy);
  const label = button.querySelector("[data-label]") ?? button;
  const before = label.textContent;
  label.textContent = button.dataset.copied;
  setTimeout(() => (label.textContent = before), 2000);
}
