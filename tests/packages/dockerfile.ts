// A Dockerfile without Docker: its steps, in a folder.
import { copyFileSync, cpSync, readdirSync } from "node:fs";
import { join, matchesGlob } from "node:path";
import { run } from "./project.ts";

/**
 * Does what the `COPY` and `RUN` of a Dockerfile say, from the folder `context`
 * in the folder `image`, and returns its command. What is for root alone, and
 * outside of the folder, is left out.
 */
export async function buildImage(
  text: string,
  context: string,
  image: string,
): Promise<string[]> {
  let command: string[] | undefined;
  for (const [, word, rest] of text.matchAll(/^([A-Z]+) (.*)$/gm)) {
    if (word === "COPY") copy(rest, context, image);
    else if (word === "RUN" && !rest.includes("chown")) {
      await run(image, "sh", "-ec", rest);
    } else if (word === "CMD") command = JSON.parse(rest);
  }
  if (command === undefined) throw new Error(`There is no CMD in ${text}`);
  return command;
}

function copy(rest: string, context: string, image: string): void {
  const [from, to] = rest.split(" ");
  if (to !== "./" && to !== ".") throw new Error(`COPY ${rest}`);
  if (from === ".") return cpSync(context, image, { recursive: true });
  const files = readdirSync(context).filter((file) => matchesGlob(file, from));
  if (files.length === 0) throw new Error(`COPY ${rest}: there is none`);
  for (const file of files) {
    copyFileSync(join(context, file), join(image, file));
  }
}
