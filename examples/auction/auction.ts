import { Agent } from "@roam/agents";
import { checkBid, checkLot, EMPTY, type Lot, offered } from "./lot.ts";

/**
 * An auction: the hammer falls some seconds after the last bid, also when
 * nobody is there any more, or the server was killed meanwhile.
 */
export class Auction extends Agent<unknown, Lot> {
  override initialState = EMPTY;
  static callable = {
    offer: { description: "Puts something up for auction" },
    bid: { description: "Bids for it" },
  };

  /** `seconds` is how long after a bid the hammer falls. */
  async offer(item: unknown, price: unknown, seconds: unknown): Promise<void> {
    const wanted = checkLot(item, price, seconds);
    if (this.state.phase === "open") return;
    this.setState(offered(wanted, Date.now()));
    await this.#liftHammer();
  }

  async bid(who: unknown, amount: unknown): Promise<void> {
    const bid = checkBid(this.state, who, amount);
    const { seconds, bids } = this.state;
    this.setState({
      ...this.state,
      price: bid.amount,
      leader: bid.who,
      bids: [bid, ...bids].slice(0, 20),
      closesAt: Date.now() + seconds * 1000,
    });
    await this.#liftHammer();
  }

  /** Called by its time alone. */
  hammer(): void {
    const { leader, price } = this.state;
    const phase = leader === null ? "unsold" : "sold";
    this.setState({ ...this.state, phase, closesAt: null });
    console.log(`${this.name}: ${phase} ${leader ?? ""} ${price}`);
  }

  /** Stored together with the state that was set just now: both, or neither. */
  async #liftHammer(): Promise<void> {
    // The same id: it takes the place of the one from the bid before.
    await this.schedule(this.state.seconds, "hammer", null, { id: "hammer" });
  }
}
