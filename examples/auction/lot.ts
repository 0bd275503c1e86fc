import { CallError } from "@roam/agents";
import { cleanName } from "../shared/name.ts";

/** What everybody sees. */
export interface Lot {
  readonly phase: "empty" | "open" | "sold" | "unsold";
  readonly item: string;
  /** What it costs now, in whole euros: the first price, or the highest bid. */
  readonly price: number;
  readonly leader: string | null;
  /** How long after a bid the hammer falls. */
  readonly seconds: number;
  /** When it falls, in milliseconds since 1970, by the clock of the server. */
  readonly closesAt: number | null;
  /** The newest first. */
  readonly bids: readonly Bid[];
}

/** What somebody is ready to pay. */
export interface Bid {
  readonly who: string;
  readonly amount: number;
}

/** Nothing is offered yet. */
export const EMPTY: Lot = {
  phase: "empty",
  item: "",
  price: 0,
  leader: null,
  seconds: 0,
  closesAt: null,
  bids: [],
};

const MAX_PRICE = 1_000_000;
const MAX_ITEM = 80;

type Offer = Pick<Lot, "item" | "price" | "seconds">;

/** What somebody offers. Throws what the page shows. */
export function checkLot(
  item: unknown,
  price: unknown,
  seconds: unknown,
): Offer {
  if (
    typeof item !== "string" || item.trim() === "" || item.length > MAX_ITEM
  ) {
    throw refusal(`Say what it is, in ${MAX_ITEM} characters`);
  }
  if (!isWhole(price) || price < 1 || price > MAX_PRICE) {
    throw refusal("The first price is a whole number of euros, from 1");
  }
  if (!isWhole(seconds) || seconds < 2 || seconds > 3600) {
    throw refusal("The hammer falls after 2 to 3,600 seconds");
  }
  return { item: item.trim(), price, seconds };
}

/** The lot as it begins. */
export function offered({ item, price, seconds }: Offer, now: number): Lot {
  const closesAt = now + seconds * 1000;
  return { ...EMPTY, phase: "open", item, price, seconds, closesAt };
}

/** The bid, if it may be made. Throws what the page shows. */
export function checkBid(lot: Lot, who: unknown, amount: unknown): Bid {
  const name = cleanName(who);
  if (name === undefined) throw refusal("Say who you are");
  if (lot.phase === "empty") throw refusal("Nothing is offered yet");
  if (lot.phase !== "open") throw refusal("The hammer has fallen");
  if (lot.leader === name) throw refusal("Nobody has bid more than you");
  const least = leastBid(lot);
  if (!isWhole(amount) || amount < least) {
    throw refusal(`Bid at least €${least}`);
  }
  if (amount > MAX_PRICE) throw refusal("Nothing is worth that much");
  return { who: name, amount };
}

/** What the next bid has to be. */
export function leastBid({ leader, price }: Lot): number {
  return leader === null ? price : price + Math.max(1, Math.ceil(price / 20));
}

function isWhole(value: unknown): value is number {
  return Number.isSafeInteger(value);
}

function refusal(message: string): CallError {
  return new CallError("REFUSED", message);
}
