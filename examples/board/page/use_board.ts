import { createContext, useContext, useEffect, useMemo, useState } from "react";
import { useAgent, type UseAgentResult, usePresence } from "@roam/agents/react";
import type { Plan } from "../plan.ts";
import type { Shown } from "../presence.ts";

/** A board. */
export interface BoardHandle {
  readonly agent: UseAgentResult<Plan>;
  /** Shows the others in which field you are. */
  readonly enter: (field: keyof Plan | null) => void;
}

/** Connects to a board, and shows there who you are. */
export function useBoard(
  board: string,
  isReadonly: boolean,
  name: string,
): BoardHandle {
  const [field, enter] = useState<keyof Plan | null>(null);
  const agent = useAgent<Plan>({
    agent: "BoardAgent",
    name: board,
    query: isReadonly ? { view: "readonly" } : {},
  });
  const [, show] = usePresence<unknown, Plan, Shown>(agent);
  useEffect(() => show({ name, field }), [show, name, field]);
  return useMemo(() => ({ agent, enter }), [agent]);
}

/** Hands the board to the fields. */
export const BoardContext = createContext<BoardHandle | undefined>(undefined);

/** The board that a field is on. */
export function useThisBoard(): BoardHandle {
  return useContext(BoardContext)!;
}
