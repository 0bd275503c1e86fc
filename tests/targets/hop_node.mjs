// The same on Node.
import { registerHooks } from "node:module";

const url = new URL("hop_auto.ts", import.meta.url).href;

registerHooks({
  resolve: (name, context, next) =>
    /\/adapters\/auto\.ts$/.test(name)
      ? { url, shortCircuit: true }
      : next(name, context),
});
