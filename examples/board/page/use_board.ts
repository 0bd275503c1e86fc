import { createContext, useContext, useEffect, useMemo, useState } from "react";
import { useAgent, type UseAgentResult } from "@roam/agents/react";
import type { Plan } from "../plan.ts";
import type { Person, ServerFrame } from "../presence.ts";

/** A board, and who is at it. */
export interface BoardHandle {
  readonly agent: UseAgentResult<Plan>;
  /** Everybody, also you; nobody while there is no connection. */
  readonly people: readonly Person[];
  /** The id of the own connection. */
  readonly you: string;
  /** Says in which field you are. */
  readonly enter: (field: keyof Plan | null) => void;
}

/** Connects to a board, and says there who you are. */
export function useBoard(
  board: string,
  isReadonly: boolean,
  name: string,
): BoardHandle {
  const [you, setYou] = useState("");
  const [people, setPeople] = useState<readonly Person[]>([]);
  const [field, enter] = useState<keyof Plan | null>(null);
  const agent = useAgent<Plan>({
    agent: "BoardAgent",
    name: board,
    query: isReadonly ? { view: "readonly" } : {},
    onMessage({ data }) {
      const frame: ServerFrame = JSON.parse(data);
      if (frame.type === "you") setYou(frame.id);
      else setPeople(frame.people);
    },
  });
  const { status } = agent;
  useEffect(() => {
    // Without a connection it would wait, and be old news when it arrives.
    if (status === "open") agent.send(JSON.stringify({ name, field }));
  }, [agent, status, name, field]);
  const present = status === "open" ? people : NOBODY;
  return useMemo(
    () => ({ agent, people: present, you, enter }),
    [agent, present, you],
  );
}

const NOBODY: readonly Person[] = [];

/** Hands the board to the fields. */
export const BoardContext = createContext<BoardHandle | undefined>(undefined);

/** The board that a field is on. */
export function useThisBoard(): BoardHandle {
  return useContext(BoardContext)!;
}
