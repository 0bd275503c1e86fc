// The files of docs/deploying.md and docs/cluster.md, tried with the programs that read them.
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { before, test } from "node:test";
import { test as skippable } from "../support/runners/skippable.ts";
import { WebSocket } from "ws";
import { buildImage } from "./dockerfile.ts";
import {
  end,
  freePort,
  install,
  newFolder,
  packed,
  project,
  run,
  serve,
} from "./project.ts";

const deploying = read("deploying.md");
const cluster = read("cluster.md");

/** What is behind the proxies: the app of the page, from its Dockerfile. */
const context = project({
  "package.json": { private: true, type: "module" },
  "agents.ts": `import { Agent } from "@roam/agents";
export class Room extends Agent {
  onMessage(connection, message) {
    this.broadcast(message);
  }
}
`,
});
const image = newFolder();
const store = newFolder();
await install(context, await packed(), "ws@8", "srvx@1");
const port = await freePort();
writeFileSync(
  join(context, "main.ts"),
  block(deploying, "ts").replace("/data/agents", store)
    .replace("3000", `${port}`) +
    '\nconsole.log("It listens");\n',
);
// An image is built of what is in the repository.
rmSync(join(context, "node_modules"), { recursive: true });
const [program, ...args] = await buildImage(
  block(deploying, "dockerfile"),
  context,
  image,
);

let app: ReturnType<typeof serve>;
before(async () => {
  app = serve(image, program, ...args);
  await app.until(
    (line) => line === "It listens" || undefined,
    "that it listens",
  );
});

skippable(
  "docs/deploying.md: a WebSocket gets through nginx, from a page of the same host",
  {
    skip: lacks("nginx"),
  },
  async () => {
    const folder = newFolder();
    const tls = await freePort();
    await run(
      folder,
      "openssl",
      ...["req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2"],
      ...["-keyout", "app.key", "-out", "app.pem", "-subj", "/CN=app"],
    );
    const server = block(deploying, "nginx")
      .replace("listen 443 ssl", `listen 127.0.0.1:${tls} ssl`)
      .replaceAll("/etc/ssl/", `${folder}/`)
      .replace("http://127.0.0.1:3000", "http://agents");
    const upstream = block(cluster, "nginx")
      .replaceAll(/10\.0\.0\.\d+:3000/g, `127.0.0.1:${port}`);
    writeFileSync(
      join(folder, "nginx.conf"),
      `pid ${folder}/nginx.pid;
error_log stderr notice;
events {}
http {
  access_log off;
  client_body_temp_path ${folder}/body;
  proxy_temp_path ${folder}/proxy;
  fastcgi_temp_path ${folder}/fastcgi;
  uwsgi_temp_path ${folder}/uwsgi;
  scgi_temp_path ${folder}/scgi;
${upstream}${server}}
`,
    );
    const flags = ["-e", "stderr", "-c", join(folder, "nginx.conf")];
    await run(folder, "nginx", "-t", ...flags);
    const nginx = serve(folder, "nginx", "-g", "daemon off;", ...flags);
    await nginx.until(
      (line) => line.includes("start worker process ") || undefined,
      "that it listens",
    );
    await echoes(`wss://127.0.0.1:${tls}`, "https://app.example.com");
    await end(nginx);
  },
);

skippable(
  "docs/deploying.md: Caddy accepts its file, and a WebSocket gets through",
  {
    skip: lacks("caddy"),
  },
  async () => {
    const folder = newFolder();
    const text = block(deploying, "text");
    writeFileSync(join(folder, "Caddyfile"), text);
    await run(
      folder,
      "caddy",
      "validate",
      "--adapter",
      "caddyfile",
      "--config",
      "Caddyfile",
    );
    const plain = await freePort();
    // Nobody gives a certificate for it here.
    writeFileSync(
      join(folder, "Caddyfile"),
      `{\n\tadmin off\n}\n` +
        text.replace("app.example.com", `http://app.example.com:${plain}`)
          .replace("3000", `${port}`),
    );
    const caddy = serve(
      folder,
      "caddy",
      "run",
      "--adapter",
      "caddyfile",
      "--config",
      "Caddyfile",
    );
    await caddy.until(
      (line) => line.includes("serving initial configuration") || undefined,
      "that it listens",
    );
    await echoes(`ws://127.0.0.1:${plain}`, "http://app.example.com");
    await end(caddy);
  },
);

