/** What was said, the oldest first. */
export interface Conversation {
  readonly turns: readonly Turn[];
}

/** A question, and its answer. */
export interface Turn {
  /** Given by who asks. */
  readonly id: string;
  readonly question: string;
  readonly answer: string;
  /** `running` until there is nothing more to come. */
  readonly end: "running" | "done" | "stopped" | "interrupted";
}

/** How much of the past is kept. */
const MAX_TURNS = 50;

/** The conversation with one more turn, or one that is another than before. */
export function withTurn({ turns }: Conversation, turn: Turn): Conversation {
  const known = turns.some(({ id }) => id === turn.id);
  return {
    turns: known
      ? turns.map((each) => each.id === turn.id ? turn : each)
      : [...turns, turn].slice(-MAX_TURNS),
  };
}

/** The conversation after a server has ended in the middle of an answer. */
export function interrupted({ turns }: Conversation): Conversation {
  return {
    turns: turns.map((turn) =>
      turn.end === "running" ? { ...turn, end: "interrupted" } : turn
    ),
  };
}
