// Where other devices find a server: as cli/network_urls.ts, which Node 20 can't read.
import { networkInterfaces } from "node:os";

/** Addresses of what listens on `host` in the network; none where it is for this machine alone. */
export function networkUrls(host, port) {
  if (host !== "0.0.0.0" && host !== "::") return [];
  return Object.values(networkInterfaces()).flat()
    .filter(({ family, internal }) => family === "IPv4" && !internal)
    .map(({ address }) => `http://${address}:${port}/`);
}
