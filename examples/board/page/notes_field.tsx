import { Field } from "./field.tsx";
import { useDraft } from "./use_draft.ts";
import { useField } from "./use_field.ts";

export function NotesField() {
  const field = useField("notes");
  const draft = useDraft(field.value, (text) => field.save(() => text));
  return (
    <Field field={field} label="Notes">
      <textarea
        id="notes"
        {...draft}
        maxLength={500}
        rows={3}
        placeholder="The bell is broken: please knock"
        dir="auto"
      />
    </Field>
  );
}
