// Runs one command of the tests in a process group of its own.
import { spawn } from "node:child_process";

const groups = new Set();

/** Deno says so of a test each minute; one that takes two hangs. */
const HANGS = /has been running for over \((?!1m0s\))/;
/** How long a runner may take to say what it was about. */
const LAST_WORDS = 5000;

/**
 * Runs `command` and resolves with its output and, where it did not end well,
 * the problem; `ended` when it had to be. Whatever it started and left behind
 * ends with it.
 */
export function runCommand(command, args, { cwd, env, timeout }) {
  return new Promise((resolve) => {
    const child = spawn(command, args, {
      cwd,
      env: { ...process.env, NO_COLOR: "1", DENO_NO_UPDATE_CHECK: "1", ...env },
      stdio: ["ignore", "pipe", "pipe"],
      detached: true,
    });
    let output = "";
    let problem;
    let ended = false;
    if (child.pid !== undefined) groups.add(child.pid);
    const timer = setTimeout(
      () => end(`it took longer than ${timeout / 1000} s`),
      timeout,
    );
    for (const stream of [child.stdout, child.stderr]) {
      stream.setEncoding("utf8").on("data", (text) => {
        output += text;
        if (HANGS.test(text)) end("a test hangs");
      });
    }
    child.on("error", (error) => problem = error.message);
    child.on("exit", () => endGroup(child.pid));
    child.on("close", (code, signal) => {
      clearTimeout(timer);
      groups.delete(child.pid);
      if (code !== 0) problem ??= `it ended with ${signal ?? code}`;
      resolve({ output, problem, ended });
    });

    function end(why) {
      if (ended) return;
      ended = true;
      problem = why;
      // Deno then lists the tests that were running.
      child.kill("SIGINT");
      setTimeout(() => endGroup(child.pid), LAST_WORDS).unref();
    }
  });
}

/** Ends everything that runs. */
export function endAll() {
  for (const pid of groups) endGroup(pid);
}

function endGroup(pid) {
  if (pid === undefined) return;
  try {
    process.kill(-pid, "SIGKILL");
  } catch {
    // It has ended already.
  }
}
