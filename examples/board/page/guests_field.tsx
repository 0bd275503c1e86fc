import { Field } from "./field.tsx";
import { useDraft } from "./use_draft.ts";
import { useField } from "./use_field.ts";

/** A number. How many fit at the table only the server says. */
export function GuestsField() {
  const field = useField("guests");
  const draft = useDraft(String(field.value), (text) => {
    if (text !== "") field.save(() => Number(text));
  });
  // Two people who press at once make two more.
  const add = (count: number) => field.save((guests) => guests + count);
  return (
    <Field field={field} label="How many?">
      <div className="stepper">
        <button type="button" aria-label="One less" onClick={() => add(-1)}>
          −
        </button>
        <input
          id="guests"
          type="number"
          inputMode="numeric"
          {...draft}
          aria-invalid={field.problem !== undefined}
          aria-describedby="guests-problem"
        />
        <button type="button" aria-label="One more" onClick={() => add(1)}>
          +
        </button>
      </div>
    </Field>
  );
}
