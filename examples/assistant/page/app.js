import { AgentClient } from "@roam/agents/client";
import { statusText } from "../../shared/page/status_text.ts";
import { addAnswer, addQuestion } from "./log.js";

const [form, question, send, stop, status, log] = [
  "composer",
  "question",
  "send",
  "stop",
  "status",
  "log",
].map((id) => document.getElementById(id));

const assistant = new AgentClient({ agent: "AssistantAgent" });
/** Ends the answer that is being given, if there is one. */
let answering;

async function ask(text) {
  if (text === "" || answering || assistant.status !== "open") return;
  question.value = "";
  addQuestion(text);
  const answer = addAnswer();
  answering = new AbortController();
  const { signal } = answering;
  show();
  let words = 0;
  try {
    for await (const word of assistant.stream("ask", [text], { signal })) {
      answer.add(word);
      words++;
    }
    answer.end(`${words} words`);
  } catch (error) {
    if (signal.aborted) answer.end(`Stopped after ${words} words`);
    else answer.fail(error.message);
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
  if (!answering && matchMedia("(hover: hover)").matches) question.focus();
}

assistant.addEventListener("change", show);
for (const event of ["online", "offline"]) addEventListener(event, show);
form.addEventListener("submit", (event) => {
  event.preventDefault();
  ask(question.value.trim());
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
for (const button of document.querySelectorAll("#suggestions button")) {
  button.addEventListener("click", () => ask(button.textContent));
}
show();
