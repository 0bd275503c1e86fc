import { Log } from "./log.js";
import { recall, remember } from "./memory.js";
import { avatar, People } from "./people.js";
import { currentRoom, showRooms } from "./rooms.js";
import { RoomSocket } from "./socket.js";
import { hideNotice, showConnecting, showLost } from "./notice.js";
import { Composer } from "./composer.js";

const hello = document.querySelector("#hello");
const nameInput = document.querySelector("#name");
const nameProblem = document.querySelector("#name-problem");
const me = document.querySelector("#me");
const share = document.querySelector("#share");

const log = new Log();
const people = new People();
const composer = new Composer((frame) => socket?.send(frame) ?? false);
/** The ids this tab has had: each connection gets another one. */
const mine = new Set(recall("sessionStorage", "ids", []));
let name = recall("localStorage", "name", "");
let socket;

/** What to do with each frame of the room; others are the library's own. */
const handlers = {
  welcome({ you, people: present, history }) {
    mine.add(you);
    remember("sessionStorage", "ids", [...mine].slice(-50));
    hideNotice();
    composer.online = true;
    people.reset(present, you);
    log.addPast(history, isMine, () => composer.arrived());
    composer.takeBack();
  },
  joined(person) {
    people.add(person);
    log.note(person.name, "joined");
  },
  left(person) {
    people.delete(person);
    log.note(person.name, "left");
  },
  said(message) {
    people.stopTyping(message.from.id);
    log.add(message, isMine(message));
    if (isMine(message)) composer.arrived();
  },
  typing({ id, active }) {
    if (active) people.startTyping(id);
    else people.stopTyping(id);
  },
  error({ error }) {
    composer.refused(error);
  },
};

function isMine({ from }) {
  return mine.has(from.id);
}

function connect() {
  socket?.close();
  if (name === "") return;
  composer.online = false;
  socket = new RoomSocket(currentRoom(), name, {
    frame: (frame) => handlers[frame.type]?.(frame),
    dialing: showConnecting,
    lost(delay) {
      composer.online = false;
      showLost(delay, () => socket.dial());
    },
    refused: askName,
  });
}

function enter() {
  log.clear();
  people.reset([], "");
  composer.forget();
  connect();
}

function askName(problem = "") {
  nameProblem.textContent = problem;
  nameInput.value = name;
  if (!hello.open) hello.showModal();
  nameInput.select();
}

function showName() {
  const [sign, text] = me.children;
  sign.replaceWith(avatar(name || "?"));
  text.textContent = name || "No name yet";
}

hello.addEventListener("close", () => {
  const chosen = nameInput.value.trim();
  if (chosen === "") return name === "" ? askName() : undefined;
  const changed = chosen !== name || !socket?.isOpen;
  name = chosen;
  remember("localStorage", "name", name);
  showName();
  if (changed) connect();
  composer.focus();
});
hello.addEventListener("cancel", () => nameInput.value = name);
me.addEventListener("click", () => askName());
addEventListener("online", () => socket?.dial());

share.addEventListener("click", async () => {
  const label = share.querySelector("span");
  try {
    await navigator.clipboard.writeText(location.href);
    label.textContent = "Copied";
  } catch {
    // Without https a browser does not let us.
    label.textContent = "Copy it from above";
  }
  share.classList.add("copied");
  setTimeout(() => {
    share.classList.remove("copied");
    label.textContent = "Copy link";
  }, 2000);
});

showName();
showRooms(enter);
if (name === "") askName();
