import type { Check } from "./check.ts";
import { callChecks } from "./checks/call_checks.ts";
import { connectionChecks } from "./checks/connection_checks.ts";
import { greetingChecks } from "./checks/greeting_checks.ts";
import { routingChecks } from "./checks/routing_checks.ts";
import { queueChecks } from "./checks/queue_checks.ts";
import { stateChecks } from "./checks/state_checks.ts";
import { timeChecks } from "./checks/time_checks.ts";

/** What the app of app/ does. Each runs there on Cloudflare's SDK, and here on each runtime. */
export const checks: readonly Check[] = [
  ...greetingChecks,
  ...connectionChecks,
  ...stateChecks,
  ...callChecks,
  ...routingChecks,
  ...timeChecks,
  ...queueChecks,
];
