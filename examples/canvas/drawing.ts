/** What is on a canvas. By their ids, so that a change of one shape is a small patch. */
export interface Drawing {
  readonly shapes: Readonly<Record<string, Shape>>;
}

/** Something on it. */
export interface Shape {
  readonly kind: typeof KINDS[number];
  readonly colour: typeof COLOURS[number];
  /** Where its middle is. */
  readonly x: number;
  readonly y: number;
}

/** What somebody shows of themselves while they are here. */
export interface Visitor {
  readonly name: string;
  /** Where their cursor is; `null` while it is elsewhere. */
  readonly at: { readonly x: number; readonly y: number } | null;
}

/** How large it is, whatever the size of a screen. */
export const WIDTH = 800;
export const HEIGHT = 1000;

const KINDS = ["square", "circle", "triangle"] as const;
const COLOURS = ["green", "blue", "amber", "red", "violet"] as const;
const MAX_SHAPES = 200;

/** What is wrong with a value that should become the drawing; `undefined` when nothing is. */
export function problemOf(drawing: unknown): string | undefined {
  const { shapes, ...others } = Object(drawing);
  if (Object.keys(others).length > 0 || Object(shapes) !== shapes) {
    return "A drawing has shapes";
  }
  const entries = Object.entries(shapes);
  if (entries.length > MAX_SHAPES) {
    return `There is room for ${MAX_SHAPES} shapes`;
  }
  const isFine = entries.every(([id, shape]) =>
    /^[\w-]{1,40}$/.test(id) && isShape(shape)
  );
  return isFine ? undefined : "That is no shape, or not on the canvas";
}

function isShape(value: unknown): value is Shape {
  const { kind, colour, x, y, ...others } = Object(value);
  return KINDS.includes(kind) && COLOURS.includes(colour) &&
    isPlace({ x, y }) &&
    Object.keys(others).length === 0;
}

/** Whether that is a place on the canvas. */
export function isPlace(value: unknown): value is { x: number; y: number } {
  const { x, y } = Object(value);
  return Number.isFinite(x) && x >= 0 && x <= WIDTH &&
    Number.isFinite(y) && y >= 0 && y <= HEIGHT;
}
