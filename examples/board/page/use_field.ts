import { useState } from "react";
import { useAgentState } from "@roam/agents/react";
import { EMPTY_PLAN, type Plan, problemOf } from "../plan.ts";
import type { Person } from "../presence.ts";
import { useThisBoard } from "./use_board.ts";

/** What is around a field, whatever its value. */
export interface FieldSurroundings {
  readonly name: keyof Plan;
  /** Why the last change was taken back. */
  readonly problem: string | undefined;
  /** Who else is in it. */
  readonly others: readonly Person[];
  readonly enter: () => void;
  readonly leave: () => void;
}

/** One field of the plan. */
export interface FieldHandle<Name extends keyof Plan>
  extends FieldSurroundings {
  readonly value: Plan[Name];
  /** Changes the value, here at once, and for the others when the server has accepted it. */
  readonly save: (
    change: (value: Plan[Name]) => Plan[Name],
  ) => Promise<void>;
}

export function useField<Name extends keyof Plan>(
  name: Name,
): FieldHandle<Name> {
  const { agent, people, you, enter } = useThisBoard();
  const [problem, setProblem] = useState<string>();
  const value = useAgentState(agent, (plan = EMPTY_PLAN) => plan[name]);

  return {
    name,
    value,
    problem,
    others: people.filter(({ id, field }) => field === name && id !== you),
    enter: () => enter(name),
    leave: () => enter(null),
    async save(change) {
      setProblem(undefined);
      let tried: Plan | undefined;
      try {
        // A function changes this field of the latest plan, whatever the
        // others have done meanwhile to theirs.
        await agent.setState((plan) =>
          tried = { ...plan, [name]: change(plan[name]) }
        );
      } catch (error) {
        // By now the field shows again what the server has.
        setProblem(problemOf(tried) ?? (error as Error).message);
      }
    },
  };
}
