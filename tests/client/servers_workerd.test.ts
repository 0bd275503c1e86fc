import { meet } from "./servers.ts";

await meet("workerd");
