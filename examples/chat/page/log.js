import { bubbleOf } from "./bubble.js";
import { avatar, bdi } from "./people.js";
import { showUnsent } from "./unsent.js";

const scroller = document.querySelector("#log");
const list = document.querySelector("#messages");
const latest = document.querySelector("#latest");

/** Messages of one person within this time stand together. */
const GROUP_MS = 5 * 60_000;
/** What is older leaves the page. */
const MAX_ENTRIES = 500;

const clock = new Intl.DateTimeFormat(undefined, { timeStyle: "short" });
const calendar = new Intl.DateTimeFormat(undefined, { dateStyle: "full" });
const full = new Intl.DateTimeFormat(undefined, {
  dateStyle: "full",
  timeStyle: "medium",
});

/** What was said, and who came and went. */
export class Log {
  #seen = new Set();
  #last;
  #day = "";
  #atEnd = true;

  constructor() {
    latest.addEventListener("click", () => this.#toEnd());
    scroller.addEventListener("scroll", () => {
      this.#atEnd = isAtEnd();
      if (this.#atEnd) latest.hidden = true;
    });
    // A notice or a keyboard takes room: the end stays in sight.
    new ResizeObserver(() => {
      if (this.#atEnd) this.#toEnd();
    }).observe(scroller);
  }

  clear() {
    list.replaceChildren();
    this.#seen.clear();
    this.#last = undefined;
    this.#day = "";
    latest.hidden = true;
  }

  /**
   * Adds what is not there yet, without having it all read out. Returns how
   * many of others were said while the connection was away.
   */
  addPast(messages, isMine) {
    const isFirst = this.#seen.size === 0;
    scroller.ariaBusy = "true";
    const news = messages.filter((said) => this.add(said, isMine(said)));
    scroller.ariaBusy = "false";
    this.#toEnd();
    return isFirst ? 0 : news.filter((said) => !isMine(said)).length;
  }

  /** Adds a message, unless it is there. Returns whether it was not. */
  add({ id, from, text, at }, mine) {
    if (this.#seen.has(id)) return false;
    this.#seen.add(id);
    this.#startDay(at);
    const author = mine ? "me" : from.id;
    const follows = this.#last?.author === author &&
      at - this.#last.at < GROUP_MS;
    this.#last = { author, at };
    const element = document.createElement("article");
    element.className = mine ? "mine" : "theirs";
    if (follows) element.classList.add("follows");
    else element.append(heading(from.name, mine));
    element.append(bubble(text, at));
    this.#append(element, mine);
    return true;
  }

  /** Adds a line about `name`: that somebody joined, or left. */
  note(name, what) {
    this.#startDay(Date.now());
    const element = document.createElement("p");
    element.className = "note";
    element.append(bdi(name), ` ${what}`);
    this.#last = undefined;
    this.#append(element, false);
  }

  /** Shows what is not in the room yet, below what is. */
  showUnsent(messages, actions) {
    showUnsent(messages, actions);
    if (this.#atEnd) this.#toEnd();
  }

  #startDay(at) {
    const day = calendar.format(at);
    if (day === this.#day) return;
    this.#day = day;
    this.#last = undefined;
    const element = document.createElement("p");
    element.className = "day";
    element.textContent = day === calendar.format(Date.now()) ? "Today" : day;
    list.append(element);
  }

  #append(element, mine) {
    const stay = !mine && !this.#atEnd;
    list.append(element);
    while (list.childElementCount > MAX_ENTRIES) {
      list.firstElementChild.remove();
    }
    if (!stay) this.#toEnd();
    else if (element.localName === "article") latest.hidden = false;
  }

  #toEnd() {
    this.#atEnd = true;
    scroller.scrollTop = scroller.scrollHeight;
    latest.hidden = true;
  }
}

function isAtEnd() {
  const { scrollHeight, scrollTop, clientHeight } = scroller;
  return scrollHeight - scrollTop - clientHeight < 80;
}

function heading(name, mine) {
  const element = document.createElement("h3");
  element.append(avatar(name), bdi(mine ? "You" : name));
  return element;
}

function bubble(text, at) {
  const element = bubbleOf(text);
  const time = document.createElement("time");
  time.dateTime = new Date(at).toISOString();
  time.title = full.format(at);
  time.textContent = clock.format(at);
  element.append(time);
  return element;
}
