import { ask } from "./ask.ts";
import { accountDeletion, deletion } from "./deletion.ts";
import { invitationExport, memberExport } from "./export.ts";

/** Routes that are loaded when they are asked for; together, lest what they share with all others fall into small pieces. */
export const seldom = { accountDeletion, ask, deletion, invitationExport, memberExport };
