import { Field } from "./field.tsx";
import { useDraft } from "./use_draft.ts";
import { useField } from "./use_field.ts";

export function TitleField() {
  const field = useField("title");
  const draft = useDraft(field.value, (text) => field.save(() => text));
  return (
    <Field field={field} label="What is it?">
      <input
        id="title"
        {...draft}
        maxLength={60}
        placeholder="Soup and stories"
        autoComplete="off"
        dir="auto"
      />
    </Field>
  );
}
