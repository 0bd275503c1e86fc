// Where things are in the checkout.
import { join } from "node:path";
import { fileURLToPath } from "node:url";

export const root = fileURLToPath(new URL("../", import.meta.url));
/** Where the runtimes are. */
export const bin = join(root, "tools/node_modules/.bin");
