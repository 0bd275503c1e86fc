const form = document.querySelector("#composer");
const input = document.querySelector("#text");

/** Who has not written for so long is not typing. */
const TYPING_MS = 5000;

let timer;

/** Calls `say(text)` with each message that is written, and `typing(isTyping)` meanwhile. */
export function onWriting({ say, typing }) {
  const write = (isTyping) => {
    clearTimeout(timer);
    if (isTyping) timer = setTimeout(() => typing(false), TYPING_MS);
    typing(isTyping);
  };
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    const text = input.value.trim();
    if (text === "") return;
    say(text);
    write(false);
    input.value = "";
  });
  input.addEventListener("keydown", (event) => {
    if (event.key !== "Enter" || event.shiftKey || event.isComposing) return;
    event.preventDefault();
    form.requestSubmit();
  });
  input.addEventListener("input", () => write(input.value.trim() !== ""));
}

export function focusComposer() {
  input.focus();
}
