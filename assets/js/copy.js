// A button that copies the text of the field it names. Where the browser has no clipboard (plain http), it selects the text and copies that.
export function copy(document) {
  document.addEventListener("click", async (event) => {
    const button = event.target.closest("[data-copy]");
    if (!button) return;
    const field = document.getElementById(button.dataset.copy);
    field.select();
    let done = false;
    try {
      await navigator.clipboard.writeText(field.value);
      done = true;
    } catch {
      done = document.execCommand("copy");
    }
    if (!done) return;
    const word = button.querySelector("span");
    const before = word.textContent;
    word.textContent = button.dataset.done;
    setTimeout(() => (word.textContent = before), 2000);
  });
}
