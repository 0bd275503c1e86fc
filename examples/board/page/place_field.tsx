import { type Place, PLACES } from "../plan.ts";
import { Field } from "./field.tsx";
import { useField } from "./use_field.ts";

export function PlaceField() {
  const field = useField("place");
  return (
    <Field field={field} label="Where?">
      <select
        id="place"
        value={field.value}
        onChange={({ target }) => field.save(() => target.value as Place)}
      >
        {Object.entries(PLACES).map(([place, name]) => (
          <option key={place} value={place}>{name}</option>
        ))}
      </select>
    </Field>
  );
}
