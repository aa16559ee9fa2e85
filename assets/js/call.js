// A call while it is talked: [data-timer] runs, the length goes with the form, what could not be kept is tried again.
const AGAIN = 4000;

export function call(document) {
  const timer = document.querySelector("[data-timer]");
  const form = document.getElementById("call");
  if (!timer || !form) return;
  const begun = new Date(timer.dataset.timer).getTime();
  const shown = timer.querySelector("b");
  const seconds = form.querySelector("[name=seconds]");
  const show = () => {
    const passed = Math.max(0, Math.floor((Date.now() - begun) / 1000));
    shown.textContent = `${Math.floor(passed / 60)}:${String(passed % 60).padStart(2, "0")}`;
    if (seconds) seconds.value = String(passed);
  };
  show();
  setInterval(show, 1000);

  const side = document.getElementById("side");
  let waiting = 0;
  const again = () => {
    clearTimeout(waiting);
    waiting = setTimeout(() => window.htmx.trigger(side, "kept-again"), AGAIN);
  };
  side.addEventListener("htmx:sendError", again);
  side.addEventListener("htmx:responseError", again);
  // What the server has kept is newer than what this tab remembers.
  side.addEventListener("htmx:afterSwap", () => {
    form.dataset.version = side.querySelector("[data-version]")?.dataset.version ?? form.dataset.version;
  });
}
