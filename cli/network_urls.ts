import { networkInterfaces } from "node:os";

/** Where other devices of the network find what listens on `host`; nothing where it is for this machine alone. */
export function networkUrls(host: string, port: number): string[] {
  if (host !== "0.0.0.0" && host !== "::") return [];
  return Object.values(networkInterfaces()).flatMap((addresses) =>
    addresses ?? []
  )
    .filter(({ family, internal }) => family === "IPv4" && !internal)
    .map(({ address }) => `http://${address}:${port}/`);
}
