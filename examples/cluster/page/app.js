import { AgentClient } from "@roam/agents/client";
import { statusText } from "../../shared/page/status_text.ts";
import { Nodes } from "./nodes.js";
import { Room } from "./room.js";

const ROOMS = 12;

const [status, problem, counted, lost, longest, log] = [
  "status",
  "problem",
  "counted",
  "lost",
  "longest",
  "log",
].map((id) => document.getElementById(id));

const panel = new AgentClient({
  agent: "Panel",
  name: "main",
  onStateUpdate: show,
});

const nodes = new Nodes(async (name, action) => {
  problem.textContent = "";
  try {
    await panel.call("act", [name, action]);
  } catch ({ message }) {
    problem.textContent = message;
  }
});

let rooms;
/** What this page itself has seen. */
const seen = [];

function show({ nodes: views, balancer, log: events }) {
  nodes.show(views);
  rooms ??= openRooms(`${location.hostname}:${balancer}`);
  showLog(events);
}

function openRooms(host) {
  return Array.from({ length: ROOMS }, (_, at) => {
    const room = new Room(`room ${at + 1}`, host, tell);
    room.onCount = () => {
      nodes.place(room);
      showTotals();
    };
    return room;
  });
}

function tell(what) {
  seen.unshift({ at: Date.now(), what });
  seen.splice(50);
  showLog(panel.state.log);
}

function showTotals() {
  const sum = (key) => rooms.reduce((total, room) => total + room[key], 0);
  counted.textContent = sum("ticks");
  lost.textContent = sum("wentBack");
  const wait = Math.max(...rooms.map((room) => room.longest));
  longest.textContent = `${(wait / 1000).toFixed(1)} s`;
}

function showLog(events) {
  const all = [...events, ...seen].sort((a, b) => b.at - a.at).slice(0, 30);
  log.replaceChildren(...all.map(({ at, what }) => {
    const item = document.createElement("li");
    const time = document.createElement("time");
    time.textContent = new Date(at).toLocaleTimeString();
    item.append(time, ` ${what}`);
    return item;
  }));
}

panel.addEventListener("change", () => {
  status.textContent = statusText(panel);
  status.dataset.status = panel.status;
});
