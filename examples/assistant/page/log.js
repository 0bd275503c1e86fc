const log = document.querySelector("#log");

export function addQuestion(text) {
  document.querySelector("#welcome")?.remove();
  add("question", "span").textContent = text;
  scroll();
}

/** An answer that grows. */
export function addAnswer() {
  const text = add("answer running", "p");
  const block = text.parentElement;
  const end = (className, note) => {
    block.className = className;
    const small = document.createElement("small");
    small.textContent = note;
    staying(() => block.append(small));
  };
  scroll();
  return {
    add: (word) => staying(() => text.append(word)),
    end: (note) => end("answer", note),
    fail: (why) => end("answer failed", why),
  };
}

/** Adds a block; what is said goes into the returned element. */
function add(className, tag) {
  const block = document.createElement("div");
  block.className = className;
  const text = document.createElement(tag);
  block.append(text);
  log.append(block);
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
