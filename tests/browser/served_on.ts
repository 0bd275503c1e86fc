import { RUNTIMES } from "../targets/targets.ts";

const { ROAM_SERVED_ON = RUNTIMES.join() } = process.env;

/** The runtimes that pages are served on in this run: each, or those that `ROAM_SERVED_ON` names. */
export const servedOn = RUNTIMES.filter((runtime) =>
  ROAM_SERVED_ON.split(",").includes(runtime)
);
