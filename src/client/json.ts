export { equal as same, isRecord } from "../protocol/equal.ts";
