const notice = document.querySelector("#notice");
const [text, hint, button] = notice.children;
let timer;
let redial;

button.addEventListener("click", () => redial?.());

/** Says that there is no connection: not yet, or again. */
export function showConnecting(again) {
  clearInterval(timer);
  notice.hidden = false;
  notice.classList.toggle("lost", again);
  text.textContent = again ? "Connection lost" : "Connecting";
  hint.textContent = again ? "Trying now" : "";
  button.hidden = true;
}

/** Says that there will be another attempt in `delay` milliseconds, or at once by `dial`. */
export function showLost(delay, dial) {
  showConnecting(true);
  redial = dial;
  button.hidden = false;
  const due = performance.now() + delay;
  const show = () => {
    const seconds = Math.max(1, Math.ceil((due - performance.now()) / 1000));
    hint.textContent = `Again in ${seconds} s`;
  };
  show();
  timer = setInterval(show, 1000);
}

export function hideNotice() {
  clearInterval(timer);
  notice.hidden = true;
}
