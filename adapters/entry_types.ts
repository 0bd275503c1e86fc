// What the doors of all runtimes export besides `serveAgents`.
export type { ClientModule } from "../src/host/client_module.ts";
export type {
  CloseOptions,
  EntryOptions,
  Fallback,
  FallbackFunction,
  ServedAgents,
} from "../src/host/serve.ts";
export type { WorkerApp } from "./worker_app.ts";
