import { accountDeletion, deletion } from "./deletion.ts";
import { memberExport } from "./export.ts";

/** Routes that are loaded when they are asked for; together, lest what they share with all others fall into small pieces. */
export const deferredRoutes = { accountDeletion, deletion, memberExport };
