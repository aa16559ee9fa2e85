// One <dialog> for the page. What htmx puts into #dialog opens it; HX-Trigger: close-dialog shuts it.
export function dialogs(document) {
  const dialog = document.getElementById("dialog");
  if (!dialog) return;
  let opener = null;

  document.addEventListener("htmx:beforeRequest", (event) => {
    if (event.detail.target === dialog && !dialog.open) opener = event.detail.elt;
  });
  document.addEventListener("htmx:afterSwap", (event) => {
    if (event.detail.target !== dialog) return;
    if (!dialog.innerHTML.trim()) return dialog.close();
    if (!dialog.open) dialog.showModal();
    const first = dialog.querySelector("[autofocus], .errors, .wrong :is(input, select, textarea)") ?? dialog.querySelector("input:not([type=hidden]), select, textarea");
    first?.focus();
  });
  document.addEventListener("close-dialog", () => dialog.close());
  document.addEventListener("click", (event) => {
    const shut = event.target.closest("[data-close]");
    if (shut) {
      const own = shut.closest("dialog");
      if (own) {
        event.preventDefault();
        own.close();
      }
    }
    const show = event.target.closest("[data-show]");
    if (show) document.getElementById(show.dataset.show)?.showModal();
  });
  dialog.addEventListener("close", () => {
    dialog.innerHTML = "";
    if (opener?.isConnected) opener.focus();
  });
}
