/** A state as applications have one: a list of rows of about 100 bytes. */
export interface Board {
  readonly title: string;
  readonly rows: readonly Row[];
}

/** One of them. */
export interface Row {
  readonly id: number;
  readonly name: string;
  readonly note: string;
  readonly at: number;
}

/** One of about so many bytes, as JSON. */
export function boardOf(size: number): Board {
  const rows = Array.from({ length: Math.round(size / 100) }, (_, id) => ({
    id,
    name: `row number ${id}`,
    note: "x".repeat(40),
    at: 0,
  }));
  return { title: "board", rows };
}

/** The same, but for one field of one row. */
export function changed(board: Board, at: number): Board {
  const rows = [...board.rows];
  const place = at * 7 % rows.length;
  rows[place] = { ...rows[place], at };
  return { ...board, rows };
}
