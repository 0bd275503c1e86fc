import { AgentClient, presenceOf } from "@roam/agents/client";
import { recall, remember } from "../../shared/page/memory.ts";
import { statusText } from "../../shared/page/status_text.ts";
import { Cursors } from "./cursors.js";
import { onPointing } from "./pointer.js";
import { Shapes } from "./shapes.js";
import { onTools } from "./tools.js";

const [status, problem, nameField] = ["status", "problem", "name"]
  .map((id) => document.getElementById(id));

/** Each address is a canvas of its own: `#garden`. */
const canvasName = decodeURIComponent(location.hash.slice(1)) || "Canvas";
document.querySelector("h1").textContent = canvasName;
document.title = `${canvasName} · Roam canvas`;

const guest = `Guest ${100 + Math.floor(Math.random() * 900)}`;
let name = recall("localStorage", "name", guest);
nameField.value = name;

const canvas = new AgentClient({
  agent: "CanvasAgent",
  name: canvasName,
  onStateUpdate: (state) => shapes.show(state.shapes),
});
const presence = presenceOf(canvas);
const cursors = new Cursors();

/** Changes the shapes: `change` gets those there are, whoever else has changed them meanwhile. */
async function draw(change) {
  problem.textContent = "";
  try {
    await canvas.setState(({ shapes }) => ({ shapes: change(shapes) }));
  } catch ({ message }) {
    problem.textContent = message;
  }
}

const shapes = new Shapes(draw);
onTools(shapes);

onPointing((at) => presence.set({ name, at }));
presence.set({ name, at: null });
presence.addEventListener("change", () => cursors.show(presence.others));

nameField.addEventListener("change", () => {
  name = nameField.value.trim() || name;
  nameField.value = name;
  remember("localStorage", "name", name);
  presence.set({ ...presence.value, name });
});

function showStatus() {
  status.textContent = statusText(canvas);
  status.dataset.status = canvas.status;
}
canvas.addEventListener("change", showStatus);
for (const event of ["online", "offline"]) addEventListener(event, showStatus);
addEventListener("hashchange", () => location.reload());
showStatus();
