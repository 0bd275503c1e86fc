import { useAgentStatus, useOthers } from "@roam/agents/react";
import type { Plan } from "../plan.ts";
import type { Person } from "../presence.ts";
import { useThisBoard } from "./use_board.ts";

/** Somebody else at the board. */
export interface Other extends Pick<Person, "name" | "readonly"> {
  /** The id of the connection. */
  readonly id: string;
}

/**
 * Who else is at the board, or in one field of it. Renders again only when
 * that is another list. Nobody while there is no connection.
 */
export function usePeople(field?: keyof Plan): readonly Other[] {
  const { agent } = useThisBoard();
  const { status } = useAgentStatus(agent);
  const others = useOthers<unknown, Plan, Person, Other[]>(
    agent,
    (others) =>
      [...others].flatMap(([id, { name, readonly, ...person }]) =>
        field === undefined || field === person.field
          ? [{ id, name, readonly }]
          : []
      ),
  );
  return status === "open" ? others : NOBODY;
}

const NOBODY: readonly Other[] = [];
