import { memo } from "react";
import { DietsField } from "./diets_field.tsx";
import { DishesField } from "./dishes_field.tsx";
import { GuestsField } from "./guests_field.tsx";
import { Header } from "./header.tsx";
import { Links } from "./links.tsx";
import { NotesField } from "./notes_field.tsx";
import { PlaceField } from "./place_field.tsx";
import { TitleField } from "./title_field.tsx";
import { BoardContext, useBoard } from "./use_board.ts";
import { useName } from "./use_name.ts";

interface BoardProps {
  readonly name: string;
  readonly isReadonly: boolean;
}

export function Board({ name, isReadonly }: BoardProps) {
  const [you, setYou] = useName();
  const board = useBoard(name, isReadonly, you);
  const isLoading = board.agent.state === undefined;

  return (
    <BoardContext value={board}>
      <Header name={you} onRename={setYou} />
      <main aria-busy={isLoading}>
        <h1 dir="auto">{name}</h1>
        <p className="intro">
          {isReadonly
            ? "You may look, and see the others write."
            : "Everybody with the link fills in the same form."}
        </p>
        <fieldset
          className={isReadonly ? "plan readonly" : "plan"}
          disabled={isReadonly || isLoading}
        >
          <legend className="unseen">The plan</legend>
          <Fields />
        </fieldset>
        <Links />
      </main>
    </BoardContext>
  );
}

/** Each of them renders by itself, when its part of the plan is another one. */
const Fields = memo(() => (
  <>
    <TitleField />
    <PlaceField />
    <GuestsField />
    <DietsField />
    <DishesField />
    <NotesField />
  </>
));
