// Signing on the screen: <form data-signature> with a <canvas>, a hidden field "picture", and buttons data-clear and submit.
// What is drawn is sent as a PNG; nothing is kept in the browser.
export function signature(document) {
  for (const form of document.querySelectorAll("form[data-signature]")) sign(form);
}

function sign(form) {
  const canvas = form.querySelector("canvas");
  const field = form.querySelector("[name=picture]");
  const empty = form.querySelector("[data-empty]");
  const pen = canvas.getContext("2d");
  let strokes = 0;
  let last = null;

  canvas.height = Math.round((canvas.width * canvas.clientHeight) / canvas.clientWidth); // upright on a phone, wide on a desk

  const clear = () => {
    pen.fillStyle = "#fff";
    pen.fillRect(0, 0, canvas.width, canvas.height);
    pen.strokeStyle = "#111";
    pen.fillStyle = "#111";
    pen.lineCap = pen.lineJoin = "round";
    pen.lineWidth = 7;
    strokes = 0;
    field.value = "";
  };
  const at = (event) => {
    const frame = canvas.getBoundingClientRect();
    return [((event.clientX - frame.left) * canvas.width) / frame.width, ((event.clientY - frame.top) * canvas.height) / frame.height];
  };
  canvas.addEventListener("pointerdown", (event) => {
    event.preventDefault();
    canvas.setPointerCapture(event.pointerId);
    last = at(event);
    pen.beginPath();
    pen.arc(last[0], last[1], 3.5, 0, 2 * Math.PI);
    pen.fill();
    empty.hidden = true;
  });
  canvas.addEventListener("pointermove", (event) => {
    if (!last) return;
    for (const each of event.getCoalescedEvents?.() ?? [event]) {
      const next = at(each);
      pen.beginPath();
      pen.moveTo(...last);
      pen.lineTo(...next);
      pen.stroke();
      last = next;
      strokes += 1;
    }
  });
  for (const name of ["pointerup", "pointercancel"]) canvas.addEventListener(name, () => (last = null));
  form.querySelector("[data-clear]").addEventListener("click", clear);
  form.addEventListener("submit", (event) => {
    if (strokes > 2) field.value = canvas.toDataURL("image/png");
    else {
      event.preventDefault();
      event.stopImmediatePropagation();
      empty.hidden = false;
      canvas.focus();
    }
  });
  clear();
}
