import { AgentClient, agentFetch } from "@roam/agents/client";
import { statusText } from "../../shared/page/status_text.ts";
import { onEntering, showDoor } from "./door.js";
import { element, showInside, showNotes, showPeople } from "./inside.js";
import { askWhy } from "./kick.js";

const address = { agent: "ClubAgent", name: "club" };
let club;

/** Asks the agent by HTTP: that is where a cookie can be set. */
function ask(path, body) {
  const headers = { "content-type": "application/json" };
  const post = { method: "POST", headers, body: JSON.stringify(body) };
  return agentFetch({ ...address, path }, body && post);
}

function enter() {
  club = new AgentClient({
    ...address,
    // For good: somebody was asked to leave, or the session has ended, and
    // there is no other cookie when the client tries once more.
    onConnectionError({ reason, status }) {
      showDoor(status === 401 ? "Your session has ended" : reason);
    },
  });
  club.on("you", (member) => showInside(member));
  club.on("notes", (notes) => showNotes(notes, forget));
  club.on("people", (people) => showPeople(people, { kick, letIn }));
  club.addEventListener("change", show);
  show();
}

function show() {
  const status = element("status");
  status.textContent = statusText(club);
  status.dataset.status = club.status;
  const notice = club.state?.notice ?? "";
  element("notice").textContent = notice || "There is none.";
  const input = element("new-notice");
  if (document.activeElement !== input) input.value = notice;
}

/** Waits for what the agent does, and shows why it does not. */
async function attempt(promise) {
  const problem = element("problem");
  problem.hidden = true;
  try {
    await promise;
    return true;
  } catch (error) {
    problem.textContent = error.message;
    problem.hidden = false;
    return false;
  }
}

const forget = (id) => attempt(club.call("deleteNote", [id]));
const letIn = (name) => attempt(club.call("letIn", [name]));
async function kick(name) {
  const why = await askWhy(name);
  if (why !== undefined) attempt(club.call("kick", [name, why]));
}

element("add").addEventListener("submit", async (event) => {
  event.preventDefault();
  const input = element("note");
  if (await attempt(club.call("addNote", [input.value]))) input.value = "";
});
element("change").addEventListener("submit", (event) => {
  event.preventDefault();
  const notice = element("new-notice").value.trim();
  attempt(club.setState((state) => ({ ...state, notice })));
});
element("leave").addEventListener("click", async () => {
  await ask("sign-out", {});
  club.close();
  showDoor("");
});
onEntering(async (action, account) => {
  const answer = await ask(action, account);
  if (!answer.ok) return await answer.text();
  enter();
});
for (const event of ["online", "offline"]) {
  addEventListener(event, () => club && show());
}

// The cookie is not for scripts to see: the agent says whether there is one.
const { ok } = await ask("me");
if (ok) enter();
else showDoor("");
