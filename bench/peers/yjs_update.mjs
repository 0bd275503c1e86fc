import * as Y from "yjs";
import { boardOf } from "../servers/board.ts";

// How many bytes the update of Yjs has for one field of a row, in documents of about so many bytes.
for (const size of process.argv.slice(2)) {
  const document = new Y.Doc();
  const rows = document.getArray("rows");
  rows.push(
    boardOf(Number(size)).rows.map((row) => new Y.Map(Object.entries(row))),
  );
  let bytes = 0;
  document.on("update", (update) => bytes = update.length);
  rows.get(rows.length >> 1).set("at", 1234);
  console.log(bytes);
}
