/** Which instance something is stored for: the name its class is registered under, and its own. */
export interface AgentAddress {
  /** The class. */
  readonly agent: string;
  /** The instance. */
  readonly name: string;
}
