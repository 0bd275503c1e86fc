// Type-checked, never run. `@ts-expect-error` marks what must not compile.
import {
  type Admission,
  Agent,
  type BeforeContext,
  type BeforeHook,
  type Connection,
  type ConnectionContext,
  type RequestContext,
} from "../../mod.ts";
import { serveAgents } from "../../adapters/auto.ts";

interface Env {
  readonly SECRET: string;
}

interface User {
  readonly name: string;
}

class Room extends Agent<Env> {
  override getConnectionTags(
    _: Connection,
    { data }: ConnectionContext<User>,
  ): string[] {
    return [data.name];
  }

  override onConnect(_: Connection, { data }: ConnectionContext<User>): void {
    // @ts-expect-error -- a user has no age
    data.age;
  }

  override onRequest(_: Request, { data }: RequestContext<User>): Response {
    // @ts-expect-error -- a user has no age
    return Response.json(data.age);
  }
}

class Plain extends Agent {
  override onConnect(_: Connection, { data }: ConnectionContext): void {
    // @ts-expect-error -- nobody has said what it is
    data.name;
  }
}

const guard: BeforeHook = (request, { className, name }, { env }) => {
  if (env.SECRET === request.headers.get("authorization")) {
    return { data: { name: className + name } };
  }
  return new Response("Unauthorized", { status: 401 });
};

const typed = (
  _: Request,
  __: unknown,
  { env }: BeforeContext<Env>,
): Admission<User> => {
  // @ts-expect-error -- env has no such secret
  env.OTHER;
  return { data: { name: env.SECRET } };
};

serveAgents({ Room, Plain }, {
  onBeforeConnect: guard,
  onBeforeRequest: typed,
});
serveAgents({ Room }, { onBeforeConnect: () => {} });
serveAgents({ Room }, { onBeforeConnect: async () => {} });
// @ts-expect-error -- no is no answer
serveAgents({ Room }, { onBeforeConnect: () => false });
// @ts-expect-error -- data stands under data
serveAgents({ Room }, { onBeforeConnect: () => ({ user: "ada" }) });
