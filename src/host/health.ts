import type { ClusterHealth } from "../ports/cluster.ts";

/** How a host is doing. Without a cluster it says whether it is closing, and no more. */
export type HostHealth =
  & Pick<ClusterHealth, "ok" | "state">
  & Partial<ClusterHealth>;

/** Answers a request for `path`; `null` what is for somebody else. */
export function healthAnswer(
  { method, url }: Request,
  path: string,
  health: () => HostHealth,
): Response | null {
  if (method !== "GET" && method !== "HEAD") return null;
  if (
    !url.includes("_health") || new URL(url, "http://host").pathname !== path
  ) return null;
  const told = health();
  const body = method === "HEAD" ? null : JSON.stringify(told);
  return new Response(body, {
    status: told.ok ? 200 : 503,
    headers: {
      "cache-control": "no-store",
      "content-type": "application/json",
    },
  });
}
