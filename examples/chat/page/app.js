import { AgentClient, presenceOf } from "@roam/agents/client";
import { recall, remember } from "../../shared/page/memory.ts";
import { focusComposer, onWriting } from "./composer.js";
import { askName, onName } from "./hello.js";
import { Log } from "./log.js";
import { showNotice } from "./notice.js";
import { Outbox } from "./outbox.js";
import { People } from "./people.js";
import { currentRoom, onRoom } from "./rooms.js";
import { showTopic } from "./topic.js";
import { addUnread } from "./unread.js";
import "./share.js";

const log = new Log();
const people = new People();
/** The ids that the connections of this tab have had. */
const mine = new Set(recall("sessionStorage", "ids", []));

let name = recall("localStorage", "name", "");
let room;
let presence;
let outbox;

function isMine({ from }) {
  return mine.has(from.id);
}

/** Leaves the room there is, and enters the one in the address. */
function enter() {
  room?.close();
  log.clear();
  people.clear();
  room = new AgentClient({
    agent: "ChatRoom",
    name: currentRoom(),
    // Asked for each attempt: the name may have changed.
    query: () => ({ name }),
    startClosed: name === "",
    onConnectionError: ({ reason }) => askName(name, reason),
  });
  outbox = new Outbox(room, log);
  presence = presenceOf(room);
  presence.set({ isTyping: false });
  follow(room, presence);
  room.addEventListener("change", show);
  show();
}

/** Shows what becomes of a room. */
function follow(room, presence) {
  room.on("welcome", ({ you, history }) => {
    mine.add(you.id);
    remember("sessionStorage", "ids", [...mine].slice(-50));
    people.showYou(you);
    for (const { id } of history) outbox.arrived(id);
    addUnread(log.addPast(history, isMine));
    outbox.sayAll();
  });
  room.on("said", (message) => {
    outbox.arrived(message.id);
    const mine = isMine(message);
    if (log.add(message, mine) && !mine) addUnread(1);
  });
  let known = presence.others;
  presence.addEventListener("change", () => {
    // It may be what one shows oneself that is another one.
    if (presence.others === known) return;
    known = presence.others;
    const { joined, left } = people.showOthers(presence.others);
    for (const name of joined) log.note(name, "joined");
    for (const name of left) log.note(name, "left");
  });
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
    // With a code: somebody with another name does not go on as the one before.
    room.reconnect(1000);
  }
  focusComposer();
});
onWriting({
  say: (text) => outbox.say(text),
  typing: (isTyping) => presence.set({ isTyping }),
});
if (name === "") askName(name);
