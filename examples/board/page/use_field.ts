import { useState } from "react";
import { useAgentState } from "@roam/agents/react";
import { EMPTY_PLAN, type Plan, problemOf } from "../plan.ts";
import { useThisBoard } from "./use_board.ts";
import { type Other, usePeople } from "./use_people.ts";

/** What is around a field, whatever its value. */
export interface FieldSurroundings {
  readonly name: keyof Plan;
  /** Why the last change was not accepted. */
  readonly problem: string | undefined;
  /** Who else is in it. */
  readonly others: readonly Other[];
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
  const { agent, enter } = useThisBoard();
  const others = usePeople(name);
  const [problem, setProblem] = useState<string>();
  const value = useAgentState(agent, (plan = EMPTY_PLAN) => plan[name]);

  return {
    name,
    value,
    problem,
    others,
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
