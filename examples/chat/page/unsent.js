import { bubbleOf } from "./bubble.js";

const list = document.querySelector("#unsent");

/** Shows the messages that the room does not have, and what to do about those that it refused. */
export function showUnsent(messages, actions) {
  const wanted = new Map(messages.map((message) => [keyOf(message), message]));
  for (const element of [...list.children]) {
    // Who stays is not touched: it would fade in again.
    if (!wanted.delete(element.dataset.key)) element.remove();
  }
  for (const message of wanted.values()) list.append(entry(message, actions));
}

function keyOf({ id, problem = "" }) {
  return `${id} ${problem}`;
}

function entry(message, { again, forget }) {
  const { text, problem } = message;
  const element = document.createElement("article");
  element.dataset.key = keyOf(message);
  element.className = problem === undefined
    ? "mine unsent"
    : "mine unsent refused";
  const receipt = document.createElement("p");
  receipt.className = "receipt";
  receipt.textContent = "Not sent yet";
  if (problem !== undefined) {
    receipt.textContent = `Not sent: ${problem}`;
    receipt.append(
      action("Try again", () => again(message)),
      action("Delete", () => forget(message)),
    );
  }
  element.append(bubbleOf(text), receipt);
  return element;
}

function action(text, run) {
  const button = document.createElement("button");
  button.type = "button";
  button.textContent = text;
  button.addEventListener("click", run);
  return button;
}
