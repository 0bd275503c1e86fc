#!/usr/bin/env node
/**
 * The command `roam`: serves a file while one works on it, and makes a new
 * project.
 *
 * ```sh
 * npx roam dev main.ts              # Node; on Bun: bunx --bun roam dev main.ts
 * deno run -A jsr:@roam/agents/cli dev main.ts
 * npx @roam/agents create my-app
 * ```
 *
 * @module
 */
import process from "node:process";
import { run } from "./cli/run.ts";

process.exitCode = await run(process.argv.slice(2));
