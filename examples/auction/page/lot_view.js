const element = (id) => document.getElementById(id);

const PHASES = { open: "Going", sold: "Sold", unsold: "Not sold" };

/** What the next bid has to be, as the server reckons. */
export function leastBid({ leader, price }) {
  return leader === null ? price : price + Math.max(1, Math.ceil(price / 20));
}

/** Shows the lot to `me`. */
export function showLot(lot, me) {
  const isOpen = lot.phase === "open";
  element("lot").hidden = lot.phase === "empty";
  element("offer").hidden = isOpen;
  element("bid").hidden = !isOpen;
  if (lot.phase === "empty") return;
  const isMine = me !== "" && lot.leader === me;
  say("phase", PHASES[lot.phase]);
  element("phase").dataset.phase = lot.phase;
  say("item", lot.item);
  say("price", `€${lot.price.toLocaleString("en")}`);
  say(
    "leader",
    lot.leader === null
      ? "is the first price"
      : isMine
      ? "by you"
      : `by ${lot.leader}`,
  );
  element("amount").min = leastBid(lot);
  showTime(lot);
  showVerdict(lot, isMine);
  showBids(lot.bids, me);
}

function showTime({ closesAt }) {
  element("countdown").hidden = closesAt === null;
  if (closesAt === null) return;
  const left = Math.ceil((closesAt - Date.now()) / 1000);
  const text = left > 0
    ? `The hammer falls in ${left} s`
    : "The hammer is falling";
  say("countdown", text);
  element("countdown").classList.toggle("soon", left <= 5);
}

function showVerdict({ phase, leader, price }, isMine) {
  const verdict = element("verdict");
  verdict.hidden = phase === "open";
  verdict.classList.toggle("won", isMine && phase === "sold");
  if (phase === "unsold") say("verdict", "Nobody bid for it.");
  if (phase !== "sold") return;
  const sum = `€${price.toLocaleString("en")}`;
  say(
    "verdict",
    isMine ? `It is yours, for ${sum}.` : `It went to ${leader}, for ${sum}.`,
  );
}

function showBids(bids, me) {
  element("bids-title").hidden = bids.length === 0;
  const list = element("bids");
  const texts = bids.map(({ who, amount }) =>
    `€${amount.toLocaleString("en")} ${who === me ? "you" : who}`
  );
  // Rebuilt when something has changed: the countdown comes four times a second.
  if (list.dataset.shown === texts.join("\n")) return;
  list.dataset.shown = texts.join("\n");
  list.replaceChildren(...texts.map((text) => {
    const item = document.createElement("li");
    item.textContent = text;
    return item;
  }));
}

function say(id, text) {
  const place = element(id);
  if (place.textContent !== text) place.textContent = text;
}
