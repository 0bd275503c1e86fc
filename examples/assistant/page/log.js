const log = document.querySelector("#log");
const welcome = document.querySelector("#welcome");

/** What is said of an answer that is over. */
const ENDS = {
  running: () => "Being answered elsewhere",
  done: (words) => `${words} words`,
  stopped: (words) => `Stopped after ${words} words`,
  interrupted: () => "Interrupted: the server was restarted",
};

/** The ids of what this page has asked: those are shown already, word by word. */
const own = new Set();

/** Shows what the assistant remembers. */
export function showTurns(turns) {
  const ids = new Set(turns.map(({ id }) => id));
  for (const element of log.querySelectorAll(".turn:not(:has(.running))")) {
    if (!ids.has(element.dataset.id)) element.remove();
  }
  for (const turn of turns) if (!own.has(turn.id)) showTurn(turn);
  welcome.hidden = log.querySelector(".turn") !== null;
}

/** Shows a turn that others have asked, or this page before a reload. */
function showTurn(turn) {
  const text = JSON.stringify(turn);
  const before = log.querySelector(`[data-id="${turn.id}"]`);
  if (before?.dataset.shown === text) return;
  const { element, answer } = newTurn(turn.id, turn.question);
  element.dataset.shown = text;
  answer.append(turn.answer);
  const words = turn.answer.match(/\S+/g)?.length ?? 0;
  endAnswer(answer, ENDS[turn.end](words));
  staying(() => before ? before.replaceWith(element) : log.append(element));
}

/** Shows a question, and returns its answer, which grows. */
export function ask(id, question) {
  own.add(id);
  welcome.hidden = true;
  const { element, answer } = newTurn(id, question);
  log.append(element);
  scroll();
  return {
    add: (word) => staying(() => answer.append(word)),
    end: (note) => staying(() => endAnswer(answer, note)),
    fail: (why) => staying(() => endAnswer(answer, why, "failed")),
  };
}

function newTurn(id, text) {
  const element = document.createElement("section");
  element.className = "turn";
  element.dataset.id = id;
  add(element, "question", "span").textContent = text;
  return { element, answer: add(element, "answer running", "p") };
}

function endAnswer(answer, note, kind = "") {
  const block = answer.parentElement;
  block.className = `answer ${kind}`;
  const small = document.createElement("small");
  small.textContent = note;
  block.append(small);
}

/** Adds a block; what is said goes into the returned element. */
function add(parent, className, tag) {
  const block = document.createElement("div");
  block.className = className;
  const text = document.createElement(tag);
  block.append(text);
  parent.append(block);
  return text;
}

/** Changes the log; who is at its end stays there, who reads further up is left alone. */
function staying(change) {
  const isAtEnd = log.scrollHeight - log.scrollTop - log.clientHeight < 40;
  change();
  if (isAtEnd) scroll();
}

function scroll() {
  log.scrollTop = log.scrollHeight;
}
