import { watch } from "node:fs";
import { sep } from "node:path";

/** Editors write a file in several steps. */
const SETTLE_MS = 100;
/** What is no part of the program: what it stores, what is installed or built, what an editor keeps. */
const IGNORED =
  /(^|\/)(node_modules|dist|built|build|coverage|\.[^/]*)(\/|$)|~$|\.(log|sqlite(-\w+)?|swp|tmp)$/;

/** Calls `changed` with the name of a file in `folder`, or below it, that has changed. */
export function watchFolder(
  folder: string,
  changed: (name: string) => void,
): { close(): void } {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const watcher = watch(folder, { recursive: true }, (_, name) => {
    const path = String(name ?? "").split(sep).join("/");
    if (path === "" || IGNORED.test(path)) return;
    clearTimeout(timer);
    timer = setTimeout(() => changed(path), SETTLE_MS);
  });
  return {
    close() {
      clearTimeout(timer);
      watcher.close();
    },
  };
}
