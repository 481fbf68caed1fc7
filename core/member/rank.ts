import { fold } from "../base/fold.ts";
import type { ID } from "../base/id.ts";

/** Returns where a member stands in the list by name. */
export const rank = (name: string, account: ID<"account">) => `${fold(name)}#${account.slice(-8)}`;
