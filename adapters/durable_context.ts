import type { AgentContext } from "../src/agent/agent.ts";
import type { ObjectStorage } from "../storage/object_storage.ts";
import type { WorkerSocket } from "./worker_socket.ts";

/** The part of a `DurableObjectState` that the adapter uses. */
export interface DurableContext extends AgentContext {
  /** The object's own storage. */
  readonly storage: ObjectStorage;
  /** Hands a socket to the runtime, which keeps it while the object hibernates. */
  acceptWebSocket(socket: WorkerSocket): void;
  /** The sockets that were handed over and are still there. */
  getWebSockets(): WorkerSocket[];
  /** Has the runtime answer a text by itself, without waking the object. */
  setWebSocketAutoResponse(pair: unknown): void;
}
