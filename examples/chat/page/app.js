import { AgentClient } from "@roam/agents/client";
import { recall, remember } from "../../shared/page/memory.ts";
import { focusComposer, onWriting } from "./composer.js";
import { askName, onName } from "./hello.js";
import { Log } from "./log.js";
import { showNotice } from "./notice.js";
import { Outbox } from "./outbox.js";
import { People } from "./people.js";
import { currentRoom, onRoom } from "./rooms.js";
import { showTopic } from "./topic.js";
import "./share.js";

const log = new Log();
const people = new People();
/** The ids that the connections of this tab have had. */
const mine = new Set(recall("sessionStorage", "ids", []));

let name = recall("localStorage", "name", "");
let room;
let outbox;

/** What to do with each frame of the room; others are the library's own. */
const handlers = {
  welcome({ you, people: present, history }) {
    mine.add(you);
    remember("sessionStorage", "ids", [...mine].slice(-50));
    people.reset(present, you);
    for (const { id } of history) outbox.arrived(id);
    log.addPast(history, isMine);
    outbox.sayAll();
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
    outbox.arrived(message.id);
    log.add(message, isMine(message));
  },
  typing({ id, active }) {
    if (active) people.startTyping(id);
    else people.stopTyping(id);
  },
};

function isMine({ from }) {
  return mine.has(from.id);
}

/** Leaves the room there is, and enters the one in the address. */
function enter() {
  room?.close();
  log.clear();
  people.reset([], "");
  room = new AgentClient({
    agent: "ChatRoom",
    name: currentRoom(),
    // Asked for each attempt: the name may have changed.
    query: () => ({ name }),
    startClosed: name === "",
    onConnectionError: ({ reason }) => askName(name, reason),
  });
  outbox = new Outbox(room, log);
  room.addEventListener("message", ({ data }) => {
    const frame = JSON.parse(data);
    handlers[frame.type]?.(frame);
  });
  room.addEventListener("change", show);
  show();
}

function show() {
  showNotice(room);
  showTopic(room);
}

onRoom(enter);
onName(name, (chosen) => {
  if (chosen !== name || room.status === "closed") {
    name = chosen;
    remember("localStorage", "name", name);
    room.reconnect();
  }
  focusComposer();
});
onWriting({
  say: (text) => outbox.say(text),
  // Old news by the time that there is a connection again.
  typing(active) {
    if (room.status !== "open") return;
    room.send(JSON.stringify({ type: "typing", active }));
  },
});
if (name === "") askName(name);
