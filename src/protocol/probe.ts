/** Says that an answer is that to a probe: others may have answered a plain request. */
export const PROBE_HEADER = "roam-probe";
