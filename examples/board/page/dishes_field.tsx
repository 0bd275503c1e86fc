import { type FormEvent, useState } from "react";
import { randomId } from "../../shared/page/random_id.ts";
import type { Dish } from "../plan.ts";
import { Field } from "./field.tsx";
import { useField } from "./use_field.ts";

export function DishesField() {
  const field = useField("dishes");
  const { value: dishes, save } = field;

  const add = (text: string) => {
    const dish = { id: randomId(), text, ready: false };
    return save((dishes) => [...dishes, dish]);
  };
  const toggle = ({ id }: Dish) =>
    save((dishes) =>
      dishes.map((dish) =>
        dish.id === id ? { ...dish, ready: !dish.ready } : dish
      )
    );
  const remove = ({ id }: Dish) =>
    save((dishes) => dishes.filter((dish) => dish.id !== id));

  return (
    <Field field={field} label="What is on the table?" isGroup>
      <ul>
        {dishes.map((dish) => (
          <li key={dish.id}>
            <label className="check">
              <input
                type="checkbox"
                checked={dish.ready}
                onChange={() => toggle(dish)}
              />
              <bdi>{dish.text}</bdi>
            </label>
            <button
              type="button"
              className="icon"
              aria-label={`Remove ${dish.text}`}
              onClick={() => remove(dish)}
            >
              <svg viewBox="0 0 24 24" aria-hidden>
                <path d="M7 7l10 10M17 7L7 17" />
              </svg>
            </button>
          </li>
        ))}
      </ul>
      <NewDish onAdd={add} />
    </Field>
  );
}

function NewDish({ onAdd }: { readonly onAdd: (text: string) => void }) {
  const [text, setText] = useState("");
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (text.trim() === "") return;
    onAdd(text.trim());
    setText("");
  };
  return (
    <form onSubmit={submit}>
      <input
        value={text}
        onChange={({ target }) => setText(target.value)}
        maxLength={60}
        placeholder="Another dish"
        aria-label="Another dish"
        autoComplete="off"
        enterKeyHint="done"
        dir="auto"
      />
      <button type="submit" className="quiet">Add</button>
    </form>
  );
}
