/** Options for clients of tests. */
export const hurry = {
  // By itself it waits for three seconds.
  minReconnectionDelay: 5,
  maxReconnectionDelay: 50,
  // A handshake may take longer than four where much else goes on.
  connectionTimeout: 20_000,
};
