/** What a client says in its query about the log of an agent: the cursor that it has. */
export const LOG_KEY = "_log";
