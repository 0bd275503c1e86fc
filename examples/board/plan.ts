/** What the people at a board plan together. The page and the server have the same rules; the server's word counts. */
export interface Plan {
  readonly title: string;
  readonly place: Place;
  readonly guests: number;
  readonly diets: readonly Diet[];
  readonly dishes: readonly Dish[];
  readonly notes: string;
}

/** Something that somebody brings. */
export interface Dish {
  readonly id: string;
  readonly text: string;
  readonly ready: boolean;
}

export type Place = keyof typeof PLACES;
export type Diet = keyof typeof DIETS;

export const PLACES = {
  home: "At home",
  garden: "In the garden",
  park: "In the park",
};
export const DIETS = {
  vegetarian: "Vegetarian",
  vegan: "Vegan",
  gluten: "No gluten",
  nuts: "No nuts",
};

/** What a board begins with. */
export const EMPTY_PLAN: Plan = {
  title: "",
  place: "home",
  guests: 4,
  diets: [],
  dishes: [],
  notes: "",
};

const SEATS = 12;
const DISHES = 20;

/** For each field, what is wrong with a value, which may be anything; `undefined` when nothing is. */
const rules: Record<keyof Plan, (value: unknown) => string | undefined> = {
  title: (value) => textProblem(value, 60),
  place: (value) => isKey(value, PLACES) ? undefined : "There is no such place",
  guests: (value) =>
    Number.isInteger(value) && value as number >= 1 &&
      value as number <= SEATS
      ? undefined
      : `The table has 1 to ${SEATS} seats`,
  diets: (value) =>
    Array.isArray(value) && value.every((diet) => isKey(diet, DIETS)) &&
      new Set(value).size === value.length
      ? undefined
      : "There is no such diet",
  dishes: (value) => {
    if (!Array.isArray(value)) return "Dishes are a list";
    if (value.length > DISHES) return `The table has room for ${DISHES} dishes`;
    return value.map(dishProblem).find((problem) => problem !== undefined);
  },
  notes: (value) => textProblem(value, 500),
};

/** What is wrong with a value that should become the plan; `undefined` when nothing is. */
export function problemOf(plan: unknown): string | undefined {
  if (typeof plan !== "object" || plan === null) return "A plan is an object";
  const names = Object.keys(rules) as (keyof Plan)[];
  if (Object.keys(plan).length !== names.length) return "A plan has six fields";
  return names.map((name) => rules[name]((plan as Plan)[name]))
    .find((problem) => problem !== undefined);
}

function dishProblem(value: unknown): string | undefined {
  const { id, text, ready, ...others } = Object(value);
  if (
    typeof id !== "string" || id.length > 40 || typeof ready !== "boolean" ||
    Object.keys(others).length > 0
  ) return "That is no dish";
  if (String(text).trim() === "") return "A dish needs a name";
  return textProblem(text, 60);
}

function textProblem(value: unknown, most: number): string | undefined {
  if (typeof value !== "string") return "That is no text";
  if (value.length <= most) return undefined;
  return `${most} characters at most, not ${value.length}`;
}

function isKey(value: unknown, known: object): boolean {
  return typeof value === "string" && Object.hasOwn(known, value);
}
