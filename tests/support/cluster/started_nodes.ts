import { after } from "node:test";
import type { AgentClasses } from "../../../mod.ts";
import { ScriptedCluster, type TestNode } from "./scripted_cluster.ts";

/** A cluster of these nodes, which end with the tests of the file. */
export async function startedNodes(
  classes: AgentClasses,
  ids: readonly string[],
): Promise<{ cluster: ScriptedCluster; nodes: TestNode[] }> {
  const cluster = new ScriptedCluster(classes);
  const nodes: TestNode[] = [];
  for (const id of ids) nodes.push(await cluster.start(id));
  after(async () => {
    for (const node of nodes) await node.close();
  });
  return { cluster, nodes };
}
