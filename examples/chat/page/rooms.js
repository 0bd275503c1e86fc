import { recall, remember } from "../../shared/page/memory.ts";
import { startRoom } from "./unread.js";

const FIRST_ROOMS = ["Lobby", "Coffee", "Ideas"];
const panel = document.querySelector("#rooms-panel");
const list = document.querySelector("#rooms");
const form = document.querySelector("#new-room");

/** The room in the address, which can be shared. */
export function currentRoom() {
  let name = "";
  try {
    name = decodeURIComponent(location.hash.slice(1));
  } catch {
    // Somebody cut the link.
  }
  return cleanRoom(name) || FIRST_ROOMS[0];
}

/** Shows the rooms, and calls `enter` whenever another one is chosen. */
export function onRoom(enter) {
  const show = () => {
    const room = currentRoom();
    const known = recall("localStorage", "rooms", FIRST_ROOMS);
    const rooms = known.includes(room) ? known : [...known, room];
    remember("localStorage", "rooms", rooms);
    list.replaceChildren(...rooms.map((each) => entry(each, each === room)));
    document.querySelector("#room").textContent = room;
    startRoom(room);
    panel.hidePopover();
    enter(room);
  };
  addEventListener("hashchange", show);
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    const input = form.querySelector("input");
    const room = cleanRoom(input.value);
    if (room === "") return;
    location.hash = encodeURIComponent(room);
    input.value = "";
  });
  show();
}

function entry(room, isCurrent) {
  const link = document.createElement("a");
  link.href = `#${encodeURIComponent(room)}`;
  const name = document.createElement("span");
  name.textContent = room;
  name.dir = "auto";
  link.append(name);
  if (isCurrent) link.setAttribute("aria-current", "page");
  const item = document.createElement("li");
  item.append(link);
  return item;
}

/** An agent's name has no control characters, and 256 bytes at most. */
function cleanRoom(name) {
  const clean = name.replace(/[\p{Cc}\s]+/gu, " ").trim();
  const short = [...clean].slice(0, 40).join("");
  return short === "." || short === ".." ? "" : short;
}