skippable("docs/deploying.md: the unit is right for systemd", {
  skip: lacks("systemd-analyze"),
}, async () => {
  const folder = newFolder();
  const text = block(deploying, "ini");
  const where = text.match(/ExecStart=(\S+)/)![1];
  writeFileSync(
    join(folder, "rooms.service"),
    // Where Node is differs by machine.
    text.replace(where, process.execPath),
  );
  const said = await run(
    folder,
    "systemd-analyze",
    "verify",
    "--man=no",
    "./rooms.service",
  );
  assert.equal(said, "");
});

test("docs/deploying.md and docs/cluster.md: the compose files fit their Dockerfile", async () => {
  const dockerfile = block(deploying, "dockerfile");
  const exposed = dockerfile.match(/^EXPOSE (\d+)$/m)![1];
  const alone = await parse(block(deploying, "yaml"));
  assert.equal(alone.services.app.ports[0].split(":").at(-1), exposed);
  const [volume, path] = alone.services.app.volumes[0].split(":");
  assert.ok(volume in alone.volumes);
  assert.match(dockerfile, new RegExp(`^VOLUME ${path}$`, "m"));
  assert.ok(block(deploying, "ts").includes(`"${path}/agents"`));
  const { services, volumes } = await parse(block(cluster, "yaml"));
  assert.match(services.web.command, new RegExp(`--to app:${exposed}$`));
  const url = new URL(services.app.environment.DATABASE_URL);
  assert.equal(url.password, services.db.environment.POSTGRES_PASSWORD);
  assert.ok(url.hostname in services);
  assert.ok(services.db.volumes[0].split(":")[0] in volumes);
  assert.ok(
    Object.keys(services.app.depends_on).every((name) => name in services),
  );
});

test("docs/deploying.md: what the Dockerfile starts ends by SIGTERM, with status 0", async () => {
  assert.equal(await app.stop("SIGTERM"), 0);
});

/** Fails unless a message comes back from a room, for a page of `origin`. */
async function echoes(url: string, origin: string): Promise<void> {
  const socket = new WebSocket(`${url}/agents/room/lobby`, {
    rejectUnauthorized: false,
    origin,
    headers: { host: new URL(origin).host },
  });
  const message = await new Promise((resolve, reject) => {
    socket.on("error", reject);
    socket.on("open", () => socket.send("hello"));
    socket.on("message", (data) => {
      if (!`${data}`.startsWith("{")) resolve(`${data}`);
    });
  });
  assert.equal(message, "hello");
  socket.close();
}

// deno-lint-ignore no-explicit-any -- what a YAML file says
async function parse(yaml: string): Promise<any> {
  const script = "console.log(JSON.stringify(Bun.YAML.parse(Bun.argv.at(-1))))";
  return JSON.parse(await run(image, "bun", "-e", script, yaml));
}

function lacks(program: string): string | false {
  const { error } = spawnSync(program, ["--version"]);
  return error === undefined ? false : `there is no ${program}`;
}

function read(name: string): string {
  return readFileSync(new URL(`../../docs/${name}`, import.meta.url), "utf8");
}

/** The first block in this language. */
function block(text: string, language: string): string {
  const fence = new RegExp("```" + language + "\\n([\\s\\S]*?)```", "g");
  const [first] = [...text.matchAll(fence)].map(([, block]) => block);
  assert.ok(first, language);
  return first;
}
