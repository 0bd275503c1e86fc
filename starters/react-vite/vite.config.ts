import react from "@vitejs/plugin-react";
import { defineConfig, type Plugin } from "vite";

/** Has Vite's own server serve the agents too, and start anew when they change. */
function agents(): Plugin {
  return {
    name: "agents",
    apply: "serve",
    async configureServer(vite) {
      const { default: agents } = await vite.ssrLoadModule("/agents.ts");
      agents.handle(vite.httpServer);
      vite.httpServer?.once("close", () => agents.close());
      vite.watcher.on("change", async (file) => {
        if (!file.endsWith("/agents.ts")) return;
        await agents.close();
        await vite.restart();
      });
    },
  };
}

export default defineConfig({ plugins: [react(), agents()] });
