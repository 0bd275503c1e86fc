import { AgentClient } from "@roam/agents/client";
import { recall, remember } from "../../shared/page/memory.ts";
import { randomId } from "../../shared/page/random_id.ts";
import { statusText } from "../../shared/page/status_text.ts";
import { ask, showTurns } from "./log.js";

const [form, question, send, stop, status, log, forget] = [
  "composer",
  "question",
  "send",
  "stop",
  "status",
  "log",
  "forget",
].map((id) => document.getElementById(id));

// Each browser has a conversation of its own, and goes on with it.
const name = recall("localStorage", "conversation", randomId());
remember("localStorage", "conversation", name);

const assistant = new AgentClient({
  agent: "AssistantAgent",
  name,
  onStateUpdate: ({ turns }) => showTurns(turns),
});
/** Ends the answer that is being given, if there is one. */
let answering;

async function answer(text) {
  if (text === "" || answering || assistant.status !== "open") return;
  question.value = "";
  const id = randomId();
  const shown = ask(id, text);
  answering = new AbortController();
  const { signal } = answering;
  show();
  let words = 0;
  try {
    for await (const word of assistant.stream("ask", [id, text], { signal })) {
      shown.add(word);
      words++;
    }
    shown.end(`${words} words`);
  } catch (error) {
    if (signal.aborted) shown.end(`Stopped after ${words} words`);
    else shown.fail(error.message);
  }
  answering = undefined;
  show();
}

/** Shows what can be done now. */
function show() {
  const isOpen = assistant.status === "open";
  status.textContent = statusText(assistant);
  status.dataset.status = assistant.status;
  log.ariaBusy = String(answering !== undefined);
  send.hidden = answering !== undefined;
  stop.hidden = answering === undefined;
  send.disabled = !isOpen;
  forget.hidden = !assistant.state?.turns.length;
  forget.disabled = !isOpen || answering !== undefined;
  if (!answering && matchMedia("(hover: hover)").matches) question.focus();
}

assistant.addEventListener("change", show);
for (const event of ["online", "offline"]) addEventListener(event, show);
form.addEventListener("submit", (event) => {
  event.preventDefault();
  answer(question.value.trim());
});
question.addEventListener("keydown", (event) => {
  if (event.key !== "Enter" || event.shiftKey || event.isComposing) return;
  event.preventDefault();
  form.requestSubmit();
});
stop.addEventListener("click", () => answering?.abort());
document.addEventListener("keydown", ({ key }) => {
  if (key === "Escape") answering?.abort();
});
forget.addEventListener("click", () => assistant.call("forget"));
for (const button of document.querySelectorAll("#suggestions button")) {
  button.addEventListener("click", () => answer(button.textContent));
}
show();
