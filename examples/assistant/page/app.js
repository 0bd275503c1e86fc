import { Calls } from "/calls.js";

const [log, form, question, send, stop, status, suggestions] = [
  "log",
  "composer",
  "question",
  "send",
  "stop",
  "status",
  "suggestions",
].map((id) => document.getElementById(id));

const scheme = location.protocol === "https:" ? "wss:" : "ws:";
const url = `${scheme}//${location.host}/agents/assistant-agent/default`;
let online = false;
let cancel;

const calls = new Calls(url, (isOnline) => {
  online = isOnline;
  status.className = online ? "online" : "";
  status.textContent = online ? "Ready" : "Reconnecting";
  update();
});

form.addEventListener("submit", (event) => {
  event.preventDefault();
  ask(question.value.trim());
});
question.addEventListener("keydown", (event) => {
  if (event.key !== "Enter" || event.shiftKey || event.isComposing) return;
  event.preventDefault();
  form.requestSubmit();
});
stop.addEventListener("click", () => cancel?.());
document.addEventListener("keydown", ({ key }) => {
  if (key === "Escape") cancel?.();
});
for (const button of suggestions.children) {
  button.addEventListener("click", () => ask(button.textContent));
}

function ask(text) {
  if (text === "" || !online || cancel !== undefined) return;
  document.getElementById("welcome")?.remove();
  question.value = "";
  add("question", "span").textContent = text;
  const answer = add("answer running", "p");
  cancel = calls.start("ask", [text], {
    piece(word) {
      const follows = isAtEnd();
      answer.append(word);
      if (follows) scroll();
    },
    end: ({ words }) => finish(answer, `${words} words`),
    error: (message, code) =>
      code === "CANCELLED"
        ? finish(answer, "Stopped")
        : finish(answer, message, true),
  });
  scroll();
  update();
}

function finish(answer, note, failed = false) {
  const { parentElement } = answer;
  parentElement.className = failed ? "answer failed" : "answer";
  const small = document.createElement("small");
  small.textContent = note;
  const follows = isAtEnd();
  parentElement.append(small);
  if (follows) scroll();
  cancel = undefined;
  update();
}

/** Shows what can be done now. */
function update() {
  const running = cancel !== undefined;
  log.ariaBusy = String(running);
  send.hidden = running;
  stop.hidden = !running;
  send.disabled = !online;
  if (!running && matchMedia("(hover: hover)").matches) question.focus();
}

/** Adds a block to the log; what is said goes into the returned element. */
function add(className, tag) {
  const block = document.createElement("div");
  block.className = className;
  const text = document.createElement(tag);
  block.append(text);
  log.append(block);
  return text;
}

function isAtEnd() {
  return log.scrollHeight - log.scrollTop - log.clientHeight < 40;
}

function scroll() {
  log.scrollTop = log.scrollHeight;
}
