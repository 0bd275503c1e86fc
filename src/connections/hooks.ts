import type { Hook } from "../runtime/invoker.ts";

/** The hooks about connections that an agent has. One that nobody wrote is `undefined`, and is not called. */
export interface ConnectionHooks {
  readonly getConnectionTags: Hook | undefined;
  readonly shouldConnectionBeReadonly: Hook | undefined;
  readonly shouldSendProtocolMessages: Hook | undefined;
  readonly onConnect: Hook | undefined;
  readonly onResume: Hook | undefined;
  readonly onClose: Hook | undefined;
}
