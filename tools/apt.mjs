// Debian's packages, for tests that need a program which npm does not have.
import { spawnSync } from "node:child_process";
import { tmpdir } from "node:os";
import { join } from "node:path";

const MINUTE = 60_000;

/**
 * Installs packages unless somebody has done so meanwhile: processes that want
 * to do it at the same time wait for each other at a lock. Apt waits for the
 * lock of dpkg, if it is told to, and for the one of its list not at all.
 */
const install = (test, packages) => `
export DEBIAN_FRONTEND=noninteractive
${test} > /dev/null 2>&1 && exit
for try in $(seq 60); do
  said=$(apt-get update 2>&1) && break
  case "$said" in *"Could not get lock"*) sleep 5 ;; *) break ;; esac
done
exec apt-get -o DPkg::Lock::Timeout=300 install -y --no-install-recommends ${packages}
`;

/**
 * Installs `packages`, separated by spaces, unless the command `test` says that
 * they are there. What was in the way, and whether what needs them may be
 * skipped for that: an installation that failed is a failure.
 * @param {string} packages
 * @param {string} test
 * @param {string} [title] What they are called where people read it.
 * @returns {{ reason: string, mayBeSkipped?: boolean } | undefined}
 */
export function installPackages(packages, test, title = packages) {
  if (process.getuid?.() !== 0) {
    const reason = `no ${title}, and only root can install it`;
    return { reason, mayBeSkipped: process.env.CI !== "true" };
  }
  const lock = join(tmpdir(), "install-packages.lock");
  const { status, error, stderr } = spawnSync(
    "flock",
    [lock, "sh", "-c", install(test, packages)],
    {
      encoding: "utf8",
      stdio: ["ignore", "ignore", "pipe"],
      timeout: 15 * MINUTE,
    },
  );
  if (status === 0) return undefined;
  const last = stderr?.trim().split("\n").at(-1);
  const why = last || error?.message || status;
  return { reason: `no ${title}: installing it failed: ${why}` };
}
