const form = document.querySelector("#composer");
const input = document.querySelector("#text");

/** Others hear again that somebody is typing before they forget it. */
const TYPING_MS = 2500;

let typingSince = 0;

/** Calls `say(text)` with each message that is written, and `typing(active)` meanwhile. */
export function onWriting({ say, typing }) {
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    const text = input.value.trim();
    if (text === "") return;
    say(text);
    typingSince = 0;
    input.value = "";
  });
  input.addEventListener("keydown", (event) => {
    if (event.key !== "Enter" || event.shiftKey || event.isComposing) return;
    event.preventDefault();
    form.requestSubmit();
  });
  input.addEventListener("input", () => {
    const active = input.value.trim() !== "";
    const now = performance.now();
    const due = typingSince === 0 || now - typingSince > TYPING_MS;
    if (active ? !due : typingSince === 0) return;
    typingSince = active ? now : 0;
    typing(active);
  });
}

export function focusComposer() {
  input.focus();
}
