import { type Diet, DIETS } from "../plan.ts";
import { Field } from "./field.tsx";
import { useField } from "./use_field.ts";

export function DietsField() {
  const field = useField("diets");
  const toggle = (diet: Diet) =>
    field.save((diets) =>
      diets.includes(diet)
        ? diets.filter((other) => other !== diet)
        : [...diets, diet]
    );
  return (
    <Field field={field} label="To keep in mind" isGroup>
      <div className="checks">
        {(Object.keys(DIETS) as Diet[]).map((diet) => (
          <label key={diet} className="check">
            <input
              type="checkbox"
              checked={field.value.includes(diet)}
              onChange={() =>
                toggle(diet)}
            />
            {DIETS[diet]}
          </label>
        ))}
      </div>
    </Field>
  );
}
