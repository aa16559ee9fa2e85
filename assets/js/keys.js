// Keyboard: / searches, j and k move through a list, ? shows the keys; a button with data-key has one of its own.
export function keys(document) {
  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing) return;
    if (event.target.closest("input, select, textarea, [contenteditable]") || document.querySelector("dialog[open]")) return;
    switch (event.key) {
      case "/":
        event.preventDefault();
        document.getElementById("search")?.select();
        break;
      case "j":
        move(1);
        break;
      case "k":
        move(-1);
        break;
      case "?":
        document.getElementById("keys")?.showModal();
        break;
      default:
        if (/^[a-z]$/.test(event.key)) document.querySelector(`[data-key="${event.key}"]`)?.click(); // a page's own first button
    }
  });

  function move(by) {
    const rows = [...document.querySelectorAll("[data-row]")].filter((row) => row.offsetParent);
    if (!rows.length) return;
    const now = rows.findIndex((row) => row.contains(document.activeElement));
    const next = rows[now < 0 ? 0 : Math.min(rows.length - 1, Math.max(0, now + by))];
    const link = next.matches("a") ? next : next.querySelector("a, button");
    link?.focus();
    next.scrollIntoView({ block: "nearest" });
  }
}
