import { AgentClient } from "@roam/agents/client";
import { recall, remember } from "../../shared/page/memory.ts";
import { statusText } from "../../shared/page/status_text.ts";
import { leastBid, showLot } from "./lot_view.js";

const element = (id) => document.getElementById(id);
const who = element("who");
const amount = element("amount");

/** Each address is an auction of its own: `#attic`. */
const name = decodeURIComponent(location.hash.slice(1)) || "lobby";
let lot;

const auction = new AgentClient({
  agent: "AuctionAgent",
  name,
  onStateUpdate(state) {
    const isNew = lot?.price !== state.price || lot?.phase !== state.phase;
    lot = state;
    if (isNew) amount.value = leastBid(lot);
    show();
  },
});

function show() {
  const status = element("status");
  status.textContent = statusText(auction);
  status.dataset.status = auction.status;
  if (lot !== undefined) showLot(lot, who.value.trim());
}

/** Calls a method, and shows at `place` why it was refused. */
async function attempt(place, method, ...args) {
  const refusal = element(place);
  refusal.hidden = true;
  try {
    await auction.call(method, args);
  } catch (error) {
    refusal.textContent = error.message;
    refusal.hidden = false;
  }
}

who.value = recall("localStorage", "name", "");
who.addEventListener("input", () => {
  remember("localStorage", "name", who.value.trim());
  show();
});
element("bid").addEventListener("submit", (event) => {
  event.preventDefault();
  attempt("refusal", "bid", who.value, amount.valueAsNumber);
});
element("offer").addEventListener("submit", (event) => {
  event.preventDefault();
  const price = element("first").valueAsNumber;
  const seconds = element("seconds").valueAsNumber;
  attempt("offer-refusal", "offer", element("what").value, price, seconds);
});
auction.addEventListener("change", show);
for (const event of ["online", "offline"]) addEventListener(event, show);
addEventListener("hashchange", () => location.reload());
setInterval(show, 250);
show();
