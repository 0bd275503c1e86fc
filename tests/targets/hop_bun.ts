// Has entries on Bun be served by two processes: see hop_auto.ts.
// deno-lint-ignore-file no-explicit-any -- of Bun's own
const { plugin } = (globalThis as any).Bun;
const path = new URL("hop_auto.ts", import.meta.url).pathname;

plugin({
  name: "hop",
  setup(build: any) {
    build.onResolve({ filter: /\/adapters\/auto\.ts$/ }, () => ({ path }));
  },
});
