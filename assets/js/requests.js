// htmx: a line on top while a request runs, and a sentence where one fails.
export function requests(document) {
  const line = document.createElement("div");
  line.className = "loading-line";
  document.body.append(line);
  let running = 0;
  const count = (by) => {
    running = Math.max(0, running + by);
    line.classList.toggle("on", running > 0);
  };
  const quiet = (event) => event.detail.elt?.closest?.("[data-quiet]");
  document.addEventListener("htmx:beforeRequest", (event) => quiet(event) || count(1));
  document.addEventListener("htmx:afterRequest", (event) => quiet(event) || count(-1));

  const words = document.getElementById("words")?.dataset ?? {};
  document.addEventListener("htmx:sendError", () => tell(words.offline));
  document.addEventListener("htmx:timeout", () => tell(words.offline));
  document.addEventListener("htmx:responseError", (event) => {
    const status = event.detail.xhr.status;
    if (status === 401) location.reload(); // signed out meanwhile: the page asks to sign in and comes back
    else tell(words[`error${status}`] ?? words.error);
  });
  document.addEventListener("tell", (event) => tell(event.detail.value));

  function tell(sentence) {
    document.querySelector(".toast")?.remove();
    const toast = document.createElement("div");
    toast.className = "toast message tone-red";
    toast.setAttribute("role", "alert");
    toast.textContent = sentence;
    document.body.append(toast);
    setTimeout(() => toast.remove(), 8000);
  }
}
