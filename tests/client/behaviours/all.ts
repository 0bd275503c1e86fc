import "./connecting.ts";
import "./messages.ts";
import "./events.ts";
import "./state.ts";
import "./slow_state.ts";
import "./offline.ts";
import "./calls.ts";
import "./streams.ts";
import "./requests.ts";
import "./endings.ts";
import "./recovery.ts";
import "./network.ts";

export { behaviours, play } from "./behaviour.ts";
export { playForgeries } from "./forgeries.ts";
export type { Place } from "./bench.ts";
